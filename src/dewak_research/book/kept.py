"""What Jupyter Book has built is kept beside the report: it builds again only what rests on something else.

Kept are the source of an edition, what Sphinx has read of it, its pages as Sphinx wrote them, and tidied. An edition
with the same source is taken over; where only plain prose of pages differs, Sphinx reads and writes those pages alone.
All else (titles, other marks, configuration, notebooks, libraries, a kept file that has changed, a build that was
interrupted or failed) is a reason to build from nothing. ``dewak verify`` removes what is kept before it begins.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dewak_research.book import builder, light_pages, site
from dewak_research.book.builder import OF_WORDS, TIDIED, BookError, Builder, search_index
from dewak_research.language import Language
from dewak_research.page.files import write_whole

FOLDER = "kept"  #: beside the finished book
_MARK, _SOURCE, _OUTPUT = "mark.json", "source", "output"
#: In a line with one of these, MyST may see more than prose: a heading, a target, an image, a file, a formula, a block.
_MORE = re.compile(
    r"^\s*(?:[#<:>=-]|\d+[.)]|[*+] )|[{}$`^~|\\]|!\[|\)=|\s#+\s|\]\((?!https?:|[\w/-]+\.md[#)])|^\s*\["
)
_FENCE = re.compile(r"\s*(?:```|~~~|:::)")
_PROSE = "prose"


@dataclass(frozen=True)
class Building:
    """A build of an edition that is under way.

    Parameters
    ----------
    folder : Path
        Where the edition is kept.
    state : mapping
        What it is built from: ``rests_on`` and, by name, the hash of every file of its ``source``.
    builder : Builder, optional
        What builds; None where nothing is to be built.
    outline : object, optional
        Where single pages are built: pages and titles as they were.
    """

    folder: Path
    state: Mapping[str, Any]
    builder: Builder | None
    outline: Any = None


def begin(source: Path, folder: Path, language: Language, builder: Builder) -> Building:
    """Let the builder start where something is to be built.

    Parameters
    ----------
    source : Path
        Source of an edition as `edition.assemble` writes it.
    folder : Path
        Where the edition is kept.
    language : {"de", "en"}
        Language of the edition.
    builder : Builder
        Loads Jupyter Book; starts where something is to be built.

    Returns
    -------
    Building
        For `end`.
    """
    state: dict[str, Any] = {"rests_on": _rests_on(folder), "source": _hashes(source)}
    before = _kept(folder)
    (folder / _MARK).unlink(missing_ok=True)
    if before is None or before["rests_on"] != state["rests_on"]:
        return Building(folder, state, _from_nothing(source, folder, language, builder))
    changed = [name for name, digest in state["source"].items() if before["source"].get(name) != digest]
    same_files = before["source"].keys() == state["source"].keys()
    if not same_files or not all(_only_prose(source / name, folder / _SOURCE / name) for name in changed):
        return Building(folder, state, _from_nothing(source, folder, language, builder))
    if not changed:
        return Building(folder, state, None)
    outline = _outline(folder)
    for name in changed:
        shutil.copyfile(source / name, folder / _SOURCE / name)
        read = folder / _OUTPUT / "_build" / ".doctrees" / name
        read.with_suffix(".doctree").unlink()  # whatever clocks say, Sphinx reads the page again
    builder.start(folder / _SOURCE, folder / _OUTPUT, language, whole=False)
    return Building(folder, state, builder, outline)


def end(building: Building, source: Path, target: Path, language: Language) -> Path:
    """Wait for a build and copy its tidied pages to ``target``.

    Raises
    ------
    BookError
        Jupyter Book failed or warned.
    """
    folder = building.folder
    if building.builder is not None and not _went_well(building, building.builder, language):
        with Builder() as another:
            _from_nothing(source, folder, language, another).finish(folder / _OUTPUT, language)
    shutil.copytree(folder / _OUTPUT / TIDIED, target)
    output = _hashes(folder / _OUTPUT)
    write_whole(folder / _MARK, json.dumps({**building.state, "output": output}))
    return target


def _went_well(building: Building, builder: Builder, language: Language) -> bool:
    """Wait for Jupyter Book; of single pages tell whether no other page can have seen of them what has changed."""
    try:
        builder.finish(building.folder / _OUTPUT, language)
    except BookError:
        if building.outline is None:
            raise
        return False
    return building.outline is None or bool(building.outline == _outline(building.folder))


def _from_nothing(source: Path, folder: Path, language: Language, builder: Builder) -> Builder:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder / _SOURCE)
    builder.start(folder / _SOURCE, folder / _OUTPUT, language)
    return builder


def _rests_on(folder: Path) -> list[str]:
    """Return what else a build rests on: its place, Python, every installed library, what builds and tidies."""
    libraries = {Path(sysconfig.get_path(place)) for place in ("purelib", "platlib")}
    installed = sorted(found.name for place in libraries for found in place.glob("*.dist-info"))
    modules = (sys.modules[__name__], builder, light_pages, site)
    called = [_digest(Path(str(module.__file__))) for module in modules]
    return [str(folder.resolve()), sys.version, *called, *installed]


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _hashes(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): _digest(path) for path in files}


def _kept(folder: Path) -> dict[str, Any] | None:
    """Return what the kept edition was built from, None where it is not whole or not as it was."""
    try:
        state: dict[str, Any] = json.loads((folder / _MARK).read_text(encoding="utf-8"))
        whole = all(state[part] == _hashes(folder / part) for part in (_SOURCE, _OUTPUT))
        return state if whole and "rests_on" in state else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _only_prose(new: Path, old: Path) -> bool:
    """Tell whether two texts of a page differ in plain prose alone."""
    if new.suffix != ".md":
        return False
    return _frame(new.read_text(encoding="utf-8")) == _frame(old.read_text(encoding="utf-8"))


def _frame(text: str) -> list[str]:
    """Return what MyST may see of a page besides prose, and one mark where prose stands between it."""
    frame: list[str] = []
    fenced = False
    for line in text.splitlines():
        fence = bool(_FENCE.match(line))
        if fence or fenced or _MORE.search(line):
            frame.append(line)
        elif not line.strip():
            frame += [""] if frame[-1:] != [""] else []
        else:
            if frame[-2:] == [_PROSE, ""]:
                frame.pop()
            frame += [_PROSE] if frame[-1:] != [_PROSE] else []
        fenced ^= fence
    return frame


def _outline(folder: Path) -> dict[str, Any]:
    """Return which pages an edition has, with all their titles and targets, as Sphinx has indexed them."""
    return {name: found for name, found in search_index(folder / _OUTPUT).items() if name not in OF_WORDS}
