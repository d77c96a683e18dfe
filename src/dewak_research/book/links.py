"""Every link and every picture of the finished pages, held against the files that are there."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_ATTRIBUTES = {"href", "src", "data-src", "poster"}


class _Page(HTMLParser):
    """Collects what a page points to and the anchors it offers."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.targets: set[str] = set()
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value is None:
                continue
            if name == "id" or (name == "name" and tag == "a"):
                self.anchors.add(value)
            elif name in _ATTRIBUTES:
                self.targets.add(value)
            elif name == "srcset":
                self.targets |= {part.split()[0] for part in value.split(",") if part.strip()}


def read_page(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Return the targets a page points to and the anchors it offers."""
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return frozenset(page.targets), frozenset(page.anchors)


def is_foreign(target: str) -> bool:
    """Tell whether a target lies on another host (or is no file at all, as ``mailto:``)."""
    parts = urlsplit(target)
    return bool(parts.scheme or parts.netloc)


def broken_links(html: Path) -> list[str]:
    """Return, for every page below ``html``, links to files or anchors that do not exist.

    Parameters
    ----------
    html : Path
        Folder of the finished book.

    Returns
    -------
    list of str
        ``page: target``, sorted; empty where every link holds.
    """
    root = html.resolve()
    page_of = cache(read_page)
    exists = cache(Path.is_file)
    broken = []
    for page in sorted(root.rglob("*.html")):
        if "_static" in page.relative_to(root).parts:
            continue
        targets, anchors = page_of(page)
        for target in sorted(targets):
            if is_foreign(target) or target.startswith("data:"):
                continue
            parts = urlsplit(target)
            file = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if file.is_dir():
                file = file / "index.html"
            if not exists(file) or not file.is_relative_to(root):
                broken.append(f"{page.relative_to(root)}: {target}")
                continue
            fragment = unquote(parts.fragment)
            if fragment and file.suffix == ".html":
                offered = anchors if file == page else page_of(file)[1]
                if fragment not in offered:
                    broken.append(f"{page.relative_to(root)}: {target}")
    return broken
