"""Net migration: what is left after natural change, drawn to Kreis and Land, by age."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.errors import InputError
from dewak_research.planning.known import GROWN_BY_CENSUS_DAY, Known, known
from dewak_research.planning.migration import (
    Profile,
    Weights,
    net_migration,
    profile,
    residual,
    shrunk,
    smooth,
)

KREIS = np.array([0, 0, 1])
PERSONS = np.array([100.0, 300.0, 600.0])
OWN = np.array([0.02, 0.0, 0.01])
GROUPS = ("0-17", "18-29", "30-64", "65+")


def test_migration_is_growth_less_natural_growth() -> None:
    end = np.array([1000.0]) * np.exp(3 * (0.004 - 0.002))
    assert residual(np.array([1000.0]), end, 3, np.array([-0.002])) == pytest.approx([0.004])


def test_levels_by_hand() -> None:
    # Kreis 0: (2 + 0)/400 = 0.005; Land: (2 + 0 + 6)/1000 = 0.008
    assert shrunk(OWN, PERSONS, KREIS, Weights(0, 0)) == pytest.approx([0.008] * 3)
    assert shrunk(OWN, PERSONS, KREIS, Weights(1, 0)) == pytest.approx([0.005, 0.005, 0.01])
    assert shrunk(OWN, PERSONS, KREIS, Weights(1, 1)) == pytest.approx(OWN)
    half = shrunk(OWN, PERSONS, KREIS, Weights(0.5, 0.2))
    assert half == pytest.approx([0.0065 + 0.003, 0.0065 - 0.001, 0.009])


@pytest.mark.parametrize("weights", [Weights(0.3, 0.8), Weights(0, 1), Weights(1, 0.1)])
def test_the_land_keeps_its_migration_whatever_the_weights(weights: Weights) -> None:
    assert shrunk(OWN, PERSONS, KREIS, weights) @ PERSONS == pytest.approx(OWN @ PERSONS)


@pytest.mark.parametrize(("kreis", "town", "wrong"), [(1.5, 0.5, 1), (-0.1, 2.0, 2)])
def test_a_weight_that_is_no_share_is_named(kreis: float, town: float, wrong: int) -> None:
    with pytest.raises(InputError) as error:
        Weights(kreis, town)
    assert len(error.value.problems) == wrong
    assert "planning." in str(error.value)


def test_single_years_add_up_to_their_groups_without_swinging_below_zero() -> None:
    grouped = np.array([[30.0, 400.0, 10.0, 0.0], [5.0, 5.0, 5.0, 5.0]])
    single = smooth(grouped, GROUPS)
    ends = [0, 18, 30, 65, 101]
    for i in range(4):
        assert single[:, ends[i] : ends[i + 1]].sum(axis=1) == pytest.approx(grouped[:, i])
    assert (single >= -1e-9).all()


def _residuals(rng: np.random.Generator, same: bool) -> tuple[np.ndarray, np.ndarray]:
    persons = np.full((60, 2, 4), 1000.0)
    men = rng.normal(0, 20, (60, 4))
    women = men if same else rng.normal(0, 20, (60, 4))
    return np.stack([men, women], axis=1) + 10, persons


def test_what_both_sexes_show_is_kept_and_what_one_shows_is_not() -> None:
    rng = np.random.default_rng(1)
    both, persons = _residuals(rng, same=True)
    chance, _ = _residuals(rng, same=False)
    assert profile(both, persons, GROUPS).reliability.min() > 0.9
    assert profile(chance, persons, GROUPS).reliability.max() < 0.35


def test_a_profile_adds_up() -> None:
    residuals, persons = _residuals(np.random.default_rng(2), same=True)
    ages = profile(residuals, persons, GROUPS)
    assert ages.land.sum() == pytest.approx(1)
    assert ages.kreise.sum(axis=(1, 2)) == pytest.approx(np.zeros(60), abs=1e-6)


def test_migration_of_towns_adds_up_to_their_level_and_by_age_to_the_kreis() -> None:
    rng = np.random.default_rng(3)
    base = rng.uniform(1, 20, (3, 2, 101))
    beyond = rng.normal(0, 5, (2, 2, 101))
    land = np.full((2, 101), 1 / 202)
    beyond -= land * beyond.sum(axis=(1, 2), keepdims=True)
    ages = Profile(land, beyond, np.ones(1))
    level = np.array([0.01, -0.02, 0.0])
    moved = net_migration(level, base, KREIS, ages)
    assert moved.sum(axis=(1, 2)) == pytest.approx(level * base.sum(axis=(1, 2)))
    of_kreis = moved[:2].sum(axis=0)
    expected = beyond[0] + land * (level[:2] @ base[:2].sum(axis=(1, 2)))
    assert of_kreis == pytest.approx(expected)


def test_a_year_in_which_nobody_came_gives_no_profile() -> None:
    with pytest.raises(InputError, match="no profile of ages"):
        profile(np.zeros((2, 2, 4)), np.full((2, 2, 4), 1000.0), GROUPS)


def _tables() -> dict[str, pd.DataFrame]:
    towns = ["05111000", "05112000"]
    published = [(t, y, 1000.0) for t in towns for y in range(2008, 2016)]
    derived = [(t, y, 1010.0 if y < 2022 else 1030.0) for t in towns for y in range(2008, 2023)]
    return {
        "town_population": pd.DataFrame(published, columns=["ags", "year", "population"]),
        "town_population_derived": pd.DataFrame(derived, columns=["ags", "year", "population_derived"]),
        "towns": pd.DataFrame({"ags": towns, "population_2021": [1020, 1020]}),
        "census": pd.DataFrame({"ags": towns, "population": [1000, 1040]}),
        "town_population_today": pd.DataFrame({"ags": towns, "population": [1001, 1041]}),
    }


def test_a_published_count_comes_before_a_derived_one() -> None:
    what = known(_tables())
    assert what.persons[2015].tolist() == [1000, 1000]
    assert what.persons[2016].tolist() == [1010, 1010]
    assert what.persons[2021].tolist() == [1020, 1020]
    assert what.derived == (2016, 2017, 2018, 2019, 2020, 2022)


def test_the_break_is_census_over_the_count_carried_on_to_its_day() -> None:
    what: Known = known(_tables())
    carried = 1020 * (1030 / 1020) ** GROWN_BY_CENSUS_DAY
    assert np.exp(what.break_log).tolist() == pytest.approx([1000 / carried, 1040 / carried])


def test_the_break_depends_on_how_much_had_come_by_the_census_day() -> None:
    later, sooner = known(_tables(), 0.2).break_log, known(_tables(), 0.9).break_log
    assert (later - sooner).tolist() == pytest.approx([0.7 * np.log(1030 / 1020)] * 2)


def test_all_gaps_are_named_at_once() -> None:
    tables = _tables()
    tables["census"] = tables["census"].iloc[:1]
    tables["town_population_today"] = tables["town_population_today"].assign(population=[0, 1041])
    with pytest.raises(InputError) as error:
        known(tables)
    assert [p.where for p in error.value.problems] == ["census", "town_population_today"]
    assert "05112000" in str(error.value)


def test_a_town_that_is_counted_twice_is_named() -> None:
    tables = _tables()
    tables["census"] = pd.concat([tables["census"], tables["census"].iloc[:1]])
    with pytest.raises(InputError, match="05111000"):
        known(tables)
