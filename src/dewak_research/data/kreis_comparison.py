"""The newest figures of all Kreise of Germany beside those of the Kreise whose context is nearest, and among all."""

from __future__ import annotations

import pandas as pd

from dewak_research.data.context import german_kreis_context
from dewak_research.data.peers import PEERS, beside_peers, peers


def newest(indicators: pd.DataFrame, keys: pd.Series) -> pd.DataFrame:
    """Return every indicator of its newest year for every Kreis; NaN where a Kreis has no value of that year.

    Parameters
    ----------
    indicators : DataFrame
        ``kreis_indicators``: ags, indicator, year, value.
    keys : Series of str
        Keys of the Kreise.

    Returns
    -------
    DataFrame
        ags, indicator, year, value; sorted by ags, indicators in their order.
    """
    last = indicators.groupby("indicator", sort=False)["year"].max().rename("year").reset_index()
    order = {name: place for place, name in enumerate(indicators["indicator"].unique())}
    grid = last.merge(keys.rename("ags").to_frame(), how="cross")
    out = grid.merge(indicators, on=["ags", "indicator", "year"], how="left", validate="one_to_one")
    out = out.assign(order=out["indicator"].map(order)).sort_values(["ags", "order"], ignore_index=True)
    return out[["ags", "indicator", "year", "value"]]


def among_kreise(
    indicators: pd.DataFrame, panel: pd.DataFrame, register: pd.DataFrame, n: int = PEERS
) -> dict[str, pd.DataFrame]:
    """Set every Kreis beside its nearest ones and among all.

    Parameters
    ----------
    indicators, panel, register : DataFrame
        ``kreis_indicators``, ``kreise_panel``, ``kreis_register``.
    n : int
        Peers per Kreis, found among Kreise for a Kreis and among cities for a city.

    Returns
    -------
    dict of str to DataFrame
        kreis_peers (as `peers`) and kreis_comparison: the columns of `beside_peers`, then place (1 = highest of all in
        Germany, ties share the better place) and of (those with a value); both unknown where the value is.
    """
    nearest = peers(german_kreis_context(panel, register), n)
    found = beside_peers(newest(indicators, register["ags"]), nearest, ["indicator", "year"])
    grouped = found.groupby("indicator")["value"]
    found["place"] = grouped.rank(ascending=False, method="min").astype("Int64")
    found["of"] = grouped.transform("count").where(found["value"].notna()).astype("Int64")
    return {"kreis_peers": nearest, "kreis_comparison": found}
