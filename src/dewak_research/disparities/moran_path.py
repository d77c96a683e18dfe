"""Moran's I of KdU per head year by year, in logarithms and in euros."""

from __future__ import annotations

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
from libpysal.weights import W

from dewak_research.disparities.space import morans_i, weights

#: What the index is of: the logarithm weighs ratios, the amount in euros lets a few very high values count more.
SCALES = ("ln", "euro")


def moran_path(panel: pd.DataFrame, shapes: gpd.GeoDataFrame, permutations: int, seed: int) -> pd.DataFrame:
    """Return Moran's I of KdU per head in every year.

    Parameters
    ----------
    panel : DataFrame
        ags, year, kdu_eur_pc.
    shapes : GeoDataFrame
        Boundaries, from :func:`dewak_research.disparities.space.with_geometry`.

    Returns
    -------
    DataFrame
        ``year``, ``scale`` (``ln``, ``euro``), ``kreise`` with a figure, and the columns of
        :func:`dewak_research.disparities.space.morans_i`; neighbours share a border or a corner.

    Notes
    -----
    A Kreis without a figure is left out, and with it a link between its neighbours: years of fewer Kreise compare less
    well. Euros of the year: the index does not depend on the level of prices.
    """

    @cache
    def around(keys: tuple[str, ...]) -> W:
        return weights(shapes, keys, "queen")

    rows = []
    known = panel[panel["kdu_eur_pc"].notna()].sort_values("ags")
    for year, now in known.groupby("year"):
        w, euro = around(tuple(now["ags"])), now["kdu_eur_pc"].to_numpy(dtype=float)
        for scale, values in zip(SCALES, (np.log(euro), euro), strict=True):
            found = morans_i(values, w, permutations, seed)
            rows.append({"year": year, "scale": scale, "kreise": len(now), **found})
    return pd.DataFrame(rows)
