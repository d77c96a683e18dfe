"""From stated inputs to the decision: every model of the library scored and compared for each case (METHODS E.2).

Scores are computed from costs and checklists or stated by experts; what the comparison says, and how far it holds,
comes from ``mcda`` and ``sensitivity``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.cases.cost import CostResult, cost_parts, expected_cost, simulate
from dewak_research.cases.library import Library, bounds, criteria_frame, in_languages, ranges
from dewak_research.cases.mcda import Comparison, agreement, middle, ranking
from dewak_research.cases.placed import problem_at
from dewak_research.cases.sensitivity import (
    acceptability,
    leave_one_out,
    rank_reversal,
    verdict,
    weight_stability,
)
from dewak_research.cases.siting import Triple, site_scores
from dewak_research.data.result import together
from dewak_research.errors import InputError

Floats = NDArray[np.float64]


def model_ranges(library: Library, case: str, model: str) -> pd.DataFrame:
    """Return all cost inputs of one model in one case or example: low, mode, high."""
    parts = (
        library.study(case)["resources"],
        library.criteria["prices"],
        library.models["models"][model]["inputs"],
    )
    return pd.concat([ranges(part) for part in parts])


def budget_law(library: Library) -> pd.DataFrame:
    """Return the budget-law checklist of every model: model, question (key), answer (bool)."""
    rows = [
        (key, question, model["budget_law"][question] == "yes")
        for key, model in library.models["models"].items()
        for question in library.models["checklist"]
    ]
    return pd.DataFrame(rows, columns=["model", "question", "answer"])


def checklist_frame(library: Library) -> pd.DataFrame:
    """Return the questions of budget law: question (key), law, verified, text and reason in both languages."""
    rows = [
        {
            "question": key,
            **{name: item[name] for name in ("law", "verified")},
            **in_languages("text", item["question"]),
            **in_languages("reason", item["reason"]),
        }
        for key, item in library.models["checklist"].items()
    ]
    return pd.DataFrame(rows)


def hsk_compatible(library: Library, model: str) -> str:
    """Return whether a town under a consolidation plan may take the model up.

    "yes": the cost is covered. "conditional": it can be ended within a year and binds neither posts nor
    participations, so it is admissible once compensated elsewhere. "no": it binds the budget for longer.
    """
    answers = library.models["models"][model]["budget_law"]
    if answers["funded"] == "yes":
        return "yes"
    free = all(answers[key] == "yes" for key in ("termination", "no_own_staff", "no_participation"))
    return "conditional" if free else "no"


def _quantiles(values: Floats) -> Triple:
    low, mode, high = (float(end) for end in np.quantile(values, (0.05, 0.5, 0.95)))
    return low, mode, high


def _scores(library: Library, case: str, model: str, cost: CostResult) -> dict[str, Triple]:
    """Score of one model in every assessed criterion: low, mode, high in the criterion's unit."""
    item = library.models["models"][model]
    law = float(sum(answer == "yes" for answer in item["budget_law"].values()))
    risk = 1.0 + sum(answer == "yes" for answer in item["risks"].values())
    return {
        "C1": _quantiles(cost.annual_eur),
        "C2": (cost.risk_eur,) * 3,
        "C3": _quantiles(cost.capital_eur),
        "C4": (law,) * 3,
        "C5": _quantiles(cost.third_party_eur),
        "C6": _quantiles(cost.volunteer_hours),
        "C11": (risk,) * 3,
        **{name: bounds(score) for name, score in item["scores"].items()},
        **site_scores(library, case, model),
    }


def _require_within_anchors(library: Library, frames: list[pd.DataFrame], criteria: pd.DataFrame) -> None:
    """Refuse computed scores beyond the ends of their scale, naming the criterion's line."""
    problems = []
    for name, ends in criteria[["worst", "best"]].iterrows():
        found = pd.concat([frame[name] for frame in frames])
        outside = found[(found < ends.min()) | (found > ends.max())]
        if not outside.empty:
            said = {"model": outside.index[0], "value": outside.iloc[0], "criterion": name}
            said |= {"low": found.min(), "high": found.max()}
            problems.append(
                problem_at(library.documents["criteria"], ("criteria", str(name)), "off_anchors", **said)
            )
    if problems:
        raise InputError(problems)


