"""The finished pages: they ask no other host for anything, speak one language, and every link in them holds.

Jupyter Book 1.x links Thebe from another host, loads MathJax from there unless told otherwise, and leaves some English
words in a German edition; that is mended in the text of the pages, never in their structure.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

from dewak_research.book.light_pages import found_on, lighten
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.files import write_whole
from dewak_research.page.html import templates
from dewak_research.unit.unit_names import unit_search

_THEBE = re.compile(
    r"\s*<script>const THEBE_JS_URL.*?</script>"
    r"|\s*<script[^>]*src=\"[^\"]*sphinx-thebe\.js[^\"]*\"></script>"
    r"|\s*<link[^>]*href=\"[^\"]*sphinx-thebe\.css[^\"]*\"\s*/>",
    re.DOTALL,
)
_VIEWPORT = re.compile(r'<meta name="viewport" content="width=device-width, initial-scale=1"\s*/>')
_SAID_TWICE = re.compile(r"(\s*<script>var togglebuttonSelector = [^<]*</script>)(.*?)\1", re.DOTALL)
_LOGO = '<div class="sidebar-primary-items__start sidebar-primary__section"'
_GERMAN = {
    'title="Link to this heading"': 'title="Link zu dieser Überschrift"',
    'title="Link to this table"': 'title="Link zu dieser Tabelle"',
    'title="Link to this image"': 'title="Link zu diesem Bild"',
    'title="Link to this term"': 'title="Link zu diesem Begriff"',
    'title="Link to this definition"': 'title="Link zu dieser Definition"',
    'title="Link to this equation"': 'title="Link zu dieser Gleichung"',
    'title="Toggle primary sidebar"': 'title="Inhaltsverzeichnis ein- oder ausblenden" '
    'aria-label="Inhaltsverzeichnis ein- oder ausblenden"',
    'title="Toggle secondary sidebar"': 'title="Überschriften ein- oder ausblenden" '
    'aria-label="Überschriften ein- oder ausblenden"',
    'aria-label="Toggle hidden content"': 'aria-label="Inhalt zeigen oder verbergen"',
    'aria-label="Main"': 'aria-label="Kapitel"',
    '<summary><span class="toctree-toggle"': '<summary aria-label="Unterkapitel"><span class="toctree-toggle"',
    f"{_LOGO}>": f'{_LOGO} role="region" aria-label="Bericht">',
    'aria-label="Page"': 'aria-label="Auf dieser Seite"',
    ' - Home"': ': Startseite"',
    '<kbd class="kbd-shortcut__modifier">Ctrl</kbd>': '<kbd class="kbd-shortcut__modifier">Strg</kbd>',
    "<dt>Permalink</dt>": "<dt>Fester Link</dt>",
}
_ENGLISH = {
    'title="Toggle primary sidebar"': 'title="Show or hide the table of contents" '
    'aria-label="Show or hide the table of contents"',
    'title="Toggle secondary sidebar"': 'title="Show or hide the headings" aria-label="Show or hide the headings"',
    'aria-label="Toggle hidden content"': 'aria-label="Show or hide content"',
    'aria-label="Main"': 'aria-label="Chapters"',
    '<summary><span class="toctree-toggle"': '<summary aria-label="Sections"><span class="toctree-toggle"',
    f"{_LOGO}>": f'{_LOGO} role="region" aria-label="Report">',
    ' - Home"': ': start page"',
}
_MATHJAX = re.compile(r'(?<=src=")((?:\.\./)*)(?=_static/mathjax/)')
_MATHJAX_KEPT = ("tex-chtml.js", "output/chtml/fonts")
_UNUSED = (
    "own",  # pictures that a page shows lie in _images
    "sphinx-thebe.js",
    "sphinx-thebe.css",
    "locales",
    "webpack-macros.html",  # templates of the theme, not pages
    "sbt-webpack-macros.html",
    "images/logo_binder.svg",
    "images/logo_colab.png",
    "images/logo_deepnote.svg",
    "images/logo_jupyterhub.svg",
    "images/logo_jupyterlite.svg",
)


def tidy_page(html: str, language: Language) -> str:
    """Return a page without Thebe, words of the other language and repeated tags, with MathJax above the edition."""
    html = _THEBE.sub("", html)
    html = _VIEWPORT.sub("", html)
    html = _MATHJAX.sub(r"\1../", html)
    html = _SAID_TWICE.sub(r"\1\2", html)
    for found, put in (_GERMAN if language == "de" else _ENGLISH).items():
        html = html.replace(found, put)
    return html


def tidy_edition(folder: Path, language: Language) -> None:
    """Tidy every page of an edition and remove what no page uses."""
    for page in sorted(folder.rglob("*.html")):
        if "_static" not in page.relative_to(folder).parts:
            page.write_text(tidy_page(page.read_text(encoding="utf-8"), language), encoding="utf-8")
    static = folder / "_static"
    for name in _UNUSED:
        unused = static / name
        if unused.is_dir():
            shutil.rmtree(unused)
        else:
            unused.unlink(missing_ok=True)
    for name in (".buildinfo", "objects.inv"):
        (folder / name).unlink(missing_ok=True)
    lighten(folder)


def write_below_title(page: Path, html: str) -> None:
    """Write a piece of HTML into a finished page, below its title."""
    before, end, after = page.read_text(encoding="utf-8").partition("</h1>")
    write_whole(page, f"{before}{end}\n{html}{after}")


def bring_mathjax(target: Path) -> None:
    """Copy the part of MathJax that renders TeX to HTML, and its fonts, from the installed package."""
    found = importlib.util.find_spec("sphinx-mathjax-offline")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("sphinx-mathjax-offline is not installed")
    source = Path(found.origin).parent / "static" / "mathjax"
    for name in _MATHJAX_KEPT:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, dirs_exist_ok=True)
        else:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / name, target / name)


_TARGETS = "//@href | //@src | //@data-src | //@poster"
_ANCHORS = "//@id | //a/@name"


def read_page(path: Path | str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the targets a page points to and the anchors it offers."""
    targets, sets, anchors = found_on(Path(path).read_text(encoding="utf-8"), _TARGETS, "//@srcset", _ANCHORS)
    parts = (part.split()[0] for value in sets for part in value.split(",") if part.strip())
    return frozenset([*targets, *parts]), frozenset(anchors)


