"""All models side by side, and how stable they are: over windows, and by Land under the wild bootstrap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import statsmodels.api as sm

from dewak_research.disparities.inequality import Array
from dewak_research.disparities.models import (
    Estimate,
    differences,
    fixed_effects,
    mundlak,
    take_out_effects,
)
from dewak_research.disparities.panel import REGRESSORS, TIME_CONSTANT, estimation_sample

MOVING = tuple(r for r in REGRESSORS if r not in TIME_CONSTANT)


def ladder(frame: pd.DataFrame, years: tuple[int, int]) -> list[Estimate]:
    """Return the models of METHODS D.6 in their order, all clustered by Kreis.

    Pooled with Land × year effects; two-way fixed effects; Kreis and Land × year effects; correlated random
    effects; first differences; one long difference. Instrumental variables are left out: the shift-share
    instrument of METHODS D.6 (5) needs employment by industry and Kreis in a base year, which is not among
    the figures, and nothing else here moves need without also moving rents or age structure.
    """
    given = frame, "ln_kdu", tuple(REGRESSORS), years
    return [
        fixed_effects(*given, "land_year", model="pooled"),
        fixed_effects(*given, "kreis_year", model="two_way"),
        fixed_effects(*given, "kreis_land_year"),
        mundlak(*given),
        differences(*given),
        differences(*given, span=years[1] - years[0]),
    ]


def sign_as_expected(term: str, low: float, high: float) -> str:
    """Return ``yes``, ``no`` or ``open`` (interval holds 0) against the expected sign of METHODS D.6."""
    if term not in REGRESSORS:
        return "open"
    expected = REGRESSORS[term][1]
    if low <= 0 <= high:
        return "open"
    return "yes" if (low > 0) == (expected == "+") else "no"


def ladder_table(estimates: Sequence[Estimate]) -> pd.DataFrame:
    """Return one row per model and regressor.

    Returns
    -------
    DataFrame
        ``model``, the columns of the estimate, ``block``, ``expected_sign``, ``as_expected``, and ``effect_share`` with
        its limits: e^estimate − 1, the change of the dependent (a logarithm) for one more unit, as a share.
    """
    parts = []
    for estimate in estimates:
        terms = estimate.terms[estimate.terms["term"].isin(REGRESSORS)].copy()
        terms.insert(0, "model", estimate.model)
        terms["block"] = [REGRESSORS[t][0] for t in terms["term"]]
        terms["expected_sign"] = [REGRESSORS[t][1] for t in terms["term"]]
        terms["as_expected"] = [
            sign_as_expected(t, low, high)
            for t, low, high in zip(terms["term"], terms["low"], terms["high"], strict=True)
        ]
        terms["effect_share"] = np.expm1(terms["estimate"])
        terms[["effect_low_share", "effect_high_share"]] = np.expm1(terms[["low", "high"]])
        parts.append(terms)
    return pd.concat(parts, ignore_index=True)


def facts_table(estimates: Sequence[Estimate]) -> pd.DataFrame:
    """Return observations, units, clusters, singletons and within R² of each model."""
    return pd.DataFrame([{"model": e.model, **e.facts} for e in estimates])


def rolling(frame: pd.DataFrame, years: tuple[int, int], window: int) -> pd.DataFrame:
    """Return the two-way estimates in every window of ``window`` consecutive years.

    Columns: those of the estimate plus ``first_year`` and ``last_year`` of the window.
    """
    windows = [(first, first + window - 1) for first in range(years[0], years[1] - window + 2)]
    parts = {
        ends: fixed_effects(frame, "ln_kdu", tuple(REGRESSORS), ends, "kreis_year").terms for ends in windows
    }
    return pd.concat(parts, names=["first_year", "last_year"]).reset_index([0, 1]).reset_index(drop=True)


def rolling_range(windows: pd.DataFrame) -> pd.DataFrame:
    """Return the ``lowest`` and ``highest`` estimate of each ``term`` over all windows of :func:`rolling`."""
    return windows.groupby("term")["estimate"].agg(lowest="min", highest="max").reset_index()


def need_price_models(frame: pd.DataFrame, years: tuple[int, int]) -> pd.DataFrame:
    """Return the two-way estimates for KdU, recipients and cost per recipient (``dependent``), all in logarithms.

    Beside each the ``observations``, ``units`` and ``clusters``.
    """
    parts = [
        fixed_effects(frame, dependent, MOVING, years, "kreis_year").sized().assign(dependent=dependent)
        for dependent in ("ln_kdu", "ln_recipients", "ln_cost")
    ]
    return pd.concat(parts, ignore_index=True)


def by_land(frame: pd.DataFrame, years: tuple[int, int], draws: int, seed: int) -> pd.DataFrame:
    """Return the two-way estimates clustered by Land, with wild bootstrap p-values.

    With about 14 clusters the usual cluster-robust test rejects too often; the wild bootstrap is the check.
    """
    estimate = fixed_effects(frame, "ln_kdu", MOVING, years, "kreis_year", cluster="land")
    boot = wild_bootstrap(frame, "ln_kdu", MOVING, years, draws, seed)
    return estimate.sized().merge(boot, on="term", how="left", validate="one_to_one")


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
    first, restricted = _without_others(x[:, 0], x), _without_others(y, x)
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
) -> pd.DataFrame:
    """Test each coefficient of the two-way model with the wild bootstrap, clustered by Land.

    Returns
    -------
    DataFrame
        ``term``, ``t_statistic``, ``wild_p_value`` (two-sided, (draws with |t*| ≥ |t|, plus 1) / (draws + 1)).
    """
    sample, _ = estimation_sample(frame, dependent, regressors, years)
    residual = take_out_effects(sample, [dependent, *regressors], "kreis_year")
    y, x = residual[dependent].to_numpy(), residual[list(regressors)].to_numpy()
    codes = np.asarray(pd.Categorical(sample["land"]).codes, dtype=np.intp)
    signs = rademacher(draws, int(codes.max()) + 1, seed)
    dummies = np.column_stack([pd.get_dummies(sample[key], dtype=float) for key in ("ags", "year")])
    left, size, _ = np.linalg.svd(dummies, full_matrices=False)
    basis = np.linalg.qr(np.column_stack([left[:, size > 1e-8 * size[0]], x]))[0]
    kinds = {"groups": codes, "use_correction": False}
    observed = sm.OLS(y, x).fit(cov_type="cluster", cov_kwds=kinds).tvalues
    rows = []
    for number, term in enumerate(regressors):
        ordered = np.column_stack([x[:, [number]], np.delete(x, number, axis=1)])
        drawn = bootstrap_t(y, ordered, basis, codes, signs)
        reached = int((np.abs(drawn) >= abs(observed[number]) - 1e-12).sum())
        rows.append((term, float(observed[number]), (reached + 1) / (draws + 1)))
    return pd.DataFrame(rows, columns=["term", "t_statistic", "wild_p_value"])


def _without_others(values: Array, x: Array) -> Array:
    """Return what the regressors after the first leave of ``values`` (Frisch–Waugh–Lovell)."""
    others = x[:, 1:]
    return np.asarray(values - others @ np.linalg.lstsq(others, values, rcond=None)[0])
