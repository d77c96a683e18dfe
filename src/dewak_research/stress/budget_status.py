"""Who is in budget consolidation at the end of 2025, and what goes with it: an association, no forecast.

Debt bears the same date as the budget status, and the relief of old debt changes both. Model: cross-fitted, whole
Kreise left out. Source: budget status of the ministry (MHKBD); AUC with intervals from Kreise drawn with replacement.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold, cross_val_predict

from dewak_research.stress.discrimination import auc, classifier, ends_95, redrawn
from dewak_research.stress.light import LIGHTS
from dewak_research.stress.today import STAGE_GROUPS

STAGES = {"consolidation": min(STAGE_GROUPS["consolidation"]), "reserve_used": min(STAGE_GROUPS["reserve"])}
WITHOUT_DEBT = ("log_tax_capacity", "log_population", "unemployed_share")
FOLDS, DRAWS = 10, 2000


def towns_of(inputs: Mapping[str, pd.DataFrame], lights: pd.DataFrame) -> pd.DataFrame:
    """Join what is known of every town, one row per ags of the budget status, index ags.

    Returns
    -------
    DataFrame
        budget_stage, kreis, liquidity_credit_eur_pc (2025), the columns of ``WITHOUT_DEBT`` (2024, 2025 and the last
        year of unemployment), light, light_probability (of a trigger, figures of 2009 to 2011; NaN = no data).
    """
    status = inputs["budget_status"].set_index("ags")
    debt = inputs["debt_today"].set_index("ags")["liquidity_credit_eur_pc"]
    capacity = inputs["integrated_debt"].set_index("ags")["tax_capacity_eur_pc"]
    people = inputs["town_population_today"].set_index("ags")["population"]
    jobless = inputs["unemployment"]
    jobless = jobless[jobless["year"] == jobless["year"].max()].set_index("ags")
    own = lights.set_index("ags")
    out = pd.DataFrame({"budget_stage": status["budget_stage"].astype(int)})
    out["kreis"] = out.index.str[:5]
    out["liquidity_credit_eur_pc"] = debt.astype(float)
    out["log_tax_capacity"] = np.log(capacity.astype(float))
    out["log_population"] = np.log(people.astype(float))
    out["unemployed_share"] = jobless["unemployed"].astype(float) / jobless["population_15_64"].astype(float)
    return out.join(own[["light", "probability"]].rename(columns={"probability": "light_probability"}))


def _cross_fitted(towns: pd.DataFrame, event: pd.Series[bool]) -> pd.Series[float]:
    known = towns.dropna(subset=list(WITHOUT_DEBT))
    found = cross_val_predict(
        classifier(), known[list(WITHOUT_DEBT)], event[known.index], groups=known["kreis"],
        cv=GroupKFold(FOLDS), method="predict_proba",
    )  # fmt: skip
    return pd.Series(found[:, 1], index=known.index)


def association(towns: pd.DataFrame, seed: int) -> pd.DataFrame:
    """How well three things order the towns by their budget status.

    Returns
    -------
    DataFrame
        status (key of ``STAGES``), stage (at least), predictor ("liquidity_credit", "without_debt", "light"), n,
        events, auc, auc_low, auc_high (95 %, Kreise drawn with replacement).
    """
    rng = np.random.default_rng(seed)
    rows = []
    for status, stage in STAGES.items():
        event = towns["budget_stage"] >= stage
        predictors = {
            "liquidity_credit": towns["liquidity_credit_eur_pc"],
            "without_debt": _cross_fitted(towns, event),
            "light": towns["light_probability"],
        }
        for name, value in predictors.items():
            part = pd.DataFrame({"origin": 0, "event": event, "probability": value}).dropna()
            ends = ends_95(redrawn(part, part.index.str[:5], DRAWS, rng))
            rows.append((status, stage, name, len(part), int(part["event"].sum()), auc(part), *ends))
    columns = ["status", "stage", "predictor", "n", "events", "auc", "auc_low", "auc_high"]
    return pd.DataFrame(rows, columns=columns)


def by_light(towns: pd.DataFrame) -> pd.DataFrame:
    """Share of the towns of every light of 2009 to 2011 that are in consolidation at the end of 2025.

    Returns
    -------
    DataFrame
        light, towns, consolidation (number), consolidation_share.
    """
    event = towns["budget_stage"] >= STAGES["consolidation"]
    grouped = event.groupby(towns["light"]).agg(towns="size", consolidation="sum").reindex(list(LIGHTS))
    grouped["consolidation_share"] = grouped["consolidation"] / grouped["towns"]
    return grouped.rename_axis("light").reset_index()


def budget_status(
    inputs: Mapping[str, pd.DataFrame], lights: pd.DataFrame, seed: int, *, with_unconfirmed: bool = True
) -> dict[str, pd.DataFrame]:
    """Compare the budget status of 31 December 2025 with debt, circumstances and the light of 2009 to 2011.

    Parameters
    ----------
    with_unconfirmed : bool
        With the debt of 2025, whose publisher is not confirmed.

    Returns
    -------
    dict
        budget_status_association, budget_status_lights.
    """
    towns = towns_of(inputs, lights)
    found = association(towns, seed)
    if not with_unconfirmed:
        found = found[found["predictor"] != "liquidity_credit"].reset_index(drop=True)
    return {"budget_status_association": found, "budget_status_lights": by_light(towns)}
