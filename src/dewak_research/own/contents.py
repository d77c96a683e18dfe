"""What a workbook holds (form, figures, lists, years) and what was odd about it: a finding has a code and a weight."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import pandas as pd

from dewak_research.errors import Problem, entries, messages
from dewak_research.language import Language, Text
from dewak_research.own.template import GRIDS, LISTS, PLANS
from dewak_research.rules import HOME

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

Severity = Literal["error", "warning", "note"]
LONGEST_SHOWN = 1e15  #: above it a number is written with its power of ten
_problem = messages(__package__)


@dataclass(frozen=True)
class Finding:
    """One result of a check; ``sheet`` and ``cell`` say where in the workbook, as far as it is one place."""

    code: str
    severity: Severity
    problem: Problem
    sheet: str | None = None
    cell: str | None = None


def amount(value: object, language: Language) -> str:
    """Write a number the way the language does; other values as text."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    text = f"{value:,.2f}".removesuffix(".00") if abs(value) < LONGEST_SHOWN else f"{value:.3g}"
    return text.translate(str.maketrans(",.", ".,")) if language == "de" else text


def written(**values: object) -> dict[str, object]:
    """Write every number among the values in each language's way, ready for a text in both."""
    return {
        name: Text(amount(value, "de"), amount(value, "en")) if isinstance(value, int | float) else value
        for name, value in values.items()
    }


def finding(code: str, sheet: str | None = None, cell: str | None = None, **values: object) -> Finding:
    """Build the finding ``code``; numbers among ``values`` are written in each language's way.

    Parameters
    ----------
    code : str
        A key of ``messages.yaml`` with a severity.
    sheet, cell : str, optional
        Title of the sheet as it stands in the workbook, and the address of the cell.
    **values
        What the wording needs; a ``Text`` is put in by language, years should come as text.
    """
    where = f"{sheet}!{cell}" if sheet and cell else sheet or "eingabe.xlsx"
    problem = _problem(code, where, **written(**values))
    return Finding(code, entries(__package__, "messages.yaml")[code]["severity"], problem, sheet, cell)


FIGURE_TYPES = {
    "sheet": "str", "line": "str", "year": "int64", "kind": "str", "value": "float64", "origin": "str",
}  # fmt: skip
KEYS = ["sheet", "line", "year", "kind"]
KIND_ORDER = {"actual": 0, "plan": 1}


def beside_official(figures: pd.DataFrame, embedded: pd.DataFrame) -> pd.DataFrame:
    """Return known figures (sheet, line, year, kind, value) with their origin: given, prefilled, or changed.

    A figure that equals the official one to half a unit counts as prefilled, another beside an official one as changed.
    """
    known = figures.loc[figures["value"].notna(), [*KEYS, "value"]]
    frame = known.merge(embedded[[*KEYS, "value"]], on=KEYS, how="left", suffixes=("", "_official"))
    official = frame.pop("value_official")
    same = (frame["value"] - official).abs() <= 0.5
    frame["origin"] = same.map({True: "prefilled", False: "given"}).mask(official.notna() & ~same, "changed")
    return frame


def figures_from(rows: pd.DataFrame | list[tuple[str, str, int, str, float, str]]) -> pd.DataFrame:
    """Return sorted figures from rows of sheet, line, year, kind, value, origin; further columns are left out."""
    return (
        pd.DataFrame(rows, columns=list(FIGURE_TYPES))
        .astype(FIGURE_TYPES)
        .sort_values(KEYS, ignore_index=True)
    )


@dataclass(frozen=True)
class Contents:
    """Everything a workbook holds.

    Attributes
    ----------
    form : dict
        Fields of the first sheet: name, key, rule_set, peers, contact.
    figures : DataFrame
        sheet, line, year, kind (actual, plan), value in the unit of the line, origin (prefilled, imported, given).
        An unknown value has no row.
    years : dict
        For each grid sheet its columns as (year, kind), in order.
    lists : dict
        For each list sheet its rows as dicts.
    layout : str
        Two digits of the Land whose lines the sheets have.
    """

    language: Language
    form: dict[str, str]
    figures: pd.DataFrame
    years: dict[str, list[tuple[int, str]]]
    lists: dict[str, list[dict[str, object]]] = field(default_factory=lambda: {name: [] for name in LISTS})
    layout: str = HOME


def default_years(budget_year: int) -> dict[str, list[tuple[int, str]]]:
    """Return the columns of an empty workbook: three actuals, the year before as plan, the budget year and three more.

    This is the span a budget shows under § 84 GO NRW (medium-term plan of the three following years).
    """
    actual = [(year, "actual") for year in range(budget_year - 4, budget_year - 1)]
    plan = [(year, "plan") for year in range(budget_year - 1, budget_year + 4)]
    return {sheet: actual + plan if sheet in PLANS else actual for sheet in GRIDS}


def merge_years(
    years: dict[str, list[tuple[int, str]]], figures: pd.DataFrame
) -> dict[str, list[tuple[int, str]]]:
    """Add the columns that figures need, in order of year, actual before plan."""
    merged: dict[str, list[tuple[int, str]]] = {}
    for sheet in GRIDS:
        part = figures[figures["sheet"] == sheet]
        wanted = {*years.get(sheet, []), *zip(part["year"].astype(int), part["kind"], strict=True)}
        merged[sheet] = sorted(wanted, key=lambda column: (column[0], KIND_ORDER[column[1]]))
    return merged


@dataclass
class Reading:
    """What a workbook said.

    Attributes
    ----------
    version : str
        Version of the template that the workbook was made from.
    layout : str
        Two digits of the Land whose lines it has; a workbook that does not say so has those of the home Land.
    form : dict
        Fields of the first sheet as text; empty where nothing stands.
    figures : DataFrame
        sheet, line, year, kind, value (NA = unknown), status (value, empty, symbol, bad), cell; one row per cell.
    lists : dict
        Rows of the list sheets as dicts, with ``_row``; values as they stand.
    years : dict
        Columns (year, kind) of each grid sheet in order.
    titles : dict
        Title of each sheet as it stands in the workbook.
    findings : list of Finding
        What was odd while reading.
    book : Workbook
        The workbook as it was opened, formulas kept.
    """

    language: Language = "de"
    version: str = ""
    layout: str = HOME
    form: dict[str, str] = field(default_factory=dict)
    form_cells: dict[str, str] = field(default_factory=dict)
    figures: pd.DataFrame = field(default_factory=pd.DataFrame)
    lists: dict[str, list[dict[str, object]]] = field(default_factory=lambda: {name: [] for name in LISTS})
    years: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    book: Workbook | None = field(default=None, repr=False, compare=False)

    def odd(self, code: str, sheet: str, cell: str | None = None, **values: object) -> None:
        """Note a finding; see :func:`finding`."""
        self.findings.append(finding(code, sheet, cell, **values))
