"""What has been corrected in the report, what is left out of official tables and what is doubted: one page of all."""

from __future__ import annotations

from datetime import date
from functools import cache
from html import escape
from itertools import groupby

import pandas as pd

from dewak_research.config import Ags, Group
from dewak_research.data.catalogue import Called, table
from dewak_research.data.doubtful import doubted
from dewak_research.data.quality import corrections as left_out
from dewak_research.errors import entries, texts
from dewak_research.language import Language, Text
from dewak_research.page import values
from dewak_research.unit.sheet_places import address

FILE = "corrected.yaml"
PAGE = "corrections"
_text = texts(__package__)


class Correction(Group):
    """A figure or statement of the report that was wrong, and what stands there since.

    Parameters
    ----------
    date : date
        Day since which the new one stands.
    what, old, new, why : Text
        What it is about, what readers saw, what they see, and the reason; the same in both languages may stand once.
    pages : tuple of str
        Names of the pages that show it.
    units : tuple of str
        Keys of the units it is about; empty where it is about many.
    """

    date: date
    what: Text
    old: Called
    new: Called
    why: Text
    pages: tuple[str, ...]
    units: tuple[Ags, ...] = ()


@cache
def corrections() -> dict[str, Correction]:
    """Return every correction by its key, the newest first, in the order of the file within a day."""
    found = {key: Correction(**entry) for key, entry in entries(__package__, FILE).items()}
    return dict(sorted(found.items(), key=lambda pair: pair[1].date, reverse=True))


def corrections_page(units: pd.DataFrame, intro: str, language: Language) -> str:
    """Return the page below its hand-written introduction: corrections by day, values left out, values doubted.

    Parameters
    ----------
    units : DataFrame
        Register: ags, name.
    """
    names = dict(zip(units["ags"].astype(str), units["name"].astype(str), strict=True))
    lines = [intro.rstrip(), ""]
    for day, members in groupby(corrections().items(), key=lambda pair: pair[1].date):
        lines += [f"## {values.date(day, language)}", ""]
        for key, entry in members:
            facts = [(name, escape(getattr(entry, name)[language])) for name in ("old", "new", "why")]
            pages = [page_link(page, language) for page in entry.pages]
            pages += [_profile(ags, names) for ags in entry.units]
            lines += [f"### {entry.what[language]}", ""]
            lines += _facts(key, [*facts, ("pages", ", ".join(pages))], language)
    lines += [f"## {_text('left_out')[language]}", "", _text("left_out_said")[language], ""]
    for number, rule in enumerate(left_out(), start=1):
        title = table(rule.table).title[language]
        facts = [("table_of", escape(title)), ("why", escape(rule.reason[language]))]
        lines += _facts(f"left-out-{number}", facts, language)
    lines += [f"## {_text('doubted')[language]}", "", _text("doubted_said")[language], ""]
    for (ags, column), reason in doubted().items():
        name = escape(table("integrated_debt").fields[column].text[language])
        facts = [("what", f"{_profile(ags, names)}: {name}"), ("why", escape(reason[language]))]
        lines += _facts(f"doubted-{ags}", facts, language)
    return "\n".join(lines)


def page_link(page: str, language: Language) -> str:
    """Return a link to a page of the report, named as readers know it."""
    return f'<a href="{page}.html">{escape(_text(f"page_{page}")[language])}</a>'


def _profile(ags: str, names: dict[str, str]) -> str:
    return f'<a href="{address(ags)}">{escape(names[ags])}</a>'


def _facts(anchor: str, facts: list[tuple[str, str]], language: Language) -> list[str]:
    rows = [f"<dt>{_text(f'corrected_{key}')[language]}</dt><dd>{text}</dd>" for key, text in facts]
    return ["```{raw} html", f'<dl class="facts" id="{anchor}">', *rows, "</dl>", "```", ""]
