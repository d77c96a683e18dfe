"""The estimated population of the base year: sums, known shares of the census, plausible ages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.planning.ages import membership
from dewak_research.planning.base import Base, counted, estimate, groups_of, rolled_forward
from dewak_research.planning.mortality import land_death_probabilities, stationary


@pytest.fixture(scope="module")
def q() -> np.ndarray:
    return land_death_probabilities(read_table("germany_life_table"), read_table("life_expectancy"))


@pytest.fixture(scope="module")
def base(q: np.ndarray) -> Base:
    return estimate(
        town_age=read_table("town_age"),
        town_age_year=2015,
        kreise_age=read_table("kreise_age"),
        town_population=read_table("town_population_today"),
        projection=read_table("projection"),
        fertility=read_table("germany_fertility_1972_2023"),
        care=read_table("germany_care_rates_2021"),
        q=q,
        year=2024,
    )


def test_towns_add_up_to_the_ages_of_their_kreis(base: Base) -> None:
    ages = read_table("kreise_age").query("year == 2024")
    kreis = np.array([town[:5] for town in base.towns])
    units, groups = sorted(set(kreis)), groups_of(ages)
    wanted = counted(ages, units, groups)
    by_group = base.persons @ membership(groups)
    found = np.stack([by_group[kreis == unit].sum(axis=0) for unit in units])
    assert np.abs(found / wanted - 1).max() <= 1e-8
    assert base.persons.sum() == pytest.approx(18_034_454, rel=1e-10)


def test_towns_have_their_share_of_the_kreis(base: Base) -> None:
    people = read_table("town_population_today").set_index("ags")["population"].reindex(list(base.towns))
    kreis = people.index.str[:5]
    found = pd.Series(base.persons.sum(axis=(1, 2)), index=people.index)
    gap = (
        found / found.groupby(kreis).transform("sum") / (people / people.groupby(kreis).transform("sum")) - 1
    )
    assert gap.abs().max() <= 1e-8


def test_those_of_eighty_and_over_are_as_many_as_the_land_has(base: Base) -> None:
    assert base.persons[..., 80:].sum() == pytest.approx(1_243_900, rel=1e-8)


def test_nobody_is_less_than_none(base: Base) -> None:
    assert base.persons.min() >= 0
    assert base.persons.shape == (396, 2, 101)


def test_ages_fit_those_that_the_census_counted(base: Base) -> None:
    census = read_table("census").set_index("ags").reindex(list(base.towns))
    total = base.persons.sum(axis=(1, 2))
    for column, found in (
        ("age_67plus_pct", base.persons[..., 67:]),
        ("age_under16_pct", base.persons[..., :16]),
    ):
        gap = 100 * found.sum(axis=(1, 2)) / total - census[column].to_numpy()
        # two and a half years later: the level moves, the order of the towns hardly does
        assert abs(np.nanmean(gap)) < 0.8
        assert np.nanstd(gap) < 0.8


def test_a_stationary_population_rolled_forward_is_as_it_was(q: np.ndarray) -> None:
    alive = stationary(q)[None]
    later = rolled_forward(alive, 2015, 2024, q, read_table("germany_fertility_1972_2023"), np.ones(1))
    assert later[..., 9:] == pytest.approx(alive[..., 9:], rel=1e-9)
