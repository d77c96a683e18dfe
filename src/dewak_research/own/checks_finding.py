"""A finding of a check: a problem with a code and a weight; the wording is data (``checks_messages.yaml``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from dewak_research.errors import Problem
from dewak_research.language import Language, Text

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Finding:
    """One result of a check; ``sheet`` and ``cell`` say where in the workbook, as far as it is one place."""

    code: str
    severity: Severity
    problem: Problem
    sheet: str | None = None
    cell: str | None = None


@cache
def messages() -> dict[str, Any]:
    """Return the wording of every finding by its code."""
    loaded = yaml.safe_load((files(__package__) / "checks_messages.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def _fill(entry: dict[str, str], values: dict[str, object]) -> Text:
    def one(language: Language) -> str:
        shown = {
            name: value[language] if isinstance(value, Text) else amount(value, language)
            for name, value in values.items()
        }
        return entry[language].format(**shown)

    return Text(one("de"), one("en"))


def amount(value: object, language: Language) -> str:
    """Write a number the way the language does; other values as text."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    text = f"{value:,.2f}".removesuffix(".00")
    return text.translate(str.maketrans(",.", ".,")) if language == "de" else text


def finding(code: str, sheet: str | None = None, cell: str | None = None, **values: object) -> Finding:
    """Build the finding ``code``; numbers among ``values`` are written in each language's way.

    Parameters
    ----------
    code : str
        A key of ``checks_messages.yaml``.
    sheet, cell : str, optional
        Title of the sheet as it stands in the workbook, and the address of the cell.
    **values
        What the wording needs; a ``Text`` is put in by language, years should come as text.
    """
    entry = messages()[code]
    where = f"{sheet}!{cell}" if sheet and cell else sheet or "eingabe.xlsx"
    problem = Problem(
        _fill(entry["what"], values), where, _fill(entry["right"], values), _fill(entry["next"], values)
    )
    return Finding(code, entry["severity"], problem, sheet, cell)
