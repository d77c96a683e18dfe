"""What the official tables say of each other: keys, ages, units both reported and suppressed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import pandas as pd

from dewak_research.data.catalogue import table as catalogued
from dewak_research.errors import InputError, Problem, messages

_problem = messages(__package__)
_SHOWN = 5
_UNDER_15 = ("0-2", "3-5", "6-9", "10-14")
CENSUS_AGES_YEAR = 2023  #: first year of the Kreise's ages on the base of the census of 2022
CENSUS_AGES = {
    "age_under16_pct": (_UNDER_15, (*_UNDER_15, "15-17")),
    "age_67plus_pct": (("75+",), ("65-74", "75+")),
}
"""Age columns of the census: the published groups that a share lies between, the inner and the outer one."""


def _where(role: str, column: str) -> str:
    """Return the file and the column of a table."""
    return f"{catalogued(role).path}: {column}"


def _keys_outside(table: pd.DataFrame, register: pd.DataFrame, name: str, column: str) -> list[Problem]:
    outside = sorted(set(table[column]) - set(register[column]))
    return (
        [_problem("keys_outside", _where(name, column), shown=", ".join(outside[:_SHOWN]))] if outside else []
    )


def _age_adds_up(age: pd.DataFrame, population: pd.DataFrame) -> list[Problem]:
    people = population[population["year"] == 2015].set_index("ags")["population"]
    gap = age.groupby("ags")["persons"].sum().sub(people, fill_value=0)
    gap = gap[gap != 0]
    shown = "; ".join(f"{ags}: {value:+,.0f}" for ags, value in gap.head(_SHOWN).items())
    return [] if gap.empty else [_problem("ages_do_not_add_up", _where("town_age", "persons"), shown=shown)]


def kreis_age_shares(age: pd.DataFrame, year: int = CENSUS_AGES_YEAR) -> pd.DataFrame:
    """Return the share of every age group in each Kreis at the end of a year.

    Parameters
    ----------
    age : DataFrame
        ``kreise_age``: ags, year, sex, age, persons.

    Returns
    -------
    DataFrame
        One row per Kreis (index ags), one column per age group, percent.
    """
    wide = age[age["year"] == year].pivot_table(index="ags", columns="age", values="persons", aggfunc="sum")
    return 100.0 * wide.astype(float).div(wide.sum(axis=1).astype(float), axis=0)


def census_age_means(census: pd.DataFrame) -> pd.DataFrame:
    """Return the age shares of the census in each Kreis (index ags): its towns' mean weighted by population."""
    people = census["population"].astype(float)
    weighted = census[list(CENSUS_AGES)].astype(float).mul(people, axis=0).assign(people=people)
    sums = weighted.groupby(census["ags"].str[:5].rename("ags")).sum()
    return sums[list(CENSUS_AGES)].div(sums["people"], axis=0)


def _census_ages_fit(census: pd.DataFrame, age: pd.DataFrame) -> list[Problem]:
    """Return a problem where a census share does not lie between the Kreis's shares of the two groups around it."""
    shares, means = kreis_age_shares(age), census_age_means(census)
    problems = []
    for column, (inner, outer) in CENSUS_AGES.items():
        low, high = (shares[list(groups)].sum(axis=1).reindex(means.index) for groups in (inner, outer))
        out = means.index[~means[column].between(low, high)]
        if len(out):
            shown = ", ".join(out[:_SHOWN])
            problems.append(_problem("census_ages_do_not_fit", _where("census", column), shown=shown))
    return problems


def _suppressed_are_absent(payments: pd.DataFrame, suppressed: pd.DataFrame) -> list[Problem]:
    both = suppressed.merge(payments[["ags", "year"]].drop_duplicates(), on=["ags", "year"])
    shown = ", ".join(f"{row.ags} {row.year}" for row in both.head(_SHOWN).itertuples())
    where = _where("suppressed_payments", "ags + year")
    return [] if both.empty else [_problem("reported_and_suppressed", where, shown=shown)]


_KNOWN_TOWNS = (
    "town_population", "town_age", "multipliers", "tax_panel", "unemployment", "deprivation", "census",
)  # fmt: skip


def _relations(
    tables: Mapping[str, pd.DataFrame],
) -> Iterator[tuple[tuple[str, ...], Callable[[], list[Problem]]]]:
    """Return every relation: the tables that it holds together, and what finds its problems."""
    known = [(name, "towns", "ags") for name in _KNOWN_TOWNS]
    known += [("kreise_panel", "kreise", "ags"), ("balance_sheets", "balance_items", "item")]
    for name, register, column in known:
        yield (name, register), partial(_keys_outside, tables[name], tables[register], name, column)
    for finds, *names in (
        (_age_adds_up, "town_age", "town_population"),
        (_census_ages_fit, "census", "kreise_age"),
        (_suppressed_are_absent, "booked_payments", "suppressed_payments"),
    ):
        yield tuple(names), partial(finds, *(tables[name] for name in names))


def check_relations(tables: Mapping[str, pd.DataFrame], only: str | None = None) -> None:
    """Check what the tables say about each other.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        All tables of the catalogue, by role.
    only : str, optional
        Only relations that this table takes part in.

    Raises
    ------
    InputError
        Everything that does not fit: towns that are not in the register, age groups that do not add up to the
        population, age shares of the census that do not fit the Kreis, units both reported and suppressed, balance
        items without a label.
    """
    problems = [
        problem for names, find in _relations(tables) if only is None or only in names for problem in find()
    ]
    if problems:
        raise InputError(problems)
