"""How a figure or table is named by others, and how a chart is shown on their pages.

The words of the report stand once on a page, in a ``template``; ``cite.js`` fills a dialog from them and from what
stands at the figure. Without a script the link leads to the page on citing. Each chart has a page of its own to embed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from markupsafe import Markup

from dewak_research.errors import texts
from dewak_research.language import Language
from dewak_research.page.files import write_whole
from dewak_research.page.html import templates
from dewak_research.page.values import kept_together
from dewak_research.paths import ROOT

EMBEDS = "embed"
PAGE = "cite"
ANCHOR = "cite-figure"
LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
FORMS = ("text", "bibtex", "csl", "ris", "frame", "image")
_FIGURE = re.compile(
    r'<figure class="dewak-figure" id="(?P<name>\w+)">(?P<image><img [^>]*>)<figcaption>'
    r'<div class="dewak-caption">(?P<caption>.*?)</div>(?P<foot>.*?)(?:<a class="dewak-data".*)?</figcaption>',
    re.DOTALL,
)
_NUMBERED = re.compile(r'<a class="dewak-numbered" href="#\w+">(.*?)</a> ')
_CAPTIONED = re.compile(
    r'class="dewak-(?:figure|table)\b[^"]*" id="(\w+)".*?'
    r'(?:<caption[^>]*>|<div class="dewak-caption">)(.*?)</(?:caption|div)>',
    re.DOTALL,
)
_BESIDE = re.compile(r'((?:src|href)=")(?=_figures/|[\w-]+\.html)')
_SIZE = re.compile(r' (?:width|height)="(\d+)"')
_FOLDED = re.compile(r"<details[^>]*><summary>(.*?)</summary>.*?</details>", re.DOTALL)
_PART = re.compile(r'<div class="dewak-(note|source)"[^>]*>(.*?)</div>', re.DOTALL)
#: Widths of frames on a phone; a wide frame is as wide as the picture.
FRAMES = (320, 390)
#: Of `embed.html`: padding, room between parts; width of a letter by its size, letters that a line loses at its end.
_PADDING_PX, _GAP_PX, _LETTER, _RAGGED = 8, 7, 0.58, 5
_text = texts(__package__)


@dataclass(frozen=True)
class Report:
    """What is named with every figure: author, year and version as in ``CITATION.cff``, title in the language."""

    author: str
    title: str
    year: int
    version: str

    @property
    def named(self) -> str:
        """Return the report as one line."""
        return f"{self.author} ({self.year}): {self.title} Version {self.version}."


@cache
def report(language: Language) -> Report:
    """Return the report as it is to be cited."""
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    released = date.fromisoformat(str(cff["date-released"]))
    author = str(cff["title"]).split(":")[0]
    return Report(author, _text("cite_title")[language], released.year, str(cff["version"]))


def cite_link(language: Language, chart: Chart | None = None) -> str:
    """Return the link that stands below every figure and table, for a chart with the height of its frame."""
    height = f' data-height="{frame_height(chart, language)}"' if chart else ""
    return f' <a class="dewak-cite" href="{PAGE}.html#{ANCHOR}"{height}>{_text("cite_link")[language]}</a>'


def words(page: str, language: Language) -> str:
    """Return the dialog of a page with figures, inert until the script takes it; one block of MyST.

    Parameters
    ----------
    page : str
        Name of the notebook, the beginning of the names of its pages to embed.
    """
    html = (
        templates("dewak_research.book")
        .get_template("cite_words.html")
        .render(
            t=lambda key, **parts: _text(key, **parts)[language],
            report=report(language),
            licence=LICENCE,
            licence_url=LICENCE_URL,
            embeds=f"{EMBEDS}/{page}_",
            language=language,
            forms=FORMS,
        )
    )
    return "\n".join(line for line in html.splitlines() if line.strip())


@dataclass(frozen=True)
class Chart:
    """A numbered chart of a page, taken apart."""

    name: str
    number: str
    caption: Markup
    image: Markup
    foot: Markup


def frame_height(chart: Chart, language: Language) -> int:
    """Return how high a frame must be to show a chart's page to embed in full, sources folded, in pixels.

    Letters are taken as wide as those of wide fonts. On a narrow page the words take more lines, on a wide one the
    picture is higher: the greater of both, as a frame has one height for every width.
    """
    width, height = (int(length) for length in _SIZE.findall(chart.image))
    folded = _FOLDED.sub(r'<div class="dewak-source">\1</div>', str(chart.foot))
    parts = [(f"{chart.number} {chart.caption}", 16.0), (f"{report(language).named} {LICENCE}", 12.8)]
    parts += [(said, 14.4 if kind == "note" else 12.8) for kind, said in _PART.findall(folded)]
    spoken = [(len(Markup(said).striptags()), size) for said, size in parts]

    def needed(frame: int) -> float:
        inner = frame - 2 * _PADDING_PX
        lines = sum(-(-n // (inner / (_LETTER * size) - _RAGGED)) * 1.45 * size for n, size in spoken)
        return height * min(1, inner / width) + lines + _GAP_PX * (len(spoken) + 1) + 2 * _PADDING_PX

    return round(max(map(needed, (*FRAMES, width + 2 * _PADDING_PX))))


def charts_of(html: str, language: Language) -> Iterator[Chart]:
    """Yield the charts that an output of a cell shows, paths as seen from a folder below the edition."""
    for found in _FIGURE.finditer(html):
        numbered = _NUMBERED.match(found["caption"])
        caption, foot = (kept_together(found[part], language) for part in ("caption", "foot"))
        yield Chart(
            found["name"],
            numbered[1] if numbered else "",
            Markup(_NUMBERED.sub("", caption)),
            Markup(_BESIDE.sub(r"\1../", found["image"]).replace(' loading="lazy"', "")),
            Markup(_BESIDE.sub(r"\1../", foot)),
        )


def titles(shown: Sequence[tuple[str, str, str]]) -> dict[str, str]:
    """Return number and caption of every figure and table by ``<notebook>/<name>``, as plain text."""
    return {
        f"{notebook}/{name}": " ".join(Markup(caption).striptags().split())
        for notebook, _, html in shown
        for name, caption in _CAPTIONED.findall(html)
    }


def write_embeds(shown: Sequence[tuple[str, str, str]], edition: Path, language: Language) -> list[Path]:
    """Write ``embed/<notebook>_<figure>.html`` for every chart, without a script, and return the pages.

    Parameters
    ----------
    shown : sequence of (notebook, page, html)
        Outputs of the cells: of which notebook, on which page readers find them, and what they show.
    edition : Path
        The built edition, with ``_figures``.
    """
    template = templates("dewak_research.book").get_template("embed.html")
    pages = []
    for notebook, page, html in shown:
        for chart in charts_of(html, language):
            target = edition / EMBEDS / f"{notebook}_{chart.name}.html"
            text = template.render(
                t=lambda key: _text(key)[language], language=language, chart=chart, page=page, report=report(language),
                licence=LICENCE, licence_url=LICENCE_URL,
            )  # fmt: skip
            write_whole(target, text)
            pages.append(target)
    return pages
