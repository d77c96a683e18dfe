"""How well probabilities order events: one classifier, the area under the curve, and its spread over clusters."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn import config_context
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

Floats = NDArray[np.float64]


def classifier() -> Pipeline:
    """Standardise, then logistic regression with ridge penalty."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=1.0, solver="newton-cholesky"))


def fitted_probability(seen: ArrayLike, happened: ArrayLike, now: ArrayLike) -> Floats:
    """Fit the classifier to what was seen and return the probability of the event for each row of now.

    Parameters
    ----------
    seen : array, shape (n, k)
        Predictors, known and finite.
    happened : array of bool, shape (n,)
    now : array, shape (m, k)
    """
    # every model is made here of the same few settings: checking them costs as much as the fit
    with config_context(skip_parameter_validation=True):
        model = classifier().fit(np.asarray(seen), np.asarray(happened))
        return np.asarray(model.predict_proba(np.asarray(now))[:, 1])


def auc(part: pd.DataFrame, within: str = "origin") -> float:
    """Area under the curve within each group, weighted by its events: what a group has in common does not count.

    Parameters
    ----------
    part : DataFrame
        event, probability and the column of the groups.
    within : str
        The column of the groups.

    Returns
    -------
    float
        0–1, 0.5 = guessing; NaN where no group has both an event and none.
    """
    return float(_weighted(part, np.ones((1, len(part))), within)[0])


def redrawn(
    part: pd.DataFrame,
    clusters: Iterable[str],
    draws: int,
    rng: np.random.Generator,
    within: str = "origin",
    block: int | None = None,
) -> Floats:
    """Return the area under the curve of every draw, with whole clusters drawn with replacement.

    Parameters
    ----------
    part, within
        As for ``auc``.
    clusters : iterable of str
        The cluster of every row (a Kreis).
    block : int, optional
        Draw the groups too, in circular blocks of that many in their order: origins whose outcomes share years.

    Returns
    -------
    ndarray, shape (draws,)
    """
    names, members = np.unique(np.asarray(list(clusters)), return_inverse=True)
    drawn = rng.integers(0, len(names), (draws, len(names)))
    times = np.stack([np.bincount(row, minlength=len(names)) for row in drawn])
    weights = times[:, members].astype(float)
    if block is not None:
        groups, group_of = np.unique(part[within].to_numpy(), return_inverse=True)
        weights *= block_counts(len(groups), block, draws, rng)[:, group_of]
    return _weighted(part, weights, within)


def ends_95(drawn: Floats) -> tuple[float, float]:
    """Return the ends of the middle 95 % of the draws; draws without a value are left out."""
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def block_counts(size: int, block: int, draws: int, rng: np.random.Generator) -> Floats:
    """How often each of ``size`` ordered groups is drawn in circular blocks of ``block``, shape (draws, size).

    Source: circular block bootstrap, Politis & Romano (1992).
    """
    starts = rng.integers(0, size, size=(draws, -(-size // block)))
    chosen = ((starts[:, :, None] + np.arange(block)) % size).reshape(draws, -1)[:, :size]
    return np.stack([np.bincount(row, minlength=size) for row in chosen]).astype(float)


def _weighted(part: pd.DataFrame, weights: Floats, within: str) -> Floats:
    """Area under the curve for every row of weights (draws × rows of ``part``), ties counted half."""
    total, events = np.zeros(len(weights)), np.zeros(len(weights))
    for rows in part.reset_index(drop=True).groupby(within).groups.values():
        rising = rows[np.argsort(part["probability"].to_numpy(float)[rows], kind="stable")]
        event, times = part["event"].to_numpy(bool)[rising], weights[:, rising]
        starts = np.unique(part["probability"].to_numpy(float)[rising], return_index=True)[1]
        hit = np.add.reduceat(times * event, starts, axis=1)
        miss = np.add.reduceat(times * ~event, starts, axis=1)
        wins = (hit * (np.cumsum(miss, axis=1) - miss / 2)).sum(axis=1)
        hits, misses = hit.sum(axis=1), miss.sum(axis=1)
        both = (hits > 0) & (misses > 0)
        total[both] += wins[both] / misses[both]
        events[both] += hits[both]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(total / events, float)
