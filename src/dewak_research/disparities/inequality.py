"""How unequal: CV, Gini, Theil, MLD and P90/P10, weighted or not, with bootstrap intervals.

All measures are written for a matrix of weights (draws × units), so that one value and 2,000 bootstrap
draws run through the same lines. Source of the formulas: METHODS D.3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from dewak_research.disparities import refuse
from dewak_research.disparities.panel import balanced
from dewak_research.engines import Engine, or_threads

Array = npt.NDArray[np.float64]


def weight_rows(weights: npt.ArrayLike | None, size: int) -> Array:
    """Return weights as rows, shape (draws, n): one row of ones without weights, one row for a single set of them."""
    return np.ones((1, size)) if weights is None else np.atleast_2d(np.asarray(weights, dtype=float))


def as_shares(rows: Array) -> Array:
    """Return rows of weights scaled to the sum 1."""
    return np.asarray(rows / rows.sum(axis=1, keepdims=True))


def _checked(values: npt.ArrayLike, weights: npt.ArrayLike | None) -> tuple[Array, Array]:
    y = np.asarray(values, dtype=float)
    w = weight_rows(weights, y.size)
    if y.ndim != 1 or w.shape[1] != y.size:
        raise ValueError("values must be one-dimensional and weights of the same length")
    known = ~np.isnan(y) & ~np.isnan(w).any(axis=0)
    if not known.any():
        raise refuse("nothing_known", "inequality")
    y, w = y[known], w[:, known]
    if (y < 0).any() or (w < 0).any():
        raise refuse("negative", "inequality")
    return y, w


def _quantile(y_sorted: Array, w_sorted: Array, share: float) -> Array:
    """Lower weighted quantile: the smallest value whose cumulative weight reaches ``share``."""
    cumulative = np.cumsum(w_sorted, axis=1)
    reached = cumulative >= share * cumulative[:, -1:] - 1e-12 * cumulative[:, -1:]
    return np.asarray(y_sorted[np.argmax(reached, axis=1)])


def measures(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> dict[str, Array]:
    """Return every inequality measure for each row of weights.

    Parameters
    ----------
    values : array of shape (n,)
        Per-head values, 0 or more; a missing value leaves its unit out.
    weights : array of shape (n,) or (draws, n), optional
        Population weights (any scale); without them every unit counts the same.

    Returns
    -------
    dict of str to array of shape (draws,)
        ``mean`` in the unit of ``values``; ``cv`` (population formula), ``gini`` (0–1), ``theil`` and ``mld``
        (0 and above; MLD is NaN where a value with weight is 0), ``p90_p10``, ``p50_p10``, ``p90_p50`` (ratios), and
        ``above_1_5_mean_share`` (share of weight above one and a half times the mean).

    Raises
    ------
    InputError
        No value is known, or a value or weight is negative.

    Notes
    -----
    METHODS D.3. Gini = Σ_i Σ_j p_i p_j |y_i − y_j| / 2μ, here by the sorted form.
    """
    y, w = _checked(values, weights)
    order = np.argsort(y, kind="stable")
    y, w = y[order], w[:, order]
    p = as_shares(w)
    mean = p @ y
    cumulative = np.cumsum(p, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = p @ y**2 - mean**2
        cv = np.sqrt(np.maximum(variance, 0)) / mean
        gini = ((2 * cumulative - p) * p) @ y / mean - 1
        log_y = np.log(np.where(y > 0, y, 1.0))
        theil = (p @ (y * log_y)) / mean - np.log(mean)
        mld = np.log(mean) - p @ log_y
        if (y == 0).any():
            mld = np.where((p[:, y == 0] > 0).any(axis=1), np.nan, mld)
        low, middle, high = (_quantile(y, p, share) for share in (0.1, 0.5, 0.9))
        ends = {"p90_p10": high / low, "p50_p10": middle / low, "p90_p50": high / middle}
        above = (p * (y[None, :] > 1.5 * mean[:, None])).sum(axis=1)
    return {
        "mean": mean,
        "cv": cv,
        "gini": np.maximum(gini, 0),
        "theil": np.maximum(theil, 0),
        "mld": np.where(np.isnan(mld), mld, np.maximum(mld, 0)),
        **ends,
        "above_1_5_mean_share": above,
    }


def inequality(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> dict[str, float]:
    """Return the measures of :func:`measures` for a single set of weights."""
    return {name: float(value[0]) for name, value in measures(values, weights).items()}


def stratified_counts(strata: Sequence[str], draws: int, seed: int) -> Array:
    """Return how often each unit is drawn in a bootstrap that resamples units within strata.

    Parameters
    ----------
    strata : sequence of length n
        Stratum of each unit (for instance its Land). A stratum with one unit keeps it in every draw and
        therefore adds nothing to the interval.
    draws : int
        Number of bootstrap draws.
    seed : int
        Seed; each stratum has its own child stream in the order of its sorted name, so the result does not
        depend on the order of the rows within other strata or on the number of workers.

    Returns
    -------
    array of shape (draws, n)
        Counts; each row sums to n.
    """
    return _counts(tuple(strata), draws, seed)


@lru_cache(maxsize=16)
def _counts(strata: tuple[str, ...], draws: int, seed: int) -> Array:
    """The same units are drawn for many years and measures: counted once, read only."""
    codes = np.asarray(pd.Categorical(list(strata), categories=sorted(set(strata))).codes)
    counts = np.zeros((draws, codes.size))
    children = np.random.SeedSequence(seed).spawn(int(codes.max()) + 1)
    for code, child in enumerate(children):
        members = np.flatnonzero(codes == code)
        generator = np.random.default_rng(child)
        counts[:, members] = generator.multinomial(
            members.size, np.full(members.size, 1 / members.size), size=draws
        )
    counts.flags.writeable = False
    return counts


def limits(draws: Array) -> tuple[Any, Any]:
    """Return the 95 % limits of bootstrap draws along the first axis: numbers, or arrays of the other axes."""
    low, high = np.nanquantile(draws, [0.025, 0.975], axis=0)
    return low, high


def with_intervals(
    name: str, estimate: Callable[[Array], Mapping[str, Array]], counts: Array, weights: Array | None = None
) -> pd.DataFrame:
    """Return named quantities with their bootstrap percentile intervals (95 %).

    Parameters
    ----------
    name : str
        Column that takes the names.
    estimate : callable
        Gives every quantity, shape (draws,), for rows of weights, shape (draws, n).
    counts : array of shape (draws, n)
        From :func:`stratified_counts`.
    weights : array of shape (n,), optional
        By default every unit counts the same.

    Returns
    -------
    DataFrame
        Columns ``<name>``, ``value``, ``low``, ``high``.
    """
    base = np.ones((1, counts.shape[1])) if weights is None else weights[None, :]
    point, drawn = estimate(base), estimate(counts * base)
    rows = [(key, value[0], *limits(drawn[key])) for key, value in point.items()]
    return pd.DataFrame(rows, columns=[name, "value", "low", "high"])


def weightings(now: pd.DataFrame) -> dict[str, Array]:
    """Return the two ways to count Kreise: ``units`` (each the same) and ``people`` (by inhabitants)."""
    return {"units": np.ones(len(now)), "people": now["weight"].to_numpy(dtype=float)}


def inequality_path(panel: pd.DataFrame, draws: int, seed: int, engine: Engine | None = None) -> pd.DataFrame:
    """Return every measure of KdU per head by year with bootstrap bands (resampled within Länder).

    Parameters
    ----------
    engine : Engine, optional
        Where the years are done, by default one after the other: each draws from the streams of its Länder.

    Returns
    -------
    DataFrame
        ``measure``, ``value``, ``low``, ``high``, ``year``, ``sample`` (``all`` Kreise with a figure, ``same``: those
        with one in every year), ``weighting`` (``units``, ``people``), ``kreise`` behind the figure.
    """
    known = panel[panel["kdu_eur_pc"].notna()]
    same = balanced(known, "kdu_eur_pc", sorted(known["year"].unique()))
    years = [
        (sample, year, now[["land", "kdu_eur_pc", "weight"]])
        for sample, frame in (("all", known), ("same", same))
        for year, now in frame.groupby("year")
    ]
    parts = or_threads(engine).map(_year_of_path, (draws, seed), years)
    return pd.concat(chain.from_iterable(parts), ignore_index=True)


def _year_of_path(given: tuple[int, int], block: tuple[str, Any, pd.DataFrame]) -> list[pd.DataFrame]:
    """Return the measures of one sample and year, by weighting."""
    (draws, seed), (sample, year, now) = given, block
    counts = stratified_counts(now["land"].tolist(), draws, seed)
    parts = []
    for weighting, weights in weightings(now).items():
        table = with_intervals("measure", partial(measures, now["kdu_eur_pc"]), counts, weights)
        parts.append(table.assign(year=year, sample=sample, weighting=weighting, kreise=len(now)))
    return parts


def kdu_range(panel: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return who stands at the ends of KdU per head in one year.

    Returns
    -------
    DataFrame
        One row: ``year``, ``lowest_ags``, ``lowest_name``, ``lowest_eur_pc``, ``median_eur_pc``, ``highest_ags``,
        ``highest_name``, ``highest_eur_pc``, ``highest_to_lowest`` (ratio).
    """
    now = panel[(panel["year"] == year) & panel["kdu_eur_pc"].notna()].sort_values("kdu_eur_pc")
    row = {"year": year, "median_eur_pc": now["kdu_eur_pc"].median()}
    for end, kreis in (("lowest", now.iloc[0]), ("highest", now.iloc[-1])):
        row |= {f"{end}_{k}": kreis[k] for k in ("ags", "name")} | {f"{end}_eur_pc": kreis["kdu_eur_pc"]}
    row["highest_to_lowest"] = row["highest_eur_pc"] / row["lowest_eur_pc"]
    return pd.DataFrame([row])
