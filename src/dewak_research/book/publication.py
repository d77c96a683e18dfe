"""The whole report in one call: both editions, the picture of the start page, the town finder, all profiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from markupsafe import Markup

from dewak_research.book.book import build_book
from dewak_research.book.finder import finder_page
from dewak_research.book.references import read_references, references_page, sources_page
from dewak_research.chapters.disparities.figures import kdu_map
from dewak_research.data import read_boundaries
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.figure import Figure
from dewak_research.page.results import open_results
from dewak_research.paths import BOOK, PROCESSED, RAW
from dewak_research.unit.sheet import write_leaflets
from dewak_research.unit.view import ProfileTables, load_profile_tables

PICTURE = "_figures/start"


def start_picture(figure: Figure, language: Language) -> Markup:
    """Return the picture of the start page as a block of MyST."""
    return Markup(f"````{{raw}} html\n{figure.html(language, PICTURE)}\n````")


def write_beside(
    tables: ProfileTables, pictures: Mapping[Language, Figure], folder: Path, languages: Sequence[Language]
) -> None:
    """Write what Jupyter Book does not know of: the picture of the start page with its data, all profiles."""
    for language in languages:
        target = folder / language / PICTURE
        target.mkdir(parents=True, exist_ok=True)
        pictures[language].save(target)
    write_leaflets(tables, folder, languages)


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
    results = open_results("disparities", processed)
    pictures = {language: kdu_map(results, language) for language in languages}
    tables = load_profile_tables(processed)
    towns = read_boundaries("nrw_gemeinden", raw)
    references = read_references(book)
    try:
        return build_book(
            book,
            processed,
            html or book / "_build" / "html",
            named={
                language: {"picture": start_picture(pictures[language], language)} for language in languages
            },
            rewrite={
                "profiles": partial(finder_page, tables.units, towns),
                "sources": sources_page,
                "references": partial(references_page, references),
            },
            beside=partial(write_beside, tables, pictures),
            languages=languages,
            shown=shown,
        )
    finally:
        for figure in pictures.values():
            plt.close(figure.drawing)