def is_foreign(target: str) -> bool:
    """Tell whether a target lies on another host (or is no file at all, as ``mailto:``)."""
    parts = urlsplit(target)
    return bool(parts.scheme or parts.netloc)


def read_pages(html: Path) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Return by path what `read_page` returns of every page below ``html``, for `broken_links`."""
    return {page: read_page(page) for page in _pages(_files(str(html.resolve())))}


def _files(root: str) -> set[str]:
    return {f"{folder}{os.sep}{name}" for folder, _, names in os.walk(root) for name in names}


def _pages(files: Iterable[str]) -> list[str]:
    return [file for file in files if file.endswith(".html") and f"{os.sep}_static{os.sep}" not in file]


def broken_links(
    html: Path, read: Mapping[str, tuple[frozenset[str], frozenset[str]]] = MappingProxyType({})
) -> list[str]:
    """Return, for every page below ``html``, links to files or anchors that do not exist.

    Parameters
    ----------
    html : Path
        Folder of the finished book.
    read : mapping, optional
        Pages that have been read already and are the same, as of `read_pages`.

    Returns
    -------
    list of str
        ``page: target``, sorted; empty where every link holds.
    """
    root = str(html.resolve())
    page_of, led_to = cache(lambda page: read.get(page) or read_page(page)), cache(_led_to)
    files = _files(root)
    folders = {root, *(file.rpartition(os.sep)[0] for file in files)}
    broken = []
    for page in _pages(files):
        folder = page.rpartition(os.sep)[0]
        for target in page_of(page)[0]:
            place = led_to(folder, target)
            if place is None:
                continue
            file, anchor = place[0] or page, place[1]
            if file in folders:
                file = f"{file}{os.sep}index.html"
            anchored = bool(anchor) and file.endswith(".html")
            if file not in files or (anchored and anchor not in page_of(file)[1]):
                broken.append(f"{Path(page).relative_to(root)}: {target}")
    return sorted(broken)


def _led_to(folder: str, target: str) -> tuple[str, str] | None:
    """Return the file (empty: the page itself) and the anchor that a link leads to; None where it leads out."""
    if is_foreign(target) or target.startswith("data:"):
        return None
    parts = urlsplit(target)
    file = os.path.normpath(f"{folder}{os.sep}{unquote(parts.path)}") if parts.path else ""
    return file, unquote(parts.fragment)


def write_entrance(html: Path, static: Path) -> None:
    """Write ``index.html`` above the editions, in two languages, ``404.html`` for hosts, and what both editions share.

    MathJax is brought along where a page asks for it.

    Parameters
    ----------
    html : Path
        Folder that holds ``de/`` and ``en/``.
    static : Path
        The book's ``_static`` folder with style sheet and logo.
    """
    target = html / "_static"
    target.mkdir(parents=True, exist_ok=True)
    for name in ("dewak.css", "logo.svg", "finder.js", "unit_search.js"):
        shutil.copyfile(static / name, target / name)
    if any("_static/mathjax/" in page.read_text(encoding="utf-8") for page in html.rglob("*.html")):
        bring_mathjax(target / "mathjax")
    fields = {language: unit_search(language, ".", name=f"unit-search-{language}") for language in LANGUAGES}
    for name, template in (("index.html", "entrance.html"), ("404.html", "not_found.html")):
        page = templates("dewak_research.book").get_template(template).render(unit_search=fields)
        (html / name).write_text(page, encoding="utf-8")
