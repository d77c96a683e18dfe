"""What a plan says by itself: statuses, HSK triggers, headroom; and the published plans of three municipalities.

Published figures of Ostbevern, the Ennepe-Ruhr-Kreis and Herten stand with their sources in the ``facts`` of the Land.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.errors import InputError, Problem, messages
from dewak_research.rules import HOME, RuleSet, land, rule_set
from dewak_research.stress.ladder import Floats, Reserves, Status, step
from dewak_research.stress.transmission import Maturities, extra_interest_eur
from dewak_research.stress.triggers import headroom_eur, triggers

_problem = messages(__package__)


def _problems(plan: pd.DataFrame) -> list[Problem]:
    years = plan["year"].tolist()
    gaps = sorted(set(range(min(years), max(years) + 1)) - set(years)) if years else []
    if gaps:
        return [_problem("plan_gaps", "plan: year", years=", ".join(str(g) for g in gaps))]
    return [] if years and len(set(years)) == len(years) else [_problem("plan_years", "plan: year")]


def plan_test(
    plan: pd.DataFrame,
    rules: RuleSet,
    ausgleichsruecklage_eur: float = float("nan"),
    allgemeine_ruecklage_eur: float = float("nan"),
    *,
    carry_forward_approved: bool = False,
    minderaufwand_share: float = 0.0,
    plan_year: int | None = None,
) -> pd.DataFrame:
    """Book a plan on the reserves year by year and test the triggers on both dates of § 76(1) (METHODS B.4).

    A duty to draw up an HSK arises when the Haushaltssatzung of the plan year is drawn up, or, if results come as
    planned, when the annual accounts of a year are confirmed.

    Parameters
    ----------
    plan : DataFrame
        year (consecutive), result_eur; with ``minderaufwand_share`` also ordinary_expenses_eur.
        NaN = unknown: what follows from it is unknown too.
    rules : RuleSet
    ausgleichsruecklage_eur, allgemeine_ruecklage_eur : float
        Closing balance before the first year; NaN = no balance sheet (statuses are then undefined: only questions
        of liquidity can be answered).
    carry_forward_approved, minderaufwand_share
        See :func:`dewak_research.stress.ladder.step`.
    plan_year : int, optional
        Budget year of the Haushaltssatzung; the first year if not given. Earlier years only have accounts.

    Returns
    -------
    DataFrame
        year, result_eur, status (name), closing ausgleichsruecklage_eur, allgemeine_ruecklage_eur,
        carried_eur, equity_eur, reduction_eur, quota_share, n1, n2, n3, n4_possible (on either date;
        NA where unknown), n1_arises, n2_arises, n3_arises ("budget": with the Haushaltssatzung already; "accounts":
        only with the annual accounts of that year; missing = not),
        headroom_n1_eur, headroom_n2_eur (further loss of that year until the 25 % and 5 % line, counting
        what is left of the Ausgleichsrücklage).

    Raises
    ------
    InputError
        Years are missing or doubled.
    """
    problems = _problems(plan)
    if problems:
        raise InputError(problems)
    ordered = plan.sort_values("year", ignore_index=True)
    reserves = Reserves.opening(ausgleichsruecklage_eur, allgemeine_ruecklage_eur)
    general, rows = [float(allgemeine_ruecklage_eur)], []
    expenses = ordered.get("ordinary_expenses_eur", pd.Series(np.nan, index=ordered.index))
    for result, expense in zip(ordered["result_eur"], expenses, strict=True):
        reserves, outcome = step(
            np.asarray(result, np.float64),
            reserves,
            rules,
            np.asarray(expense, np.float64),
            carry_forward_approved=carry_forward_approved,
            minderaufwand_share=minderaufwand_share,
        )
        general.append(float(reserves.allgemeine_ruecklage_eur))
        rows.append(
            {
                "status": Status(int(outcome.status)).name.lower(),
                "ausgleichsruecklage_eur": float(reserves.ausgleichsruecklage_eur),
                "allgemeine_ruecklage_eur": float(reserves.allgemeine_ruecklage_eur),
                "carried_eur": float(reserves.carried_eur.sum()),
                "equity_eur": float(reserves.equity_eur),
                "reduction_eur": float(outcome.reduction_eur),
                "carried_forward_eur": float(outcome.carried_forward_eur),
            }
        )
    booked = pd.concat([ordered[["year", "result_eur"]], pd.DataFrame(rows)], axis=1)
    at = int(ordered["year"].searchsorted(plan_year)) if plan_year is not None else 0
    before = ausgleichsruecklage_eur + allgemeine_ruecklage_eur
    return _with_triggers(booked, np.array(general), rules, min(at, len(ordered) - 1), before)


def _with_triggers(
    booked: pd.DataFrame, general: Floats, rules: RuleSet, plan_year: int, equity_before_eur: float
) -> pd.DataFrame:
    reduction = booked["reduction_eur"].to_numpy(np.float64)
    carried = booked["carried_forward_eur"].to_numpy(np.float64)
    figures = (reduction, general, booked["equity_eur"].to_numpy(np.float64), rules, carried)
    drawn_up = triggers(*figures, plan_year=plan_year, equity_before_eur=equity_before_eur)
    confirmed = triggers(*figures)
    known = ~confirmed.undefined & rules.has_ladder
    columns: dict[str, Any] = {"quota_share": confirmed.quota}
    arises: dict[str, Any] = {}
    for name in ("n1", "n2", "n3"):
        first, later = getattr(drawn_up, name), getattr(confirmed, name) & rules.duty_with_accounts
        columns[name] = pd.arrays.BooleanArray(first | later, ~known)
        dates = pd.array(np.where(first, "budget", "accounts"), dtype="string")
        dates[~(known & (first | later))] = pd.NA
        arises[f"{name}_arises"] = dates
    columns["n4_possible"] = pd.arrays.BooleanArray(confirmed.n4_possible.copy(), ~known)
    columns |= arises
    left = booked["ausgleichsruecklage_eur"].to_numpy(np.float64)
    for name, share in (("headroom_n1_eur", rules.n1_share), ("headroom_n2_eur", rules.n2_share)):
        line = np.nan if share is None else share
        columns[name] = headroom_eur(reduction, general[:-1], line) + left
    kept = {name: booked[name] for name in booked.columns.drop("carried_forward_eur")}
    return pd.DataFrame({**kept, **columns}, index=booked.index)


def restoration(tested: pd.DataFrame, rules: RuleSet, *, kreis: bool = False) -> pd.DataFrame:
    """Return what an HSK must reach by when, and whether the plan reaches it (§ 76(2) GO NRW, § 56b KrO NRW).

    Parameters
    ----------
    tested : DataFrame
        Result of :func:`plan_test`.
    rules : RuleSet
    kreis : bool
        A Kreis: § 76 GO applies correspondingly; if it is over-indebted, over-indebtedness must go in the same period.

    Returns
    -------
    DataFrame
        One row, none without a duty: duty_year, arises ("budget" or "accounts"), balanced_by_year (NA = the
        period of that year is not stored), balanced_year (first year from which the plan stays balanced, NA = none),
        must_clear (whether over-indebtedness must go too), cleared_year, within_period (NA = the plan ends before).
    """
    dates = tested[["n1_arises", "n2_arises", "n3_arises"]]
    due = dates.notna().any(axis=1)
    if not due.any():
        return pd.DataFrame()
    at = int(due.to_numpy().argmax())
    years = tested["year"].to_numpy(int)
    later = years >= years[at]
    balanced = _first_lasting(years, later & tested["status"].isin(["balanced", "covered"]).to_numpy())
    must_clear = (
        kreis and rules.kreis_clears_overindebtedness and bool((tested["equity_eur"] < 0)[later].any())
    )
    cleared = _first_lasting(years, later & (tested["equity_eur"] >= 0).to_numpy())
    limit = None if rules.restoration_years is None else int(years[at]) + rules.restoration_years
    reached = [balanced, cleared] if must_clear else [balanced]
    within: bool | None = None
    if limit is not None and all(year is not None for year in reached):
        within = max(year for year in reached if year is not None) <= limit
    elif limit is not None and years[-1] >= limit:
        within = False
    row = {
        "duty_year": int(years[at]),
        "arises": "budget" if (dates.iloc[at] == "budget").any() else "accounts",
        "balanced_by_year": limit,
        "balanced_year": balanced,
        "must_clear": must_clear,
        "cleared_year": cleared if must_clear else None,
        "within_period": within,
    }
    whole = dict.fromkeys(("balanced_by_year", "balanced_year", "cleared_year"), "Int64")
    return pd.DataFrame([row]).astype({**whole, "within_period": "boolean"})


def _first_lasting(years: NDArray[np.int64], reached: NDArray[np.bool_]) -> int | None:
    """First year from which something holds in every year to the end; None = not in the last."""
    lost = np.flatnonzero(~reached)
    start = int(lost[-1]) + 1 if lost.size else 0
    return int(years[start]) if start < len(years) else None


def equivalents(
    buffer_eur: float,
    expense_eur: float,
    kreisumlage_eur: float,
    umlage_base_eur: float,
    care_assistance_eur: float,
) -> pd.DataFrame:
    """What single shock would use up a Kreis's buffer (METHODS C.8).

    Returns
    -------
    DataFrame
        measure (key), value, unit ("share" or "points"): share of expenses, points of
        Landschaftsumlage on the Kreis's own base, rise of Hilfe zur Pflege, share of the Kreisumlage.
    """
    rows = [
        ("buffer_of_expenses", buffer_eur / expense_eur, "share"),
        ("landschaftsumlage_points", 100.0 * buffer_eur / umlage_base_eur, "points"),
        ("care_assistance_rise", buffer_eur / care_assistance_eur, "share"),
        ("kreisumlage_fall", buffer_eur / kreisumlage_eur, "share"),
    ]
    return pd.DataFrame(rows, columns=["measure", "value", "unit"])


def en_kreis_answers() -> pd.DataFrame:
    """The published plan of 2025 of the Ennepe-Ruhr-Kreis: what its remaining 1.8 m EUR stand (METHODS C.8)."""
    fact = {v.key: float(v.value) * 1e6 for v in land(HOME).values("facts/en_kreis") if v.unit == "eur_m"}
    return equivalents(
        fact["ausgleichsruecklage_before_eur_m"] - fact["ausgleichsruecklage_used_eur_m"],
        fact["expense_eur_m"],
        fact["kreisumlage_eur_m"],
        fact["umlage_base_eur_m"],
        fact["care_assistance_eur_m"],
    )


def _by_year(name: str, key: str) -> dict[int, float]:
    return {int(v.valid_from or 0): float(v.value) for v in land(HOME).values(name) if v.key == key}


def ostbevern_plan() -> pd.DataFrame:
    """Plan 2026–2029 of Ostbevern through the ladder (METHODS B.4.3); result of ``plan_test``.

    The published reductions of the allgemeine Rücklage stand for the results: the Ausgleichsrücklage is used up.
    """
    reduction = _by_year("facts/ostbevern", "reduction_eur")
    before = _by_year("facts/ostbevern", "allgemeine_ruecklage_before_eur")
    first = min(reduction)
    plan = pd.DataFrame({"year": list(reduction), "result_eur": [-r for r in reduction.values()]})
    return plan_test(plan, rule_set(first), 0.0, before[first])


def herten_rates(rate_rise_pp: float = 3.0) -> pd.DataFrame:
    """What a rise of rates would have cost Herten before and after the relief of old debt (METHODS C.5).

    Returns
    -------
    DataFrame
        state ("before", "before_fully_short", "after"), credit_eur, first_year_eur (additional interest of
        the first year on this block).
    """
    (year, taken_over_eur_m), *_ = _by_year("facts/herten", "credit_taken_over_eur_m").items()
    credit = taken_over_eur_m * 1e6
    usual, short = Maturities.of_year(year), Maturities(1.0, 1.0, 1.0)
    rows = [("before", credit, usual), ("before_fully_short", credit, short), ("after", 0.0, usual)]
    found = [
        (state, stock, float(extra_interest_eur(rate_rise_pp, stock, 0.0, 0, m))) for state, stock, m in rows
    ]
    return pd.DataFrame(found, columns=["state", "credit_eur", "first_year_eur"])
