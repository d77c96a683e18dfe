"""Whether the people of a Kreis are those of its own area: a check of the source by its own density."""

from __future__ import annotations

import pandas as pd

#: How far people and density × area may lie apart: 0.95 and more where the area is another one, elsewhere at most 0.16
#: (Bremerhaven, whose area was measured anew).
APART = 0.5


def people_by_density(kreise: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the people that density and usual area give, and where the stated ones are of another area.

    Parameters
    ----------
    kreise : DataFrame
        ``ags``, ``population``, ``density_per_km2``, ``area_km2`` (km²; its median over the years is the usual area).

    Returns
    -------
    Series of float
        Density × usual area; missing where the density is.
    Series of bool
        Stated people more than half away: in the source Suhl, Schmalkalden-Meiningen and Sonneberg 2016–2018 (a
        reform of Kreise in Thuringia that was never carried out) and the Wartburgkreis 2020 (counted twice).
    """
    if not {"area_km2", "population"} <= set(kreise):
        return pd.Series(float("nan"), index=kreise.index), pd.Series(data=False, index=kreise.index)
    area = kreise["area_km2"].groupby(kreise["ags"]).transform("median")
    derived = kreise["density_per_km2"] * area
    return derived, (kreise["population"] / derived - 1).abs() > APART
