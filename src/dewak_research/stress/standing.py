"""Where a unit stands among its peers: value, peer median and rank always together, never one list of all.

Peers are the nearest units by published context factors (``data.peers``; METHODS E.6, B.2).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.data.peers import beside_peers

MEASURES = ("probability", "bearable_eur_pc", "lambda_star")


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
    long = known.rename_axis("ags").reset_index().melt("ags", var_name="measure", value_name="value")
    beside = beside_peers(long, neighbours, by=["measure"], fewest=1)
    medians = beside.pivot_table(index="ags", columns="measure", values="peer_median", dropna=False)
    place = beside[beside["measure"] == "probability"].set_index("ags")[["rank", "peers_known"]]
    out = known.join(medians[list(MEASURES)].add_suffix("_peer_median")).join(place)
    ordered: pd.DataFrame = out.replace(np.inf, np.nan).rename_axis("ags").sort_index().reset_index()
    return ordered
