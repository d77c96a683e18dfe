"""From stated inputs to the decision table: every model of the library scored for one case (METHODS E.2)."""

from __future__ import annotations

import pandas as pd

from dewak_research.cases.cost import CostResult, cost_parts, expected_cost, simulate
from dewak_research.cases.library import Library, bounds, criteria_frame, ranges
from dewak_research.cases.mcda import Comparison
from dewak_research.errors import InputError
from dewak_research.language import Text

Triple = tuple[float, float, float]


def model_ranges(library: Library, case: str, model: str) -> pd.DataFrame:
    """Return all cost inputs of one model in one case: low, mode, high."""
    parts = (
        library.cases[case]["resources"],
        library.criteria["prices"],
        library.models["models"][model]["inputs"],
    )
    return pd.concat([ranges(part) for part in parts])


def budget_law(library: Library, model: str) -> pd.DataFrame:
    """Return the budget-law checklist of a model with reasons.

    Returns
    -------
    DataFrame
        question (key), answer (bool), law, verified, reason_de, reason_en, question_de, question_en.
    """
    answers = library.models["models"][model]["budget_law"]
    rows = []
    for key, item in library.models["checklist"].items():
        rows.append(
            {
                "model": model,
                "question": key,
                "answer": answers[key] == "yes",
                "law": item["law"],
                "verified": item["verified"],
                "question_de": item["question"]["de"],
                "question_en": item["question"]["en"],
                "reason_de": item["reason"]["de"],
                "reason_en": item["reason"]["en"],
            }
        )
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


def _quantiles(values: pd.Series[float]) -> Triple:
    low, mode, high = (float(values.quantile(q)) for q in (0.05, 0.5, 0.95))
    return low, mode, high


def _scores(library: Library, model: str, cost: CostResult) -> dict[str, Triple]:
    item = library.models["models"][model]
    law = float(sum(v == "yes" for v in item["budget_law"].values()))
    risk = 1.0 + sum(v == "yes" for v in item["risks"].values())
    return {
        "C1": _quantiles(pd.Series(cost.annual_eur)),
        "C2": (cost.risk_eur,) * 3,
        "C3": _quantiles(pd.Series(cost.capital_eur)),
        "C4": (law,) * 3,
        "C5": _quantiles(pd.Series(cost.third_party_eur)),
        "C6": _quantiles(pd.Series(cost.volunteer_hours)),
        "C11": (risk,) * 3,
        **{name: bounds(score) for name, score in item["scores"].items()},
    }


def _require_within_anchors(library: Library, frames: list[pd.DataFrame], criteria: pd.DataFrame) -> None:
    """Refuse computed scores beyond the ends of their scale, naming the criterion's line."""
    problems = []
    for name, row in criteria[["worst", "best"]].iterrows():
        low, high = sorted((float(row["worst"]), float(row["best"])))
        found = pd.concat([frame[name] for frame in frames])
        outside = found[(found < low) | (found > high)]
        if outside.empty:
            continue
        model, value = str(outside.index[0]), float(outside.iloc[0])
        what = Text(
            f"Bewertung {value:.4g} von {model} in {name} liegt außerhalb der Skala",
            f"score {value:.4g} of {model} in {name} lies outside its scale",
        )
        right = Text(
            f"Anker, die {found.min():.4g} bis {found.max():.4g} einschließen",
            f"anchors that include {found.min():.4g} to {found.max():.4g}",
        )
        problems.append(library.documents["criteria"].problem(("criteria", str(name)), what, right))
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
    criteria = criteria_frame(library)
    table, costs = {}, []
    for model in library.models["models"]:
        inputs = model_ranges(library, case, model)
        cost = simulate(inputs, draws, seed)
        table[model] = _scores(library, model, cost)
        low, mid, high = _quantiles(pd.Series(cost.annual_eur))
        costs.append(
            {
                "case": case,
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
    comparison = Comparison(frames[0], frames[1], frames[2], criteria[["worst", "best", "weight"]])
    return comparison, pd.DataFrame(costs)
