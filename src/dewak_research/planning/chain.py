"""From people to need, gross cost and who bears it, for every unit: the tables of the chapter.

Without places of a municipality's own nobody knows where the next group would open: here cost follows need smoothly
when it rises, and with remanence when it falls. Own figures bring the steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.data.levy import levy_shares, levy_summary
from dewak_research.data.youth_office import office_gaps, youth_offices
from dewak_research.planning.booked import COST_YEAR, bridge_check
from dewak_research.planning.care import CARE_AGES, care_population, care_rates
from dewak_research.planning.care_limits import care_limits, care_limits_land, factors_of
from dewak_research.planning.cost import gross_cost
from dewak_research.planning.cost_growth import observed_growth
from dewak_research.planning.known import TOWN_DIGITS
from dewak_research.planning.kreise import sums_of_towns
from dewak_research.planning.need import SCENARIOS, Scenario, level_rates, need, rate_paths, split
from dewak_research.planning.other_payers import other_payers
from dewak_research.planning.payer import net_municipal_cost, payer_shares, share_table
from dewak_research.planning.rate_backtest import rate_backtest
from dewak_research.planning.rates import RAW_TABLES as OF_RATES
from dewak_research.planning.rates import SERVICES, rate_table
from dewak_research.planning.reporting import integration_reporting
from dewak_research.planning.unit_costs import served_in, unit_cost_table
from dewak_research.planning.warning import growth_table
from dewak_research.rules import HOME

Array = NDArray[np.floating[Any]]
RAW_TABLES = (*OF_RATES, "youth_welfare", "germany_cpi", "town_age", "tax_panel")
BASE = "base"
CONSTANT: Scenario = "constant"
NET = ("direct", "through_kreis", "through_landschaftsverband", "net")


def care_split(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Split the change of care in the Land between the counts into demography and rate.

    Returns
    -------
    DataFrame
        service, first_year, last_year, persons_first, persons_last, demography, rate (persons; they add up to the
        change), demography_share, rate_share (of the first count).
    """
    people = care_population(tables["old_age"], tables["land_age_groups"], tables["kreise_age"])
    found = care_rates(tables["care_by_age"], people).query("basis == 2011")
    rows = []
    for service, some in found.groupby("service", sort=False):
        wide = {
            name: some.pivot_table(index="year", columns="age", values=name)[list(CARE_AGES)]
            for name in ("rate", "persons")
        }
        years = [int(str(year)) for year in wide["rate"].index]
        for first, last in pairwise(years):
            people_of, rate_of = (
                [wide[name].loc[year].to_numpy(float)[None] for year in (first, last)]
                for name in ("persons", "rate")
            )
            parts = split(*people_of, *(rate[None] for rate in rate_of))
            demography, rate = (float(part[0]) for part in parts)
            counts = [float((p * r).sum()) for p, r in zip(people_of, rate_of, strict=True)]
            rows.append((service, first, last, *counts, demography, rate))
    columns = ["service", "first_year", "last_year", "persons_first", "persons_last", "demography", "rate"]
    table = pd.DataFrame(rows, columns=columns)
    shares = {f"{name}_share": table[name] / table["persons_first"] for name in ("demography", "rate")}
    return table.assign(**shares)


def _long(values: Mapping[str, Array], keys: Sequence[str], years: Sequence[int]) -> pd.DataFrame:
    """Return arrays (years, units, services) as ags, year, service and one column each; unknown services left out."""
    first = next(iter(values.values()))
    year, unit, service = (index.ravel() for index in np.indices(first.shape, dtype=np.int32))
    found = pd.DataFrame(
        {
            "ags": np.array(keys, dtype=object)[unit],
            "year": np.asarray(years, np.int64)[year],
            "service": np.array(SERVICES, dtype=object)[service],
            **{name: array.ravel() for name, array in values.items()},
        }
    )
    return found.dropna(subset=list(values), how="all").reset_index(drop=True)


def need_split(groups: Array, rates: Array, keys: Sequence[str], years: Sequence[int]) -> pd.DataFrame:
    """Split the change of need from the first to the last year.

    Parameters
    ----------
    groups : array (years, units, 2, groups)
    rates : array (years, units, services, 2, groups)

    Returns
    -------
    DataFrame
        ags, service, first_year, last_year, need_first, need_last, demography, rate.
    """
    ends = (0, -1)
    before, after = (need(groups[end], rates[end]) for end in ends)
    demography, rate = split(groups[0], groups[-1], rates[0], rates[-1])
    values = {"need_first": before, "need_last": after, "demography": demography, "rate": rate}
    table = _long({name: array[None] for name, array in values.items()}, keys, [years[-1]])
    table = table.rename(columns={"year": "last_year"}).assign(first_year=years[0])
    return table[["ags", "service", "first_year", "last_year", *values]]


def cost_check(cost: pd.DataFrame, tables: Mapping[str, pd.DataFrame], year: int) -> pd.DataFrame:
    """Hold the gross cost of all towns in the first year against what the Land's statistics say was spent.

    Returns
    -------
    DataFrame
        part, year, computed_eur, published_eur, ratio. Single help of the statistics holds child minders as well.
    """
    services = {
        "facilities": ("childcare_u3", "childcare_3_6", "youth_work"),
        "single_help": ("child_raising_help",),
        "help_for_care": ("care_ambulatory", "care_residential"),
        "integration_help": ("integration_help_minors", "integration_help_adults"),
    }
    youth = tables["youth_welfare"].set_index("year").loc[year]
    points = tables["checkpoints"].query(f"area == '{HOME}' and item == 'gross_spending' and year == {year}")
    spent = points.set_index("series")["value"]
    published = {
        "facilities": youth["facilities_keur"],
        "single_help": youth["individual_and_group_keur"],
        "help_for_care": spent["help_for_care_sgb12"],
        "integration_help": spent["integration_sgb9"],
    }
    towns = cost[
        (cost["ags"].str.len() == TOWN_DIGITS) & (cost["year"] == year) & (cost["scenario"] == CONSTANT)
    ]
    sums = towns.groupby("service")["gross_eur"].sum()
    found = pd.DataFrame({"part": [*services], "year": year})
    found["computed_eur"] = [float(sums[list(names)].sum()) for names in services.values()]
    found["published_eur"] = [1000.0 * float(published[part]) for part in services]
    return found.assign(ratio=found["computed_eur"] / found["published_eur"])


