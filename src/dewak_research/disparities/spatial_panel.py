"""Do the neighbours matter in the same Kreis over time? Spatial panel models with two-way effects.

SLX, the spatial lag (SAR) and the spatial Durbin panel (Elhorst 2003, 2014), by spreg.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from libpysal.weights import W
from scipy import stats
from spreg import Panel_FE_Lag

from dewak_research.disparities.choices import FOCAL
from dewak_research.disparities.inequality import Array, limits
from dewak_research.disparities.models import Effects, fixed_effects, take_out_effects
from dewak_research.disparities.panel import balanced, estimation_sample
from dewak_research.disparities.spatial_models import average_effects

Z_95 = float(stats.norm.ppf(0.975))
MODELS = ("slx", "sar", "sdm")


def complete_panel(panel: pd.DataFrame, years: tuple[int, int]) -> pd.DataFrame:
    """Return the rows of the Kreise complete in every year, by ``ags`` and ``year``: spatial lags allow no gap."""
    sample, _ = estimation_sample(panel, "ln_kdu", FOCAL, years)
    return balanced(sample, "ln_kdu", range(years[0], years[1] + 1))


def by_year(values: Array, kreise: int) -> Array:
    """Return rows sorted by Kreis and year as rows sorted by year and Kreis (spreg's order)."""
    return np.asarray(values.reshape(kreise, -1, values.shape[1]).transpose(1, 0, 2).reshape(values.shape))


def lagged(values: Array, weighted: Array) -> Array:
    """Return the neighbours' mean of each column in each year; rows by year and Kreis."""
    kreise = len(weighted)
    whole = values.reshape(-1, kreise, values.shape[1])
    return np.asarray(np.einsum("ij,tjk->tik", weighted, whole).reshape(values.shape))


def moran_panel(residual: Array, weighted: Array, permutations: int, seed: int) -> dict[str, float]:
    """Return Moran's I over all years, against maps on which the Kreise have changed places.

    Parameters
    ----------
    residual : array of shape (years · Kreise,)
        By year and Kreis.
    weighted : array of shape (Kreise, Kreise)
        Row-standardised.

    Returns
    -------
    dict
        ``i`` = Σ_t z_t'Wz_t / Σ_t z_t'z_t with z the deviation from the mean of the year, ``null_low``,
        ``null_high`` (95 % of the exchanged maps; a Kreis takes its whole path along) and ``p_value``
        (two-sided, the sample counted in).
    """
    z = residual.reshape(-1, len(weighted))
    z = z - z.mean(axis=1, keepdims=True)
    alike = z.T @ z  # who moves with whom over the years; an exchange of places permutes it
    generator, size = np.random.default_rng(seed), float((z**2).sum())
    rows, columns = np.nonzero(weighted)
    weights = weighted[rows, columns]
    found = float((weights * alike[rows, columns]).sum()) / size
    drawn = np.empty(permutations)
    for draw in range(permutations):
        order = generator.permutation(len(weighted))
        drawn[draw] = (weights * alike[order[rows], order[columns]]).sum() / size
    low, high = limits(drawn)
    far = np.abs(drawn - drawn.mean()) >= abs(found - drawn.mean()) - 1e-12
    p_value = (int(far.sum()) + 1) / (permutations + 1)
    return {"i": found, "null_low": float(low), "null_high": float(high), "p_value": p_value}


def _effects_table(names: Sequence[str], point: dict[str, Array], drawn: dict[str, Array]) -> pd.DataFrame:
    """Return direct, indirect and total effects with their simulated 95 % intervals."""
    parts = []
    for effect in ("direct", "indirect", "total"):
        low, high = limits(drawn[effect])
        shown = {"estimate": point[effect][0], "low": low, "high": high}
        parts.append(pd.DataFrame({"term": names, "effect": effect, **shown}))
    return pd.concat(parts, ignore_index=True)


def clustered_covariance(
    y: Array, x: Array, weighted: Array, parameters: Array, inverse_information: Array
) -> Array:
    """Return the covariance of β and ρ of a spatial lag panel, clustered by Kreis.

    Parameters
    ----------
    y, x : arrays of shape (years · Kreise, 1) and (years · Kreise, k)
        By year and Kreis, effects taken out.
    weighted : array of shape (Kreise, Kreise)
    parameters : array of shape (k + 1,)
        β and ρ.
    inverse_information : array of shape (k + 2, k + 2)
        Of β, ρ and σ² (``vm1`` of spreg).

    Returns
    -------
    array of shape (k + 1, k + 1)

    Notes
    -----
    A⁻¹ B A⁻¹ with the information A and the cross product B of the scores of each Kreis, summed over its years. The
    score of ρ is a quadratic form u'Gu with G = W(I − ρW)⁻¹; what two Kreise share of it is counted with the later one,
    so the scores of different Kreise are uncorrelated if their errors are (Kelejian and Prucha 2001).
    """
    count, k = len(weighted), x.shape[1]
    beta, rho = parameters[:k], float(parameters[k])
    inside = weighted @ np.linalg.inv(np.eye(count) - rho * weighted)
    fitted = (x @ beta).reshape(-1, count)
    u = (y - rho * lagged(y, weighted)).reshape(-1, count) - fitted
    variance = float((u**2).mean())
    before = np.tril((inside + inside.T) / 2, -1)
    own = np.diag(inside)
    of_beta = np.einsum("ti,tik->ik", u, x.reshape(-1, count, k)) / variance
    mixed = fitted @ inside.T + 2 * u @ before.T + own * u
    of_rho = (u * mixed).sum(axis=0) / variance - len(u) * own
    of_variance = ((u**2).sum(axis=0) / variance - len(u)) / (2 * variance)
    scores = np.column_stack([of_beta, of_rho, of_variance])
    bread = np.asarray(inverse_information, dtype=float)
    whole = bread @ (scores.T @ scores) @ bread * (count / (count - 1))
    return np.asarray(whole[:-1, :-1])


def _drawn(parameters: Array, covariance: Array, draws: int, seed: int) -> Array:
    return np.random.default_rng(seed).multivariate_normal(parameters, covariance, draws, method="eigh")


def spatial_panel(
    panel: pd.DataFrame,
    w: W,
    keys: Sequence[str],
    years: tuple[int, int],
    draws: int,
    permutations: int,
    seed: int,
    effects: Effects = "kreis_year",
) -> dict[str, pd.DataFrame]:
    """Estimate the three models on the two-way demeaned balanced panel.

    Parameters
    ----------
    w : W
        Row-standardised weights of all Kreise, in the order of ``keys``; the Kreise of the balanced panel are cut out
        and the rows standardised again.
    draws, permutations : int
        Draws of the intervals of effects, and permutations of Moran's I.
    effects : str
        ``kreis_year`` or ``kreis_land_year``.

    Returns
    -------
    dict of str to DataFrame
        ``spatial_panel``: ``model`` (:data:`MODELS`), ``term``, ``effect`` (``direct``, ``indirect``,
        ``total``), ``estimate``, ``low``, ``high``: average effects of LeSage and Pace, intervals clustered by
        Kreis; those of SAR and SDM are simulated.
        ``spatial_panel_fit``: ``model`` (``sar``, ``sdm``), ``rho``, ``rho_low``, ``rho_high``,
        ``loglikelihood``, ``lr`` with ``lr_df`` and ``lr_p_value`` (of this model against the next
        smaller: SAR against two-way, SDM against SLX), ``observations``, ``units``, ``clusters``.
        ``spatial_panel_moran``: ``stage`` (``ln_kdu``, ``effects`` taken out, ``two_way`` model, and the three),
        ``i``, ``null_low``, ``null_high``, ``p_value``, ``observations``, ``units``.

    Notes
    -----
    spreg takes out Kreis effects only; those of the years are taken out before, which is the same in a balanced panel.
    Its standard errors take the years of a Kreis as independent, so :func:`clustered_covariance` replaces them.
    """
    sample = complete_panel(panel, years)
    kreise = sorted(sample["ags"].unique())
    count, names = len(kreise), list(FOCAL)
    place = pd.Index(list(keys)).get_indexer(pd.Index(kreise))
    cut = w.full()[0][np.ix_(place, place)]
    cut = cut / np.where(cut.sum(axis=1, keepdims=True) > 0, cut.sum(axis=1, keepdims=True), 1.0)
    near = _as_weights(cut)
    demeaned = by_year(take_out_effects(sample, ["ln_kdu", *names], effects).to_numpy(), count)
    y, x = demeaned[:, :1], demeaned[:, 1:]
    wx = lagged(x, cut)
    eigenvalues, connected = np.linalg.eigvals(cut).real, float((cut.sum(axis=1) > 0).mean())
    sizes = {"observations": len(sample), "units": count, "clusters": count}
    tables, fits = [], []
    around = [f"w_{name}" for name in names]
    spread = pd.DataFrame(lagged(by_year(sample[names].to_numpy(float), count), cut), columns=around)
    order = sample.sort_values(["year", "ags"], ignore_index=True)
    wide = pd.concat([order, spread], axis=1)
    slx = fixed_effects(wide, "ln_kdu", [*names, *around], years, effects, model="slx").terms
    shown = slx.assign(effect=np.repeat(["direct", "indirect"], len(names)), term=names * 2)
    tables.append(shown[["term", "effect", "estimate", "low", "high"]].assign(model="slx"))
    residuals = {"two_way": _left(y, x), "slx": _left(y, np.column_stack([x, wx]))}
    likelihoods = {name: _likelihood(rest) for name, rest in residuals.items()}
    for number, (model, design, smaller) in enumerate(
        (("sar", x, "two_way"), ("sdm", np.column_stack([x, wx]), "slx"))
    ):
        fit = Panel_FE_Lag(y, design, near, epsilon=1e-10)
        parameters = fit.betas.ravel()
        covariance = clustered_covariance(y, design, cut, parameters, fit.vm1)
        drawn = _drawn(parameters, covariance, draws, seed + number)
        both = [parameters[None, :], drawn[np.abs(drawn[:, -1]) < 0.999]]
        if model == "sar":
            both = [np.insert(p, [len(names)] * len(names), 0.0, axis=1) for p in both]
        point, spreadings = (average_effects(p, eigenvalues, len(names), connected) for p in both)
        tables.append(_effects_table(names, point, spreadings).assign(model=model))
        rho, margin = float(parameters[-1]), Z_95 * float(np.sqrt(covariance[-1, -1]))
        rest = np.asarray(fit.u).ravel()
        jacobian = (len(y) // count) * float(np.log(1 - rho * eigenvalues).sum())
        likelihood = _likelihood(rest) + jacobian  # spreg's own lacks a factor in the constant part
        ratio = 2 * (likelihood - likelihoods[smaller])
        fits.append(
            {"model": model, "rho": rho, "rho_low": rho - margin, "rho_high": rho + margin,
             "loglikelihood": likelihood, "lr": ratio, "lr_df": 1,
             "lr_p_value": float(stats.chi2.sf(max(ratio, 0.0), 1)), **sizes}
        )  # fmt: skip
        residuals[model] = rest
    raw = by_year(sample[["ln_kdu"]].to_numpy(float), count).ravel()
    stages = {"ln_kdu": raw, "effects": y.ravel(), **residuals}
    moran = [
        {"stage": stage, **moran_panel(values, cut, permutations, seed + 9),
         "observations": len(sample), "units": count}
        for stage, values in stages.items()
    ]  # fmt: skip
    return {
        "spatial_panel": pd.concat(tables, ignore_index=True),
        "spatial_panel_fit": pd.DataFrame(fits),
        "spatial_panel_moran": pd.DataFrame(moran),
    }


def _left(y: Array, x: Array) -> Array:
    """Return the residuals of least squares."""
    return np.asarray((y - x @ np.linalg.lstsq(x, y, rcond=None)[0]).ravel())


def _likelihood(rest: npt.NDArray[np.float64]) -> float:
    """Return the concentrated Gaussian log-likelihood of residuals."""
    n = len(rest)
    return float(-n / 2 * (np.log(2 * np.pi * (rest @ rest) / n) + 1))


def _as_weights(matrix: Array) -> W:
    """Return a weights matrix as libpysal's object, row by row."""
    near = {i: np.flatnonzero(row).tolist() for i, row in enumerate(matrix)}
    return W(near, {i: matrix[i, js].tolist() for i, js in near.items()}, silence_warnings=True)
