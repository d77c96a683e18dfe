"""Is the burden carried by liquidity credit? The squeeze test with credit as dependent, up to 2022 (METHODS D.7)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dewak_research.disparities.distance import SCOPES, in_scope, real_table
from dewak_research.disparities.models import Effects, fixed_effects

#: Controls known in every year of credit up to 2022, and those that end in 2019.
KNOWN_TO_2022 = ("age_65plus_pct", "foreign_pct")
KNOWN_TO_2019 = ("unemployment_pct", "tax_capacity_100_eur_pc", "key_grants_100_eur_pc")


def credit_panel(panel: pd.DataFrame, inputs: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return Kreis × year with real credit and real KdU per inhabitant in prices of 2022, on one population base.

    Added columns: ``credit_real_eur_pc``, ``kdu_real_100_eur_pc``, ``tax_capacity_100_eur_pc``,
    ``key_grants_100_eur_pc`` (the last two in euros of the year: Land × year effects take the level of prices out).
    """
    out = panel.copy()
    for name, variable, unit in (
        ("credit_real_eur_pc", "liquidity_credit", 1),
        ("kdu_real_100_eur_pc", "kdu", 100),
    ):
        table = real_table(panel, inputs, variable)
        long = table.rename_axis("ags").reset_index().melt("ags", var_name="year", value_name=name)
        out = out.merge(
            long.assign(**{name: long[name] / unit, "year": long["year"].astype(int)}),
            "left",
            ["ags", "year"],
        )
    for name in ("tax_capacity", "key_grants"):
        out[f"{name}_100_eur_pc"] = out[f"{name}_eur_pc"] / 100
    return out


def credit_squeeze(panel: pd.DataFrame, inputs: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Regress liquidity credit per head on KdU per head, up to 2019 and up to 2022.

    Returns
    -------
    DataFrame
        ``model`` (``full_2019``: with the controls that end in 2019; ``short_2019``, ``short_2022``: with those known
        to 2022; ``long_2022``: only 2010 and 2022), ``effects`` (``land_year``: between Kreise of a Land;
        ``kreis_land_year``: the same Kreis against its Land), ``scope``, ``term``, ``estimate`` (real EUR of credit
        per inhabitant), ``se``, ``low``, ``high``, ``p_value``, ``observations``, ``units``, ``clusters``.

    Notes
    -----
    Not identified: a weak economy raises KdU and credit alike. Credit is a stock, KdU a yearly amount. The years 2020
    and 2021 are missing; investment and staff end in 2019, so what they did since cannot be followed here.
    """
    ready = credit_panel(panel, inputs)
    short = ("kdu_real_100_eur_pc", *KNOWN_TO_2022)
    designs = {
        "full_2019": ((*short, *KNOWN_TO_2019), range(2010, 2020)),
        "short_2019": (short, range(2010, 2020)),
        "short_2022": (short, range(2010, 2023)),
        "long_2022": (short, (2010, 2022)),
    }
    parts = []
    for scope in SCOPES:
        frame = in_scope(ready.set_index("ags"), scope).reset_index()
        for model, (regressors, years) in designs.items():
            effects: tuple[Effects, ...] = (
                ("land_year", "kreis_land_year") if model != "long_2022" else ("kreis_land_year",)
            )
            for effect in effects:
                data = frame[frame["year"].isin(list(years))]
                estimate = fixed_effects(
                    data, "credit_real_eur_pc", regressors, (min(years), max(years)), effect
                )
                parts.append(estimate.sized().assign(model=model, effects=effect, scope=scope))
    return pd.concat(parts, ignore_index=True)


def stock_by_burden(panel: pd.DataFrame, inputs: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return mean real credit per head by quarter of the burden at the start.

    Returns
    -------
    DataFrame
        ``kdu_quartile`` (of mean KdU per head to 2012; 1 = lowest), ``year``, ``credit_real_eur_pc`` (mean over
        Kreise), ``kreise``; without the Länder that took credit over.
    """
    table = in_scope(real_table(panel, inputs, "liquidity_credit"), "without_takeover")
    start = panel[panel["year"].between(2010, 2012)].groupby("ags")["kdu_eur_pc"].mean().reindex(table.index)
    known = table[start.notna()]
    quarter = pd.qcut(start.dropna().rank(method="first"), 4, labels=False) + 1
    means = known.groupby(quarter).mean().rename_axis("kdu_quartile")
    out = means.reset_index().melt("kdu_quartile", var_name="year", value_name="credit_real_eur_pc")
    sizes = np.asarray(quarter.value_counts().reindex(out["kdu_quartile"]))
    return out.assign(year=out["year"].astype(int), kreise=sizes)
