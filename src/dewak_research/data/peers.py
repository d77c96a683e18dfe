"""Peers: the units whose context is nearest to that of a unit, and how firm that neighbourhood is.

Method: METHODS E.6. Robust z (median, MAD), Mahalanobis distance with the Ledoit–Wolf shrinkage estimate of
the covariance (Ledoit & Wolf 2004, as in scikit-learn), nearest neighbours (CIPFA Resilience Index).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from dewak_research.data.context import kreis_context, town_context

PEERS = 15
FEWEST_PEERS = 5
MAD_TO_SD = 1.4826
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ContextSpace:
    """A standardised context space.

    Parameters
    ----------
    z : DataFrame
        Robust z-scores, index ags (sorted), one column per factor used; NaN where the factor is unknown.
    covariance : ndarray, shape (factors, factors)
        Ledoit–Wolf covariance of ``z``.
    shrinkage : float
        Its shrinkage intensity in [0, 1].
    dropped : tuple of str
        Factors that no unit has, or that do not vary (MAD zero): not in the distance.
    """

    z: pd.DataFrame
    covariance: Floats
    shrinkage: float
    dropped: tuple[str, ...]


def robust_z(values: pd.DataFrame) -> pd.DataFrame:
    """Return (x − median) / (1.4826·MAD) per column; a column whose MAD is zero becomes NaN."""
    centre = values.median()
    spread = (values - centre).abs().median() * MAD_TO_SD
    return (values - centre) / spread.where(spread > 0)


def factor_columns(context: pd.DataFrame) -> list[str]:
    """Return the factor columns of a context frame (all but ags and kind)."""
    return [column for column in context.columns if column not in ("ags", "kind")]


def _covariance(z: pd.DataFrame) -> tuple[Floats, float]:
    """Fit on the rows without gaps; with fewer than two per factor, gaps count as the median (z = 0)."""
    from sklearn.covariance import LedoitWolf  # a second to load, which few callers need

    complete = z.dropna()
    basis = complete if len(complete) >= 2 * z.shape[1] else z.fillna(0.0)
    fitted = LedoitWolf(assume_centered=False).fit(basis.to_numpy())
    return np.asarray(fitted.covariance_, dtype=np.float64), float(fitted.shrinkage_)


def fit_space(context: pd.DataFrame) -> ContextSpace:
    """Standardise a context frame and estimate its covariance.

    Parameters
    ----------
    context : DataFrame
        ags, optional kind, and factor columns; at least three units.
    """
    if len(context) < 3:
        raise ValueError("a context space needs at least three units")
    columns = factor_columns(context)
    values = context.set_index("ags")[columns].astype(float).sort_index()
    z = robust_z(values)
    used = [column for column in columns if z[column].notna().any()]
    if not used:
        raise ValueError("no context factor varies between the units")
    covariance, shrinkage = _covariance(z[used])
    return ContextSpace(z[used], covariance, shrinkage, tuple(c for c in columns if c not in used))


def _pattern_distances(left: Floats, right: Floats, covariance: Floats, known: NDArray[np.bool_]) -> Floats:
    """Distance over the factors known on both sides, scaled to the full number of factors."""
    inverse = np.linalg.inv(covariance[np.ix_(known, known)])
    scale = np.sqrt(len(known) / known.sum())
    return np.asarray(cdist(left[:, known], right[:, known], "mahalanobis", VI=inverse) * scale)


def distance_matrix(space: ContextSpace) -> pd.DataFrame:
    """Return the symmetric matrix of context distances, index and columns ags.

    Two units are compared over the factors known for both; the distance is scaled by √(p/p_known), so that
    a gap neither brings a unit nearer nor moves it away. NaN where two units share no known factor.
    """
    z = space.z.to_numpy(dtype=np.float64)
    known = ~np.isnan(z)
    patterns, member = np.unique(known, axis=0, return_inverse=True)
    out = np.full((len(z), len(z)), np.nan)
    for i, first in enumerate(patterns):
        for j, second in enumerate(patterns):
            both = first & second
            if both.any():
                rows, columns = np.flatnonzero(member == i), np.flatnonzero(member == j)
                out[np.ix_(rows, columns)] = _pattern_distances(z[rows], z[columns], space.covariance, both)
    return pd.DataFrame(out, index=space.z.index, columns=space.z.index)


def _groups(context: pd.DataFrame, same_kind: bool) -> list[pd.DataFrame]:
    """Kreise are never compared with towns; towns of both kinds only by choice."""
    if "kind" not in context:
        return [context]
    group = context["kind"] if same_kind else context["kind"].eq("kreis")
    return [part for _, part in context.groupby(group, sort=True) if len(part) >= 3]


def _nearest(matrix: pd.DataFrame, n: int) -> NDArray[np.intp]:
    """Positions of the n nearest others per row; equal distances by ags (the order of the index)."""
    values = np.round(matrix.to_numpy(dtype=np.float64), 10)
    np.fill_diagonal(values, np.inf)
    values[np.isnan(values)] = np.inf
    return np.argsort(values, axis=1, kind="stable")[:, : min(n, len(values) - 1)]


def peers(context: pd.DataFrame, n: int = PEERS, *, same_kind: bool = True) -> pd.DataFrame:
    """Return the n nearest units of every unit.

    Parameters
    ----------
    context : DataFrame
        Output of ``town_context`` or ``kreis_context``.
    n : int
        Peers per unit; fewer where the group is smaller.
    same_kind : bool
        True: kreisfreie Städte among themselves, kreisangehörige Gemeinden among themselves. False: all
        towns together. Kreise are always among themselves.

    Returns
    -------
    DataFrame
        ags, rank (1 = nearest), peer, distance, factors_used (known for both), factors_missing (names, "; ").
        Sorted by ags, rank; ties go to the lower key.
    """
    parts = []
    for group in _groups(context, same_kind):
        space = fit_space(group)
        matrix = distance_matrix(space)
        order = _nearest(matrix, n)
        keys, known = space.z.index.to_numpy(), space.z.notna().to_numpy()
        columns = np.asarray(space.z.columns)
        for row, ags in enumerate(keys):
            for rank, other in enumerate(order[row], start=1):
                both = known[row] & known[other]
                missing = [*columns[~both], *space.dropped]
                distance = float(matrix.to_numpy()[row, other])
                parts.append((ags, rank, keys[other], distance, int(both.sum()), "; ".join(missing)))
    names = ["ags", "rank", "peer", "distance", "factors_used", "factors_missing"]
    out = pd.DataFrame(parts, columns=names)
    return out.sort_values(["ags", "rank"], ignore_index=True)


def peers_of_all(tables: Mapping[str, pd.DataFrame], n: int = PEERS) -> pd.DataFrame:
    """Return the peers of every town and every Kreis, each among its own kind.

    Parameters
    ----------
    tables : mapping
        Tables of ``town_context`` and ``kreis_context``.

    Returns
    -------
    DataFrame
        As `peers`.
    """
    return pd.concat([peers(town_context(tables), n), peers(kreis_context(tables), n)], ignore_index=True)


def beside_peers(
    frame: pd.DataFrame, neighbours: pd.DataFrame, by: Sequence[str], fewest: int = FEWEST_PEERS
) -> pd.DataFrame:
    """Set every value beside those of the unit's peers: their median and its position among them (METHODS B.2).

    Parameters
    ----------
    frame : DataFrame
        ags, value, and the columns of `by`; one row per unit and combination of these.
    neighbours : DataFrame
        ags, peer; a unit is not its own peer (such rows are left out).
    by : sequence of str
        What tells one measure from another (indicator, year, basis): only equal ones are compared.
    fewest : int
        With fewer known peers, median and position stay unknown.

    Returns
    -------
    DataFrame
        The frame, its rows in their order, with peers_known (peers with a value), peer_median, peer_percentile
        (0–100: share of the known peers below the value, ties count half) and rank (1 = highest among the unit and
        its peers, ties share the better place). Position and rank of an unknown value are unknown.
    """
    keys = list(by)
    pairs = neighbours.loc[neighbours["ags"] != neighbours["peer"], ["ags", "peer"]].drop_duplicates()
    own = frame[["ags", *keys, "value"]]
    others = own.rename(columns={"ags": "peer", "value": "other"}).dropna(subset="other")
    joined = own.merge(pairs, on="ags").merge(others, on=["peer", *keys])
    joined["above"] = joined["other"] > joined["value"]
    joined["below"] = (joined["other"] < joined["value"]) + 0.5 * (joined["other"] == joined["value"])
    found = joined.groupby(["ags", *keys], as_index=False).agg(
        peers_known=("other", "size"),
        peer_median=("other", "median"),
        peer_percentile=("below", "mean"),
        rank=("above", "sum"),
    )
    out = frame.merge(found, on=["ags", *keys], how="left", validate="one_to_one")
    out["peers_known"] = out["peers_known"].fillna(0).astype("int64")
    enough = out["peers_known"] >= fewest
    placed = enough & out["value"].notna()
    out["peer_median"] = out["peer_median"].where(enough)
    out["peer_percentile"] = (100.0 * out["peer_percentile"]).where(placed)
    out["rank"] = (out["rank"] + 1).where(placed).astype("Int64")
    return out


def _overlap(first: NDArray[np.intp], second: NDArray[np.intp]) -> Floats:
    """Share of equal neighbours per row (order ignored)."""
    return np.array([len(set(a) & set(b)) / len(a) for a, b in zip(first, second, strict=True)])


def bootstrap_jaccard(
    context: pd.DataFrame, n: int = PEERS, *, draws: int = 100, seed: int, same_kind: bool = True
) -> pd.DataFrame:
    """Return how alike the peer set stays when the reference units are drawn anew.

    Each draw resamples the units with replacement, estimates centre, spread and covariance anew, and finds
    the neighbours of every unit among all units of its group. Jaccard index of both sets; Hennig's reading:
    0.75 and above stable, 0.6–0.75 a pattern, below dissolved (METHODS E.6 [K]).

    Returns
    -------
    DataFrame
        ags, jaccard_mean, jaccard_p05 (5th percentile over draws). Sorted by ags.
    """
    rng = np.random.default_rng(seed)
    parts = []
    for group in _groups(context, same_kind):
        space = fit_space(group)
        base = _nearest(distance_matrix(space), n)
        values = group.set_index("ags")[list(space.z.columns)].astype(float).sort_index().to_numpy()
        scores = []
        for _ in range(draws):
            rows = rng.integers(0, len(values), len(values))
            centre = np.nanmedian(values[rows], axis=0)
            spread = np.nanmedian(np.abs(values[rows] - centre), axis=0) * MAD_TO_SD
            z = (values - centre) / np.where(spread > 0, spread, 1.0)
            covariance, shrinkage = _covariance(pd.DataFrame(z[rows]))
            placed = pd.DataFrame(z, space.z.index, space.z.columns)
            again = _nearest(distance_matrix(ContextSpace(placed, covariance, shrinkage, ())), n)
            overlap = _overlap(base, again)
            scores.append(overlap / (2.0 - overlap))
        stacked = np.vstack(scores)
        parts.append(
            pd.DataFrame(
                {
                    "ags": space.z.index,
                    "jaccard_mean": stacked.mean(axis=0),
                    "jaccard_p05": np.quantile(stacked, 0.05, axis=0),
                }
            )
        )
    return pd.concat(parts).sort_values("ags", ignore_index=True)
