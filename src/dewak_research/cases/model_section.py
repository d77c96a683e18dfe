"""The model part of the chapter: costs, comparison of A1–A11, and how far the result holds, per case."""

from __future__ import annotations

import pandas as pd

from dewak_research.cases.compare import budget_law, compare
from dewak_research.cases.library import Library
from dewak_research.cases.mcda import Comparison, agreement, middle, ranking
from dewak_research.cases.sensitivity import (
    acceptability,
    leave_one_out,
    rank_reversal,
    verdict,
    weight_stability,
)
from dewak_research.cases.sentence import sentence
from dewak_research.language import Text

Values = dict[str, float | int | str | bool]


def library_names(library: Library) -> dict[str, Text]:
    """Return the names of all models and criteria."""
    items = {**library.models["models"], **library.criteria["criteria"]}
    return {key: Text(item["name"]["de"], item["name"]["en"]) for key, item in items.items()}


def _long_scores(comparison: Comparison, case: str) -> pd.DataFrame:
    """Scores in their units and values in [0, 1], one row per alternative and criterion."""
    low, _, high = comparison.value_bounds()
    frames = {
        "score": comparison.mode,
        "score_low": comparison.low,
        "score_high": comparison.high,
        "value": pd.DataFrame(middle(comparison), comparison.mode.index, comparison.mode.columns),
        "value_low": pd.DataFrame(low, comparison.mode.index, comparison.mode.columns),
        "value_high": pd.DataFrame(high, comparison.mode.index, comparison.mode.columns),
    }
    parts = [
        frame.rename_axis("model")
        .reset_index()
        .melt("model", var_name="criterion", value_name=name)
        .set_index(["model", "criterion"])
        for name, frame in frames.items()
    ]
    return pd.concat(parts, axis=1).reset_index().assign(case=case)


def _one_case(
    library: Library, case: str, weightings: int, cost_draws: int, seed: int
) -> tuple[dict[str, pd.DataFrame], Values]:
    comparison, costs = compare(library, case, cost_draws, seed)
    found = acceptability(comparison, weightings, seed)
    certain = acceptability(comparison, weightings, seed, uncertain_scores=False)
    summary = found.summary.merge(
        certain.summary[["alternative", "first_share"]].rename(
            columns={"first_share": "first_share_fixed_scores"}
        ),
        on="alternative",
    )
    ranked = ranking(comparison).merge(summary, on="alternative")
    ranks = found.rank_share.reset_index().melt("alternative", var_name="rank", value_name="share")
    centre = found.central_weights.reset_index().melt(
        "alternative", var_name="criterion", value_name="weight"
    )
    tables = {
        "costs": costs,
        "scores": _long_scores(comparison, case),
        "ranking": ranked.rename(columns={"alternative": "model"}),
        "rank_share": ranks.rename(columns={"alternative": "model"}).astype({"rank": int}),
        "central_weights": centre.rename(columns={"alternative": "model"}),
        "weight_stability": weight_stability(comparison),
        "method_agreement": agreement(comparison),
        "leave_one_out": leave_one_out(comparison),
        "rank_reversal": rank_reversal(comparison),
    }
    said = verdict(comparison, found)
    methods = [ranked.loc[ranked[f"{m}_rank"] == 1, "alternative"].iloc[0] for m in
               ("additive", "topsis", "promethee")]  # fmt: skip
    winner_cost = costs[costs["model"] == said["base_winner"]].iloc[0]
    values: Values = {f"{case}_{name}": value for name, value in said.items()}
    whole = sentence(said, library_names(library))
    values |= {f"{case}_sentence_de": whole.de, f"{case}_sentence_en": whole.en}
    values |= {
        f"{case}_methods_agree": len(set(methods)) == 1,
        f"{case}_winner_cost_eur": float(winner_cost["annual_eur"]),
        f"{case}_winner_cost_eur_low": float(winner_cost["p05_eur"]),
        f"{case}_winner_cost_eur_high": float(winner_cost["p95_eur"]),
        f"{case}_cost_min_eur": float(costs["annual_eur"].min()),
        f"{case}_cost_max_eur": float(costs["annual_eur"].max()),
        f"{case}_kendall_tau_low": float(tables["method_agreement"]["kendall_tau"].min()),
        f"{case}_same_without_criterion": int(tables["leave_one_out"]["same"].sum()),
        f"{case}_reversals": int(tables["rank_reversal"]["winner_changes"].sum()),
    }
    return {name: frame.assign(case=case) for name, frame in tables.items()}, values


def model_section(
    library: Library, weightings: int, cost_draws: int, seed: int
) -> tuple[dict[str, pd.DataFrame], Values]:
    """Return the comparison of all models for every case, and the budget-law checklist of every model."""
    collected: dict[str, list[pd.DataFrame]] = {}
    values: Values = {"models": len(library.models["models"]), "weightings": weightings}
    for case in library.cases:
        tables, own = _one_case(library, case, weightings, cost_draws, seed)
        values |= own
        for name, frame in tables.items():
            collected.setdefault(name, []).append(frame)
    out = {name: pd.concat(frames, ignore_index=True) for name, frames in collected.items()}
    out["budget_law"] = pd.concat([budget_law(library, m) for m in library.models["models"]])
    out["instruments"] = pd.DataFrame(
        [
            {
                "instrument": i["id"],
                **{
                    k: i[k]
                    for k in ("lasting", "in_kind", "earmarked", "co_funding", "horizon_years", "effort")
                },
                "origin": i.get("source", "assumption"),
            }
            for i in library.models["instruments"]
        ]
    )
    values["reversal_checks"] = int((out["rank_reversal"]["case"] == next(iter(library.cases))).sum())
    values["criteria_assessed"] = int((out["weight_stability"]["case"] == next(iter(library.cases))).sum())
    return out, values
