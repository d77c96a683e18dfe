"""The second look at the main findings: what holds under other choices, and what does not."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from dewak_research.config import DisparityParams
from dewak_research.data.result import together
from dewak_research.disparities import space
from dewak_research.disparities.choices import EFFECTS
from dewak_research.disparities.curve import curve
from dewak_research.disparities.distance import SCOPES
from dewak_research.disparities.oster import oster_table
from dewak_research.disparities.robustness import discoveries, discovery_counts, verdicts
from dewak_research.disparities.spatial_panel import spatial_panel
from dewak_research.disparities.within_land import agreement, by_each_land, comparisons
from dewak_research.engines import Engine

Tables = dict[str, pd.DataFrame]


def robust(
    panel: pd.DataFrame,
    known: Mapping[str, pd.DataFrame],
    params: DisparityParams,
    seed: int,
    engine: Engine | None = None,
) -> Tables:
    """Return the specification curve, other comparisons, Oster's δ, false discoveries and the verdicts.

    Parameters
    ----------
    known : mapping of str to DataFrame
        Tables of the chapter with reported coefficients: ``ladder``, ``need_price_models``, ``squeeze``,
        ``squeeze_readings``, ``credit_squeeze``, ``basic_security``.
    engine : Engine, optional
        Where the specifications are done.
    """
    years = (params.first_year, params.last_year)
    curves, joint = curve(panel, years, params.specification_draws, seed, engine)
    other, lands = comparisons(panel, years), by_each_land(panel, years)
    families = {
        "ladder": known["ladder"],
        "need_price_models": known["need_price_models"],
        "squeeze": known["squeeze"],
        "squeeze_readings": _not_yet_counted(known["squeeze_readings"]),
        "credit_squeeze": _burden_on_credit(known["credit_squeeze"]),
        "basic_security": _since_full(known["basic_security"]),
        "comparisons": other[~other["comparison"].isin(["two_way", "within_land", "long_all"])],
        "by_each_land": lands,
    }
    keys = {
        "ladder": "model",
        "need_price_models": "dependent",
        "squeeze": "model",
        "squeeze_readings": "reading",
        "credit_squeeze": "model",
        "basic_security": "view",
        "comparisons": "comparison",
        "by_each_land": "land_name",
    }
    found = discoveries(families, keys)
    main = found.query("family == 'ladder' and model == 'two_way'")[["term", "q_value"]]
    main = known["ladder"].query("model == 'two_way'").merge(main, on="term", validate="1:1")
    hidden = oster_table(panel, years, params.bootstrap_draws, seed + 1)
    return {
        "specification_curve": curves,
        "specification_joint": joint,
        "comparisons": other,
        "by_each_land": lands,
        "land_agreement": agreement(lands),
        "oster": hidden,
        "discoveries": found,
        "discovery_counts": discovery_counts(found),
        "robustness": verdicts(joint, hidden, main),
    }


def _not_yet_counted(readings: pd.DataFrame) -> pd.DataFrame:
    """Return the readings of θ₂ that the squeeze test does not hold already."""
    new = readings[(readings["reading"] != "levels") | (readings["scope"] != SCOPES[0])]
    return new.assign(term=new["dependent"] + " " + new["scope"])


def _burden_on_credit(table: pd.DataFrame) -> pd.DataFrame:
    """Return the coefficients of the burden on credit, the only ones that are shown."""
    shown = table[table["term"] == "kdu_real_100_eur_pc"]
    return shown.assign(term=shown["effects"] + " " + shown["scope"])


def _since_full(table: pd.DataFrame) -> pd.DataFrame:
    """Return the moves since the federation pays basic security in old age in full."""
    return table.assign(term=table["outcome"], estimate=table["full"], p_value=table["full_p_value"])


def neighbours(panel: pd.DataFrame, shapes: gpd.GeoDataFrame, params: DisparityParams, seed: int) -> Tables:
    """Return the spatial panel models by ``effects``: those of Kreis and year, and of Kreis and Land × year."""
    keys = sorted(panel["ags"].unique())
    w = space.weights(shapes, keys, "queen")
    years, draws = (params.first_year, params.last_year), params.bootstrap_draws
    found = {
        str(effects): spatial_panel(panel, w, keys, years, draws, params.permutations, seed, effects)
        for effects in EFFECTS
    }
    return together(found, "effects")
