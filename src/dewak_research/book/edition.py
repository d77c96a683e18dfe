"""One edition of the book: its source folder for Jupyter Book and its words.

An edition is German or English. Its pages lie in ``book/<language>/`` under the same names in both languages; executed
notebooks join them. The source is put together in a folder of its own, so that nothing is written beside the pages.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from dewak_research.book.builder import BookError
from dewak_research.book.depths import SUFFIX
from dewak_research.book.glossary import link_edition
from dewak_research.errors import texts
from dewak_research.language import Language, Text
from dewak_research.page.credit import kinds_of_page, rests_on

_text = texts(__package__)


def configuration(base: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return Jupyter Book's configuration of one edition.

    Parameters
    ----------
    base : mapping
        What both editions share (``book/_config.yml``).
    language : {"de", "en"}
        Language of the edition.
    """
    config: dict[str, Any] = yaml.safe_load(yaml.safe_dump(dict(base)))
    config["title"] = _text("title")[language]
    sphinx = config.setdefault("sphinx", {}).setdefault("config", {})
    sphinx["language"] = language
    theme = sphinx.setdefault("html_theme_options", {})
    theme["search_bar_text"] = _text("search")[language]
    theme["toc_title"] = _text("contents")[language]
    return config


def table_of_contents(toc: Mapping[str, Any], language: Language, files: set[str]) -> dict[str, Any]:
    """Return Jupyter Book's table of contents of one edition.

    Parameters
    ----------
    toc : mapping
        ``book/_toc.yml``: captions in both languages, ``optional`` chapters, ``notebooks`` as a prefix of names.
    language : {"de", "en"}
        Language of the edition.
    files : set of str
        Names, without suffix, of the pages and notebooks that exist.

    Raises
    ------
    BookError
        A page that is not optional is missing; all missing ones are named.
    """
    missing = [] if toc["root"] in files else [toc["root"]]
    parts = []
    for part in toc["parts"]:
        chapters: list[dict[str, Any]] = []
        for entry in part["chapters"]:
            name = entry["file"]
            if name not in files:
                if not entry.get("optional", False):
                    missing.append(name)
                continue
            chapters.append(_with_check(name, files, language))
            if "notebooks" in entry:
                below = sorted(
                    f for f in files if f.startswith(entry["notebooks"]) and not f.endswith(SUFFIX)
                )
                chapters[-1].setdefault("sections", []).extend(_with_check(f, files, language) for f in below)
        if chapters:
            parts.append({"caption": Text.of(part["caption"])[language], "chapters": chapters})
    if missing:
        raise BookError(f"{language}: missing page(s) or notebook(s): {', '.join(sorted(missing))}")
    return {"format": "jb-book", "root": toc["root"], "parts": parts}


def _with_check(name: str, files: set[str], language: Language) -> dict[str, Any]:
    """Return a chapter of the table of contents, its page for checking below it under a short title."""
    check = name + SUFFIX
    if check not in files:
        return {"file": name}
    return {"file": name, "sections": [{"file": check, "title": _text("check_heading")[language]}]}


def assemble(book: Path, pages: Mapping[str, str], notebooks: Path, language: Language, source: Path) -> None:
    """Write the source folder of one edition.

    Parameters
    ----------
    book : Path
        Folder with ``_config.yml``, ``_toc.yml``, ``_static`` and ``_templates``.
    pages : mapping of str to str
        Page name to MyST text, placeholders already filled.
    notebooks : Path
        Folder with the pages of the chapters, as of `depths.write_reader_pages`.
    language : {"de", "en"}
        Language of the edition.
    source : Path
        Folder to write; emptied first.
    """
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    for name, text in pages.items():
        (source / f"{name}.md").write_text(text, encoding="utf-8")
    link_edition(source, language)
    chapters = sorted(notebooks.glob("*.ipynb"))
    for notebook in chapters:
        shutil.copyfile(notebook, source / notebook.name)
    for folder in ("_static", "_templates"):
        shutil.copytree(book / folder, source / folder)
    config = yaml.safe_load((book / "_config.yml").read_text(encoding="utf-8"))
    toc = yaml.safe_load((book / "_toc.yml").read_text(encoding="utf-8"))
    files = {*pages, *(notebook.stem for notebook in chapters)}
    configured = configuration(config, language)
    configured["sphinx"]["config"].setdefault("html_context", {})["rests_on"] = footers(source, language)
    for name, content in (
        ("_config.yml", configured),
        ("_toc.yml", table_of_contents(toc, language, files)),
    ):
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (source / name).write_text(text, encoding="utf-8")


def footers(source: Path, language: Language) -> dict[str, str]:
    """Return, by page of an edition's source folder, the sentence that says what its figures rest on."""
    texts = {
        path.stem: path.read_text(encoding="utf-8")
        for path in sorted(source.iterdir())
        if path.suffix in (".md", ".ipynb")
    }
    return {name: rests_on(kinds_of_page(text, language), language) for name, text in texts.items()}
