"""Read words and ruled lines of a PDF in a process of its own, so that no file can take this one down.

``python -m dewak_research.own.intake.pdf_words FILE SECONDS`` takes the names of lines (JSON) from its standard input
and writes one line of JSON: the pages that hold a plan, or why there are none. Scripts and attached files are never
opened.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

from dewak_research.own.intake.pdf_pages import Names, Page, choose, page_of
from dewak_research.own.intake.workbook_values import limit_memory

MOST_PAGES, MOST_READ = 3_000, 24
MOST_WORDS, MOST_RULES = 6_000, 3_000
LETTERS_ON_A_PAGE = 20  #: fewer are a page without text
READABLE = 0.5  #: of the signs of a page, else its letters have no meaning
LONGEST_WORD = 200
SEARCH_SHARE = 0.5  #: of the seconds go into finding the pages
STAMP = 4.0  #: times the usual size of letters: a stamp such as »Entwurf« that lies over the page
SKEW = (
    0.1  #: of the size of a letter: what is turned by more than this, and not by a quarter, is such a stamp
)
PASSWORD_ERROR = 4  #: of the library, for a file that needs a password


def read(path: str, names: Names, seconds: float) -> dict[str, Any]:
    """Return the pages that hold a plan, with their words and ruled lines, or the reason why nothing can be read.

    Returns
    -------
    dict
        pages, searched, with_text (counts); parts, similar, unread (numbers of pages); plans, a list of dicts: plan,
        title, whole, unsure, facing, pages; read, by number of the page: width, height, words (text, x0, x1, top,
        bottom, size), across (x0, x1, y) and down (x, y0, y1) of ruled lines, picture (whether a picture fills the
        page). Or refused.
    """
    try:
        return _read(path, names, seconds)
    except Exception:  # whatever a damaged file makes of the two libraries
        return {"refused": "pdf_damaged"}


def _read(path: str, names: Names, seconds: float) -> dict[str, Any]:
    import pypdfium2

    begun = time.monotonic()
    try:
        book = pypdfium2.PdfDocument(path)
        count = len(book)
    except pypdfium2.PdfiumError as error:
        return {
            "refused": "pdf_password" if getattr(error, "err_code", 0) == PASSWORD_ERROR else "pdf_damaged"
        }
    if count > MOST_PAGES:
        return {"refused": "pdf_pages", "pages": count}
    found: list[Page] = []
    searched = with_text = 0
    for n in range(count):
        if time.monotonic() - begun > SEARCH_SHARE * seconds:
            break
        text = _text_of(book, n)
        searched += 1
        if text:
            with_text += 1
            page = page_of(n + 1, text, names)
            found += [page] if page else []
    book.close()
    chosen = choose(found)
    chosen_pages = [page.number for run in chosen.runs for page in run.pages]
    wanted, unread = chosen_pages[:MOST_READ], chosen_pages[MOST_READ:]
    told = {"pages": count, "searched": searched, "with_text": with_text, "unread": unread}
    plans = [
        {
            "plan": run.first.plan,
            "title": run.first.title,
            "whole": run.whole,
            "unsure": run in chosen.unsure,
            "facing": sorted(run.facing),
            "pages": [page.number for page in run.pages if page.number in wanted],
        }
        for run in chosen.runs
        if run.first.number in wanted
    ]
    read_pages = _words_of(path, wanted) if wanted else {}
    return {**told, "parts": chosen.parts, "similar": chosen.similar, "plans": plans, "read": read_pages}


def _text_of(book: Any, number: int) -> str:
    """Return the text of a page; empty where it has none that can be read."""
    import pypdfium2

    try:
        page = book[number]
        reader = page.get_textpage()
        text = str(reader.get_text_range())
        reader.close()
        page.close()
    except pypdfium2.PdfiumError:
        return ""
    signs = [sign for sign in text if not sign.isspace()]
    readable = sum(sign.isascii() or sign.isalpha() for sign in signs)
    return text if len(signs) >= LETTERS_ON_A_PAGE and readable >= READABLE * len(signs) else ""


def _words_of(path: str, numbers: Sequence[int]) -> dict[str, Any]:
    """Return words and ruled lines of pages by their number."""
    import pdfplumber

    read: dict[str, Any] = {}
    with pdfplumber.open(path, pages=sorted(numbers)) as book:
        for page in book.pages:
            read[str(page.page_number)] = _page(page.dedupe_chars(tolerance=1))
            page.close()
    return read


def _page(page: Any) -> dict[str, Any]:
    from pdfplumber.utils.text import extract_words

    width, height = float(page.width), float(page.height)
    chars, rules = _straight(page.chars), [_rule(edge) for edge in page.edges[: 4 * MOST_RULES]]
    turned = _turn(chars)
    if turned:
        chars = [_turned(char, turned, width, height) for char in chars if not char["upright"]]
        rules = [_box(rule, turned, width, height) for rule in rules]
        width, height = height, width
    options: dict[str, Any] = {"x_tolerance_ratio": 0.15, "y_tolerance": 2, "extra_attrs": ["size"]}
    words = extract_words(chars, **options)[:MOST_WORDS]
    places = ("x0", "x1", "top", "bottom", "size")
    pictures = [(one["x1"] - one["x0"]) * (one["bottom"] - one["top"]) for one in page.images[:50]]
    return {
        "width": width,
        "height": height,
        "words": [
            [word["text"][:LONGEST_WORD], *(round(float(word[p]), 2) for p in places)] for word in words
        ],
        "across": [[a, b, t] for a, b, t, u in rules if u - t < 1.5 and b - a > 5][:MOST_RULES],
        "down": [[a, t, u] for a, b, t, u in rules if b - a < 1.5 and u - t > 5][:MOST_RULES],
        "picture": max(pictures, default=0.0) > 0.7 * width * height,
    }


def _straight(chars: Sequence[Any]) -> list[Any]:
    """Return letters without those of a stamp across the page: turned otherwise than by quarters, or far larger."""
    if not chars:
        return []
    usual = median(float(char["size"]) for char in chars)
    return [
        char
        for char in chars
        if float(char["size"]) <= STAMP * usual and _by_quarters(*map(abs, char["matrix"][:4]))
    ]


def _by_quarters(a: float, b: float, c: float, d: float) -> bool:
    return max(b, c) <= SKEW * max(a, d) or max(a, d) <= SKEW * max(b, c)


def _rule(edge: Any) -> tuple[float, float, float, float]:
    a, b, t, u = (round(float(edge[name]), 1) for name in ("x0", "x1", "top", "bottom"))
    return a, b, t, u


def _turn(chars: Sequence[Any]) -> int:
    """Return 1 where the text of the page runs upwards, -1 where it runs downwards, 0 where it is upright."""
    lying = [char for char in chars if not char["upright"]]
    if len(lying) * 2 <= len(chars) or not lying:
        return 0
    return 1 if median(float(char["matrix"][1]) for char in lying) > 0 else -1


def _box(
    box: tuple[float, float, float, float], turned: int, width: float, height: float
) -> tuple[float, float, float, float]:
    """Turn a box (x0, x1, top, bottom) so that lying text stands."""
    a, b, t, u = box
    return (height - u, height - t, a, b) if turned > 0 else (t, u, width - b, width - a)


def _turned(char: Any, turned: int, width: float, height: float) -> dict[str, Any]:
    at = (char["x0"], char["x1"], char["top"], char["bottom"])
    x0, x1, top, bottom = _box(at, turned, width, height)
    place = {"x0": x0, "x1": x1, "top": top, "bottom": bottom, "doctop": top}
    return {**char, **place, "upright": True, "width": x1 - x0, "height": bottom - top, "size": bottom - top}


def limit_time(seconds: float) -> None:
    """Bound the processor time of this process where the system can; it ends even if nobody waits for it."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))


if __name__ == "__main__":
    limit_memory()
    limit_time(float(sys.argv[2]))
    answer = read(sys.argv[1], json.load(sys.stdin), float(sys.argv[2]))
    sys.stdout.buffer.write(json.dumps(answer).encode())
