"""The NKF ratios of all units beside their peers, and their means beside published orientation values (METHODS B.3).

The published means of the equity ratios come from a survey in autumn 2010 (Handbuch zum NKF-Kennzahlenset,
S21). They are means of peers in one year, not targets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import trim_mean

from dewak_research.data.peers import beside_peers
from dewak_research.ratios.inputs import embedded_ratios
from dewak_research.rules import HOME, land

COMPARED_BY = ("year", "ratio", "basis")
RATIOS = ("eigenkapitalquote_1", "eigenkapitalquote_2")
#: Ratios to short-term liabilities, whose means single units move.
SHORT_TERM = ("liquiditaet_2", "kurzfristige_verbindlichkeitsquote")
TRIMMED = 0.1


def groups(units: pd.DataFrame) -> pd.DataFrame:
    """Return ags and group: a unit belongs to "all", its kind and, if kreisangehörig, its size group."""
    kind = units["kind"].replace({"kreisangehoerige_gemeinde": "kreisangehoerig"})
    size = units["size_class"].map(
        {"over_60k": "large", "25k_60k": "medium", "10k_25k": "other", "under_10k": "other"}
    )
    town = units["kind"] == "kreisangehoerige_gemeinde"
    parts = [
        pd.DataFrame({"ags": units["ags"], "group": "all"}),
        pd.DataFrame({"ags": units["ags"], "group": kind}),
        pd.DataFrame({"ags": units["ags"], "group": size})[town],
    ]
    return pd.concat(parts, ignore_index=True).dropna(subset="group")


def published(chosen: Sequence[str] = RATIOS) -> pd.DataFrame:
    """Published orientation values: ratio, group, published_mean_pct, published_low_pct, published_high_pct."""
    rows = []
    stated = {v.key: v.value for v in land(HOME).values("orientation")}
    for ratio in chosen:
        means, lows, highs = (stated[f"{ratio}_{kind}_pct"] for kind in ("mean", "low", "high"))
        rows += [(ratio, group, mean, lows.get(group), highs.get(group)) for group, mean in means.items()]
    columns = ["ratio", "group", "published_mean_pct", "published_low_pct", "published_high_pct"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[2:], "float64"))


def orientation(values: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Set the means of 2009 beside the published orientation values.

    Parameters
    ----------
    values : DataFrame
        Result of `evaluate`: ags, year, ratio, value; undefined values are left out.
    units : DataFrame
        ags, kind, size_class.

    Returns
    -------
    DataFrame
        ratio, group, n, mean_pct, median_pct, low_pct, high_pct (unweighted), n_with_result and
        mean_with_result_pct (balance sheets that show an annual result, seen from the deficit ratio's
        reason), the published columns, and difference_pct_points (mean − published mean); in the order of
        the publication.
    """
    chosen = values[values["ratio"].isin(list(RATIOS)) & (values["year"] == 2009)].dropna(subset="value")
    deficit = values[(values["ratio"] == "fehlbetragsquote") & (values["year"] == 2009)]
    lacks = deficit["reason"].str.startswith("missing").fillna(False).astype(bool)
    has_result = chosen["ags"].isin(deficit.loc[~lacks, "ags"])
    grouped = chosen.merge(groups(units), on="ags").groupby(["ratio", "group"])["value"]
    own = grouped.agg(n="size", mean_pct="mean", median_pct="median", low_pct="min", high_pct="max")
    with_result = chosen[has_result].merge(groups(units), on="ags").groupby(["ratio", "group"])["value"]
    own = own.join(with_result.agg(n_with_result="size", mean_with_result_pct="mean"))
    table = published().merge(own.reset_index(), on=["ratio", "group"], how="left", validate="one_to_one")
    table["difference_pct_points"] = table["mean_pct"] - table["published_mean_pct"]
    first = ["ratio", "group", *own.columns]
    return table[first + [c for c in table.columns if c not in first]]


def short_term_orientation(values: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Set mean, trimmed mean and median of the ratios to short-term liabilities beside the published values.

    Returns
    -------
    DataFrame
        ratio, group, n, mean_pct, trimmed_pct (without the lowest and highest tenth), median_pct, published_mean_pct,
        published_high_pct, above_highest (units above the published highest value, missing where none is known),
        closest (``mean``, ``trimmed`` or ``median``: which lies nearest to the published value, as a ratio) and reason
        (``single_units``: the median is nearer than the mean and units lie above the published highest value;
        ``skewed``: the median is nearer; ``other_units``: neither).
    """
    chosen = values[values["ratio"].isin(list(SHORT_TERM)) & (values["year"] == 2009)].dropna(subset="value")
    grouped = chosen.merge(groups(units), on="ags").groupby(["ratio", "group"])["value"]
    own = grouped.agg(
        n="size", mean_pct="mean", trimmed_pct=lambda v: trim_mean(v, TRIMMED), median_pct="median"
    )
    table = published(SHORT_TERM).merge(own.reset_index(), on=["ratio", "group"], validate="one_to_one")
    known = [
        grouped.get_group((ratio, group)) for ratio, group in zip(table["ratio"], table["group"], strict=True)
    ]
    highest = table["published_high_pct"]
    counts = [
        float((v > high).sum()) if high == high else np.nan for v, high in zip(known, highest, strict=True)
    ]
    table["above_highest"] = counts
    kinds = ("mean", "trimmed", "median")
    off = np.abs(
        np.log(table[[f"{k}_pct" for k in kinds]].to_numpy() / table[["published_mean_pct"]].to_numpy())
    )
    table["closest"] = [kinds[place] for place in off.argmin(axis=1)]
    skewed, beyond = off[:, 2] < off[:, 0], table["above_highest"].fillna(0) > 0
    table["reason"] = np.select([skewed & beyond, skewed], ["single_units", "skewed"], "other_units")
    first = ["ratio", "group", "n", "mean_pct", "trimmed_pct", "median_pct", "published_mean_pct"]
    return table[[*first, "published_high_pct", "above_highest", "closest", "reason"]]


def ratio_tables(inputs: Mapping[str, pd.DataFrame], neighbours: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Build the tables of the ratios for the report.

    Parameters
    ----------
    inputs : mapping
        units, unit_totals, balance of the ingest stage.
    neighbours : DataFrame
        ags, peer.

    Returns
    -------
    dict
        nkf_ratios: result of `evaluate` with peers_known, peer_median, peer_percentile; nkf_orientation: result of
        `orientation`; nkf_short_term: result of `short_term_orientation`.
    """
    found = embedded_ratios(inputs["unit_totals"], inputs["balance"], inputs["units"])
    table = beside_peers(found, neighbours, by=COMPARED_BY).drop(columns="rank")
    return {
        "nkf_ratios": table,
        "nkf_orientation": orientation(table, inputs["units"]),
        "nkf_short_term": short_term_orientation(table, inputs["units"]),
    }
