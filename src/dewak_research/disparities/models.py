"""The ladder of panel models of METHODS D.6, estimated with linearmodels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from linearmodels.iv import IV2SLS
from linearmodels.panel import RandomEffects
from scipy import stats

from dewak_research.disparities.panel import TIME_CONSTANT, estimation_sample
from dewak_research.errors import InputError, messages

Effects = Literal["land_year", "kreis_year", "kreis_land_year", "year"]
Cluster = Literal["ags", "land"]
_problem = messages(__package__)
#: What stands behind every estimate.
SIZES = ("observations", "units", "clusters")


@dataclass(frozen=True)
class Estimate:
    """One estimated model.

    Attributes
    ----------
    model : str
        Name in the ladder.
    terms : DataFrame
        ``term``, ``estimate``, ``se``, ``low``, ``high`` (95 %), ``p_value``.
    facts : dict of str to float
        ``observations``, ``units``, ``clusters``, ``singletons``, ``r_squared_within`` (share of the variance
        left after the fixed effects), and what a model adds.
    """

    model: str
    terms: pd.DataFrame
    facts: dict[str, float]

    def sized(self) -> pd.DataFrame:
        """Return the terms with ``observations``, ``units`` and ``clusters`` beside each."""
        return self.terms.assign(**{name: int(self.facts[name]) for name in SIZES})


def period_of(effects: Effects) -> str:
    """Return the column of the effect over time: of each year, or of each Land and year."""
    return "land_year" if "land_year" in effects else "year"


def take_out_effects(sample: pd.DataFrame, columns: Sequence[str], effects: Effects) -> pd.DataFrame:
    """Return ``columns`` as residuals from the fixed effects (exact also for unbalanced panels).

    Kreis means are taken out first; the dummies of the other effect, themselves demeaned, are then projected
    out by least squares (Frisch–Waugh–Lovell).
    """
    data = sample[list(columns)].to_numpy(dtype=float)
    dummies = pd.get_dummies(sample[period_of(effects)], dtype=float).to_numpy()
    if effects.startswith("kreis"):
        keys = sample["ags"].to_numpy()
        data = data - pd.DataFrame(data).groupby(keys).transform("mean").to_numpy()
        dummies = dummies - pd.DataFrame(dummies).groupby(keys).transform("mean").to_numpy()
    cross = np.linalg.pinv(dummies.T @ dummies, rcond=1e-10, hermitian=True)
    coefficients = cross @ (dummies.T @ data)
    return pd.DataFrame(data - dummies @ coefficients, columns=list(columns), index=sample.index)


def _relative(residual: pd.DataFrame, original: pd.DataFrame) -> pd.DataFrame:
    """Scale residuals by the spread of the original, so that rounding noise counts as no variation."""
    size = np.sqrt((original**2).mean()).replace(0.0, 1.0)
    return pd.DataFrame(residual / size)


def _estimate(
    model: str,
    sample: pd.DataFrame,
    singletons: list[str],
    cluster: Cluster,
    params: pd.Series,
    covariance: npt.NDArray[np.float64],
    within: tuple[pd.Series, pd.DataFrame],
    **more: float,
) -> Estimate:
    """Put an estimate together: intervals by t with G − 1 degrees of freedom, R² of the dependent and
    regressors ``within`` the effects.
    """
    estimate, se, clusters = params.to_numpy(), np.sqrt(np.diag(covariance)), sample[cluster].nunique()
    margin = stats.t.ppf(0.975, clusters - 1) * se
    terms = {
        "term": list(params.index),
        "estimate": estimate,
        "se": se,
        "low": estimate - margin,
        "high": estimate + margin,
        "p_value": 2 * stats.t.sf(np.abs(estimate / se), clusters - 1),
    }
    y, x = within
    facts = {
        "observations": len(sample),
        "units": sample["ags"].nunique(),
        "clusters": clusters,
        "singletons": len(singletons),
        "r_squared_within": 1 - ((y - x @ params[x.columns]) ** 2).sum() / (y**2).sum(),
        **more,
    }
    return Estimate(model, pd.DataFrame(terms), {name: float(value) for name, value in facts.items()})


def require_independent(design: pd.DataFrame, where: str) -> None:
    """Raise InputError if a regressor is constant or repeats the others.

    Parameters
    ----------
    design : DataFrame
        Regressors after the fixed effects were taken out (rows × variables), without missing values.

    Raises
    ------
    InputError
        Names each column without variation and each column that the ones before it already determine;
        linearmodels would answer "exog does not have full column rank" or drop it silently.
    """
    problems = []
    kept: dict[str, np.ndarray] = {}
    for name in design.columns:
        column = design[name].to_numpy(dtype=float)
        size = float(np.sqrt(np.mean(column**2)))
        if size < 1e-9:
            problems.append(_problem("no_variation", where, name=name))
            continue
        scaled = rest = column / size
        if kept:
            basis = np.column_stack(list(kept.values()))
            rest = scaled - basis @ np.linalg.lstsq(basis, scaled, rcond=None)[0]
        if float(np.sqrt(np.mean(rest**2))) < 1e-7:
            problems.append(_problem("collinear", where, name=name, others=", ".join(kept)))
            continue
        kept[str(name)] = scaled
    if problems:
        raise InputError(problems)


def fixed_effects(
    frame: pd.DataFrame,
    dependent: str,
    regressors: Sequence[str],
    years: tuple[int, int],
    effects: Effects,
    cluster: Cluster = "ags",
    model: str | None = None,
) -> Estimate:
    """Estimate a linear panel model with fixed effects.

    Parameters
    ----------
    frame : DataFrame
        Panel from :func:`dewak_research.disparities.panel.build_panel`.
    dependent : str
    regressors : sequence of str
        Those constant in time are left out where Kreis effects absorb them.
    years : (int, int)
    effects : str
        ``land_year`` (pooled), ``year``, ``kreis_year`` (two-way) or ``kreis_land_year``.
    cluster : str
        ``ags`` (Kreis) or ``land``.

    Returns
    -------
    Estimate
        Standard errors are cluster-robust with the small-sample factor of :func:`_absorbing`; intervals use t with
        G − 1 degrees of freedom.

    Raises
    ------
    InputError
        See :func:`estimation_sample`; also a regressor that is constant within the effects or collinear.
    """
    kept = [r for r in regressors if not (effects.startswith("kreis") and r in TIME_CONSTANT)]
    sample, singletons = estimation_sample(
        frame, dependent, kept, years, alone_in_land="land_year" in effects
    )
    return _absorbing(model or effects, sample, singletons, dependent, kept, effects, cluster)


def _absorbing(
    model: str,
    sample: pd.DataFrame,
    singletons: list[str],
    dependent: str,
    kept: list[str],
    effects: Effects,
    cluster: Cluster = "ags",
) -> Estimate:
    """Estimate with linearmodels after the effects were taken out, standard errors with small-sample factor.

    The effects are taken out once, exactly (Frisch–Waugh–Lovell), and least squares is linearmodels' own:
    its panel estimators would take them out again and fit every model a second time for figures not shown here.
    The factor is G/(G − 1) · (n − 1)/(n − k − q), where q counts the levels of those effects that are not
    nested in the clusters, and is 1 if all are: the convention of pyfixest, fixest and reghdfe. linearmodels
    would count nested effects too.
    """
    residual = take_out_effects(sample, [dependent, *kept], effects)
    require_independent(_relative(residual[kept], sample[kept]), model)
    period = period_of(effects)
    groups = pd.Categorical(sample[cluster]).codes
    fit = IV2SLS(residual[[dependent]], residual[kept], None, None).fit(
        cov_type="clustered", clusters=groups, debiased=False
    )
    own = 1 if period == "land_year" and cluster == "land" else sample[period].nunique()
    n, k, g = len(sample), len(kept), sample[cluster].nunique()
    covariance = fit.cov.to_numpy() * (g / (g - 1) * (n - 1) / (n - k - own))
    within = residual[dependent], residual[kept]
    return _estimate(model, sample, singletons, cluster, fit.params, covariance, within)


def mundlak(
    frame: pd.DataFrame, dependent: str, regressors: Sequence[str], years: tuple[int, int]
) -> Estimate:
    """Estimate correlated random effects: random effects plus the unit mean of every regressor.

    Returns
    -------
    Estimate
        Terms of the regressors (their within effect), of the means (``mean_…``: how much the relation between
        Kreise differs from the one within them) and of what is constant in time. ``facts`` adds
        ``means_wald``, ``means_df``, ``means_p_value``: joint cluster-robust test that all mean terms are 0;
        it replaces the Hausman test. Year and Land effects are included but not listed.

    Notes
    -----
    Mundlak 1978; METHODS D.6 (3). In a balanced panel the within terms equal two-way fixed effects.
    """
    moving = [r for r in regressors if r not in TIME_CONSTANT]
    constant = [r for r in regressors if r in TIME_CONSTANT]
    sample, singletons = estimation_sample(frame, dependent, [*moving, *constant], years)
    means = [f"mean_{r}" for r in moving]
    by_unit = sample.groupby("ags")
    sample[means] = by_unit[moving].transform("mean").to_numpy()
    year_dummies = pd.get_dummies(sample["year"], prefix="year", drop_first=True, dtype=float)
    year_means = year_dummies.groupby(sample["ags"]).transform("mean").add_prefix("mean_")
    unbalanced = year_means.loc[:, year_means.std() > 1e-12]
    lands = pd.get_dummies(sample["land"], prefix="land", drop_first=True, dtype=float)
    listed = [*moving, *means, *constant]
    design = pd.concat([sample[listed], year_dummies, unbalanced, lands], axis=1)
    design.insert(0, "const", 1.0)
    design = design.loc[:, _independent_columns(design.to_numpy())]
    require_independent(
        _relative(sample[moving] - by_unit[moving].transform("mean"), sample[moving]), "mundlak"
    )
    index = pd.MultiIndex.from_frame(sample[["ags", "year"]])
    dependent_values = sample[[dependent]].set_index(index)
    fit = RandomEffects(dependent_values, design.set_index(index)).fit(
        cov_type="clustered", cluster_entity=True, debiased=True, group_debias=True
    )
    at = [list(design.columns).index(name) for name in listed]
    test = fit.wald_test(formula=[f"{name} = 0" for name in means])
    residual = take_out_effects(sample, [dependent, *moving], "kreis_year")
    return _estimate(
        "mundlak", sample, singletons, "ags", fit.params[listed], fit.cov.to_numpy()[np.ix_(at, at)],
        (residual[dependent], residual[moving]), means_wald=test.stat, means_df=test.df, means_p_value=test.pval,
    )  # fmt: skip


def _independent_columns(matrix: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Return which columns are not determined by those before them (pivots of the QR decomposition)."""
    scaled = matrix / np.sqrt((matrix**2).sum(axis=0))
    diagonal = np.abs(np.diag(np.linalg.qr(scaled, mode="r")))
    return np.asarray(diagonal > 1e-9)


def differences(
    frame: pd.DataFrame, dependent: str, regressors: Sequence[str], years: tuple[int, int], span: int = 1
) -> Estimate:
    """Estimate the model in differences over ``span`` years with year effects.

    Parameters
    ----------
    span : int
        1 = first differences; last year − first year = one long difference per Kreis.

    Returns
    -------
    Estimate
        Only differences over exactly ``span`` calendar years enter; a gap makes no difference.
    """
    moving = [r for r in regressors if r not in TIME_CONSTANT]
    sample, singletons = estimation_sample(frame, dependent, moving, years)
    now = sample.set_index(["ags", "year"])[[dependent, *moving]]
    before = sample.assign(year=sample["year"] + span).set_index(["ags", "year"])[now.columns]
    changed = (now - before).dropna().reset_index()
    name = "first_differences" if span == 1 else "long_differences"
    return _absorbing(name, changed, singletons, dependent, moving, "year")
