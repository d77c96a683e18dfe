"""How the population of the plan fits what is published: sums, life expectancy, births, deaths, other projections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from dewak_research.planning.ages import SEXES, membership
from dewak_research.planning.base import OLDEST_GROUP, Base, counted, groups_of
from dewak_research.planning.mortality import life_expectancy
from dewak_research.planning.population import Array, Rates

PROJECTION_YEAR = 2050
TOTAL = "total"
KREISE_COLUMNS = ["ags", "year", "persons", "change_pct", "official_change_pct", "difference_points"]
_CENSUS = {"age_under16_pct": slice(0, 16), "age_67plus_pct": slice(67, None)}


def _worst(found: Array, wanted: Array) -> float:
    return float(np.abs(found / wanted - 1).max())


def base_check(base: Base, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return how the base fits what it was raked to, and what it was not.

    Returns
    -------
    DataFrame
        check; units; worst_share: largest difference as a share of the known value, NaN where none was aimed at;
        mean_difference_points, spread_points: of the shares of the census of May 2022, which the base does not use
        (standard deviation over the towns); fitted: whether the base was raked to it.
    """
    ages = tables["kreise_age"].query("year == @base.year")
    groups = groups_of(ages)
    kreis = np.array([town[:5] for town in base.towns])
    keys, place = np.unique(kreis, return_inverse=True)
    sums = np.zeros((len(keys), *base.persons.shape[1:]))
    np.add.at(sums, place, base.persons)
    by_group = sums @ membership(groups)
    people = (
        tables["town_population_today"]
        .set_index("ags")["population"]
        .reindex(list(base.towns))
        .to_numpy(float)
    )
    found = base.persons.sum(axis=(1, 2))
    share = people / np.bincount(place, people)[place]
    oldest = tables["projection"].query("year == @base.year and age == @OLDEST_GROUP")["persons"].iloc[0]
    first = int(OLDEST_GROUP.removesuffix("+"))
    rows: list[dict[str, object]] = [
        {
            "check": "kreis_ages",
            "units": len(keys),
            "worst_share": _worst(by_group, counted(ages, list(keys), groups)),
        },
        {
            "check": "town_share_of_kreis",
            "units": len(people),
            "worst_share": _worst(found / np.bincount(place, found)[place], share),
        },
        {
            "check": "land_80plus",
            "units": 1,
            "worst_share": _worst(base.persons[..., first:].sum(), np.asarray(float(oldest))),
        },
    ]
    census = tables["census"].set_index("ags").reindex(list(base.towns))
    for column, at in _CENSUS.items():
        gap = 100 * base.persons[..., at].sum(axis=(1, 2)) / found - census[column].to_numpy(float)
        rows.append(
            {
                "check": f"census_{column.removesuffix('_pct')}",
                "units": int(np.isfinite(gap).sum()),
                "mean_difference_points": float(np.nanmean(gap)),
                "spread_points": float(np.nanstd(gap)),
            }
        )
    table = pd.DataFrame(rows)
    return table.assign(fitted=table["worst_share"].notna())


def life_table_check(tables: Mapping[str, pd.DataFrame], q: Array) -> pd.DataFrame:
    """Return life expectancy computed from death probabilities against the published one.

    Parameters
    ----------
    q : array (2, 101)
        Death probabilities of the Land.

    Returns
    -------
    DataFrame
        area (``DE`` Germany, ``land``), period, sex, age, computed_years, published_years, difference_years.
    """
    rows = []
    for (period, sex), one in tables["germany_life_table"].groupby(["period", "sex"]):
        ordered = one.sort_values("age")
        computed = life_expectancy(ordered["death_probability"].to_numpy(float))[0]
        rows.append(("DE", period, sex, computed, ordered["life_expectancy_years"].iloc[0]))
    of_land = tables["life_expectancy"].query("age == 0")
    last = of_land[of_land["period"] == of_land["period"].max()].set_index("sex")
    for place, sex in enumerate(SEXES):
        computed = life_expectancy(q[place])[0]
        rows.append(("land", last["period"].iloc[0], sex, computed, last.loc[sex, "expected_age_years"]))
    table = pd.DataFrame(rows, columns=["area", "period", "sex", "computed_years", "published_years"])
    table.insert(3, "age", 0)
    return table.assign(difference_years=table["computed_years"] - table["published_years"])


def components_check(
    path: Array, rates: Sequence[Rates], tables: Mapping[str, pd.DataFrame], base_year: int
) -> pd.DataFrame:
    """Return births, deaths and net migration of the first projected year against the last counted one.

    Returns
    -------
    DataFrame
        component; year, persons: projected; counted_year, counted: of the Land; difference_pct.
    """
    first, second, rate = path[0], path[1], rates[0]
    born = float(second[..., 0].sum() - rate.net_migration[..., 0].sum()) / float(rate.newborn.sum())
    moved = float(rate.net_migration.sum())
    died = float(first.sum() + born + moved - second.sum())
    points = (
        tables["checkpoints"]
        .query("series == 'population' and year == @base_year")
        .set_index("item")["value"]
    )
    came, left = (float(points[f"moves_{way}_over_land_border"]) for way in ("in", "out"))
    known = {
        "births": float(points["births"]),
        "deaths": float(points["deaths"]),
        "net_migration": came - left,
    }
    table = pd.DataFrame(
        {
            "component": list(known),
            "year": base_year + 1,
            "persons": [born, died, moved],
            "counted_year": base_year,
            "counted": list(known.values()),
        }
    )
    return table.assign(difference_pct=100 * (table["persons"] / table["counted"] - 1))


