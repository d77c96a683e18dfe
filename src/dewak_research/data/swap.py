"""Put a new vintage in the place of an old one: file, hash and the day it was taken, all of them or nothing."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import dewak_research.data.catalogue as entries
from dewak_research.data.catalogue import catalogue
from dewak_research.data.datapackage import describe
from dewak_research.data.tables import PACKAGE
from dewak_research.data.vintage import Vintage
from dewak_research.paths import RAW

CATALOGUE = Path(entries.__file__).parent


def with_day(document: str, name: str, day: date) -> str:
    """Return a document of the catalogue in which a table was taken on another day.

    Raises
    ------
    ValueError
        The table or its day does not stand in the document as the house writes it.
    """
    begin = document.find(f"\n  {name}:\n")
    pattern = re.compile(r'^    taken: "\d{4}-\d{2}-\d{2}"$', re.MULTILINE)
    found = pattern.search(document, begin) if begin >= 0 else None
    following = (
        re.compile(r"^  \w+:$", re.MULTILINE).search(document, begin + len(name) + 4) if begin >= 0 else None
    )
    if found is None or (following and following.start() < found.start()):
        raise ValueError(f"no day of {name} in the catalogue")
    return f'{document[: found.start()]}    taken: "{day}"{document[found.end() :]}'


def new_files(
    vintages: Sequence[Vintage], day: date, raw: Path = RAW, documents: Path = CATALOGUE
) -> dict[Path, bytes]:
    """Return what each file holds after the swap: tables, data packages, documents of the catalogue."""
    files = {raw / vintage.table.path: vintage.data for vintage in vintages}
    for source in sorted({vintage.table.source for vintage in vintages}):
        document = documents / f"{source}.yaml"
        text = document.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as aside:
            shutil.copytree(raw / source, Path(aside) / source)
            for vintage in vintages:
                if vintage.table.source == source:
                    (Path(aside) / vintage.table.path).write_bytes(vintage.data)
                    text = with_day(text, vintage.table.name, day)
            files[raw / source / PACKAGE] = describe(source, Path(aside)).encode()
        files[document] = text.encode()
    return files


def replace_all(files: Mapping[Path, bytes]) -> None:
    """Replace files, all of them or none: whatever happens on the way, the old ones are put back.

    Raises
    ------
    OSError
        A file cannot be written; nothing has changed then.
    """
    fresh = {path: path.with_name(f".{path.name}.new") for path in files}
    old = {path: path.read_bytes() for path in files if path.exists()}
    done: list[Path] = []
    try:
        for path, aside in fresh.items():
            aside.write_bytes(files[path])
        for path, aside in fresh.items():
            done.append(path)
            aside.replace(path)
    except BaseException:
        for path in done:
            if path in old and path.read_bytes() != old[path]:
                path.write_bytes(old[path])
        raise
    finally:
        for aside in fresh.values():
            aside.unlink(missing_ok=True)


def swap(vintages: Sequence[Vintage], day: date, raw: Path = RAW, documents: Path = CATALOGUE) -> list[Path]:
    """Put new vintages in place; returns the files that were replaced.

    Raises
    ------
    OSError
        A file cannot be written; nothing has changed then.
    """
    files = new_files(vintages, day, raw, documents)
    replace_all(files)
    catalogue.cache_clear()
    return list(files)
