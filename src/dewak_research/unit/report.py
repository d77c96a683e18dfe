"""The report of one unit in a folder of its own: its executed notebook as a page, and its printable sheet."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from html import escape
from pathlib import Path

import nbformat
from markdown_it import MarkdownIt
from markupsafe import Markup
from nbformat import NotebookNode

from dewak_research.language import LANGUAGES, Language
from dewak_research.page.credit import kinds_of_page, rests_on
from dewak_research.page.files import write_whole
from dewak_research.page.html import templates
from dewak_research.paths import BOOK
from dewak_research.unit.council import council_page, write_style
from dewak_research.unit.kreis_council import kreis_council_page
from dewak_research.unit.kreis_sheet import kreis_sheet
from dewak_research.unit.kreis_view import kreis_profile_of
from dewak_research.unit.sheet import leaflet
from dewak_research.unit.view import ProfileTables, profile_of

KREIS_PAGE = "sheet.html"
"""First page of the report of a Kreis outside the Land of the report."""


def notebook_body(node: NotebookNode) -> Markup:
    """Return text and outputs of an executed notebook as HTML; raw HTML in its text stays text, code stays out."""
    write = MarkdownIt("commonmark", {"html": False, "typographer": True}).enable("table")
    parts = []
    for cell in node.cells:
        if cell.cell_type == "markdown":
            parts.append(write.render(cell.source))
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/html" in data:
                parts.append(str(data["text/html"]))
            elif output.get("output_type") == "stream" or "text/plain" in data:
                parts.append(f"<pre>{escape(output.get('text', '') or data.get('text/plain', ''))}</pre>")
    return Markup("\n".join(parts))


def _begun(folder: Path, book: Path) -> Path:
    """Return a folder that holds only what all pages of a report ask for."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "_static").mkdir(parents=True)
    for name in ("dewak.css", "logo.svg"):
        shutil.copyfile(book / "_static" / name, folder / "_static" / name)
    return folder


def write_kreis_report(
    tables: ProfileTables,
    ags: str,
    folder: Path,
    languages: Sequence[Language] = LANGUAGES,
    book: Path = BOOK,
) -> Path:
    """Write what there is of a Kreis outside the Land of the report and return its first page.

    Nothing booked of it is known: there is no notebook and no ``index.html``.

    Parameters
    ----------
    ags : str
        Key of five digits.
    folder : Path
        Gets ``<language>/sheet.html`` and ``council.html`` (one A4 page each).
    tables, languages, book
        As in `write_unit_report`.
    """
    profile = kreis_profile_of(tables.rows, ags)
    for language in languages:
        target = _begun(folder / language, book)
        write_whole(target / KREIS_PAGE, kreis_sheet(profile, language, alone=True))
        write_whole(target / "council.html", kreis_council_page(profile, language, alone=True))
        write_style(target)
    return folder / languages[0] / KREIS_PAGE


def write_unit_report(
    tables: ProfileTables,
    ags: str,
    notebooks: Path,
    folder: Path,
    languages: Sequence[Language] = LANGUAGES,
    book: Path = BOOK,
) -> Path:
    """Write the report of one unit and return its first page.

    Parameters
    ----------
    tables : ProfileTables
        From `load_profile_tables`.
    ags : str
        Key of the unit; of a Kreis outside the Land of the report there is what `write_kreis_report` writes.
    notebooks : Path
        Folder with ``<language>/40_profile_<ags>.ipynb`` and ``<language>/_figures/40_profile_<ags>/``.
    folder : Path
        Gets ``<language>/index.html`` (profile with figures and data), ``sheet.html`` (one A4 page) and
        ``council.html`` (two) beside it.
    languages : sequence of {"de", "en"}
        Languages of the report; the first one is where the returned page is.
    book : Path
        Folder with ``_static/dewak.css`` and the logo.
    """
    if ags not in set(tables.units["ags"]):
        return write_kreis_report(tables, ags, folder, languages, book)
    profile = profile_of(tables, ags)
    page = f"40_profile_{profile.ags}"
    template = templates("dewak_research.unit").get_template("unit_report.html")
    for language in languages:
        target = _begun(folder / language, book)
        figures = notebooks / language / "_figures" / page
        if figures.is_dir():
            shutil.copytree(figures, target / "_figures" / page)
        node = nbformat.read(notebooks / language / f"{page}.ipynb", as_version=4)  # type: ignore[no-untyped-call]
        body = notebook_body(node)
        title = re.sub(r"<[^>]+>", "", str(body).split("</h1>", 1)[0]).strip()
        others = [other for other in languages if other != language]
        foot = rests_on(kinds_of_page(str(body), language), language)
        html = template.render(
            language=language, others=others, title=Markup(title), body=body, rests_on=foot
        )
        write_whole(target / "index.html", html)
        write_whole(target / "sheet.html", leaflet(profile, language, alone=True))
        write_whole(target / "council.html", council_page(profile, language, alone=True))
        write_style(target)
    return folder / languages[0] / "index.html"
