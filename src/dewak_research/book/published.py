"""What pages of published facts share: where a thing stands, a fact as one line, a source as a link."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from html import escape
from typing import Any

import pandas as pd
from markupsafe import Markup

from dewak_research.language import Language
from dewak_research.page.values import is_missing, number


def anchor(case: str) -> str:
    """Return where a case stands on the page."""
    return f"case-{case.replace('_', '-')}"


def figure_anchor(figure: str) -> str:
    """Return where a unit figure stands on the page."""
    return f"figure-{figure.replace('_', '-')}"


def _amount(value: float, language: Language) -> str:
    return number(value, language, 0 if float(value).is_integer() else 2 if value < 1 else 1)


def fact_line(row: Any, language: Language) -> str:
    """Write a fact as one line: what it is, its value or range, the range about a value, its year and a note."""
    text, unit, note = (getattr(row, f"{part}_{language}") for part in ("text", "unit", "note"))
    span = [_amount(end, language) for end in (row.low, row.high) if not is_missing(end)]
    known = span if is_missing(row.value) else [_amount(row.value, language)]
    amount = f": {'–'.join(known)}\N{NO-BREAK SPACE}{unit}" if known else ""
    about = "–".join(span) if known is not span and len(set(span)) == 2 else ""
    year = "" if is_missing(row.year) else str(row.year)
    aside = "; ".join(part for part in (about, year, note) if part)
    return f"{text}{amount}" + (f" ({aside})" if aside else "")


def source_line(row: Mapping[Hashable, Any]) -> Markup:
    """Return a source as a link, where it has one, with publisher and year."""
    title = escape(str(row["title"]))
    if row["link"]:
        title = f'<a href="{escape(str(row["link"]))}">{title}</a>'
    year = "" if is_missing(row["year"]) else str(row["year"])
    return Markup(", ".join(part for part in (title, escape(str(row["publisher"])), year) if part))


def below(intro: str, body: str) -> str:
    """Return a MyST page: the hand-written introduction, below it the HTML."""
    lines = "\n".join(line for line in body.splitlines() if line.strip())
    return f"{intro.rstrip()}\n\n{raw_block(lines)}\n"


def raw_block(html: str) -> Markup:
    """Return HTML as a block of MyST."""
    return Markup(f"````{{raw}} html\n{html}\n````")


def source_lines(sources: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the sources of a page as source (key) and line."""
    return [{"source": row["source"], "line": source_line(row)} for row in sources.to_dict("records")]
