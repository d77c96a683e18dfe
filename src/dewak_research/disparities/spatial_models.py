"""Do the neighbours matter? SLX first, then the spatial Durbin model, and a placebo (METHODS D.6)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO

import numpy as np
import numpy.typing as npt
import pandas as pd
from libpysal.weights import W
from scipy import stats
from scipy.optimize import minimize_scalar
from spreg import OLS, ML_Lag

from dewak_research.disparities.inequality import Array, limits
from dewak_research.disparities.models import require_independent

Z_95 = float(stats.norm.ppf(0.975))
LEVEL = 0.05
SPATIAL = ("unemployment_pct", "ln_gdp_pc", "age_65plus_pct", "foreign_pct", "ln_asking_rent", "ln_density")


def land_means_out(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return columns as deviations from the mean of the Land."""
    data = frame[list(columns)].astype(float)
    return data - data.groupby(frame["land"].to_numpy()).transform("mean")


def slx(y: npt.ArrayLike, x: pd.DataFrame, w: W) -> pd.DataFrame:
    """Estimate y = Xβ + WXθ + e by least squares (spreg) with White standard errors.

    Returns
    -------
    DataFrame
        ``term``, ``effect`` (``direct`` = own value, ``indirect`` = mean of the neighbours), ``estimate``,
        ``low``, ``high`` (95 %).

    Raises
    ------
    InputError
        A regressor is constant or collinear.
    """
    names = list(x.columns)
    require_independent(x - x.mean(), "slx")
    fit = OLS(_column(y), x.to_numpy(float), w=w, slx_lags=1, robust="white", name_x=names)
    estimate, margin = fit.betas.ravel(), Z_95 * np.sqrt(np.diag(fit.vm))
    rows = pd.DataFrame({"estimate": estimate, "low": estimate - margin, "high": estimate + margin})
    own = np.repeat(["direct", "indirect"], len(names))
    return pd.DataFrame({"term": names * 2, "effect": own}).join(rows.iloc[1:].reset_index(drop=True))


def _column(y: npt.ArrayLike) -> Array:
    return np.asarray(y, dtype=float).reshape(-1, 1)


