"""Equity ratios of 2009 by type of unit beside the published orientation values (METHODS B.3).

The published means come from a survey in autumn 2010 (Handbuch zum NKF-Kennzahlenset, S21). They are means of
peers in one year, not targets.
"""

from __future__ import annotations

import pandas as pd

from dewak_research.language import Text
from dewak_research.rules import document

_DOCUMENT = "orientation_2009"
RATIOS = ("eigenkapitalquote_1", "eigenkapitalquote_2")

EXPLANATION = Text(
    "Beide Reihen gelten für 2009, aber nicht für dieselben Einheiten. Das Handbuch nennt die Antworten einer "
    "Umfrage vom Herbst 2010 ohne Fallzahl; hier sind es alle Bilanzen der Bilanzstatistik, auch solche ohne "
    "Jahresergebnis (meist Eröffnungsbilanzen). Nimmt man nur Bilanzen mit Jahresergebnis, rücken Kreise und "
    "kreisfreie Städte bei der Eigenkapitalquote 1 näher an die Orientierungswerte, die kreisangehörigen Gemeinden "
    "nicht. Deren drei Gruppen sind hier nach Einwohnern gebildet (ab 60.000, 25.000 bis 60.000, darunter), im "
    "Handbuch nach der Rechtsstellung; der Abstand der großen kreisangehörigen Städte bleibt ungeklärt. Kleine "
    "Gruppen schwanken mit wenigen Antworten.",
    "Both series are for 2009, but not for the same units. The handbook gives the answers to a survey of autumn "
    "2010 without a number of cases; here it is all balance sheets of the statistics, also those without an "
    "annual result (mostly opening balance sheets). With balance sheets that show a result only, Kreise and "
    "kreisfreie Städte come closer to the orientation values of equity ratio 1, the kreisangehörige municipalities "
    "do not. Their three groups are formed by population here (from 60,000, 25,000 to 60,000, below), in the "
    "handbook by legal status; the distance of the large kreisangehörige towns is left unexplained. Small groups "
    "move with few answers.",
)


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


def published() -> pd.DataFrame:
    """Published orientation values: ratio, group, published_mean_pct, published_low_pct, published_high_pct."""
    rows = []
    for ratio in RATIOS:
        entries = document(_DOCUMENT)["parameters"]
        means = entries[f"{ratio}_mean_pct"]["values"][0]["value"]
        lows = entries[f"{ratio}_low_pct"]["values"][0]["value"]
        highs = entries[f"{ratio}_high_pct"]["values"][0]["value"]
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
