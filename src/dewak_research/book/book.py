"""The report: both editions side by side, the pages around them, all profiles, and the check that every link holds."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from dewak_research.book import activation, changes, citation, columns, corrections, explorer, glossary, speed
from dewak_research.book.code_page import write_code_pages
from dewak_research.book.compare import comparison
from dewak_research.book.depths import figure_elsewhere, numbered_chapters, shown_outputs
from dewak_research.book.documented_cases import PAGE, cases_page
from dewak_research.book.edition import BookError, assemble, finish_build, start_build
from dewak_research.book.explorer_data import Level, kreis_level, town_level
from dewak_research.book.lists import (
    finder_page,
    profiles_on_search,
    read_references,
    references_page,
    rules_page,
    sources_page,
)
from dewak_research.book.prose import render
from dewak_research.book.published import raw_block
from dewak_research.book.room_view import FOLDER
from dewak_research.book.rooms import write_example
from dewak_research.book.site import broken_links, tidy_edition, write_entrance
from dewak_research.data import read_boundaries
from dewak_research.errors import InputError
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.results import Cells, Results, every_stage, open_results
from dewak_research.paths import BOOK, PROCESSED, RAW
from dewak_research.replaced import replace_folder
from dewak_research.unit.sheets import written_sheets
from dewak_research.unit.unit_names import unit_search
from dewak_research.unit.view import ProfileTables, load_profile_tables


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
    beside: Callable[[Path, Sequence[Language]], object] | None = None,
    languages: Sequence[Language] = LANGUAGES,
    shown: dict[str, dict[str, Any]] | None = None,
) -> Path:
    """Build the book and return its start page.

    Parameters
    ----------
    book : Path
        Folder with pages, configuration, style and templates.
    processed : Path
        Folder with the tables of the stages and ``notebooks/<language>/`` (executed notebooks and their ``_figures``).
    html : Path
        Where the finished book goes; replaced in one move when everything is whole.
    named : mapping of language to mapping, optional
        What pages may name besides the stages' cells, by language.
    rewrite : mapping of str to callable, optional
        Completes single pages by name from their hand-written text (town finder, sources).
    beside : callable, optional
        Writes pages that are not part of the book (printable profiles) into ``<folder>/<language>/``.
    languages : sequence of {"de", "en"}
        Editions to build.
    shown : dict, optional
        Takes, by page, the address and value of every cell of a result table that the page shows.

    Raises
    ------
    BookError
        A page is missing, Jupyter Book warned, or a link leads nowhere.
    """
    work = html.parent / "work"
    aside = html.parent / f".{html.name}.part"
    shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(aside, ignore_errors=True)
    remembered: dict[str, dict[str, Any]] = {} if shown is None else shown

    def cells(page: str) -> dict[str, Cells]:
        return every_stage(processed, remembered.setdefault(page, {}).__setitem__)

    running = []
    for language in languages:
        source, output = work / language / "source", work / language / "output"
        chapters = numbered_chapters([*(processed / "notebooks" / language).glob("*.ipynb")], language)
        pages = fill_pages(book, language, (named or {}).get(language, {}), cells)
        for name, complete in (rewrite or {}).items():
            pages[name] = complete(pages[name], language)
        assemble(book, pages, chapters, language, source)
        running.append((language, output, chapters, start_build(source, output)))
    for language, output, chapters, process in running:
        built = finish_build(process, output, language)
        tidy_edition(built, language)
        write_code_pages(chapters, built)
        changes.write_feed(built, language)
        shown_there = shown_outputs(chapters)
        citation.write_embeds(shown_there, built, language)
        figures = processed / "notebooks" / language / "_figures"
        if figures.is_dir():
            shutil.copytree(figures, built / "_figures", ignore=shutil.ignore_patterns(".*"))
            columns.write_descriptions(built / "_figures", citation.titles(shown_there), language)
        aside.mkdir(parents=True, exist_ok=True)
        shutil.move(built, aside / language)
    if beside is not None:
        beside(aside, languages)
    write_entrance(aside, book / "_static")
    broken = broken_links(aside)
    if broken:
        raise BookError("broken links:\n" + "\n".join(broken[:50]))
    replace_folder(html, aside)
    shutil.rmtree(work, ignore_errors=True)
    return html / "index.html"


#: The figure of the start page: a chapter's, with its number, its files and its address.
START = ("10_social_spending_disparities", "kdu_map")


def start_picture(processed: Path, language: Language) -> Markup:
    """Return the picture of the start page as a block of MyST, nothing where its chapter has not run."""
    chapter, name = START
    notebook = processed / "notebooks" / language / f"{chapter}.ipynb"
    if not notebook.is_file():
        return Markup("")
    return raw_block(figure_elsewhere(numbered_chapters([notebook], language)[0], name))


def offered_beside(edition: Path) -> list[Path]:
    """Return the files of data of an edition that belong to no chapter: instruments and shared rooms."""
    return [edition / activation.FILES["csv"], *sorted((edition / FOLDER).glob("*.csv"))]


def write_beside(
    sheets: Path,
    tables: ProfileTables,
    cases: Results,
    levels: Sequence[Level],
    folder: Path,
    languages: Sequence[Language],
) -> None:
    """Write what Jupyter Book does not know of: sheets of all units, instruments, rooms, the data of the explorer."""
    shutil.copytree(sheets, folder, dirs_exist_ok=True)
    for language in languages:
        activation.write_files(cases, folder / language)
        write_example(folder / language, language, languages)
        for file in offered_beside(folder / language):
            columns.write_description(file, "", language)
        search = folder / language / "search.html"
        found = profiles_on_search(search.read_text(encoding="utf-8"), tables.units, tables.kreise, language)
        search.write_text(found, encoding="utf-8")
    explorer.write_explorer(levels, folder)


def publish(
    languages: Sequence[Language] = LANGUAGES,
    *,
    book: Path = BOOK,
    processed: Path = PROCESSED,
    raw: Path = RAW,
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
        Folder of the stages' results and executed notebooks.
    raw : Path
        Folder of the official tables.
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
    tables = load_profile_tables(processed)
    towns = read_boundaries("towns", raw)
    cases = open_results("cases", processed)
    kreise = read_boundaries("kreise", raw)
    levels = [town_level(tables, towns), kreis_level(tables, kreise)]
    references = read_references(book)
    return build_book(
        book,
        processed,
        html or book / "_build" / "html",
        named={
            language: {
                "picture": start_picture(processed, language),
                "unit_search": raw_block(unit_search(language, "..")),
                "comparison": raw_block(comparison(language)),
            }
            for language in languages
        },
        rewrite={
            "profiles": partial(finder_page, tables.units, tables.kreise, towns),
            "sources": sources_page,
            "council_questions": rules_page,
            glossary.PAGE: glossary.glossary_page,
            corrections.PAGE: partial(corrections.corrections_page, tables.units),
            changes.PAGE: changes.changes_page,
            speed.PAGE: speed.speed_page,
            "references": partial(references_page, references),
            PAGE: partial(cases_page, cases, kreise),
            activation.PAGE: partial(activation.activation_page, cases),
            explorer.PAGE: partial(explorer.explorer_page, levels),
        },
        beside=partial(write_beside, written_sheets(processed), tables, cases, levels),
        languages=languages,
        shown=shown,
    )
