"""Two versions of a plan side by side: what changed in euro per inhabitant, and in the tests of the law."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dewak_research.own.cash_path import cash_path
from dewak_research.own.check import OwnFigures
from dewak_research.own.peer_ratios import kind_of
from dewak_research.own.plan import latest, plan_frame, plan_years, series
from dewak_research.own.plan_overview import Overview, overview
from dewak_research.own.stress import run_own_stress
from dewak_research.own.template import load_template

Tables = dict[str, pd.DataFrame]
TESTS = (
    "result_sum_eur", "largest_deficit_eur", "duty_year", "duty_line", "duty_arises", "room_eur", "bearable_eur",
    "needed_eur", "end_reserves_eur", "end_cash_eur", "end_loans_eur",
)  # fmt: skip


@dataclass(frozen=True)
class ComparedPlans:
    """Two versions of a plan.

    Attributes
    ----------
    years : tuple of int
        Years that both plan.
    heads : float
        Inhabitants of the newer version; NaN = unknown.
    lines : DataFrame
        sheet, line, year, old_eur, new_eur, change_eur, change_eur_pc of every line of result and finance plan that
        both know in a year of ``years`` and that differs by a euro or more; in order of the plan.
    tests : DataFrame
        measure (see ``TESTS``), old, new: euro over the common years, years or names; of a duty None = there is none,
        NaN = it cannot be told; else missing = unknown.
    only_old, only_new : DataFrame
        sheet, line, year of cells that only one version knows, in the common years.
    """

    years: tuple[int, ...]
    heads: float
    lines: pd.DataFrame
    tests: pd.DataFrame
    only_old: pd.DataFrame
    only_new: pd.DataFrame


def compare_plans(old: OwnFigures, new: OwnFigures) -> ComparedPlans:
    """Compare two versions of a plan: draft, adopted, supplementary, last year's.

    Lines are compared in the years that both plan; a test is that of each plan as a whole, but sums run over the
    common years only, and stocks are those at the end of the last common year.

    Parameters
    ----------
    old, new : OwnFigures
        Results of ``check.load_own``.
    """
    frames = [plan_frame(one.figures) for one in (old, new)]
    common = tuple(sorted(set(plan_years(frames[0])) & set(plan_years(frames[1]))))
    heads = latest(frames[1], "population", "einwohner", "actual")
    parts = [_cells(frame, common) for frame in frames]
    both = parts[0].merge(parts[1], on=["sheet", "line", "year"], how="outer", suffixes=("_old", "_new"))
    both = both.rename(columns={"value_old": "old_eur", "value_new": "new_eur"})
    both = both.assign(change_eur=both["new_eur"] - both["old_eur"])
    both["change_eur_pc"] = both["change_eur"] / heads
    order = {
        (sheet, line): place
        for sheet, lines in load_template().grids.items()
        for place, line in enumerate(lines)
    }
    both["place"] = [order[pair] for pair in zip(both["sheet"], both["line"], strict=True)]
    both = both.sort_values(["sheet", "place", "year"], ascending=[False, True, True], ignore_index=True)
    cells = ["sheet", "line", "year"]
    changed = both[both["change_eur"].abs() >= 1.0].drop(columns="place").reset_index(drop=True)
    return ComparedPlans(
        common,
        heads,
        changed,
        _tests((old, new), frames, common),
        both.loc[both["new_eur"].isna(), cells].reset_index(drop=True),
        both.loc[both["old_eur"].isna(), cells].reset_index(drop=True),
    )


def _cells(frame: pd.DataFrame, years: tuple[int, ...]) -> pd.DataFrame:
    part = frame[frame["sheet"].isin(["result_plan", "finance_plan"]) & frame["year"].isin(years)]
    part = part.sort_values("kind").drop_duplicates(["sheet", "line", "year"])
    return part[["sheet", "line", "year", "value"]]


def _tests(
    plans: tuple[OwnFigures, OwnFigures], frames: list[pd.DataFrame], years: tuple[int, ...]
) -> pd.DataFrame:
    columns = {
        name: _tested(own, frame, years)
        for name, own, frame in zip(("old", "new"), plans, frames, strict=True)
    }
    kept = {n: pd.Series([c.get(test) for test in TESTS], dtype="object") for n, c in columns.items()}
    return pd.DataFrame({"measure": list(TESTS), **kept})


def _tested(own: OwnFigures, frame: pd.DataFrame, years: tuple[int, ...]) -> dict[str, object]:
    stress = run_own_stress(frame, own.rule_set, kreis=kind_of(own) == "kreis")
    found: Overview | None = overview(frame, stress, own.measures)
    if found is None or not years:
        return {}
    results = series(frame, "result_plan", "result").reindex(list(years))
    last = years[-1]

    def at_end(table: pd.DataFrame, *columns: str) -> float:
        rows = table.loc[table["year"] == last, list(columns)] if len(table) else table
        return float(rows.to_numpy(float).sum()) if len(rows) else float("nan")

    duty, cash = found.duty, cash_path(frame)
    no_duty = None if found.known else float("nan")
    return {
        "result_sum_eur": float(results.sum(skipna=False)),
        "largest_deficit_eur": max(0.0, -float(results.min(skipna=False))),
        "duty_year": duty.year if duty else no_duty,
        "duty_line": duty.line if duty else no_duty,
        "duty_arises": duty.arises if duty else no_duty,
        "room_eur": found.room_eur,
        "bearable_eur": found.bearable_eur,
        "needed_eur": found.needed_eur,
        "end_reserves_eur": at_end(stress.plan, "ausgleichsruecklage_eur", "allgemeine_ruecklage_eur"),
        "end_cash_eur": at_end(cash, "funds_eur"),
        "end_loans_eur": at_end(cash, "investment_credit_eur", "liquidity_credit_eur"),
    }
