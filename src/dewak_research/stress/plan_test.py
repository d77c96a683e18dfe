"""What a plan says by itself: statuses, HSK triggers, headroom; and the published plans of three municipalities.

Published figures of Ostbevern, the Ennepe-Ruhr-Kreis and Herten stand with their sources in the ``facts`` of the Land.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

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
) -> pd.DataFrame:
    """Book a plan on the reserves year by year and test the triggers (METHODS B.4).

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

    Returns
    -------
    DataFrame
        year, result_eur, status (name), closing ausgleichsruecklage_eur, allgemeine_ruecklage_eur,
        carried_eur, equity_eur, reduction_eur, quota_share, n1, n2, n3, n4_possible (NA where unknown),
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
    return _with_triggers(booked, np.array(general), rules)


def _with_triggers(booked: pd.DataFrame, general: Floats, rules: RuleSet) -> pd.DataFrame:
    reduction = booked["reduction_eur"].to_numpy(np.float64)
    carried = booked["carried_forward_eur"].to_numpy(np.float64)
    hit = triggers(reduction, general, booked["equity_eur"].to_numpy(np.float64), rules, carried)
    known = ~hit.undefined & rules.has_ladder
    columns: dict[str, Any] = {"quota_share": hit.quota}
    for name, flags in (("n1", hit.n1), ("n2", hit.n2), ("n3", hit.n3), ("n4_possible", hit.n4_possible)):
        columns[name] = pd.arrays.BooleanArray(flags.copy(), ~known)
    left = booked["ausgleichsruecklage_eur"].to_numpy(np.float64)
    for name, share in (("headroom_n1_eur", rules.n1_share), ("headroom_n2_eur", rules.n2_share)):
        line = np.nan if share is None else share
        columns[name] = headroom_eur(reduction, general[:-1], line) + left
    return booked.drop(columns="carried_forward_eur").assign(**columns)


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
