"""Where a town stands today: debt, taxes and budget status of 2024 and 2025 beside its peers, and old-debt relief."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dewak_research.config import StressParams
from dewak_research.data.peers import beside_peers
from dewak_research.rules import HOME, land
from dewak_research.stress.today_shocks import ACT_YEAR, UNCONFIRMED, today_stress

Tables = Mapping[str, pd.DataFrame]
TODAY_TABLES = (
    UNCONFIRMED,
    "integrated_debt",
    "multipliers_today",
    "budget_status",
    "debt_relief",
    "town_population_today",
)
MEASURES = {
    "liquidity_credit_eur_pc": (UNCONFIRMED, "2025-12-31"),
    "core_debt_eur_pc": (UNCONFIRMED, "2025-12-31"),
    "integrated_debt_eur_pc": ("integrated_debt", "2024-12-31"),
    "tax_capacity_eur_pc": ("integrated_debt", "2024"),
    "land_tax_a_multiplier_pct": ("multipliers_today", "2024"),
    "land_tax_b_multiplier_pct": ("multipliers_today", "2024"),
    "trade_tax_multiplier_pct": ("multipliers_today", "2024"),
    "budget_stage": ("budget_status", "2025-12-31"),
    "over_indebtedness": ("budget_status", "2025-12-31"),
}

#: Stages of the budget status together: balanced, if only by the reserve; general reserve used or loss carried forward;
#: consolidation plan approved or not, or budget provisional.
STAGE_GROUPS = {"balanced": (1, 2), "reserve": (3, 4), "consolidation": (5, 6, 7)}
OVER_INDEBTED = (
    1  #: stage of over-indebtedness with negative equity; what 2 and 3 of the source mean is not confirmed
)


def today(inputs: Tables, neighbours: pd.DataFrame, *, with_unconfirmed: bool = True) -> pd.DataFrame:
    """Set what is known of a town today beside its peers.

    Parameters
    ----------
    inputs : mapping
        Tables of ``TODAY_TABLES``.
    neighbours : DataFrame
        ags, peer.
    with_unconfirmed : bool
        With the debt of 2025, whose publisher is not confirmed.

    Returns
    -------
    DataFrame
        Per town and measure of ``MEASURES``: value (EUR per head, multiplier in percent, stage; NaN = not stated),
        vintage (day or year), confirmed, peers_known, peer_median, peer_percentile (0–100), rank.
    """
    parts = [
        inputs[table][["ags"]].assign(
            measure=measure,
            value=inputs[table][measure].astype(float),
            vintage=vintage,
            confirmed=table != UNCONFIRMED,
        )
        for measure, (table, vintage) in MEASURES.items()
        if with_unconfirmed or table != UNCONFIRMED
    ]
    return beside_peers(pd.concat(parts, ignore_index=True), neighbours, by=["measure"])


def relief_by_rule(stock_eur_pc: pd.Series[float]) -> pd.Series[float]:
    """Return the takeover by the act's rule, EUR per head: a share of the excess, or all above a ceiling if more."""
    threshold, share, ceiling = (
        float(land(HOME).value("credit", f"aseg_{name}", ACT_YEAR).value)
        for name in ("excess_threshold_eur_pc", "least_share", "full_above_eur_pc")
    )
    excess = share * (stock_eur_pc - threshold)
    above = stock_eur_pc - ceiling
    return excess.where(excess > above, above).clip(lower=0.0)


