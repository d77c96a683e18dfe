"""The parts of the book are written: pages and pieces of pages, charts to embed, maps, lists, files of data."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from markupsafe import Markup

from dewak_research.book import activation, citation, columns, compare, council_rules, explorer
from dewak_research.book.code_page import write_code_pages
from dewak_research.book.depths import (
    Chapter,
    figure_elsewhere,
    numbered_chapters,
    shown_outputs,
    write_reader_pages,
)
from dewak_research.book.documented_cases import PAGE as CASES_PAGE
from dewak_research.book.documented_cases import cases_page
from dewak_research.book.explorer_data import kreis_level, town_level
from dewak_research.book.lists import finder_page, search_list
from dewak_research.book.parts import PARTS, PICTURE, PIECES, SEARCH, SITE, SOURCE
from dewak_research.book.published import raw_block
from dewak_research.book.room_view import FOLDER as ROOMS
from dewak_research.book.rooms import write_example
from dewak_research.data import read_boundaries
from dewak_research.language import Language
from dewak_research.page.files import write_whole
from dewak_research.page.results import Results, open_results
from dewak_research.paths import RAW
from dewak_research.replaced import replace_folder
from dewak_research.unit.view import load_profile_tables

#: The figure of the start page: a chapter's, with its number, its files and its address.
START = ("10_social_spending_disparities", "kdu_map")


def write_parts(processed: Path, languages: Sequence[Language], raw: Path = RAW) -> Path:
    """Write what the book takes over, and return its folder ``<processed>/parts``.

    Parameters
    ----------
    processed : Path
        Folder with the tables of the stages and ``notebooks/<language>/`` (executed notebooks and their ``_figures``).
    languages : sequence of {"de", "en"}
        Editions.
    raw : Path
        Folder of the official tables.

    Raises
    ------
    InputError
        A stage has not run.
    """
    tables, cases = load_profile_tables(processed), open_results("cases", processed)
    towns, kreise = read_boundaries("towns", raw), read_boundaries("kreise", raw)
    levels = [town_level(tables, towns), kreis_level(tables, kreise)]
    pages: dict[str, Callable[[str, Language], str]] = {
        "profiles": partial(finder_page, tables.units, tables.kreise, towns),
        CASES_PAGE: partial(cases_page, cases, kreise),
        activation.PAGE: partial(activation.activation_page, cases),
        explorer.PAGE: partial(explorer.explorer_page, levels),
        council_rules.PAGE: council_rules.rules_page,
        compare.PAGE: compare.comparison_page,
    }
    folder = processed / PARTS
    aside = folder.with_name(f".{PARTS}.part")
    shutil.rmtree(aside, ignore_errors=True)
    for language in languages:
        notebooks = processed / "notebooks" / language
        chapters = numbered_chapters([*notebooks.glob("*.ipynb")], language)
        pieces = {name: page("", language) for name, page in pages.items()}
        pieces |= {
            PICTURE: start_picture(chapters),
            SEARCH: search_list(tables.units, tables.kreise, language),
        }
        for name, piece in pieces.items():
            write_whole(aside / PIECES / language / f"{name}.md", piece)
        write_reader_pages(chapters, language, aside / SOURCE / language)
        edition = aside / SITE / language
        write_of_chapters(chapters, notebooks / "_figures", edition, language)
        write_beside(cases, edition, language, languages)
    explorer.write_explorer(levels, aside / SITE)
    replace_folder(folder, aside)
    return folder


def start_picture(chapters: Sequence[Chapter]) -> str:
    """Return the picture of the start page as a block of MyST, nothing where its chapter has not run."""
    name, figure = START
    found = [chapter for chapter in chapters if chapter.name == name]
    return raw_block(figure_elsewhere(found[0], figure)) if found else Markup("")


def write_of_chapters(chapters: Sequence[Chapter], figures: Path, edition: Path, language: Language) -> None:
    """Write of the chapters the pages with code, the charts to embed, and their files with descriptions."""
    write_code_pages(chapters, edition)
    shown = shown_outputs(chapters)
    citation.write_embeds(shown, edition, language)
    if figures.is_dir():
        shutil.copytree(figures, edition / "_figures", ignore=shutil.ignore_patterns(".*"))
        columns.write_descriptions(edition / "_figures", citation.titles(shown), language)


def offered_beside(edition: Path) -> list[Path]:
    """Return the files of data of an edition that belong to no chapter: instruments and shared rooms."""
    return [edition / activation.FILES["csv"], *sorted((edition / ROOMS).glob("*.csv"))]


def write_beside(cases: Results, edition: Path, language: Language, languages: Sequence[Language]) -> None:
    """Write what belongs to no chapter: files of the instruments, the page and files of shared rooms."""
    activation.write_files(cases, edition)
    write_example(edition, language, languages)
    for file in offered_beside(edition):
        columns.write_description(file, "", language)
