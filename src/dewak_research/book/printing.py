"""Prints pages with an installed Chromium, which reads files of one folder only; the same page gives the same bytes."""

from __future__ import annotations

import io
import mimetypes
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pikepdf
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject

from dewak_research.errors import InputError, messages
from dewak_research.language import Language

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

HOST = "http://report.invalid"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
VARIABLE = "DEWAK_CHROMIUM"
UNIT_PAGES = ("index", "sheet", "council")
FOOT = 51.0
"""Points at the lower edge of a sheet that hold the page number only: 18 mm."""
SPARSE = 40_000
"""Bytes of drawing above which a sheet is not nearly empty; a full sheet of text has some 60,000, a map millions."""
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
_DATES = ("/CreationDate", "/ModDate", "/Producer", "/Creator")
_problem = messages(__package__)


def find_chromium() -> str:
    """Return the path of an installed Chromium: the one named in ``DEWAK_CHROMIUM``, else the first on PATH.

    Raises
    ------
    InputError
        There is none; the message says how to get one.
    """
    named = os.environ.get(VARIABLE)
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise InputError(_problem("no_chromium", named or "PATH", variable=VARIABLE))
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a Chromium for as long as the block lasts.

    Raises
    ------
    InputError
        No Chromium is installed.
    """
    path = find_chromium()

    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def open_page(browser: Browser, root: Path, name: str) -> Page:
    """Open a page of a folder as if a host served it; whatever lies outside the folder is refused.

    Parameters
    ----------
    root : Path
        Folder of the finished pages.
    name : str
        Address of the page below it.
    """
    page = browser.new_page(color_scheme="light", viewport={"width": 1000, "height": 1400})
    page.emulate_media(media="print", color_scheme="light")

    def answer(route: Route) -> None:
        asked = urlsplit(route.request.url)
        file = (root / unquote(asked.path).lstrip("/")).resolve()
        inside = f"{asked.scheme}://{asked.netloc}" == HOST and file.is_relative_to(root.resolve())
        if not inside or not file.is_file():
            route.abort()
            return
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        route.fulfill(body=file.read_bytes(), content_type=kind)

    page.route("**/*", answer)
    page.goto(f"{HOST}/{name}")
    return page


def print_unit_report(folder: Path, languages: Sequence[Language]) -> list[Path]:
    """Print the pages of one unit's report beside them and return the files.

    Parameters
    ----------
    folder : Path
        Folder of the report, with ``<language>/index.html`` and, where they were written, ``sheet.html`` and
        ``council.html``.

    Raises
    ------
    InputError
        No Chromium is installed.
    """
    written = []
    with chromium() as browser:
        for language in languages:
            for name in UNIT_PAGES:
                page = folder / language / f"{name}.html"
                if page.is_file():
                    target = page.with_suffix(".pdf")
                    target.write_bytes(print_file(browser, page, language))
                    written.append(target)
    return written


def print_file(browser: Browser, file: Path, language: Language) -> bytes:
    """Print one page as it is, with its own page size: profiles and summaries for a council."""
    root = file.parent if (file.parent / "_static").is_dir() else file.parent.parent
    page = open_page(browser, root, file.relative_to(root).as_posix())
    printed = page.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)
    title = page.title()
    page.close()
    return finished(printed, title, language)


def finished(printed: bytes, title: str, language: Language) -> bytes:
    """Return a PDF with title and language and without day, so that a second run gives the same bytes."""
    writer = PdfWriter(clone_from=io.BytesIO(printed))
    kept: dict[str, Any] = {k: v for k, v in (writer.metadata or {}).items() if k not in _DATES}
    writer.metadata = None
    writer.add_metadata({**kept, "/Title": title, "/Producer": "dewak-research"})
    writer.root_object[NameObject("/Lang")] = TextStringObject(language)
    if "/Outlines" in writer.root_object:
        writer.page_mode = "/UseOutlines"
    writer._ID = None
    writer.compress_identical_objects()  # a hatched map holds the same tile hundreds of times
    whole = io.BytesIO()
    writer.write(whole)
    return packed(whole)


def packed(whole: io.BytesIO) -> bytes:
    """Return a PDF with its small objects (the tags of every cell) together in compressed streams, a third lighter."""
    out = io.BytesIO()
    with pikepdf.open(whole) as document:
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()


def pages_of_anchors(printed: bytes) -> dict[str, int]:
    """Return the page (from 1) of every anchor that some link of a printed document leads to."""
    reader = PdfReader(io.BytesIO(printed))
    found = {}
    for name, target in reader.named_destinations.items():
        number = reader.get_destination_page_number(target)
        if number is not None:
            found[unquote(name.lstrip("/"))] = number + 1
    return found


def filled(page: PageObject) -> float:
    """Return how far down a sheet its text reaches, as a share of its height; the page number does not count.

    A sheet with more drawn on it than a third of a sheet of text needs is called full without being read.
    """
    contents = page.get_contents()
    if contents is not None and len(contents.get_data()) > SPARSE:
        return 1.0
    lowest = height = float(page.mediabox.height)

    def place(text: str, cm: list[float], tm: list[float], *_: object) -> None:
        nonlocal lowest
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        if text.strip() and y > FOOT:
            lowest = min(lowest, y)

    page.extract_text(visitor_text=place)
    return 1 - lowest / height
