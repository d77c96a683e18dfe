"""Groups of age split to single years: sums stay, the oldest fit what care statistics say of them."""

from __future__ import annotations

import numpy as np
import pytest

from dewak_research.data import read_table
from dewak_research.planning.ages import membership
from dewak_research.planning.base import counted, groups_of
from dewak_research.planning.mortality import land_death_probabilities, stationary, survival
from dewak_research.planning.single_years import oldest_share, split, spread, tilted


@pytest.fixture(scope="module")
def q() -> np.ndarray:
    return land_death_probabilities(read_table("germany_life_table"), read_table("life_expectancy"))


def test_single_years_add_up_to_their_groups(q: np.ndarray) -> None:
    age = read_table("town_age")
    groups = groups_of(age)
    persons = counted(age, sorted(age["ags"].unique()), groups)
    alive = stationary(q)
    single = split(persons, groups, alive)
    assert single @ membership(groups) == pytest.approx(persons, abs=1e-6)
    assert single.min() >= 0
    assert single[0, 0, 75:] / single[0, 0, 75:].sum() == pytest.approx(alive[0, 75:] / alive[0, 75:].sum())
    assert spread(persons, groups, single) == pytest.approx(single)


def test_share_of_the_oldest_is_that_of_the_people_in_need_of_care() -> None:
    # 167,658 of 69.6 % and 287,867 of 43.2 %: 241,000 men of 90 and over, 666,000 of 85 to 89
    assert oldest_share(read_table("germany_care_rates_2021"))[0] == pytest.approx(0.2655, abs=1e-4)


def test_the_oldest_of_2015_become_the_share_of_2021(q: np.ndarray) -> None:
    share = oldest_share(read_table("germany_care_rates_2021"))
    now = tilted(q, 75, 2015, share)
    ratios, _ = survival(q)
    for _ in range(6):
        older = np.zeros_like(now)
        older[:, 1:] = now[:, :-1] * ratios[:, :-1]
        older[:, -1] += now[:, -1] * ratios[:, -1]
        now = older
    assert now[:, 90:].sum(axis=1) / now[:, 85:].sum(axis=1) == pytest.approx(share, abs=1e-9)
    # the open group is younger than survivors alone would be
    alive = stationary(q)
    assert (share < alive[:, 90:].sum(axis=1) / alive[:, 85:].sum(axis=1)).all()


def test_a_year_too_early_is_refused(q: np.ndarray) -> None:
    with pytest.raises(ValueError, match="are not all"):
        tilted(q, 75, 2010, np.array([0.3, 0.3]))


def test_ages_go_over_into_the_open_group_without_a_step(q: np.ndarray) -> None:
    age = read_table("town_age")
    groups = groups_of(age)
    land = counted(age, sorted(age["ags"].unique()), groups).sum(axis=0)
    single = split(land, groups, tilted(q, 75, 2015, oldest_share(read_table("germany_care_rates_2021"))))
    # the mean of all of 75 and over is far below the ages that begin the group: a curve through it would fall at 74
    assert single[:, 74] / single[:, 75] == pytest.approx([1, 1], abs=0.2)
