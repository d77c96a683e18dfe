"""Does the budget bear the model, and does budget law allow it? Net cost against headroom, and the town's own status.

Headroom is what the budget of 2009 to 2011 could lose every year before a threshold is crossed (``stress``), in euros
of the year in which the models are priced (``resilience``); the status is the official one of the end of 2025. Neither
repeats the light of the stress test.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.stress.today import STAGE_GROUPS

CONSOLIDATION = min(STAGE_GROUPS["consolidation"])
"""Stage of the official budget status from which a town is under a consolidation plan, or lacks an approved one."""
TIGHT_SHARE = 0.10
"""A net cost above this share of the headroom is tight [P]."""
REASONS = {"law": "red", "too_dear": "red", "compensate": "amber", "tight": "amber", "bears": "green",
           "unknown": "unknown"}  # fmt: skip


def feasibility(
    units: pd.DataFrame,
    costs: pd.DataFrame,
    model: str,
    room: pd.DataFrame | None,
    status: pd.DataFrame | None,
) -> pd.DataFrame:
    """Return whether the budget bears the model and budget law allows it.

    Parameters
    ----------
    units : DataFrame
        ags, population.
    costs : DataFrame
        model, annual_eur (net municipal cost a year), hsk_compatible ("yes", "conditional", "no": result of the
        checklist for a town under a consolidation plan), for every model.
    model : str
        The model considered.
    room : DataFrame, optional
        ags, headroom_eur (EUR a year, in the euros of the costs; negative = a threshold is crossed without the model;
        NaN = unknown).
    status : DataFrame, optional
        ags, budget_stage (1–7) at the end of 2025; Kreise and missing towns are taken as not under consolidation.

    Returns
    -------
    DataFrame
        ags, cost_eur_pc, headroom_eur, cost_share (net cost ÷ headroom, missing without a positive one), consolidation
        (bool, missing where no status is known), models_possible (models that are not red), feasibility_light,
        feasibility_reason: "law" (bound for longer than a year under consolidation, or where a threshold is crossed
        already), "too_dear" (the cost itself crosses a threshold), "compensate" (only if covered elsewhere), "tight",
        "bears", "unknown" (headroom not known).
    """
    out = pd.DataFrame({"ags": units["ags"]})
    rows = costs[["model", "annual_eur", "hsk_compatible"]].to_dict("records")
    asked = {str(row["model"]): (float(row["annual_eur"]), str(row["hsk_compatible"])) for row in rows}
    annual_eur, _ = asked[model]
    out["cost_eur_pc"] = annual_eur / units["population"].to_numpy()
    known = (
        pd.Series(dtype=float)
        if room is None
        else room.drop_duplicates("ags").set_index("ags")["headroom_eur"]
    )
    stage = (
        pd.Series(dtype=float) if status is None else status.set_index("ags")["budget_stage"].astype(float)
    )
    out["headroom_eur"] = out["ags"].map(known).astype(float)
    out["cost_share"] = (annual_eur / out["headroom_eur"]).where(out["headroom_eur"] > 0)
    found = out["ags"].map(stage).astype(float)
    out["consolidation"] = (found >= CONSOLIDATION).astype("boolean").where(found.notna())
    under = out["consolidation"].fillna(False).to_numpy(dtype=bool)
    headroom = out["headroom_eur"].to_numpy()
    reasons = {name: _reasons(headroom, under, eur, law) for name, (eur, law) in asked.items()}
    lights = np.array([[REASONS[r] for r in of_model] for of_model in reasons.values()])
    possible = pd.Series((lights != "red").sum(axis=0), index=out.index, dtype="Int64")
    out["models_possible"] = possible.where(~np.isnan(headroom))
    out["feasibility_light"] = [REASONS[r] for r in reasons[model]]
    out["feasibility_reason"] = reasons[model]
    return out


def _reasons(headroom: np.ndarray, under: np.ndarray, annual_eur: float, hsk_compatible: str) -> np.ndarray:
    """Reason per unit for one model."""
    strained = under | (headroom < 0)
    cases = [
        (np.isnan(headroom), "unknown"),
        (strained & (hsk_compatible == "no"), "law"),
        ((headroom >= 0) & (headroom < annual_eur), "too_dear"),
        (strained & (hsk_compatible == "conditional"), "compensate"),
        (annual_eur > TIGHT_SHARE * headroom, "tight"),
    ]
    return np.select([condition for condition, _ in cases], [reason for _, reason in cases], "bears")


def feasibility_counts(transfer: pd.DataFrame) -> pd.DataFrame:
    """Return how many units have which light for which reason: case, light, reason, units, models_low, models_high.

    ``models_low`` and ``models_high`` say how many models are possible in these units; missing where unknown.
    """
    by = ["case", "feasibility_light", "feasibility_reason"]
    found = transfer.groupby(by, sort=True, as_index=False).agg(
        units=("ags", "size"), models_low=("models_possible", "min"), models_high=("models_possible", "max")
    )
    return found.rename(columns={"feasibility_light": "light", "feasibility_reason": "reason"})
