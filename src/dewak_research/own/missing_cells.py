"""Empty cells of a workbook by name, and what each would open: cases, ratios, the lines of the law, cash and debt."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from dewak_research.data.balance import balance_map
from dewak_research.language import Language
from dewak_research.own.plan import is_recent, series
from dewak_research.own.roles import DETAILS, has_line, line_for, reserve_lines
from dewak_research.own.stress import SOURCES, OwnStress
from dewak_research.own.template import label_of, load_template
from dewak_research.page.labels import label
from dewak_research.ratios.kennzahlen import items, ratios

Cell = tuple[str, str]  #: sheet and line
STOCKS = ("liquide_mittel", "liquiditaetskredite", "investitionskredite")
CREDIT = STOCKS[1:]


def cells_of_item(item: str) -> tuple[Cell, ...]:
    """Return the cells that a case needs for an item of the plan ("asyl"); none where no line holds it."""
    if item == "zins":
        return tuple(("balance", line) for line in CREDIT)
    if item in DETAILS:
        return (("result_plan", DETAILS[item]),)
    known = [line for line in SOURCES.get(item, ()) if has_line("result_plan", line)]
    return tuple(("result_plan", line_for("result_plan", line)) for line in known)


def years_missing(frame: pd.DataFrame, cell: Cell, years: Iterable[int]) -> list[int]:
    """Return the years without a value of a line."""
    known = set(series(frame, *cell).index)
    return [year for year in years if year not in known]


def years_shown(years: Iterable[int]) -> str:
    """Write years as spans: 2022, 2024–2026."""
    spans: list[list[int]] = []
    for year in sorted(years):
        if spans and year == spans[-1][1] + 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in spans)


def cell_text(cell: Cell, years: Iterable[int], language: Language) -> str:
    """Name cells as a reader finds them: line, years, sheet."""
    sheet, line = cell
    return label(
        "own_cell", language, line=label_of(sheet, line)[language], years=years_shown(years),
        sheet=load_template().sheets[sheet][language],
    )  # fmt: skip


def cells_missing(frame: pd.DataFrame, item: str, years: Iterable[int], language: Language) -> list[str]:
    """Name the empty cells that hold up an item; a stock needs a year before the plan, the last that may be closed."""
    named = []
    span = list(years)
    for cell in cells_of_item(item):
        asked = [_last_closed(span[0])] if cell[0] == "balance" and span else span
        gone = years_missing(frame, cell, asked)
        if gone and not (cell[0] == "balance" and _has_recent(frame, cell)):
            named.append(cell_text(cell, gone, language))
    return named


def _last_closed(budget_year: int) -> int:
    """Return the last year whose accounts can be there while a budget is drawn up."""
    return budget_year - 2


def _has_recent(frame: pd.DataFrame, cell: Cell) -> bool:
    """Whether a stock is known that is young enough to stand before the plan."""
    return any(is_recent(frame, int(year)) for year in series(frame, *cell).index)


def what_opens(
    frame: pd.DataFrame, missing: pd.DataFrame, stress: OwnStress, table: pd.DataFrame
) -> pd.DataFrame:
    """Return the empty lines that hold up a computation, what opens most first.

    Parameters
    ----------
    missing : DataFrame
        Empty cells of begun columns: sheet, line, year, kind.
    table : DataFrame
        Result of ``peer_ratios.own_ratios``.

    Returns
    -------
    DataFrame
        sheet, line, years (list), cases and ratios (lists of names of what waits for it), others (list of
        "law", "heads", "money", "result"), opens (how many of all of these).
    """
    gone: dict[Cell, list[int]] = {}
    for sheet, line, year in missing[["sheet", "line", "year"]].itertuples(index=False, name=None):
        gone[sheet, line] = sorted({*gone.get((sheet, line), []), int(year)})
    begun = stress.budget_year
    if begun is not None:
        closed = [_last_closed(begun)]
        lacking = [("balance", line) for line in reserve_lines()] if not stress.has_reserves else []
        lacking += [cell for line in STOCKS if not _has_recent(frame, cell := ("balance", line))]
        if series(frame, "population", "einwohner", "actual").empty:
            lacking.append(("population", "einwohner"))
        gone |= {cell: gone.get(cell, closed) for cell in lacking}
    cases: dict[Cell, list[str]] = {}
    for row in stress.episodes.to_dict("records"):
        if not row.get("applies", True):
            continue
        for item in filter(None, str(row["missing"]).split("; ")):
            for cell in cells_of_item(item):
                cases.setdefault(cell, []).append(str(row["scenario"]))
    waiting = _ratios_by_cell(table)
    rows = []
    for cell, years in gone.items():
        named = (list(dict.fromkeys(cases.get(cell, []))), waiting.get(cell, []), _others(cell))
        if any(named):
            rows.append((*cell, years, *named, sum(map(len, named))))
    columns = ["sheet", "line", "years", "cases", "ratios", "others", "opens"]
    found = pd.DataFrame(rows, columns=columns)
    order = {name: place for place, name in enumerate(load_template().grids)}
    return found.sort_values(
        ["opens", "sheet"], ascending=[False, True], key=lambda c: c.map(order) if c.name == "sheet" else c,
        ignore_index=True, kind="stable",
    )  # fmt: skip


def _others(cell: Cell) -> list[str]:
    sheet, line = cell
    found = ["result"] if sheet == "result_plan" and line in _parts(sheet, "annual_result") else []
    if sheet == "balance":
        found += ["law"] * (line in reserve_lines()) + ["money"] * (line in STOCKS)
    return found + ["heads"] * (cell == ("population", "einwohner"))


def _parts(sheet: str, line: str) -> set[str]:
    """Return the required lines below a sum."""
    spec = load_template().grids[sheet][line_for(sheet, line)]
    below = (*spec.plus, *spec.minus)
    if not below:
        return {spec.id} if spec.need == "required" else set()
    return set().union(*(_parts(sheet, part) for part in below))


def _ratios_by_cell(table: pd.DataFrame) -> dict[Cell, list[str]]:
    """Return the ratios that have a value in no year, by the lines they wait for."""
    found: dict[Cell, list[str]] = {}
    if table.empty or "reason" not in table:
        return found
    known = set(table.dropna(subset="value")["ratio"])
    waiting = table[table["reason"].fillna("").str.startswith("missing:") & ~table["ratio"].isin(known)]
    by_item = {line.item: line.id for line in load_template().grids["balance"].values() if line.item}
    from_balance = {
        name: by_item[one.current] for name, one in balance_map().items.items() if one.current in by_item
    }
    for ratio, reason in waiting.drop_duplicates("ratio")[["ratio", "reason"]].itertuples(
        index=False, name=None
    ):
        for name in str(reason).partition(":")[2].split(","):
            item = items()[name]
            cells = {("balance", from_balance[part]) for part in item.balance if part in from_balance}
            for place in item.plan:
                sheet, line = place.split(".")
                if not has_line(sheet, line):
                    continue
                parts = _parts(sheet, line) if load_template().grids[sheet][line].need == "sum" else {line}
                cells |= {(sheet, part) for part in parts}
            for cell in sorted(cells):
                found.setdefault(cell, []).append(ratios()[ratio].number)
    return found
