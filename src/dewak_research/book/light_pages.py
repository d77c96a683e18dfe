"""Pages ask only for what they use: scripts by what stands on a page, style rules and icons by what an edition shows.

The theme brings the script of a whole icon library, the search index for every page and rules for parts that no page
has. Nothing is rewritten: a style sheet loses rules whose classes or ids occur neither on a page nor in a script, the
icon font loses glyphs that no rule shows, and a page loses tags of scripts and sheets that find nothing to do on it.
"""

from __future__ import annotations

import hashlib
import io
import logging
import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import tinycss2
from fontTools import subset
from fontTools.ttLib import TTFont
from lxml import etree  # type: ignore[import-untyped]

#: Script or style sheet to the classes and ids that give it something to do on a page; empty: none does.
_NEEDED_BY = {
    "fontawesome.js": "",
    "bootstrap.js": "dropdown-toggle|collapse|modal|carousel|pst-collapse-sidebar-button",
    "searchtools.js": "search-results",
    "language_data.js": "search-results",
    "searchindex.js": "search-results",
    "clipboard.min.js": "highlight",
    "copybutton.js": "highlight",
    "copybutton.css": "highlight",
    "pygments.css": "highlight",
    "design-tabs.js": "sd-tab-set",
    "sphinx-design.min.css": "sd-.+",
    "togglebutton.js": "toggle|dropdown",
    "togglebutton.css": "toggle|dropdown",
    "finder.js": "finder-count|cases-count|search-results",
    "tables.js": "dewak-long|dewak-rest|explorer",
    "explorer.js": "explorer",
    "explorer.css": "explorer",
    "unit_search.js": "unit-search",
    "cite.js": "dewak-cite-words",
    "compare.js": "compare-tables",
    "sheet.js": "tools",
}
#: Scripts of pages that are written beside an edition: its own pages do not ask for them.
_BESIDE = {"sheet.js"}
#: Scripts that have nothing to do before the page stands; the search page's own scripts ask for them at once.
_LATER = {
    "doctools.js",
    "sphinx_highlight.js",
    "translations.js",
    "sphinx-book-theme.js",
    "finder.js",
    "tables.js",
    "unit_search.js",
    "cite.js",
    "explorer.js",
    "compare.js",
}
_TAG = re.compile(
    r"[ \t]*<script\b[^>]*\bsrc=\"(?P<script>[^\"]+)\"[^>]*></script>[ \t]*\n?"
    r"|[ \t]*<link\b[^>]*\bhref=\"(?P<link>[^\"]+\.(?:css|js)(?:\?[^\"]*)?)\"[^>]*/?>[ \t]*\n?"
)
_SHEET = re.compile(r'(<link\b[^>]*\bhref=")([^"?]+\.css)(?:\?[^"]*)?(")')
_STYLES = ("pydata-sphinx-theme.css", "sphinx-book-theme.css", "sphinx-design.min.css", "basic.css")
_ICON_FONT = Path("vendor") / "fontawesome" / "webfonts"
_SOLID = "fa-solid-900.ttf"
_ESCAPED = re.compile(r"\\([0-9a-fA-F]{4,6})")
_PRIVATE_USE = range(0xE000, 0xF900)
_NESTING = {"media", "supports", "container"}
_FACE = re.compile(r"@font-face ?\{[^}]*Font Awesome[^}]*\}")
_WORD = re.compile(r"[A-Za-z_][\w-]*")


def found_on(html: str, *paths: str) -> list[list[str]]:
    """Return what XPath expressions for attributes or texts find on a page, one list for each."""
    page = etree.HTML(html.encode("utf-8"), etree.HTMLParser(encoding="utf-8", huge_tree=True))
    return [[] if page is None else [str(value) for value in page.xpath(path)] for path in paths]


def names_on(html: str) -> frozenset[str]:
    """Return the classes and ids that stand on a page."""
    (values,) = found_on(html, "//@class | //@id")
    return frozenset(word for value in values for word in value.split())


def without_idle_files(html: str) -> str:
    """Return a page without the scripts and style sheets that find nothing to do on it; what can wait, waits."""
    names = names_on(html)

    def kept(found: re.Match[str]) -> str:
        file = (found["script"] or found["link"]).partition("?")[0].rpartition("/")[2]
        preloaded = found["link"] is not None and file.endswith(".js")
        idle = file in _NEEDED_BY and not any(re.fullmatch(_NEEDED_BY[file], name) for name in names)
        if preloaded or idle:
            return ""
        waits = file in _LATER and "search-results" not in names and " defer" not in found[0]
        return found[0].replace("<script ", "<script defer ", 1) if waits else found[0]

    return _TAG.sub(kept, html)