def durbin(
    y: npt.ArrayLike, x: pd.DataFrame, w: W, draws: int, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Estimate the spatial Durbin model by maximum likelihood and return its effects.

    Returns
    -------
    DataFrame
        ``term``, ``effect`` (``direct``, ``indirect``, ``total``), ``estimate``, ``low``, ``high``: average
        effects of LeSage and Pace with simulated 95 % intervals. Raw coefficients are not effects.
    DataFrame
        One row: ``rho`` with ``rho_low`` and ``rho_high`` (95 %); the likelihood ratio ``lr_slx`` against ρ = 0 and its
        ``lr_slx_p_value``.

    Raises
    ------
    InputError
        A regressor is constant or collinear.
    """
    names = list(x.columns)
    require_independent(x - x.mean(), "durbin")
    k = len(names)
    data = x.to_numpy(float)
    fit = _quietly(y, data, w)
    parameters = fit.betas.ravel()[1:]  # ρ is the last of spreg's
    covariance = np.asarray(fit.vm)[1 : 2 * k + 2, 1 : 2 * k + 2]
    eigenvalues = np.linalg.eigvals(w.full()[0]).real
    connected = 1 - len(w.islands) / w.n
    point = average_effects(parameters[None, :], eigenvalues, k, connected)
    sampled = np.random.default_rng(seed).multivariate_normal(
        parameters, covariance, size=draws, method="cholesky"
    )
    sampled = sampled[np.abs(sampled[:, -1]) < 0.999]
    drawn = average_effects(sampled, eigenvalues, k, connected)
    parts = []
    for effect in ("direct", "indirect", "total"):
        low, high = limits(drawn[effect])
        shown = {"estimate": point[effect][0], "low": low, "high": high}
        parts.append(pd.DataFrame({"term": names, "effect": effect, **shown}))
    ratio = 2 * (float(fit.logll) - float(OLS(_column(y), data, w=w, slx_lags=1).logll))
    rho, margin = float(fit.rho), Z_95 * float(np.sqrt(covariance[-1, -1]))
    row = {"rho": rho, "rho_low": rho - margin, "rho_high": rho + margin, "lr_slx": ratio}
    row["lr_slx_p_value"] = float(stats.chi2.sf(ratio, 1))
    return pd.concat(parts, ignore_index=True), pd.DataFrame([row])


def _quietly(y: npt.ArrayLike, x: Array, w: W) -> ML_Lag:
    """Fit spreg's spatial Durbin model without the names it prints."""
    with redirect_stdout(StringIO()), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Method 'bounded'", category=RuntimeWarning)
        return ML_Lag(_column(y), x, w=w, slx_lags=1, spat_impacts=None, epsilon=1e-10)


def average_effects(
    parameters: Array, eigenvalues: Array, k: int, connected: float = 1.0
) -> dict[str, Array]:
    """Return average direct, indirect and total effects of a spatial Durbin model.

    Parameters
    ----------
    parameters : array of shape (draws, 2k + 1)
        β, θ, ρ.
    eigenvalues : array of shape (n,)
        Of the row-standardised weights.
    connected : float
        Share of the units that have neighbours, 0–1; the others have a row of zeros.

    Notes
    -----
    Direct = tr[(I − ρW)⁻¹(β I + θ W)]/n by eigenvalues; total = the mean row sum of the same matrix: (β + θ)/(1 − ρ)
    where there are neighbours, β where there are none.
    """
    beta, theta, rho = parameters[:, :k], parameters[:, k : 2 * k], parameters[:, 2 * k :]
    inverse = 1 / (1 - rho * eigenvalues[None, :])
    own = inverse.mean(axis=1, keepdims=True)
    lagged = (inverse * eigenvalues[None, :]).mean(axis=1, keepdims=True)
    direct = beta * own + theta * lagged
    total = connected * (beta + theta) / (1 - rho) + (1 - connected) * beta
    return {"direct": direct, "indirect": total - direct, "total": total}


def concentrated_rho(y: Array, x: Array, weighted: Array, eigenvalues: Array) -> tuple[float, float]:
    """Return the maximum-likelihood ρ of y = ρWy + [X, WX]γ + e and the likelihood ratio against ρ = 0.

    Parameters
    ----------
    y : array of shape (n,)
    x : array of shape (n, k)
        Without constant.
    weighted : array of shape (n, n)
        Row-standardised weights.
    eigenvalues : array of shape (n,)
        Of ``weighted``; a relabelling of the units leaves them unchanged, so the placebo reuses them.
    """
    n = len(y)
    design = np.column_stack([np.ones(n), x, weighted @ x])
    pair = np.column_stack([y, weighted @ y])
    rest = pair - design @ np.linalg.lstsq(design, pair, rcond=None)[0]
    cross = rest.T @ rest

    def negative(rho: float) -> float:
        squares = cross[0, 0] - 2 * rho * cross[0, 1] + rho**2 * cross[1, 1]
        return float(n / 2 * np.log(squares / n) - np.log(1 - rho * eigenvalues).sum())

    lowest = max(-0.99, 1 / float(eigenvalues.min()) + 1e-6)
    found = minimize_scalar(negative, bounds=(lowest, 0.999), method="bounded", options={"xatol": 1e-10})
    return float(found.x), 2 * (negative(0.0) - float(found.fun))


def placebo(
    y: npt.ArrayLike, x: pd.DataFrame, w: W, groups: Sequence[str], draws: int, seed: int
) -> pd.DataFrame:
    """Repeat the spatial Durbin model with neighbours drawn at random.

    Parameters
    ----------
    groups : sequence of length n
        Land of each unit; for ``within_land`` the map is relabelled only inside each Land.
    draws : int
        Random maps of each sort.

    Returns
    -------
    DataFrame
        ``map`` (``real``, ``anywhere``, ``within_land``), ``draw``, ``rho``, ``lr`` (against ρ = 0), ``p_value``.
    """
    values, data = np.asarray(y, dtype=float), x.to_numpy(float)
    full = w.full()[0]
    eigenvalues = np.linalg.eigvals(full).real
    labels = np.asarray(groups)
    streams = dict(zip(("anywhere", "within_land"), np.random.SeedSequence(seed).spawn(2), strict=True))
    rows = [("real", 0, *concentrated_rho(values, data, full, eigenvalues))]
    for sort, stream in streams.items():
        generator = np.random.default_rng(stream)
        for draw in range(draws):
            order = np.arange(len(values))
            blocks = (
                [order] if sort == "anywhere" else [np.flatnonzero(labels == g) for g in sorted(set(groups))]
            )
            for block in blocks:
                order[block] = generator.permutation(block)
            mixed = full[np.ix_(order, order)]
            rows.append((sort, draw, *concentrated_rho(values, data, mixed, eigenvalues)))
    out = pd.DataFrame(rows, columns=["map", "draw", "rho", "lr"])
    out["p_value"] = stats.chi2.sf(out["lr"].clip(lower=0), 1)
    return out


def placebo_summary(table: pd.DataFrame) -> pd.DataFrame:
    """Return how the maps of :func:`placebo` compare.

    Returns
    -------
    DataFrame
        ``scope``, ``map``, ``draws``, ``significant_share`` (p below ``level_share``), ``highest_rho``, ``level_share``
        (what chance alone would give).
    """
    maps = table.assign(hit=table["p_value"] < LEVEL).groupby(["scope", "map"])
    out = maps.agg(draws=("rho", "size"), significant_share=("hit", "mean"), highest_rho=("rho", "max"))
    return out.reset_index().assign(level_share=LEVEL)
