"""A municipality's own plan: lines × years with actuals and plan, sums completed, and what ratios and tests need."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.data.balance import balance_map
from dewak_research.own.contents import KEYS
from dewak_research.own.home_lines import in_home_lines
from dewak_research.own.roles import has_line, line_for
from dewak_research.own.template import GRIDS, columns_of, complete, load_template
from dewak_research.ratios.kennzahlen import items

Floats = NDArray[np.float64]
MOST_YEARS_BEFORE = 4
MAY_BE_ABSENT = ("deficit_not_covered", "special_items_fees", "provisions_landfill")


def plan_frame(figures: pd.DataFrame) -> pd.DataFrame:
    """Return all figures with the sums that were left empty computed from their parts.

    Parameters
    ----------
    figures : DataFrame
        sheet, line, year, kind, value, origin, as ``check.own_figures`` gives them.

    Returns
    -------
    DataFrame
        sheet, line, year, kind (actual, plan), value (never NA), origin (as given, or ``computed``); sorted.
        A sum with a missing part has no row.
    """
    origin = figures.set_index(KEYS)["origin"].to_dict()
    rows = []
    for sheet in GRIDS:
        lines = load_template().grids[sheet]
        for (year, kind), given in columns_of(figures, sheet).items():
            for line, value in complete(given, lines).items():
                key = (sheet, line, year, kind)
                rows.append((*key, value, origin.get(key, "computed")))
    frame = pd.DataFrame(rows, columns=[*KEYS, "value", "origin"])
    return frame.sort_values(KEYS, ignore_index=True)


def series(frame: pd.DataFrame, sheet: str, line: str, kind: str | None = None) -> pd.Series[float]:
    """Return one line, by its role or id, by year; where a year has both, the actual stands for the plan.

    A line that the workbook in hand does not have holds nothing.
    """
    found = line_for(sheet, line) if has_line(sheet, line) else ""
    sheets, lines = (frame[name].to_numpy(object) for name in ("sheet", "line"))
    held = ((sheets == sheet) & (lines == found)).nonzero()[0]
    known: dict[int, float] = {}
    kinds, of_years, amounts = (frame[name].to_numpy()[held] for name in ("kind", "year", "value"))
    for of_kind, year, value in sorted(zip(kinds, of_years, amounts, strict=True)):
        if kind in (None, of_kind):
            known.setdefault(year, value)
    years = pd.Index(sorted(known), dtype=frame["year"].dtype, name="year")
    return pd.Series([known[year] for year in years], index=years, dtype="float64", name="value")


def latest(frame: pd.DataFrame, sheet: str, line: str, kind: str | None = None) -> float:
    """Return the last known value of a line; NaN where there is none."""
    known = series(frame, sheet, line, kind)
    return float(known.iloc[-1]) if len(known) else float("nan")


def plan_lines(
    frame: pd.DataFrame, lines: tuple[str, ...], years: list[int], sheet: str = "result_plan"
) -> Floats:
    """Return the sum of lines (roles or ids) by year, NaN where one is not entered."""
    parts = [series(frame, sheet, line).reindex(years).to_numpy(float) for line in lines]
    return np.asarray(np.sum(parts, axis=0), np.float64)


def plan_years(frame: pd.DataFrame) -> list[int]:
    """Return the years for which the plan gives a result, without those that are actuals already."""
    plan = series(frame, "result_plan", "result", "plan")
    actual = series(frame, "result_plan", "result", "actual")
    return [int(year) for year in plan.index if year not in actual.index]


def budget_year(frame: pd.DataFrame) -> int | None:
    """Return the year the budget is about: the second of four or more plan years, else the first.

    A budget shows the year before, the budget year and three more (§ 84 GO NRW).
    """
    years = plan_years(frame)
    if not years:
        return None
    return years[1] if len(years) >= 4 else years[0]


def ratio_lines(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the lines as ``ratios.inputs.from_plan_lines`` wants them: ags, year, line, amount_eur."""
    part = in_home_lines(frame[frame["sheet"].isin(["result_plan", "finance_plan"])])
    part = part.sort_values("kind").drop_duplicates(["sheet", "line", "year"], keep="first")
    lines = pd.DataFrame(
        {
            "ags": key,
            "year": part["year"],
            "line": part["sheet"] + "." + part["line"],
            "amount_eur": part["value"],
        }
    )
    return lines.sort_values(["year", "line"], ignore_index=True)