def used_rules(css: str, names: Iterable[str]) -> str:
    """Return a style sheet with the rules that can apply where only these classes and ids occur.

    Parameters
    ----------
    css : str
        The sheet. Comments that keep a licence stay.
    names : iterable of str
        Classes and ids of all pages, and words of scripts that may set them.

    Notes
    -----
    A selector goes only where a class or id outside ``:not()``, ``:is()`` and the like is unknown; tags, attributes
    and states are never a reason.
    """
    return _written(tinycss2.parse_stylesheet(css, skip_whitespace=True), frozenset(names))


def _written(rules: list[Any], names: frozenset[str]) -> str:
    parts = []
    for rule in rules:
        if rule.type == "comment":
            parts += [f"/*{rule.value}*/\n"] if rule.value.startswith("!") else []
        elif rule.type == "qualified-rule":
            selectors = [s for s in _selectors(rule.prelude) if _names_of(s) <= names]
            body = tinycss2.serialize(rule.content).strip()
            if selectors and body:
                parts.append(f"{','.join(tinycss2.serialize(s).strip() for s in selectors)}{{{body}}}\n")
        elif rule.type == "at-rule" and rule.lower_at_keyword in _NESTING and rule.content is not None:
            inner = tinycss2.parse_blocks_contents(rule.content, skip_whitespace=True)
            within = _written(inner, names)
            if within:
                parts.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{within}}}\n")
        elif rule.type == "at-rule":
            parts.append(f"{tinycss2.serialize([rule])}\n")
        elif rule.type == "error":
            raise ValueError(f"a style sheet cannot be read: {rule.message}")
    return "".join(parts)


def _selectors(prelude: list[Any]) -> list[list[Any]]:
    found: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            found.append([])
        elif token.type != "comment":
            found[-1].append(token)
    return found


def _names_of(selector: list[Any]) -> set[str]:
    names = {token.value for token in selector if token.type == "hash"}
    for before, token in pairwise(selector):
        if before.type == "literal" and before.value == "." and token.type == "ident":
            names.add(token.value)
    return names


def _icons_of(css: str) -> set[int]:
    points = {int(found, 16) for found in _ESCAPED.findall(css)} | {ord(letter) for letter in css}
    return {point for point in points if point in _PRIVATE_USE}


def _subset_font(source: Path, points: set[int], target: Path) -> None:
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(layout_features=[], notdef_outline=False, glyph_names=False, hinting=False)
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=sorted(points))
    chosen.subset(font)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=True)
    target.write_bytes(buffer.getvalue())


def lighten(folder: Path) -> None:
    """Lighten a finished edition: its pages, the theme's style sheets and its icon font.

    Parameters
    ----------
    folder : Path
        The edition; its pages are all ``*.html`` outside ``_static``.
    """
    static = folder / "_static"
    pages = {
        p: p.read_text(encoding="utf-8") for p in sorted(folder.rglob("*.html")) if static not in p.parents
    }
    light = {page: without_idle_files(html) for page, html in pages.items()}
    asked = {
        found["script"].partition("?")[0].rpartition("/")[2]
        for html in light.values()
        for found in _TAG.finditer(html)
        if found["script"]
    }
    names = {name for html in light.values() for name in names_on(html)}
    for script in sorted(static.rglob("*.js")):
        if script.name in asked and script.name != "searchindex.js":
            names |= set(_WORD.findall(script.read_text(encoding="utf-8")))
        elif script.name in _NEEDED_BY and script.name not in _BESIDE:
            script.unlink()
    _lighten_styles(static, names)
    for needless in static.rglob("*.map"):
        needless.unlink()
    marks: dict[Path, str] = {}
    for page, html in light.items():
        page.write_text(_with_marks(html, page, marks), encoding="utf-8")


def _with_marks(html: str, page: Path, marks: dict[Path, str]) -> str:
    """Name each style sheet by its new content, so that no browser keeps an older one."""

    def marked(found: re.Match[str]) -> str:
        file = (page.parent / found[2]).resolve()
        if file not in marks:
            marks[file] = hashlib.sha256(file.read_bytes()).hexdigest()[:8]
        return f"{found[1]}{found[2]}?v={marks[file]}{found[3]}"

    return _SHEET.sub(marked, html)


def _lighten_styles(static: Path, names: set[str]) -> None:
    icons: set[int] = set()
    for style in sorted(static.rglob("*.css")):
        if style.name in _STYLES or style.name.startswith("mystnb."):
            css = used_rules(style.read_text(encoding="utf-8"), names)
            icons |= _icons_of(css)
            style.write_text(_FACE.sub(_own_face, css), encoding="utf-8")
    fonts = static / _ICON_FONT
    if (fonts / _SOLID).is_file():
        _subset_font(fonts / _SOLID, icons, fonts / "icons.woff")
        for whole in [*fonts.glob("*.ttf"), *fonts.glob("*.woff2")]:
            whole.unlink()


def _own_face(found: re.Match[str]) -> str:
    if "font-weight:900" not in found[0]:
        return ""
    source = f'url(../{_ICON_FONT.as_posix()}/icons.woff) format("woff")'
    return re.sub(r"src:[^;}]*", f"src:{source}", found[0])
