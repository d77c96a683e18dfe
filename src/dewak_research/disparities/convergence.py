"""Do the Kreise grow alike? Sigma and beta convergence, and how ranks move (METHODS D.4)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from dewak_research.disparities import refuse
from dewak_research.disparities.inequality import Array, as_shares, limits, stratified_counts
from dewak_research.disparities.panel import balanced, wide


def sigma(log_values: npt.NDArray[np.float64], counts: Array) -> pd.DataFrame:
    """Return the standard deviation of ln y per period with bootstrap bands (95 %).

    Parameters
    ----------
    log_values : array of shape (n, periods)
        ln y of the same units in every period, none missing.
    counts : array of shape (draws, n)
        Bootstrap counts of the units; the same draws serve every period, so changes are comparable.

    Returns
    -------
    DataFrame
        One row per period: ``sigma``, ``low``, ``high``, and the ``change`` against the first period with
        ``change_low`` and ``change_high``.
    """

    def spread(w: Array) -> Array:
        p = as_shares(w)
        return np.asarray(np.sqrt(np.maximum(p @ log_values**2 - (p @ log_values) ** 2, 0)))

    out = pd.DataFrame({"sigma": spread(np.ones((1, len(log_values))))[0]})
    drawn = spread(counts)
    out["low"], out["high"] = limits(drawn)
    out["change"] = out["sigma"] - out["sigma"].iloc[0]
    out["change_low"], out["change_high"] = limits(drawn - drawn[:, :1])
    return out


def beta(
    log_start: npt.ArrayLike,
    log_end: npt.ArrayLike,
    years: int,
    clusters: npt.ArrayLike,
    conditions: pd.DataFrame | None = None,
) -> dict[str, float]:
    """Estimate the speed of beta convergence.

    Parameters
    ----------
    log_start, log_end : array of shape (n,)
        ln y at the beginning and at the end.
    years : int
        Length T of the period in years.
    clusters : array of shape (n,)
        Cluster of each unit for the standard error (its Land).
    conditions : DataFrame of shape (n, k), optional
        Further regressors of the conditional version (for instance Land dummies).

    Returns
    -------
    dict of str to float
        ``speed`` b per year with ``speed_low`` and ``speed_high`` (95 %), ``half_life_years`` (ln 2 / b; NaN if
        b is not positive), ``slope`` of end on start, ``r_squared`` of that line, ``variance_ratio`` of end
        to start, ``n``.

    Raises
    ------
    InputError
        Fewer than two years, or values missing.

    Notes
    -----
    (ln y_T − ln y_0)/T = a − ((1 − e^(−bT))/T) ln y_0 + e. One parameter maps one to one on the slope, so
    non-linear least squares has the closed solution b = −ln(1 + slope·T)/T; tests hold it against
    ``scipy.optimize.curve_fit``. The interval transforms the limits of the slope (cluster-robust).
    Galton's caution: variance_ratio = slope_levels² / r²; a slope below 1 alone (regression to the mean) does
    not shrink the spread. METHODS D.4.
    """
    x0, x1 = np.asarray(log_start, dtype=float), np.asarray(log_end, dtype=float)
    if years < 1 or np.isnan(x0).any() or np.isnan(x1).any():
        raise refuse("incomplete_years", "convergence")
    design = pd.DataFrame({"const": 1.0, "start": x0})
    if conditions is not None:
        design = pd.concat([design, conditions.reset_index(drop=True).astype(float)], axis=1)
    groups = pd.Categorical(np.asarray(clusters)).codes
    fit = sm.OLS((x1 - x0) / years, design).fit(cov_type="cluster", cov_kwds={"groups": groups})
    slope, (slope_low, slope_high) = float(fit.params["start"]), fit.conf_int().loc["start"]

    def speed(value: float) -> float:
        inside = 1 + value * years
        return float(-np.log(inside) / years) if inside > 0 else float("nan")

    level_slope = np.polyfit(x0, x1, 1)[0]
    correlation = float(np.corrcoef(x0, x1)[0, 1])
    rate = speed(slope)
    return {
        "speed": rate,
        "speed_low": speed(float(slope_high)),
        "speed_high": speed(float(slope_low)),
        "half_life_years": float(np.log(2) / rate) if rate > 0 else float("nan"),
        "slope": float(level_slope),
        "r_squared": correlation**2,
        "variance_ratio": float(np.var(x1) / np.var(x0)),
        "n": float(x0.size),
    }


def rank_mobility(values: npt.NDArray[np.float64]) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return the transition matrix between the first and the last period, and how mobile the ranks are.

    Parameters
    ----------
    values : array of shape (n, periods)
        Per-head values of the same units, none missing.

    Returns
    -------
    DataFrame
        ``from_class``, ``to_class`` (quartiles formed in each period anew, 1 = lowest), ``probability``.
    dict of str to float
        ``shorrocks`` M = (n − tr P)/(n − 1) (0 = nobody moves, n/(n−1) at most; Shorrocks 1978; tests hold it
        against giddy), ``spearman`` rank correlation of first and last period, ``stayers_top_share`` (share of
        the top class that stays there).
    """
    classes = 4
    ends = pd.DataFrame(values[:, [0, -1]], columns=["from_class", "to_class"])
    coded = (ends.rank(method="first") - 1) * classes // len(ends) + 1
    names = np.arange(1, classes + 1)
    moves = pd.crosstab(coded["from_class"], coded["to_class"], normalize="index")
    matrix = (
        moves.reindex(columns=names, fill_value=0.0).reindex(names).to_numpy()
    )  # an empty class is unknown
    rows = {"from_class": np.repeat(names, classes), "to_class": np.tile(names, classes)}
    return pd.DataFrame(rows | {"probability": matrix.ravel()}), {
        "shorrocks": float((classes - np.trace(matrix)) / (classes - 1)),
        "spearman": float(stats.spearmanr(*values[:, [0, -1]].T).statistic),
        "stayers_top_share": float(matrix[-1, -1]),
    }


def convergence_tables(
    panel: pd.DataFrame, years: tuple[int, int], draws: int, seed: int
) -> dict[str, pd.DataFrame]:
    """Return how the Kreise with a figure in every year moved between the first and the last year.

    Returns
    -------
    dict of str to DataFrame
        ``sigma_path`` (by year), ``beta_convergence`` (``model``: ``unconditional``, ``conditional_land``),
        ``rank_transitions`` and ``rank_mobility`` (one row).
    """
    table = wide(balanced(panel, "kdu_eur_pc", range(years[0], years[1] + 1)), "kdu_eur_pc")
    logs = np.log(table.to_numpy())
    land = pd.Series(table.index.str[:2], index=table.index)
    path = sigma(logs, stratified_counts(land.tolist(), draws, seed))
    path.insert(0, "year", table.columns.to_numpy())
    dummies = pd.get_dummies(land, drop_first=True, dtype=float)
    speeds = [
        {"model": name, **beta(logs[:, 0], logs[:, -1], years[1] - years[0], land.to_numpy(), conditions)}
        for name, conditions in (("unconditional", None), ("conditional_land", dummies))
    ]
    transitions, mobility = rank_mobility(table.to_numpy())
    return {
        "sigma_path": path,
        "beta_convergence": pd.DataFrame(speeds),
        "rank_transitions": transitions,
        "rank_mobility": pd.DataFrame([mobility]),
    }