def old_debt_relief(inputs: Tables, *, with_unconfirmed: bool = True) -> pd.DataFrame:
    """Return the published takeover of liquidity credit, and for all towns the upper bound by the act's rule.

    The act counts the stock of 31 December 2023 net of liquid funds, which is not known by town; the rule is applied
    to the stock of 2025. Which towns applied is known for the published ones only.

    Returns
    -------
    DataFrame
        One row per town: ags, recipient (known, unknown), amount_eur, amount_eur_pc (published, else NaN), source,
        upper_bound_eur_pc (NaN without the unconfirmed debt).
    """
    out = inputs[UNCONFIRMED][["ags"]].copy()
    published = inputs["debt_relief"].set_index("ags")[["amount_eur", "amount_eur_pc", "source"]]
    out = out.join(published, on="ags")
    out.insert(1, "recipient", np.where(out["amount_eur"].notna(), "known", "unknown"))
    bound = relief_by_rule(inputs[UNCONFIRMED]["liquidity_credit_eur_pc"])
    return out.assign(upper_bound_eur_pc=bound if with_unconfirmed else np.nan)


def today_tables(inputs: Tables, params: StressParams, neighbours: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables of today and their counts over all towns.

    Returns
    -------
    dict
        today, today_stress, old_debt_relief as above; today_counts (measure, vintage, known, median, p10, p90);
        today_stages (budget_stage, towns, share); today_status (one row: towns, balanced in stages 1–2, on_reserves in
        3–4, in_consolidation in 5–7, over_indebted: stage 1 only, over_indebtedness_unclear: the stages
        2 and 3 of the source, whose meaning is not confirmed); today_stress_counts (case, year, known, p10_eur_pc,
        median_eur_pc, low_median_eur_pc, p90_eur_pc, points_known, median_points); old_debt_relief_counts (one row:
        published, published_eur, bound_positive, bound_eur of all towns).
    """
    shown = params.show_unconfirmed_debt
    found = today(inputs, neighbours, with_unconfirmed=shown)
    stressed = today_stress(inputs, params)
    relief = old_debt_relief(inputs, with_unconfirmed=shown)
    stages = found.loc[found["measure"] == "budget_stage", "value"].astype(int).value_counts().sort_index()
    grouped = {name: int(stages[stages.index.isin(group)].sum()) for name, group in STAGE_GROUPS.items()}
    over = found.loc[found["measure"] == "over_indebtedness", "value"]
    people = relief["ags"].map(inputs["town_population_today"].set_index("ags")["population"])
    bound = relief["upper_bound_eur_pc"]
    return {
        "today": found,
        "today_stress": stressed,
        "old_debt_relief": relief,
        "today_counts": found.groupby(["measure", "vintage"], sort=False)["value"]
        .agg(known="count", median="median", p10=lambda v: v.quantile(0.1), p90=lambda v: v.quantile(0.9))
        .reset_index(),
        "today_stages": stages.rename_axis("budget_stage")
        .rename("towns")
        .reset_index()
        .assign(share=lambda f: f["towns"] / f["towns"].sum()),
        "today_status": pd.DataFrame(
            {
                "towns": [int(stages.sum())],
                "balanced": [grouped["balanced"]],
                "on_reserves": [grouped["reserve"]],
                "in_consolidation": [grouped["consolidation"]],
                "over_indebted": [int((over == OVER_INDEBTED).sum())],
                "over_indebtedness_unclear": [int((over > OVER_INDEBTED).sum())],
            }
        ),
        "today_stress_counts": stressed.groupby(["case", "year"])
        .agg(
            known=("loss_eur_pc", "count"),
            p10_eur_pc=("loss_eur_pc", lambda v: v.quantile(0.1)),
            median_eur_pc=("loss_eur_pc", "median"),
            low_median_eur_pc=("loss_low_eur_pc", "median"),
            p90_eur_pc=("loss_eur_pc", lambda v: v.quantile(0.9)),
            points_known=("land_tax_b_points", "count"),
            median_points=("land_tax_b_points", "median"),
        )
        .reset_index(),
        "old_debt_relief_counts": pd.DataFrame(
            {
                "published": [int(relief["amount_eur"].notna().sum())],
                "published_eur": [float(relief["amount_eur"].sum())],
                "bound_positive": [int((bound > 0).sum())],
                "bound_eur": [float((bound * people).sum(min_count=1))],
            }
        ),
    }
