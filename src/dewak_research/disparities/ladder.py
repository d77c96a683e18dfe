"""All models side by side, and how stable their coefficients are."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dewak_research.disparities.models import Estimate, differences, fixed_effects, mundlak
from dewak_research.disparities.panel import REGRESSORS, TIME_CONSTANT
from dewak_research.disparities.wild import wild_bootstrap


def ladder(
    frame: pd.DataFrame,
    years: tuple[int, int],
    dependent: str = "ln_kdu",
    regressors: Sequence[str] = tuple(REGRESSORS),
) -> list[Estimate]:
    """Return the models of METHODS D.6 in their order, all clustered by Kreis.

    Pooled with Land × year effects; two-way fixed effects; Kreis and Land × year effects; correlated random
    effects; first differences; one long difference. Instrumental variables are left out: the shift-share
    instrument of METHODS D.6 (5) needs employment by industry and Kreis in a base year, which is not among
    the figures, and nothing else here moves need without also moving rents or age structure.
    """
    return [
        fixed_effects(frame, dependent, regressors, years, "land_year", model="pooled"),
        fixed_effects(frame, dependent, regressors, years, "kreis_year", model="two_way"),
        fixed_effects(frame, dependent, regressors, years, "kreis_land_year", model="kreis_land_year"),
        mundlak(frame, dependent, regressors, years),
        differences(frame, dependent, regressors, years),
        differences(frame, dependent, regressors, years, span=years[1] - years[0]),
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
    """Return one row per model and regressor, with block, expected sign and verdict."""
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
        parts.append(terms)
    return pd.concat(parts, ignore_index=True)


def facts_table(estimates: Sequence[Estimate]) -> pd.DataFrame:
    """Return observations, units, clusters, singletons and within R² of each model."""
    return pd.DataFrame([{"model": e.model, **e.facts} for e in estimates])


def rolling(
    frame: pd.DataFrame,
    years: tuple[int, int],
    window: int,
    dependent: str = "ln_kdu",
    regressors: Sequence[str] = tuple(REGRESSORS),
) -> pd.DataFrame:
    """Return the two-way estimates in every window of ``window`` consecutive years.

    Columns: those of the estimate plus ``first_year`` and ``last_year`` of the window.
    """
    parts = []
    for first in range(years[0], years[1] - window + 2):
        last = first + window - 1
        terms = fixed_effects(frame, dependent, regressors, (first, last), "kreis_year").terms.copy()
        terms.insert(0, "first_year", first)
        terms.insert(1, "last_year", last)
        parts.append(terms)
    return pd.concat(parts, ignore_index=True)


def by_land(
    frame: pd.DataFrame, years: tuple[int, int], draws: int, seed: int, dependent: str = "ln_kdu"
) -> pd.DataFrame:
    """Return the two-way estimates clustered by Land, with wild bootstrap p-values.

    With about 14 clusters the usual cluster-robust test rejects too often; the wild bootstrap is the check.
    """
    moving = [r for r in REGRESSORS if r not in TIME_CONSTANT]
    estimate = fixed_effects(frame, dependent, moving, years, "kreis_year", cluster="land", model="two_way")
    boot = wild_bootstrap(frame, dependent, moving, years, draws, seed)
    return estimate.terms.merge(boot, on="term", how="left", validate="one_to_one")
