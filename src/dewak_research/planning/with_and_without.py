"""The budget with and without the net cost of the plan, on the years of the stress test and on the same draws.

The chain of population, need and cost runs on to 2040; the stress test ends with its own years. What comes later stands
beside it (:func:`beside`) and is never put inside.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.data.measures import at_prices_of, priced_year
from dewak_research.data.result import together
from dewak_research.errors import InputError, messages
from dewak_research.stress.booked_plan import BookedPlan, first_trigger
from dewak_research.stress.one_unit import UnitShocks
from dewak_research.stress.what_if import with_interest

Floats = NDArray[np.float64]
Tables = dict[str, pd.DataFrame]
VARIANTS = ("without", "with")
CHANCE = ("probability", "frequency_low", "frequency_high")
_problem = messages(__package__)


def path_of(net_eur: pd.Series[float], years: list[int]) -> Floats:
    """Return the effect on the result in each of the years of a test, EUR, negative = cost.

    Parameters
    ----------
    net_eur : Series
        Index year; years beyond those asked for stay outside.

    Raises
    ------
    InputError
        A year of the test is missing or not known, or stands twice.
    """
    known = net_eur.dropna()
    gaps = [year for year in years if year not in known.index]
    wrong = []
    if gaps:
        wrong.append(_problem("net_path_years", "net_eur", years=", ".join(map(str, gaps))))
    if net_eur.index.has_duplicates:
        twice = sorted(set(net_eur.index[net_eur.index.duplicated()]))
        wrong.append(_problem("net_path_twice", "net_eur", years=", ".join(map(str, twice))))
    if wrong:
        raise InputError(wrong)
    return np.asarray(known.reindex(years), np.float64)


def of_plan(
    booked: BookedPlan,
    net_eur: pd.Series[float],
    tax_eur: Floats,
    rate_share: float,
    unit: UnitShocks | None = None,
) -> Tables:
    """Return a municipality's own plan with and without a path of net cost.

    Parameters
    ----------
    booked : BookedPlan
        The plan on its reserves, as the own stress test has it.
    net_eur : Series
        Index year: effect on the result, EUR, negative = cost; every year of the plan, later ones are left outside.
    tax_eur : ndarray
        Trade tax less levy by year of the plan, EUR; NaN = not entered.
    rate_share : float
        Rate on the liquidity credit that the path adds or saves, share.
    unit : UnitShocks, optional
        The same plan after one pass of the engine; without it no probability.

    Returns
    -------
    dict
        ``with_and_without``: variant ("without", "with"), first_trigger_year (NA = none), end_year,
        end_ausgleichsruecklage_eur, end_allgemeine_ruecklage_eur, end_equity_eur, critical_fall_share (0 = crossed
        without a fall, inf = not even by a complete loss, NaN = unknown), probability, frequency_low, frequency_high.
        ``with_and_without_years``: variant, year, net_eur (with interest), result_eur, equity_eur,
        allgemeine_ruecklage_eur, triggered (NA = unknown).

    Raises
    ------
    InputError
        A year is missing; see :func:`path_of`.
    """
    effect = with_interest(path_of(net_eur, booked.years), rate_share)
    rows: list[dict[str, object]] = []
    by_year = []
    for name, change in zip(VARIANTS, (np.zeros_like(effect), effect), strict=True):
        tested = booked.tested(change)
        last, first = tested.iloc[-1], first_trigger(tested)
        stocks = ("ausgleichsruecklage_eur", "allgemeine_ruecklage_eur", "equity_eur")
        chance = (np.nan,) * 3 if unit is None else chances(unit, change[: unit.book.years])
        rows.append(
            {
                "variant": name,
                "first_trigger_year": pd.NA if first is None else first,
                "end_year": int(last["year"]),
                **{f"end_{stock}": float(last[stock]) for stock in stocks},
                "critical_fall_share": booked.critical_fall_share(tax_eur, change),
                **dict(zip(CHANCE, chance, strict=True)),
            }
        )
        added = tested["year"].map(dict(zip(booked.years, change, strict=True))).fillna(0.0)
        shown = tested[["year", "result_eur", "equity_eur", "allgemeine_ruecklage_eur"]]
        hit = tested[["n1", "n2", "n3"]]
        triggered = hit.any(axis=1).astype("boolean").where(hit.notna().all(axis=1))
        by_year.append(shown.assign(variant=name, net_eur=added, triggered=triggered))
    return _tables(rows, by_year)


def of_unit(unit: UnitShocks, net_eur: Floats, first_year: int) -> Tables:
    """Return a published unit with and without a path of net cost, from the engine alone.

    Parameters
    ----------
    unit : UnitShocks
    net_eur : ndarray, shape (T,)
        Effect on the result by year of the run, EUR, negative = cost, without interest.
    first_year : int
        First year of the run.

    Returns
    -------
    dict
        As :func:`of_plan`; end_ausgleichsruecklage_eur is what equity holds beyond the allgemeine Rücklage. The fall
        of the trade tax bears interest as shocks do, and nothing of it is refunded.

    Raises
    ------
    InputError
        The path does not have one value for every year.
    """
    effect = with_interest(np.asarray(net_eur, np.float64), unit.settings.borrowing_rate_share)
    years = np.arange(unit.book.years) + first_year
    falls = unit.critical_fall_share(np.stack([np.zeros_like(effect), effect]))
    rows: list[dict[str, object]] = []
    by_year = []
    for name, change, fall in zip(VARIANTS, (np.zeros_like(effect), effect), falls, strict=True):
        walk = unit.unshocked(change)
        general, equity = walk.general_reserve_eur[1:, 0, 0], walk.equity_eur[:, 0, 0]
        hit = walk.triggers.any_year[:, 0, 0]
        rows.append(
            {
                "variant": name,
                "first_trigger_year": years[hit][0] if hit.any() and unit.has_triggers else pd.NA,
                "end_year": int(years[-1]),
                "end_ausgleichsruecklage_eur": float(equity[-1] - general[-1]),
                "end_allgemeine_ruecklage_eur": float(general[-1]),
                "end_equity_eur": float(equity[-1]),
                "critical_fall_share": float(fall),
                **dict(zip(CHANCE, chances(unit, change), strict=True)),
            }
        )
        columns = {
            "variant": name,
            "year": years,
            "net_eur": change,
            "result_eur": unit.book.result_eur[:, 0] + change,
            "equity_eur": equity,
            "allgemeine_ruecklage_eur": general,
            "triggered": pd.array(hit if unit.has_triggers else [pd.NA] * len(hit), dtype="boolean"),
        }
        by_year.append(pd.DataFrame(columns))
    return _tables(rows, by_year)


def chances(unit: UnitShocks, change_eur: Floats) -> tuple[float, float, float]:
    """Return the trigger probability under a change, and its range over the interval of the crisis frequency."""
    found = unit.at_frequencies(change_eur[None], unit.frequencies)[:, 0]
    return float(found[0]), float(found.min()), float(found.max())


def beside(net_eur: pd.Series[float], last_tested: int) -> pd.DataFrame:
    """Return the whole path of the plan, beside the stress test.

    Parameters
    ----------
    net_eur : Series
        Index year: effect on the result, EUR; NaN = unknown, what adds up from it is unknown too.
    last_tested : int
        Last year of the stress test.

    Returns
    -------
    DataFrame
        year, net_eur, cumulated_eur (without interest), tested (False = no probability is claimed for it).
    """
    ordered = net_eur.sort_index()
    total = ordered.cumsum(skipna=False)
    columns = {
        "year": ordered.index.astype(int),
        "net_eur": ordered.to_numpy(),
        "cumulated_eur": total.to_numpy(),
    }
    return pd.DataFrame(columns).assign(tested=lambda table: table["year"] <= last_tested)


def by_scenario(unit: UnitShocks, net_cost: pd.DataFrame, first_year: int, prices: pd.DataFrame) -> Tables:
    """Return a published unit with and without the net cost of every scenario, in the prices of its budget.

    Parameters
    ----------
    net_cost : DataFrame
        Of the unit: scenario, year, net_eur (positive = cost); the first years stand for those of the stress test. A
        scenario with fewer years, or one of them missing, is left out.
    first_year : int
        First year of the stress test.
    prices : DataFrame
        Consumer prices: year, cpi_2020_100.

    Returns
    -------
    dict
        Tables of :func:`of_unit` and ``with_and_without_beside`` (:func:`beside`, in euros of the plan), each with a
        column scenario; plan_first_year, plan_last_year and plan_year say which years of the plan were put on the
        years of the test, price_factor euros of prices_of are a euro of the plan. Empty without any scenario.
    """
    years, found = unit.book.years, {}
    for name, rows in net_cost.groupby("scenario", sort=False):
        path = rows.set_index("year")["net_eur"].sort_index()
        if len(path) < years or path.iloc[:years].isna().any():
            continue
        tested = path.index[:years].astype(int)
        base = priced_year(first_year - 1, prices)
        factor = at_prices_of(base, int(tested[0]) - 1, prices)
        tables = of_unit(unit, -factor * np.asarray(path.iloc[:years], np.float64), first_year)
        by_year = tables["with_and_without_years"]
        stated = {"plan_first_year": tested[0], "plan_last_year": tested[-1], "prices_of": base}
        found[str(name)] = {
            "with_and_without": tables["with_and_without"].assign(**stated, price_factor=factor),
            "with_and_without_years": by_year.assign(plan_year=by_year["year"] - first_year + tested[0]),
            "with_and_without_beside": beside(-path, int(tested[-1])),
        }
    return together(found, "scenario")


def by_growth(unit: UnitShocks, paths: pd.DataFrame, first_year: int, prices: pd.DataFrame) -> pd.DataFrame:
    """Return a published unit with the net cost of the plan at several growths of cost per case.

    Parameters
    ----------
    paths : DataFrame
        Of the unit: cost_growth_share, year, net_eur, as ``cost_growth.growth_paths``.
    first_year, prices
        As for :func:`by_scenario`.

    Returns
    -------
    DataFrame
        The columns of :func:`by_scenario` with the plan, cost_growth_share in place of scenario and variant;
        net_tested_eur and net_last_eur: net cost beyond the budget in plan_last_year and in last_year, the last year of
        the plan, EUR of the year. Empty without any path.
    """
    found = by_scenario(unit, paths.rename(columns={"cost_growth_share": "scenario"}), first_year, prices)
    if not found:
        return pd.DataFrame()
    table = found["with_and_without"].query("variant == 'with'").drop(columns="variant")
    table = table.assign(
        cost_growth_share=table.pop("scenario").astype(float), last_year=int(paths["year"].max())
    )
    of = paths.set_index(["cost_growth_share", "year"])["net_eur"]
    for name, year in (("net_tested_eur", "plan_last_year"), ("net_last_eur", "last_year")):
        keys = pd.MultiIndex.from_frame(table[["cost_growth_share", year]])
        table[name] = of.reindex(keys).to_numpy()
    return table.reset_index(drop=True)


def _tables(rows: list[dict[str, object]], by_year: list[pd.DataFrame]) -> Tables:
    columns = [
        "variant",
        "year",
        "net_eur",
        "result_eur",
        "equity_eur",
        "allgemeine_ruecklage_eur",
        "triggered",
    ]
    together = pd.DataFrame(rows).astype({"first_trigger_year": "Int64"})
    return {
        "with_and_without": together,
        "with_and_without_years": pd.concat(by_year, ignore_index=True)[columns],
    }
