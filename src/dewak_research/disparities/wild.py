"""Wild cluster bootstrap for few clusters: the honest check of standard errors by Land."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from dewak_research.disparities.models import Effects, take_out_effects
from dewak_research.disparities.panel import estimation_sample

Array = npt.NDArray[np.float64]


def rademacher(draws: int, clusters: int, seed: int) -> Array:
    """Return signs ±1 of shape (draws, clusters)."""
    return np.random.default_rng(seed).choice(np.array([-1.0, 1.0]), size=(draws, clusters))


def bootstrap_t(y: Array, x: Array, project: Array, clusters: npt.NDArray[np.intp], signs: Array) -> Array:
    """Return the restricted wild-bootstrap t statistics of the regressor in the first column of ``x``.

    Parameters
    ----------
    y : array of shape (n,)
        Dependent variable, fixed effects taken out.
    x : array of shape (n, k)
        Regressors, fixed effects taken out; the first is tested against 0.
    project : array of shape (n, q)
        Orthonormal basis of everything that is estimated (effects and regressors).
    clusters : int array of shape (n,)
    signs : array of shape (draws, G)
        Weights of the clusters; a row of ones gives the t statistic of the sample.

    Returns
    -------
    array of shape (draws,)
        t with cluster-robust standard errors, without small-sample factor (it cancels in the comparison).

    Notes
    -----
    Cameron, Gelbach and Miller 2008 with the null imposed. After Frisch–Waugh–Lovell only G × G sums are
    needed: the score of cluster g under signs v is v_g s_g − Σ_h v_h A_gh, so no draw touches the n rows.
    """
    others = x[:, 1:]
    first = x[:, 0]
    if others.shape[1]:
        first = first - others @ np.linalg.lstsq(others, first, rcond=None)[0]
        restricted = y - others @ np.linalg.lstsq(others, y, rcond=None)[0]
    else:
        restricted = y
    count = signs.shape[1]
    member = np.eye(count)[clusters]
    scores = member.T @ (first * restricted)
    spread = member * restricted[:, None]
    fitted = project @ (project.T @ spread)
    cross = (member * first[:, None]).T @ fitted
    estimate = signs @ scores / (first @ first)
    residual_scores = signs * scores - signs @ cross.T
    return np.asarray(estimate / (np.sqrt((residual_scores**2).sum(axis=1)) / (first @ first)))


def wild_bootstrap(
    frame: pd.DataFrame,
    dependent: str,
    regressors: Sequence[str],
    years: tuple[int, int],
    draws: int,
    seed: int,
    effects: Effects = "kreis_year",
    cluster: str = "land",
) -> pd.DataFrame:
    """Test each coefficient of a fixed-effects model with the wild cluster bootstrap.

    Returns
    -------
    DataFrame
        ``term``, ``t_statistic``, ``wild_p_value`` (two-sided, (draws with |t*| ≥ |t|, plus 1) / (draws + 1)).
    """
    sample, _ = estimation_sample(frame, dependent, regressors, years, "land_year" in effects)
    columns = [dependent, *regressors]
    residual = take_out_effects(sample, columns, effects)
    y = residual[dependent].to_numpy()
    x = residual[list(regressors)].to_numpy()
    codes = np.asarray(pd.Categorical(sample[cluster]).codes, dtype=np.intp)
    count = int(codes.max()) + 1
    signs = rademacher(draws, count, seed)
    effect_basis = _effect_basis(sample, effects)
    basis = np.linalg.qr(np.column_stack([effect_basis, x]))[0]
    rows = []
    for number, term in enumerate(regressors):
        ordered = np.column_stack([x[:, [number]], np.delete(x, number, axis=1)])
        observed = float(_t_of_sample(y, ordered, codes, count))
        drawn = bootstrap_t(y, ordered, basis, codes, signs)
        reached = int((np.abs(drawn) >= abs(observed) - 1e-12).sum())
        p_value = (reached + 1) / (draws + 1)
        rows.append({"term": term, "t_statistic": observed, "wild_p_value": p_value})
    return pd.DataFrame(rows)


def _effect_basis(sample: pd.DataFrame, effects: Effects) -> Array:
    parts = []
    if effects.startswith("kreis"):
        parts.append(pd.get_dummies(sample["ags"], dtype=float).to_numpy())
    key = "land_year" if "land_year" in effects else "year"
    parts.append(pd.get_dummies(sample[key], dtype=float).to_numpy())
    dummies = np.column_stack(parts)
    left, size, _ = np.linalg.svd(dummies, full_matrices=False)
    return np.asarray(left[:, size > 1e-8 * size[0]])


def _t_of_sample(y: Array, x: Array, codes: npt.NDArray[np.intp], count: int) -> float:
    """Return the t statistic of the first column without imposing the null."""
    coefficients = np.linalg.lstsq(x, y, rcond=None)[0]
    residual = y - x @ coefficients
    others = x[:, 1:]
    first = x[:, 0]
    if others.shape[1]:
        first = first - others @ np.linalg.lstsq(others, first, rcond=None)[0]
    scores = np.bincount(codes, first * residual, minlength=count)
    return float(coefficients[0] / (np.sqrt((scores**2).sum()) / (first @ first)))
