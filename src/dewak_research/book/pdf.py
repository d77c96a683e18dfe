"""The report as PDF: the main pages of an edition as one document, and each chapter on its own."""

from __future__ import annotations

import hashlib
import io
import shutil
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pypdf import PdfReader

from dewak_research import __version__
from dewak_research.book.builder import BookError
from dewak_research.book.printing import chromium, filled, finished, open_page, pages_of_anchors
from dewak_research.book.site import write_below_title
from dewak_research.errors import InputError, messages, texts
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.values import number
from dewak_research.replaced import replace_folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHAPTERS = (
    "00_data", "10_social_spending_disparities", "20_fiscal_stress_test", "30_case_study_evaluation",
    "50_integrated_plan", "60_space",
)  # fmt: skip
WHOLE = ("index", *CHAPTERS, "methods", "limitations", "sources", "references", "glossary")
"""Pages of the whole report, in their order; a page for checking is read where it can be followed, on the screen."""
BRIEF = ("sources", "references", "glossary")
"""Pages that are lists: the contents name them without their parts."""
CLOSEST = 3
"""How often a chapter is set closer so that none of its sheets is nearly empty."""
NEARLY_EMPTY = 0.3
"""Share of a sheet's height, its upper margin counted, down to which the text of a nearly empty sheet reaches."""
REPORT = "report"
FOLDER = "pdf"
MADE_FROM = "made_from.txt"
_HERE = Path(__file__).parent / "templates"
_FOOT = (
    '<div style="width:100%;font:7.5pt system-ui,sans-serif;color:#4a5b66;padding:0 15mm;display:flex;'
    'justify-content:space-between"><span>{title}</span><span class="pageNumber"></span></div>'
)
_AGAIN = """([numbers, closer]) => {
  for (const entry of document.querySelectorAll(".print-contents a"))
    entry.lastElementChild.textContent = numbers[decodeURIComponent(entry.hash.slice(1))];
  for (const [name, step] of Object.entries(closer)) document.getElementById(name).dataset.closer = step;
}"""
_problem, _text = messages(__package__), texts(__package__)


def documents(html: Path, language: Language) -> dict[str, list[str]]:
    """Return the pages of every PDF of an edition by its name; pages that do not exist are left out."""
    whole = [name for name in WHOLE if (html / language / f"{name}.html").is_file()]
    return {REPORT: whole} | {name: [name] for name in CHAPTERS if name in whole}


def fingerprint(html: Path) -> str:
    """Return what tells one build of the report from another, for the pages that are printed."""
    found = hashlib.sha256()
    for language in LANGUAGES:
        for name in WHOLE:
            page = html / language / f"{name}.html"
            if page.is_file():
                found.update(page.read_bytes())
    return found.hexdigest()


def compose(
    browser: Browser, html: Path, names: Sequence[str], language: Language
) -> tuple[bytes, list[dict[str, Any]]]:
    """Print pages of an edition as one document with title, contents, page numbers and bookmarks.

    Returns
    -------
    bytes
        The PDF.
    list of dict
        level, id, text and page of every entry of the contents.

    Raises
    ------
    BookError
        The numbers of the contents are not those of the pages.
    """
    title = _text("title")[language]
    kind = "pdf_subtitle" if len(names) > 1 else "pdf_chapter_subtitle"
    page = open_page(browser, html, f"{language}/{'index' if 'index' in names else names[0]}.html")
    page.add_style_tag(path=_HERE / "print.css")
    entries: list[dict[str, Any]] = page.evaluate(
        (_HERE / "print.js").read_text(encoding="utf-8").split("\n", 1)[1],
        {
            "names": list(names),
            "brief": list(BRIEF),
            "checks": _text("check_heading")[language],
            "title": title,
            "subtitle": _text(kind, version=__version__)[language],
            "contents": _text("pdf_contents")[language],
        },
    )
    said = title if len(names) > 1 else entries[0]["text"]
    starts = [entry["id"] for entry in entries if entry["level"] == 1]
    numbers: dict[str, int] = {}
    closer: Counter[str] = Counter()
    for _ in range(3 + CLOSEST):  # print, read the numbers, print again; once more where lines moved
        printed = page.pdf(
            prefer_css_page_size=True,
            print_background=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=_FOOT.format(title=escape(said)),
            outline=True,
            tagged=True,
        )
        found = pages_of_anchors(printed)
        before, numbers = numbers, {entry["id"]: found[entry["id"]] for entry in entries}
        thin = _nearly_empty(printed, {name: numbers[name] for name in starts})
        looser = [name for name in thin if closer[name] < CLOSEST]
        if numbers == before and not looser:
            page.close()
            return finished(printed, said, language), [{**e, "page": numbers[e["id"]]} for e in entries]
        closer.update(looser)
        page.evaluate(_AGAIN, [numbers, closer])
    raise BookError(f"{language}: the contents do not settle on page numbers")