def compare(library: Library, case: str, draws: int, seed: int) -> tuple[Comparison, pd.DataFrame]:
    """Score all models for one case.

    Raises
    ------
    InputError
        A computed score lies outside the anchors of its criterion.

    Returns
    -------
    tuple
        The comparison, and the cost table: model, annual_eur (expected), p05_eur, p50_eur, p95_eur,
        risk_eur, capital_eur, hsk_compatible, and the parts of the first year.
    """
    criteria = criteria_frame(library, case)
    table, costs = {}, []
    for model in library.models["models"]:
        inputs = model_ranges(library, case, model)
        cost = simulate(inputs, draws, seed)
        table[model] = _scores(library, case, model, cost)
        low, mid, high = _quantiles(cost.annual_eur)
        costs.append(
            {
                "model": model,
                "annual_eur": expected_cost(inputs),
                "p05_eur": low,
                "p50_eur": mid,
                "p95_eur": high,
                "risk_eur": cost.risk_eur,
                "capital_eur": float(inputs["mode"]["capital_eur"]),
                "hsk_compatible": hsk_compatible(library, model),
                **cost_parts(inputs),
            }
        )
    frames = [
        pd.DataFrame({m: {c: table[m][c][end] for c in criteria.index} for m in table}).T for end in range(3)
    ]
    _require_within_anchors(library, frames, criteria)
    worse, likely, better = frames
    return Comparison(worse, likely, better, criteria[["worst", "best", "weight"]]), pd.DataFrame(costs)


def _long(frame: pd.DataFrame, columns: str, value: str) -> pd.DataFrame:
    """One row per model and column of a frame of alternatives."""
    return frame.rename_axis("model").reset_index().melt("model", var_name=columns, value_name=value)


def _of_case(
    library: Library, case: str, weightings: int, cost_draws: int, seed: int
) -> dict[str, pd.DataFrame]:
    comparison, costs = compare(library, case, cost_draws, seed)
    found = acceptability(comparison, weightings, seed)
    ranked = ranking(comparison).merge(found.summary, on="alternative")
    values = pd.DataFrame(middle(comparison), comparison.mode.index, comparison.mode.columns)
    without, copies = leave_one_out(comparison), rank_reversal(comparison)
    said = verdict(comparison, found)
    summary = {
        "models": len(comparison.mode),
        "criteria": len(comparison.criteria),
        "weightings": weightings,
        **said,
        "winner_cost_eur": costs.loc[costs["model"] == said["base_winner"], "annual_eur"].item(),
        "cost_min_eur": costs["annual_eur"].min(),
        "cost_max_eur": costs["annual_eur"].max(),
        "kendall_tau_low": agreement(comparison)["kendall_tau"].min(),
        "same_without_criterion": without["same"].sum(),
        "reversals": copies["winner_changes"].sum(),
        "reversal_checks": len(copies),
    }
    return {
        "costs": costs,
        "scores": _long(comparison.mode, "criterion", "score").assign(value=values.melt()["value"]),
        "ranking": ranked.rename(columns={"alternative": "model"}),
        "rank_share": _long(found.rank_share, "rank", "share").astype({"rank": int}),
        "weight_stability": weight_stability(comparison),
        "verdict": pd.DataFrame([summary]),
    }


def model_tables(library: Library, weightings: int, cost_draws: int, seed: int) -> dict[str, pd.DataFrame]:
    """Return the comparison of all models for every case, with a column case, and the checklist of budget law.

    Returns
    -------
    dict
        costs (``compare``); scores: model, criterion, score (in its unit), value (0–1); ranking (``ranking`` and
        the summary of ``acceptability``); rank_share: model, rank, share; weight_stability; verdict: one row per
        case with models, criteria, weightings, the parts of ``verdict``, winner_cost_eur, cost_min_eur,
        cost_max_eur, kendall_tau_low (least agreement of two methods), same_without_criterion (criteria without
        which the same model leads), reversals of reversal_checks; budget_law, checklist.
    """
    parts = {case: _of_case(library, case, weightings, cost_draws, seed) for case in library.cases}
    return {
        **together(parts, "case"),
        "budget_law": budget_law(library),
        "checklist": checklist_frame(library),
    }
