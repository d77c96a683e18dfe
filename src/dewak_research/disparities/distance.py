"""Has the distance grown? Liquidity credit, debt and the burden of the Kreise and towns over time, in real terms."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import statsmodels.api as sm

from dewak_research.data.measures import real_eur
from dewak_research.disparities.census import PER_HEAD_FROM, census_step
from dewak_research.disparities.convergence import beta, sigma
from dewak_research.disparities.inequality import Array, limits, measures, stratified_counts

#: Länder that took liquidity credit over from their towns: Hessen (Hessenkasse, 2018), Saarland (Saarlandpakt, 2020).
TAKEN_OVER = ("06", "10")
SCOPES = ("all", "without_takeover")
VARIABLES = {
    "kdu": "kdu_eur_pc",
    "core_debt": "core_debt_eur_pc",
    "liquidity_credit": "liquidity_credit_eur_pc",
}
#: Where a series goes on after the panel: table, column, year.
LATER: dict[str, tuple[tuple[str, str, int], ...]] = {
    "core_debt": (("kreise_debt_2023", "core_debt_eur_pc", 2023),),
    "liquidity_credit": (
        ("kreise_atlas_2022", "liquidity_credit_2022_eur_pc", 2022),
        ("kreise_debt_2023", "liquidity_credit_eur_pc", 2023),
    ),
}
#: What is measured of each year; the spread is the standard deviation, in the unit of the values.
MEASURES = ("mean", "spread", "cv", "gini", "above_1_5_mean_share")
#: How far the middle is from the lower end and the upper end from the middle, where no value is 0.
TAILS = ("p50_p10", "p90_p50")
#: Prices in which the Kreise and the towns are compared.
KREIS_PRICES, TOWN_PRICES = 2022, 2024
LEAST_EUR_PC = 10.0


def real_table(panel: pd.DataFrame, inputs: Mapping[str, pd.DataFrame], variable: str) -> pd.DataFrame:
    """Return a per-head figure of the Kreise in prices of 2022 on the base of the census of 2011.

    Parameters
    ----------
    panel : DataFrame
        From :func:`dewak_research.disparities.panel.build_panel`.
    inputs : mapping of str to DataFrame
        ``germany_cpi``, ``kreise_atlas_2022`` and ``kreise_debt_2023``, which continue debt and liquidity credit.
    variable : str
        See :data:`VARIABLES`.

    Returns
    -------
    DataFrame
        Kreise with a figure in every year of the series × years from 2010.
    """
    column = VARIABLES[variable]
    long = panel.loc[panel["year"] >= 2010, ["ags", "year", column]].set_axis(
        ["ags", "year", "eur_pc"], axis=1
    )
    parts = [
        inputs[name][["kreis", found]].set_axis(["ags", "eur_pc"], axis=1).assign(year=year)
        for name, found, year in LATER.get(variable, ())
    ]
    long = pd.concat([long, *parts], ignore_index=True).dropna()
    before = long["ags"].map(census_step(panel)).fillna(0.0).where(long["year"] < PER_HEAD_FROM, 0.0)
    long["eur_pc"] = real_eur(long["eur_pc"], long["year"], KREIS_PRICES, inputs["germany_cpi"]) * np.exp(
        -before
    )
    return long.pivot_table(index="ags", columns="year", values="eur_pc").dropna().sort_index()


def in_scope(table: pd.DataFrame, scope: str) -> pd.DataFrame:
    """Return the units of a scope: all, or those of Länder that did not take liquidity credit over."""
    return table if scope == "all" else table[~table.index.str[:2].isin(TAKEN_OVER)]


def distance(table: pd.DataFrame, strata: pd.Series, draws: int, seed: int) -> pd.DataFrame:
    """Return how far apart the same units are in every year, and what changed since the first, with 95 % intervals.

    Parameters
    ----------
    table : DataFrame
        Units × years, 0 or more, none missing.
    strata : Series
        Stratum of each unit; the bootstrap draws units within it, the same for all years.

    Returns
    -------
    DataFrame
        ``year``, ``measure`` (see :data:`MEASURES` and :data:`TAILS`), ``value``, ``low``, ``high``, ``change`` since
        the first year with ``change_low``, ``change_high``, and ``units``.
    """
    counts = stratified_counts(strata.tolist(), draws, seed)
    single, positive = np.ones((1, len(table))), bool((table > 0).all(axis=None))
    rows = []
    first: dict[str, tuple[Array, Array]] = {}
    for year in table.columns:
        values = table[year].to_numpy(dtype=float)
        point, drawn = (
            {**found, "spread": found["mean"] * found["cv"]}
            for found in (measures(values, w) for w in (single, counts))
        )
        for name in (*MEASURES, *TAILS) if positive else MEASURES:
            start = first.setdefault(name, (point[name], drawn[name]))
            low, high = limits(drawn[name])
            change_low, change_high = limits(drawn[name] - start[1])
            change = point[name][0] - start[0][0]
            rows.append((year, name, point[name][0], low, high, change, change_low, change_high, len(table)))
    columns = ["year", "measure", "value", "low", "high", "change", "change_low", "change_high", "units"]
    return pd.DataFrame(rows, columns=columns)


def converging(table: pd.DataFrame, ends: tuple[int, int], draws: int, seed: int) -> dict[str, float]:
    """Return sigma and beta convergence between two years in logarithms, and whether amounts moved apart.

    Parameters
    ----------
    table : DataFrame
        Kreise × years; Kreise below 10 EUR per inhabitant at an end have no meaningful logarithm and are left out of
        it (``left_out``), but not of the slope in EUR.

    Returns
    -------
    dict of str to float
        ``speed``, ``speed_low``, ``speed_high`` (of :func:`dewak_research.disparities.convergence.beta`, within a Land
        ``within_speed``, …), ``variance_ratio``, ``sigma_change``, ``sigma_low``, ``sigma_high``; ``slope_eur`` with
        ``slope_low``, ``slope_high``: change in EUR per EUR at the start, effects of the Land taken out (clustered by
        Land; below 0 = amounts come closer); ``kreise``, ``left_out``, ``clusters``.
    """
    both = table[list(ends)]
    kept = both[(both >= LEAST_EUR_PC).all(axis=1)]
    logs, land = np.log(kept.to_numpy()), kept.index.str[:2]
    spread = sigma(logs, stratified_counts(land.tolist(), draws, seed)).iloc[-1]
    out: dict[str, float] = {}
    for prefix, conditions in (("", None), ("within_", pd.get_dummies(land, drop_first=True, dtype=float))):
        found = beta(logs[:, 0], logs[:, 1], ends[1] - ends[0], land.to_numpy(), conditions)
        out |= {f"{prefix}{name}": found[name] for name in ("speed", "speed_low", "speed_high")}
    out["variance_ratio"] = found["variance_ratio"]
    out |= {
        f"sigma_{name}": spread[column]
        for name, column in (("change", "change"), ("low", "change_low"), ("high", "change_high"))
    }
    lands = both.index.str[:2]
    centred = both.assign(change=both[ends[1]] - both[ends[0]])
    centred = centred - centred.groupby(lands).transform("mean")
    fit = sm.OLS(centred["change"], centred[[ends[0]]].set_axis(["start"], axis=1)).fit(
        cov_type="cluster", cov_kwds={"groups": pd.Categorical(lands).codes}
    )
    out["slope_eur"] = float(fit.params["start"])
    out["slope_low"], out["slope_high"] = (float(value) for value in fit.conf_int().loc["start"])
    counts = {"kreise": len(kept), "left_out": len(both) - len(kept), "clusters": land.nunique()}
    return out | {name: float(value) for name, value in counts.items()}


def distance_tables(
    panel: pd.DataFrame, inputs: Mapping[str, pd.DataFrame], draws: int, seed: int
) -> dict[str, pd.DataFrame]:
    """Return the distance between the Kreise over time, and whether they converge.

    Returns
    -------
    dict of str to DataFrame
        ``distance`` (``variable``, ``scope``, of which the second holds the first year, 2019 and the last ones only,
        and the columns of :func:`distance`) and ``distance_convergence`` (``variable``, ``scope``, ``first_year``,
        ``last_year`` and what :func:`converging` returns), both in prices of 2022.
    """
    paths, speeds = [], []
    for variable in VARIABLES:
        whole = real_table(panel, inputs, variable)
        years = [int(year) for year in whole.columns]
        # liquidity credit of 2022 is from another table than that of 2023, which counts cash pools as well
        last = 2022 if variable == "liquidity_credit" else years[-1]
        for scope in SCOPES:
            table = in_scope(whole, scope)
            table = table if scope == SCOPES[0] else table[sorted({years[0], 2019, last, years[-1]})]
            lands = pd.Series(table.index.str[:2], index=table.index)
            paths.append(distance(table, lands, draws, seed).assign(variable=variable, scope=scope))
            found = converging(table, (years[0], last), draws, seed)
            speeds.append(
                {"variable": variable, "scope": scope, "first_year": years[0], "last_year": last, **found}
            )
    return {"distance": pd.concat(paths, ignore_index=True), "distance_convergence": pd.DataFrame(speeds)}


def town_distance(inputs: Mapping[str, pd.DataFrame], draws: int, seed: int) -> pd.DataFrame:
    """Return how far apart the debt of the towns of NRW was at the end of 2008 and of 2025.

    Parameters
    ----------
    inputs : mapping of str to DataFrame
        ``balance``, ``population``, ``debt_today``, ``germany_cpi``.

    Returns
    -------
    DataFrame
        ``variable`` (``liquidity_credit``, ``core_debt`` = with investment credit and bonds) and the columns of
        :func:`distance` for the same towns in both years, in prices of 2024 (the last year with a price level;
        amounts of 2025 are shown in them as they are).

    Notes
    -----
    Two sources: balance sheets of 31.12.2008 or 1.1.2009, debt statistics of 2025. People of 2008 on the base of the
    census of 2011, those of 2025 presumably on that of 2022. The bootstrap draws towns within a Regierungsbezirk (first
    three digits of the key).
    """
    balance = inputs["balance"].set_index("ags")
    population = inputs["population"]
    people = population.query("year == 2008").set_index("ags")["population"]
    people = people * np.exp(census_step(population, "population").reindex(people.index).fillna(0.0))
    prices, now = inputs["germany_cpi"], inputs["debt_today"].set_index("ags")
    parts = []
    for variable, items in (
        ("liquidity_credit", ["liquidity_credit_eur"]),
        ("core_debt", ["liquidity_credit_eur", "investment_credit_eur", "bonds_eur"]),
    ):
        then = real_eur(balance[items].sum(axis=1, min_count=1) / people, 2008, TOWN_PRICES, prices)
        table = pd.DataFrame({2008: then, 2025: now[f"{variable}_eur_pc"]}).dropna()
        strata = pd.Series(table.index.str[:3], index=table.index)
        parts.append(distance(table, strata, draws, seed).assign(variable=variable))
    return pd.concat(parts, ignore_index=True)