def _nearly_empty(printed: bytes, starts: Mapping[str, int]) -> list[str]:
    """Return which chapters, whose first pages are given in their order, hold a further sheet that is nearly empty."""
    pages = PdfReader(io.BytesIO(printed)).pages
    ends = [*starts.values(), len(pages) + 1][1:]
    return [
        name
        for (name, start), end in zip(starts.items(), ends, strict=True)
        if any(filled(pages[sheet - 1]) < NEARLY_EMPTY for sheet in range(start + 1, end))
    ]


def print_report(html: Path, target: Path, languages: Sequence[Language] = LANGUAGES) -> list[Path]:
    """Print the whole report and each chapter of every edition and return the files.

    Parameters
    ----------
    html : Path
        The finished report.
    target : Path
        Gets ``<language>/report.pdf``, ``<language>/<chapter>.pdf`` and what they were made from, when all is whole.

    Raises
    ------
    InputError
        There is no finished report, or no Chromium.
    """
    if not (html / "index.html").is_file():
        raise InputError(_problem("no_built_report", html.name))
    aside = target.with_name(f".{target.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    written = []
    try:
        with chromium() as browser:
            for language in languages:
                (aside / language).mkdir(parents=True)
                for name, pages in documents(html, language).items():
                    (aside / language / f"{name}.pdf").write_bytes(compose(browser, html, pages, language)[0])
                    written.append(target / language / f"{name}.pdf")
        (aside / MADE_FROM).write_text(fingerprint(html) + "\n", encoding="utf-8")
        replace_folder(target, aside)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return written


def offer(pdf: Path | None, html: Path, site: Path) -> bool:
    """Put the PDFs into a site and a link to them below the title of the start page and of every chapter.

    Parameters
    ----------
    pdf : Path or None
        Folder that `print_report` wrote; nothing is offered where it is not there or comes from another build.
    html : Path
        The finished report, untouched.
    site : Path
        Copy of the report that gets PDFs and links.

    Returns
    -------
    bool
        Whether they are offered.
    """
    made_from = None if pdf is None else pdf / MADE_FROM
    if pdf is None or made_from is None or not made_from.is_file():
        return False
    if made_from.read_text(encoding="utf-8").strip() != fingerprint(html):
        sys.stderr.write(_text("pdf_stale")["en"] + "\n")
        return False
    for language in LANGUAGES:
        for name in documents(html, language):
            printed = pdf / language / f"{name}.pdf"
            (site / language / FOLDER).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(printed, site / language / FOLDER / printed.name)
            page = site / language / f"{'index' if name == REPORT else name}.html"
            _link(page, name, printed.stat().st_size, language)
    return True


def _link(page: Path, name: str, size: int, language: Language) -> None:
    links = (
        [] if name == REPORT else [(name, f"{_text('pdf_chapter')[language]}, {_megabytes(size, language)}")]
    )
    links.append((REPORT, _text("pdf_whole")[language]))
    written = " · ".join(f'<a href="{FOLDER}/{file}.pdf">{escape(said)}</a>' for file, said in links)
    offered = f'<p class="dewak-pdf d-print-none">{_text("pdf_offer")[language]} {written}</p>'
    write_below_title(page, offered)


def _megabytes(size: int, language: Language) -> str:
    return f"{number(size / 1e6, language, 1)} MB"
