"""A ratio beside its peers: median and position, always together with the value (METHODS B.2)."""

from __future__ import annotations

import pandas as pd

FEWEST_PEERS = 5


def with_peers(frame: pd.DataFrame, peers: pd.DataFrame, fewest: int = FEWEST_PEERS) -> pd.DataFrame:
    """Add the peers' median and the percentile of each value among its peers.

    Parameters
    ----------
    frame : DataFrame
        Result of `evaluate`: ags, year, ratio, basis, value.
    peers : DataFrame
        ags, peer: one row per neighbour; a unit is not its own peer (such rows are left out).
    fewest : int
        With fewer defined peer values, median and percentile stay unknown.

    Returns
    -------
    DataFrame
        The frame with peer_n (peers with a value), peer_median and percentile (0–100: share of peers below,
        ties counted half; NaN where the value is undefined).
    """
    keys = ["year", "ratio", "basis"]
    pairs = peers.loc[peers["ags"] != peers["peer"], ["ags", "peer"]].drop_duplicates()
    own = frame[["ags", *keys, "value"]]
    others = own.rename(columns={"ags": "peer", "value": "peer_value"}).dropna(subset="peer_value")
    joined = own.merge(pairs, on="ags").merge(others, on=["peer", *keys])
    below = (joined["peer_value"] < joined["value"]) + 0.5 * (joined["peer_value"] == joined["value"])
    grouped = joined.assign(below=below).groupby(["ags", *keys])
    summary = grouped.agg(
        peer_n=("peer_value", "size"), peer_median=("peer_value", "median"), percentile=("below", "mean")
    ).reset_index()
    table = frame.merge(summary, on=["ags", *keys], how="left", validate="one_to_one")
    table["peer_n"] = table["peer_n"].astype("Float64").fillna(0).astype("int64")
    enough = table["peer_n"] >= fewest
    table["peer_median"] = table["peer_median"].where(enough)
    table["percentile"] = (100.0 * table["percentile"]).where(enough & table["value"].notna())
    return table
