"""The report: both editions side by side, what they take over, and the check that every link holds."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from dewak_research.book import changes, corrections, glossary, speed
from dewak_research.book.builder import BookError, Builder
from dewak_research.book.edition import assemble
from dewak_research.book.kept import FOLDER, begin, end
from dewak_research.book.lists import (
    profiles_on_search,
    read_references,
    references_page,
    sources_page,
)
from dewak_research.book.parts import PICTURE, SEARCH, SITE, SOURCE, pieces_of, with_piece, written_parts
from dewak_research.book.prose import render
from dewak_research.book.published import raw_block
from dewak_research.book.site import broken_links, read_pages, write_entrance
from dewak_research.errors import InputError
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.results import Cells, every_stage, open_results
from dewak_research.paths import BOOK, PROCESSED
from dewak_research.replaced import replace_folder
from dewak_research.unit.sheet_places import written_sheets
from dewak_research.unit.unit_names import unit_search


def fill_pages(
    book: Path,
    language: Language,
    values: Mapping[str, Any],
    cells: Callable[[str], Mapping[str, Cells]] | None = None,
) -> dict[str, str]:
    """Return the pages of one edition with every number put in, from ``values`` and a page's ``cells``.

    Raises
    ------
    InputError
        Pages ask for numbers that no stage has computed; all of them are named.
    """
    pages, problems = {}, []
    for page in sorted((book / language).glob("*.md")):
        text = page.read_text(encoding="utf-8")
        try:
            tables = cells(page.stem) if cells else None
            pages[page.stem] = render(
                text, language, values, where=f"book/{language}/{page.name}", cells=tables
            )
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return pages


def build_book(
    book: Path,
    processed: Path,
    html: Path,
    *,
    named: Mapping[Language, Mapping[str, Any]] | None = None,
    rewrite: Mapping[str, Callable[[str, Language], str]] | None = None,
    languages: Sequence[Language] = LANGUAGES,
    shown: dict[str, dict[str, Any]] | None = None,
) -> Path:
    """Build the book and return its start page.

    Parameters
    ----------
    book : Path
        Folder with pages, configuration, style and templates.
    processed : Path
        Folder with the tables of the stages, ``sheets`` and ``parts``.
    html : Path
        Where the finished book goes; replaced in one move when everything is whole.
    named : mapping of language to mapping, optional
        What pages may name besides the stages' cells, by language.
    rewrite : mapping of str to callable, optional
        Completes single pages by name from their hand-written text.
    languages : sequence of {"de", "en"}
        Editions to build.
    shown : dict, optional
        Takes, by page, the address and value of every cell of a result table that the page shows.

    Raises
    ------
    InputError
        A page names a number that no stage has computed or a piece that is none of its own, or a stage has not run.
    BookError
        A page is missing, Jupyter Book warned, or a link leads nowhere.
    """
    parts, sheets = written_parts(processed), written_sheets(processed)
    work = html.parent / "work"
    aside = html.parent / f".{html.name}.part"
    shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(aside, ignore_errors=True)
    remembered: dict[str, dict[str, Any]] = {} if shown is None else shown

    def cells(page: str) -> dict[str, Cells]:
        return every_stage(processed, remembered.setdefault(page, {}).__setitem__)

    with ExitStack() as underway:
        builders = {language: underway.enter_context(Builder()) for language in languages}
        assembled = {}
        for language in languages:
            source = work / language / "source"
            pieces = {name: Markup(piece) for name, piece in pieces_of(parts, language).items()}
            known = {PICTURE: pieces.pop(PICTURE), **(named or {}).get(language, {})}
            listed = pieces.pop(SEARCH)
            pages = fill_pages(book, language, known, cells)
            for name, text in pages.items():  # `assemble` names those that are missing
                if rewrite and name in rewrite:
                    pages[name] = rewrite[name](text, language)
                if name in pieces:
                    pages[name] = with_piece(pages[name], name, pieces[name])
            assemble(book, pages, parts / SOURCE / language, language, source)
            assembled[language] = (source, listed)
        building = {
            language: begin(source, html.parent / FOLDER / language, language, builders[language])
            for language, (source, _) in assembled.items()
        }
        for folder in (sheets, parts / SITE):  # while Jupyter Book is at work
            shutil.copytree(folder, aside, copy_function=shutil.copyfile, dirs_exist_ok=True)
        read = read_pages(aside)
        for language, (source, _) in assembled.items():
            end(building[language], source, work / language / "output", language)
    for language, (_, listed) in assembled.items():
        built = work / language / "output"
        changes.write_feed(built, language)
        search = built / "search.html"
        search.write_text(profiles_on_search(search.read_text(encoding="utf-8"), listed), encoding="utf-8")
        shutil.copytree(built, aside / language, dirs_exist_ok=True)
    write_entrance(aside, book / "_static")
    broken = broken_links(aside, read)
    if broken:
        raise BookError("broken links:\n" + "\n".join(broken[:50]))
    replace_folder(html, aside)
    shutil.rmtree(work, ignore_errors=True)
    return html / "index.html"


def publish(
    languages: Sequence[Language] = LANGUAGES,
    *,
    book: Path = BOOK,
    processed: Path = PROCESSED,
    html: Path | None = None,
    shown: dict[str, dict[str, Any]] | None = None,
) -> Path:
    """Build the report and return its start page.

    Parameters
    ----------
    languages : sequence of {"de", "en"}
        Editions to build.
    book : Path
        Folder of the pages.
    processed : Path
        Folder of the stages' results.
    html : Path, optional
        Where the report goes, by default ``<book>/_build/html``.
    shown : dict, optional
        Takes, by page, the address and value of every cell of a result table that the page shows.

    Raises
    ------
    InputError
        A page names a number that no stage has computed, or a stage has not run.
    BookError
        A page is missing, Jupyter Book warned, or a link leads nowhere.
    """
    units = open_results("ingest", processed)["units"]
    references = read_references(book)
    return build_book(
        book,
        processed,
        html or book / "_build" / "html",
        named={language: {"unit_search": raw_block(unit_search(language, ".."))} for language in languages},
        rewrite={
            "sources": sources_page,
            glossary.PAGE: glossary.glossary_page,
            corrections.PAGE: partial(corrections.corrections_page, units),
            changes.PAGE: changes.changes_page,
            speed.PAGE: speed.speed_page,
            "references": partial(references_page, references),
        },
        languages=languages,
        shown=shown,
    )
