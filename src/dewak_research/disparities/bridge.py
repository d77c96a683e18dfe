"""What the bridge to KdU drifts, anchored in published totals, and national KdU by need and price, nominal and real."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from dewak_research.data.measures import kdu_overlap, real_eur
from dewak_research.disparities.census import rebased
from dewak_research.disparities.decomposition import lmdi_path, log_mean
from dewak_research.disparities.panel import balanced
from dewak_research.disparities.validation import PUBLISHED_KDU_BILLION_EUR

PARTS = ("people", "place", "need", "price", "total")
PRICES = ("nominal", "real")
LEVELS = ("bridge", "anchored")


def bridge(panel: pd.DataFrame, gesamtkreis: pd.DataFrame) -> pd.DataFrame:
    """Return by what factor national KdU of the bridge has to be multiplied in each year, and how far that is known.

    Parameters
    ----------
    panel : DataFrame
        From :func:`dewak_research.disparities.panel.build_panel`.
    gesamtkreis : DataFrame
        Booked KdU of NRW, as for :func:`dewak_research.data.measures.kdu_overlap`.

    Returns
    -------
    DataFrame
        ``year``, ``kreise`` with a figure, ``computed_billion_eur``, ``published_billion_eur`` (missing where none is
        known), ``factor`` (published over computed; between two anchors interpolated in logarithms, outside them that
        of the nearest one), ``status`` (``anchored``, ``interpolated``, ``unanchored``), ``factor_low`` and
        ``factor_high``, ``anchored_billion_eur`` with ``anchored_low``/``anchored_high``, ``booked_ratio`` (NRW:
        computed over booked, sum over sum, ``booked_areas`` of them; missing where nothing is booked).

    Notes
    -----
    The band is no confidence interval: the factor may move away from the nearest anchor, up or down, as fast as it
    moved between the anchors. One factor for all Kreise: shares, ranks and measures of inequality within a year do
    not change.
    """
    known = panel[panel["kdu_eur_pc"].notna()]
    by_year = known.assign(eur=known["kdu_eur_pc"] * known["weight"]).groupby("year")
    out = by_year.agg(kreise=("ags", "nunique"), computed_billion_eur=("eur", "sum"))
    out["computed_billion_eur"] /= 1e9
    out["published_billion_eur"] = pd.Series(PUBLISHED_KDU_BILLION_EUR, dtype=float)
    logs = pd.Series(np.log(out["published_billion_eur"] / out["computed_billion_eur"])).dropna()
    anchors, years = logs.index.to_numpy(dtype=float), out.index.to_numpy(dtype=float)
    middle = np.interp(years, anchors, logs.to_numpy())
    drift = abs(logs.iloc[-1] - logs.iloc[0]) / (anchors[-1] - anchors[0])
    away = drift * np.abs(years[:, None] - anchors).min(axis=1)
    inside = (years > anchors[0]) & (years < anchors[-1])
    out["factor"], out["factor_low"], out["factor_high"] = (
        np.exp(middle + sign * away) for sign in (0, -1, 1)
    )
    status = np.where(inside, "interpolated", "unanchored")
    out["status"] = np.where(out["published_billion_eur"].notna(), "anchored", status)
    for name, factor in (("billion_eur", "factor"), ("low", "factor_low"), ("high", "factor_high")):
        out[f"anchored_{name}"] = out["computed_billion_eur"] * out[factor]
    return out.join(_booked(panel, gesamtkreis)).reset_index()


def _booked(panel: pd.DataFrame, gesamtkreis: pd.DataFrame) -> pd.DataFrame:
    pairs = kdu_overlap(gesamtkreis, panel).rename(columns={"kreis": "ags"})
    pairs = pairs.merge(panel[["ags", "year", "weight"]], on=["ags", "year"])
    for name in ("booked", "panel"):
        pairs[name] = pairs[f"{name}_eur_pc"] * pairs["weight"]
    sums = pairs.groupby("year").agg(
        panel=("panel", "sum"), booked=("booked", "sum"), booked_areas=("ags", "size")
    )
    return pd.DataFrame(
        {"booked_ratio": sums["panel"] / sums["booked"], "booked_areas": sums["booked_areas"]}
    )


def drift(table: pd.DataFrame) -> pd.DataFrame:
    """Return growth between the first and the last anchor, computed and published, in one row.

    Returns
    -------
    DataFrame
        ``first_year``, ``last_year``, ``computed_growth_share``, ``published_growth_share``, ``yearly_share`` (change
        of the factor a year, without its sign).
    """
    ends = table[table["status"] == "anchored"].iloc[[0, -1]]
    years = ends["year"].tolist()
    row = {"first_year": years[0], "last_year": years[1]}
    for name in ("computed", "published"):
        first, last = ends[f"{name}_billion_eur"]
        row[f"{name}_growth_share"] = last / first - 1
    first, last = np.log(ends["factor"])
    return pd.DataFrame([row | {"yearly_share": np.exp(abs(last - first) / (years[1] - years[0])) - 1}])


def kdu_paths(
    panel: pd.DataFrame, years: tuple[int, int], table: pd.DataFrame, prices: pd.DataFrame
) -> pd.DataFrame:
    """Return what people, place, need and price added to national KdU since the first year.

    Parameters
    ----------
    panel : DataFrame
        From :func:`dewak_research.disparities.panel.build_panel`.
    years : (int, int)
        First and last year.
    table : DataFrame
        From :func:`bridge`.
    prices : DataFrame
        ``germany_cpi``.

    Returns
    -------
    DataFrame
        ``prices`` (``nominal``; ``real``: in those of the last year), ``level`` (``bridge`` as computed; ``anchored``),
        ``base`` (``census_2011`` throughout; ``as_printed``, with the break of 2011), ``year``, ``people``
        (population of all), ``place`` (its spread over the Kreise), ``need``, ``price``, ``total`` in billion EUR;
        ``price_low``, ``price_high``, ``total_low``, ``total_high``: the drift where it is anchored, else the value
        itself; ``sum_billion_eur`` of the year, and ``kreise``: those with a figure in every year, which enter.

    Notes
    -----
    The factor of the bridge stands for persons per benefit unit, which the bridge holds fixed: it belongs to cost per
    recipient. Between two years the factor may have moved by what it may be away from its anchor in both, and by no
    more than the drift per year × the years between them.
    """
    by_year = table.set_index("year")
    whole = pd.Series(1.0, index=by_year.index)
    deflator = real_eur(whole, pd.Series(by_year.index, index=by_year.index), years[1], prices)
    parts = []
    for (base, frame), kind, level in product(
        {"census_2011": rebased(panel), "as_printed": panel}.items(), PRICES, LEVELS
    ):
        factor = by_year["factor"] if level == "anchored" else whole
        path = _path(frame, years, factor * (deflator if kind == "real" else whole))
        moved = _may_have_moved(by_year, years) if level == "anchored" else 0.0 * whole
        first, later = path["sum_billion_eur"].iloc[0], path["sum_billion_eur"]
        margin = log_mean(later, first) * path["year"].map(moved)
        for name in ("price", "total"):
            path[f"{name}_low"], path[f"{name}_high"] = path[name] - margin, path[name] + margin
        parts.append(path.assign(prices=kind, level=level, base=base))
    named = ["prices", "level", "base", "year", *PARTS, "price_low", "price_high", "total_low", "total_high"]
    return pd.concat(parts, ignore_index=True)[[*named, "sum_billion_eur", "kreise"]]


def _path(panel: pd.DataFrame, years: tuple[int, int], factor: pd.Series) -> pd.DataFrame:
    """Return the chained LMDI in billion EUR with the cost per recipient multiplied by a factor of the year."""
    known = panel[panel["kdu_eur_pc"].notna() & panel["weight"].notna()]
    same = balanced(known, "kdu_eur_pc", range(years[0], years[1] + 1))
    total = same.groupby("year")["weight"].transform("sum")
    factors = {
        "people": total / 1e9,
        "place": same["weight"] / total,
        "need": same["recipients_share"],
        "price": same["cost_eur_per_recipient"] * same["year"].map(factor),
    }
    path = lmdi_path(same.assign(**factors), list(factors))
    whole = pd.concat(factors, axis=1).prod(axis=1).groupby(same["year"]).sum()
    return path.assign(sum_billion_eur=path["year"].map(whole), kreise=same["ags"].nunique())


def _may_have_moved(by_year: pd.DataFrame, years: tuple[int, int]) -> pd.Series:
    """Return by how much the factor may have moved since the first year beyond what is known, in logarithms."""
    away = pd.Series(np.log(by_year["factor_high"] / by_year["factor"]))
    since = pd.Series(by_year.index - years[0], index=by_year.index).clip(lower=0)
    yearly = float(drift(by_year.reset_index())["yearly_share"].iloc[0])
    both = away + away[years[0]]
    return both.clip(upper=np.log1p(yearly) * since)