def balance_items(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the items of the balance-sheet ratios by year, with the cash balance of ratio 10.

    Returns
    -------
    DataFrame
        ags, year, ``<item>_eur``; NaN where an item is unknown. Deficit not covered, special items for fees and
        provisions for landfills count as zero where the balance sheet as a whole is there: most do not show them.
    """
    names = {item.current: name for name, item in balance_map().items.items()}
    lines = {
        line.id: names[line.item] for line in load_template().grids["balance"].values() if line.item in names
    }
    cash = series(frame, "finance_plan", "operating_balance", "actual")
    rows = []
    for (year, _), given in columns_of(frame, "balance").items():
        named = {lines[line]: value for line, value in given.items() if line in lines}
        if "balance_total" in named:
            named = {**dict.fromkeys(MAY_BE_ABSENT, 0.0), **named}
        row: dict[str, object] = {"ags": key, "year": year}
        for name, item in items().items():
            if item.balance:
                known = all(part in named for part in item.balance)
                row[f"{name}_eur"] = (
                    sum(c * named[p] for p, c in item.balance.items()) if known else float("nan")
                )
        row["operating_balance_eur"] = float(cash.get(year, float("nan")))
        rows.append(row)
    return pd.DataFrame(rows, columns=None if rows else ["ags", "year"])


def opening(frame: pd.DataFrame) -> dict[str, float] | None:
    """Return year, ausgleichsruecklage, allgemeine_ruecklage, jahresergebnis of the last balance sheet with reserves.

    ``jahresergebnis`` is NaN where the balance sheet does not show it (then it is taken as booked already).
    """
    found = None
    for (year, kind), given in columns_of(frame, "balance").items():
        if kind == "actual" and (reserves := _reserves(given)) is not None:
            booked = given.get("jahresergebnis", float("nan"))
            found = {"year": float(year), **reserves, "jahresergebnis": booked}
    return found


def _reserves(given: dict[str, float]) -> dict[str, float] | None:
    """Return both reserves of a balance sheet; where a Land has a net position, that before the result and nothing."""
    if has_line("balance", "net_position"):
        net = given.get(line_for("balance", "net_position"))
        if net is None:
            return None
        return {"ausgleichsruecklage": 0.0, "allgemeine_ruecklage": net - given.get("jahresergebnis", 0.0)}
    names = ("ausgleichsruecklage", "allgemeine_ruecklage")
    return {name: given[name] for name in names} if set(names) <= set(given) else None


def result_path(frame: pd.DataFrame, start: dict[str, float] | None) -> pd.DataFrame:
    """Return the results to be booked on the reserves: year, result_eur, ordinary_expenses_eur.

    The result is the one after a planned general spending cut (globaler Minderaufwand), by which the law judges a plan.

    It begins with the year of the balance sheet where that shows its own result, else with the year after; a year
    between balance sheet and plan without any result is NaN (then all that follows is unknown). Without a balance
    sheet, and where it is older than four years before the plan, the path is the plan years alone.
    """
    years = plan_years(frame)
    if not years:
        return pd.DataFrame({"year": [], "result_eur": [], "ordinary_expenses_eur": []})
    results, costs = (series(frame, "result_plan", name) for name in ("result", "costs"))
    first, known = years[0], dict(zip(results.index, results, strict=True))
    if start is not None and bridged(start, first):
        first = int(start["year"]) + 1
        if not pd.isna(start["jahresergebnis"]):
            first -= 1
            known[first] = start["jahresergebnis"]
    span = range(first, years[-1] + 1)
    return pd.DataFrame(
        {
            "year": list(span),
            "result_eur": [float(known.get(year, float("nan"))) for year in span],
            "ordinary_expenses_eur": [float(costs.get(year, float("nan"))) for year in span],
        }
    )


def bridged(start: dict[str, float] | None, first_plan_year: int) -> bool:
    """Whether the last balance sheet is near enough to the plan (at most four years before it)."""
    return (
        start is not None and near_enough(start["year"], first_plan_year) and start["year"] < first_plan_year
    )


def near_enough(year: float, first_plan_year: int) -> bool:
    """Whether a stock of a year is young enough to stand for what there is before the plan: four years at most."""
    return year >= first_plan_year - MOST_YEARS_BEFORE


def is_recent(frame: pd.DataFrame, year: int) -> bool:
    """Whether a stock of a year is young enough for a plan; as with the reserves its first year counts."""
    years = plan_years(frame)
    return bool(years) and near_enough(year, years[0])