def chain_tables(
    inputs: Mapping[str, pd.DataFrame], groups: Mapping[str, Array], keys: Sequence[str], years: Sequence[int]
) -> dict[str, pd.DataFrame]:
    """Return need, cost and payers of every unit.

    Parameters
    ----------
    inputs : mapping
        ``RAW_TABLES``, and payments, gesamtkreis, population, units, unit_totals of the stage ingest.
    groups : mapping of str to array (years, units, 2, groups)
        Persons by variant, from the first year on.
    keys : sequence of str
        Units: towns and Kreise, sorted.
    years : sequence of int
        Shown; not more than ``groups`` has.

    Returns
    -------
    dict
        rates; care_split; care_factors; care_limits; care_limits_land; rate_backtest; need: ags, year, service, need,
        variant, scenario (other variants at constant rates only); need_split: by scenario; unit_costs;
        unit_cost_check; cost_check; youth_offices; office_gaps; payers; other_payers; levy; levy_summary;
        cost_growth_observed; integration_reporting; cost: gross_eur by scenario; net_cost: direct_eur,
        through_kreis_eur, through_landschaftsverband_eur, net_eur by scenario. EUR of the year.
    """
    units = inputs["units"].set_index("ags").loc[[*keys]].reset_index()
    rates = rate_table(inputs)
    people = groups[BASE][: len(years)]
    of_cost_year = people[min(max(COST_YEAR - years[0], 0), len(people) - 1)]
    prices = unit_cost_table(inputs, rates, served_in(of_cost_year, rates, units))
    shares = share_table(inputs)
    offices = youth_offices(inputs["payments"], inputs["population"], units)
    levy = levy_shares(inputs, units, offices)
    borne = payer_shares(shares, units, offices)
    smooth = np.full(len(SERVICES), np.nan)
    needs, splits, costs, nets = [], [], [], []
    for scenario in SCENARIOS:
        paths = rate_paths(rates, units, years, scenario)
        for variant, persons in groups.items():
            if variant == BASE or scenario == CONSTANT:
                found = need(persons[: len(years)], paths)
                needs.append(_long({"need": found}, keys, years).assign(variant=variant, scenario=scenario))
        splits.append(need_split(people, paths, keys, years).assign(scenario=scenario))
        gross = gross_cost(need(people, paths), prices, units, years, places_per_step=smooth)
        gross = sums_of_towns(gross, keys, axis=-2)
        costs.append(_long({"gross_eur": gross}, keys, years).assign(scenario=scenario))
        parts = net_municipal_cost(gross, borne, units, levy)
        nets.append(
            _long({f"{name}_eur": parts[name] for name in NET}, keys, years).assign(scenario=scenario)
        )
    parts_of = {"need": needs, "need_split": splits, "cost": costs, "net_cost": nets}
    whole = {name: pd.concat(tables, ignore_index=True) for name, tables in parts_of.items()}
    return {
        **whole,
        "rates": rates,
        "care_split": care_split(inputs),
        "care_factors": factors_of(inputs)[1],
        "care_limits": care_limits(inputs, rates, units, years),
        "care_limits_land": care_limits_land(inputs, people[0], units),
        "rate_backtest": rate_backtest(inputs, rates),
        "cost_check": cost_check(whole["cost"], inputs, years[0]),
        "unit_costs": prices,
        "unit_cost_check": bridge_check(inputs),
        "cost_growth_observed": observed_growth(inputs),
        "integration_reporting": integration_reporting(inputs["checkpoints"]),
        "youth_offices": offices,
        "office_gaps": office_gaps(offices),
        "payers": shares,
        "other_payers": other_payers(shares),
        "levy": levy,
        "levy_summary": levy_summary(levy),
    }


class NeedGrowth:
    """Bands of need at constant rates, gathered while populations are drawn Kreis by Kreis.

    Parameters
    ----------
    rates : DataFrame
        Table of rates.
    units : DataFrame
        ags, kreis.
    first_year, last_year : int
        Draws begin with the first.
    """

    def __init__(self, rates: pd.DataFrame, units: pd.DataFrame, first_year: int, last_year: int) -> None:
        self._place = {ags: i for i, ags in enumerate(units["ags"])}
        self._level = level_rates(rates, units)[0]
        self._years = (first_year, last_year)
        self._parts: list[pd.DataFrame] = []

    def __call__(self, keys: Sequence[str], persons: Array) -> None:
        """Take the draws of one Kreis: persons (draws, years, units, 2, groups)."""
        level = self._level[[self._place[key] for key in keys]]
        ends = persons[:, [0, self._years[1] - self._years[0]]].astype(float)
        self._parts.append(growth_table(need(ends, level), self._years, keys))

    def table(self) -> pd.DataFrame:
        """Return ``growth_table`` of all units, sorted by ags; services without a rate left out."""
        found = pd.concat(self._parts, ignore_index=True).dropna(subset="need_now")
        return found.sort_values(["ags", "service"], kind="stable", ignore_index=True)