def migration_check(
    path: Array, rates: Sequence[Rates], projection: pd.DataFrame, base_year: int
) -> pd.DataFrame:
    """Return why the Land differs from the official projection: how much migration that one would need with our births.

    Returns
    -------
    DataFrame
        first_year, last_year (between published years); births, deaths, net_migration, change: persons a year here;
        official_change: of the official projection; official_net_migration: what is left of it at the births and deaths
        here; net_migration_difference: here less there.
    """
    people = path.sum(axis=(1, 2, 3))
    moved = np.array([float(rate.net_migration.sum()) for rate in rates])
    alive = path[1:, ..., 0].sum(axis=(1, 2)) - np.array(
        [float(r.net_migration[..., 0].sum()) for r in rates]
    )
    born = alive / np.array([float(rate.newborn.sum()) for rate in rates])
    official = projection[projection["age"] == TOTAL].set_index("year")["persons"].astype(float)
    ends = [year for year in sorted(official.index) if base_year <= year <= base_year + len(rates)]
    rows = []
    for first, last in pairwise(ends):
        at, years = slice(first - base_year, last - base_year), last - first
        births, net = float(born[at].mean()), float(moved[at].mean())
        change = float(people[last - base_year] - people[first - base_year]) / years
        theirs = float(official[last] - official[first]) / years
        left = theirs - (change - net)
        rows.append((first, last, births, births + net - change, net, change, theirs, left, net - left))
    columns = ["first_year", "last_year", "births", "deaths", "net_migration", "change"]
    return pd.DataFrame(
        rows, columns=[*columns, "official_change", "official_net_migration", "net_migration_difference"]
    )


def land_check(paths: Mapping[str, Array], projection: pd.DataFrame, base_year: int) -> pd.DataFrame:
    """Return the Land by variant, year and age group against the official projection.

    Parameters
    ----------
    paths : mapping of str to array (years, towns, 2, 101)
        By variant.

    Returns
    -------
    DataFrame
        variant, year, age (groups of the official projection and ``total``), persons, official, difference_pct.
    """
    groups = [age for age in projection["age"].unique() if age != TOTAL]
    parts = []
    for variant, path in paths.items():
        of_land = path.sum(axis=(1, 2))
        by_age = pd.DataFrame(of_land @ membership(groups), columns=groups).assign(
            **{TOTAL: of_land.sum(axis=-1)}
        )
        by_age.index = pd.RangeIndex(base_year, base_year + len(by_age), name="year")
        parts.append(
            by_age.melt(ignore_index=False, var_name="age", value_name="persons").assign(variant=variant)
        )
    ours = pd.concat(parts).reset_index()
    both = ours.merge(projection.rename(columns={"persons": "official"}), on=["year", "age"])
    both["difference_pct"] = 100 * (both["persons"] / both["official"] - 1)
    return both[["variant", "year", "age", "persons", "official", "difference_pct"]]


def children_check(table: pd.DataFrame) -> pd.DataFrame:
    """Return children under three per 100 persons of 25 to 39, here and in the official projection.

    Parameters
    ----------
    table : DataFrame
        As from ``land_check``.

    Returns
    -------
    DataFrame
        year, children_per_100, official_children_per_100, difference_pct: of the base variant. Both projections have
        their own parents here, so that what differs is how many children they are thought to have.
    """
    base = table[table["variant"] == "base"]
    wide = base.pivot_table(index="year", columns="age", values=["persons", "official"])
    found = pd.DataFrame(
        {
            "children_per_100": 100 * wide["persons"]["0-2"] / wide["persons"]["25-39"],
            "official_children_per_100": 100 * wide["official"]["0-2"] / wide["official"]["25-39"],
        }
    ).reset_index()
    ratio = found["children_per_100"] / found["official_children_per_100"]
    return found.assign(difference_pct=100 * (ratio - 1))


def kreise_check(path: Array, towns: Sequence[str], official: pd.DataFrame, base_year: int) -> pd.DataFrame:
    """Return the change of the Kreise to 2050 against the official projection, as far as it is published.

    Returns
    -------
    DataFrame
        ags, year, persons, change_pct (against the population of the official base year), official_change_pct,
        difference_points; empty where the projection ends before 2050.
    """
    if len(path) <= PROJECTION_YEAR - base_year:
        return pd.DataFrame(columns=KREISE_COLUMNS)
    kreis = pd.Index([town[:5] for town in towns])
    then = pd.Series(path[PROJECTION_YEAR - base_year].sum(axis=(1, 2))).groupby(kreis).sum()
    table = official.assign(year=PROJECTION_YEAR, persons=official["ags"].map(then))
    table["change_pct"] = 100 * (table["persons"] / table["population"] - 1)
    table = table.rename(columns={"change_to_2050_pct": "official_change_pct"})
    table["difference_points"] = table["change_pct"] - table["official_change_pct"]
    return table[KREISE_COLUMNS]
