"""What a link to a page shows elsewhere: tags with title and description, and a picture for every kind of page.

The pages link relatively only; a preview needs absolute addresses. So the tags are written when the report is
published, those with an address only where one is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from dewak_research.errors import InputError, messages, texts
from dewak_research.language import LANGUAGES, Language

FOLDER = "_social"
SIZE = (1200, 630)  #: pixels, what the readers of such tags ask for
LONGEST = 200  #: letters of a description
_COLOURS = 32
_problem, _text = messages(__package__), texts(__package__)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_GIVEN = re.compile(r'<meta name="description" content="([^"]*)"')
_FACTS = re.compile(r'<p class="facts">(.*?)</p>', re.DOTALL)
_PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)
_NOT_READ = re.compile(r"<(nav|header|aside|form|noscript|script|style)\b.*?</\1>", re.DOTALL)
_MARKS = re.compile(r"<[^>]+>")
_SHEET = re.compile(r"(?:profile|council)/(\d{5}(?:\d{3})?)\.html")
_CHAPTER = re.compile(r"(?:notebooks/)?(\d\d_[a-z_]+?)(?:_check)?\.html")
_FEWEST = 40  #: letters of a paragraph that says something


class Card(NamedTuple):
    """A picture: its file below the folder of all, what it says in large letters, and below."""

    name: str
    title: str
    below: str


def _plain(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(_MARKS.sub("", html)).replace("\N{SOFT HYPHEN}", "")).strip()


def title_of(page: str) -> str:
    """Return the title of a page without the name of the report behind it; empty without one."""
    found = _TITLE.search(page)
    return re.sub(r"\s+(?:—|·) DeWaK.*$", "", _plain(found[1])) if found else ""


def description_of(page: str) -> str:
    """Return what a page says of itself, else its first paragraph of some length, cut at a word."""
    given = _GIVEN.search(page)
    body = _NOT_READ.sub("", page.partition("<body")[2])
    said = (_plain(found[1]) for found in _PARAGRAPH.finditer(body))
    text = unescape(given[1]) if given else next((text for text in said if len(text) >= _FEWEST), "")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rsplit(' ', 1)[0]} …"


def checked_address(address: str) -> str:
    """Return the address of the published report with a slash at its end.

    Raises
    ------
    InputError
        It is no address of a web server.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise InputError(_problem("no_web_address", address))
    return address.rstrip("/") + "/"


def card_of(path: str, page: str, language: Language, units: bool) -> Card:
    """Return the picture of a page.

    Parameters
    ----------
    path : str
        The page, below the folder of its language.
    page : str
        Its HTML.
    language : {"de", "en"}
        Language of the picture.
    units : bool
        Every unit has a picture of its own, not one for all profiles.
    """
    sheet, chapter = _SHEET.fullmatch(path), _CHAPTER.fullmatch(path)
    report = _text("title")[language]
    if sheet and units:
        facts = _FACTS.search(page)
        return Card(f"{language}/{sheet[0][:-5]}", title_of(page), _plain(facts[1]) if facts else report)
    if sheet or path == "profiles.html":
        return Card(f"{language}/profiles", _text("social_profiles")[language], report)
    if chapter and not chapter[1].startswith("40_"):
        return Card(f"{language}/{chapter[1]}", title_of(page), report)
    return Card(f"{language}/start", report, _text("social_start")[language])


def draw(card: Card, target: Path) -> None:
    """Draw a picture of 1200 × 630 pixels as PNG with few colours; the same card gives the same bytes."""
    import matplotlib
    from PIL import Image, ImageDraw, ImageFont

    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    image = Image.new("RGB", SIZE, "#0b4f60")
    pen = ImageDraw.Draw(image)
    for left, top in ((84, 102), (112, 86), (140, 110)):
        pen.rectangle((left, top, left + 17, 134), fill="#ffffff")
    pen.line([(78, 94), (102, 78), (128, 66), (164, 94)], fill="#f2b134", width=8, joint="curve")
    pen.rectangle((76, 142, 172, 149), fill="#ffffff")
    bold, plain = fonts / "DejaVuSans-Bold.ttf", fonts / "DejaVuSans.ttf"
    pen.text((196, 78), "DeWaK", font=ImageFont.truetype(bold, 60), fill="#ffffff")
    for size in range(68, 31, -4):
        font = ImageFont.truetype(bold, size)
        lines = _wrapped(card.title, font, SIZE[0] - 156)
        if len(lines) * size * 1.25 <= 270:
            break
    pen.multiline_text((76, 210), "\n".join(lines), font=font, fill="#ffffff", spacing=int(size * 0.25))
    font = ImageFont.truetype(plain, 30)
    below = _wrapped(card.below, font, SIZE[0] - 156)[:3]
    pen.multiline_text((76, 590 - 42 * len(below)), "\n".join(below), font=font, fill="#d5e6ec", spacing=10)
    target.parent.mkdir(parents=True, exist_ok=True)
    image.quantize(_COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)


def _wrapped(text: str, font: object, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:  # type: ignore[attr-defined]
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def tags(page: str, path: str, language: Language, card: Card, address: str | None) -> str:
    """Return the tags of a page; those that need an absolute address only with one.

    Parameters
    ----------
    path : str
        The page, below the folder of the report.
    address : str or None
        Where the report will lie, with a slash at its end.
    """
    found = [
        ("property", "og:type", "article"),
        ("property", "og:site_name", _text("title")[language]),
        ("property", "og:title", title_of(page)),
        ("property", "og:description", description_of(page)),
        ("property", "og:locale", {"de": "de_DE", "en": "en_GB"}[language]),
        ("name", "twitter:card", "summary_large_image" if address else "summary"),
    ]
    if address:
        found += [
            ("property", "og:url", address + quote(path)),
            ("property", "og:image", f"{address}{FOLDER}/{quote(card.name)}.png"),
            ("property", "og:image:width", str(SIZE[0])),
            ("property", "og:image:height", str(SIZE[1])),
            ("property", "og:image:alt", f"{card.title}. {card.below}"),
        ]
    return "".join(f'<meta {kind}="{name}" content="{escape(said)}">\n' for kind, name, said in found if said)


def _pages(site: Path) -> Iterator[tuple[Path, str, Language]]:
    yield site / "index.html", "index.html", "de"
    for language in LANGUAGES:
        folder = site / language
        for page in sorted(folder.rglob("*.html")):
            path = page.relative_to(folder).as_posix()
            if not path.startswith("_"):
                yield page, path, language


def write_previews(site: Path, address: str | None = None, units: bool = False) -> int:
    """Write the tags into every page of a folder to be published, and the pictures where an address is given.

    Parameters
    ----------
    site : Path
        The folder; its pages are changed.
    address : str, optional
        Where it will lie on the web.
    units : bool
        With an address: a picture for every unit instead of one for all profiles.

    Returns
    -------
    int
        Number of pictures.

    Raises
    ------
    InputError
        The address is none of a web server.
    """
    base = checked_address(address) if address else None
    cards: dict[str, Card] = {}
    for page, path, language in _pages(site):
        html = page.read_text(encoding="utf-8")
        card = card_of(path, html, language, units)
        cards.setdefault(card.name, card)
        written = tags(html, page.relative_to(site).as_posix(), language, card, base)
        page.write_text(html.replace("</head>", f"{written}</head>", 1), encoding="utf-8")
    if base is None:
        return 0
    for card in cards.values():
        draw(card, site / FOLDER / f"{card.name}.png")
    return len(cards)
