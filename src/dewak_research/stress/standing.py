"""Where a unit stands among its peers: value, peer median and rank always together, never one list of all.

Peers are the fifteen nearest units by published context factors (``municipality.peers``; METHODS E.6, B.2).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dewak_research.data.context import kreis_context, town_context
from dewak_research.data.peers import peers

PEERS = 15
MEASURES = ("probability", "bearable_eur_pc", "lambda_star")


def nearest_peers(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Fifteen nearest units of every town and Kreis: ags, rank, peer, distance."""
    found = [peers(town_context(tables), PEERS), peers(kreis_context(tables), PEERS)]
    return pd.concat(found, ignore_index=True)[["ags", "rank", "peer", "distance"]]


def standing(lights: pd.DataFrame, reverse: pd.DataFrame, neighbours: pd.DataFrame) -> pd.DataFrame:
    """Compare every unit with its peers.

    Parameters
    ----------
    lights : DataFrame
        ags, probability.
    reverse : DataFrame
        ags, direction, lambda_star, bearable_eur_pc.
    neighbours : DataFrame
        ags, peer.

    Returns
    -------
    DataFrame
        One row per unit with a known probability, sorted by ags: for each measure value, ``<measure>_peer_median``;
        rank (1 = highest probability of a trigger among itself and its peers), peers_known.
    """
    crisis = reverse[reverse["direction"] == "GFK2009"].set_index("ags")
    own = lights.set_index("ags")[["probability"]].join(crisis[["bearable_eur_pc", "lambda_star"]])
    known = own[own["probability"].notna()]
    pairs = neighbours[neighbours["ags"].isin(known.index) & neighbours["peer"].isin(known.index)]
    values = pairs.join(known, on="peer")
    values["higher"] = (
        values["probability"].to_numpy() > known["probability"].reindex(values["ags"]).to_numpy()
    )
    grouped = values.groupby("ags")
    out = known.copy()
    for measure in MEASURES:
        out[f"{measure}_peer_median"] = grouped[measure].median().reindex(out.index)
    out["rank"] = grouped["higher"].sum().reindex(out.index).astype("Int64") + 1
    out["peers_known"] = grouped.size().reindex(out.index).astype("Int64")
    ordered: pd.DataFrame = out.replace(np.inf, np.nan).rename_axis("ags").sort_index().reset_index()
    return ordered
