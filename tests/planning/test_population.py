"""One year of the cohort-component method, and many: toy of the methods, a second implementation, identities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.planning.outlook import Outlook
from dewak_research.planning.population import FEMALE, MALE, Rates, newborn_alive, project, step


def test_toy_of_the_methods() -> None:
    # METHODS F.2: births follow from the women at the start; half of everybody is a woman here
    persons = np.full((2, 3), 50.0)
    survival = np.tile([0.99, 0.95, 0.5], (2, 1))
    births = np.array([0.0, 0.8, 0.0])
    net = np.tile([1.0, -0.5, 0.0], (2, 1))
    newborn = newborn_alive(np.array([0.98, 0.98]), boys_share=0.5)
    later = step(persons, survival, births, net, newborn, exposure="start")
    assert later.sum(axis=0) == pytest.approx([41.2, 98.0, 145.0], abs=1e-12)


def _world(seed: int, units: int = 4, ages: int = 101) -> tuple[np.ndarray, Rates]:
    random = np.random.default_rng(seed)
    births = np.zeros((units, ages))
    births[:, 15:50] = random.uniform(0, 0.1, (units, 35))
    return random.uniform(50, 500, (units, 2, ages)), Rates(
        survival=random.uniform(0.5, 1, (units, 2, ages)),
        births=births,
        net_migration=random.uniform(-5, 5, (units, 2, ages)),
        newborn=newborn_alive(random.uniform(0.99, 1, (units, 2))),
    )


def _leslie(rates: Rates, unit: int) -> tuple[np.ndarray, np.ndarray]:
    """Matrix and vector that take (males, females) of one unit one year on: a second way to the same numbers."""
    ages = rates.survival.shape[-1]
    older = np.zeros((2 * ages, 2 * ages))
    for sex in (MALE, FEMALE):
        at = sex * ages
        for age in range(ages - 1):
            older[at + age + 1, at + age] = rates.survival[unit, sex, age]
        older[at + ages - 1, at + ages - 1] = rates.survival[unit, sex, ages - 1]
    moved = rates.net_migration[unit].copy()
    fertile = np.zeros(2 * ages)
    fertile[FEMALE * ages :] = rates.births[unit]
    moved_older = moved.copy()
    moved_older[:, 0] = 0
    vector = moved.reshape(-1)
    mean_women = (fertile + fertile @ older) / 2
    for sex in (MALE, FEMALE):
        older[sex * ages] += rates.newborn[unit, sex] * mean_women
        vector[sex * ages] += rates.newborn[unit, sex] * (fertile @ moved_older.reshape(-1)) / 2
    return older, vector


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_equals_a_leslie_matrix(seed: int) -> None:
    base, rates = _world(seed)
    base *= 20  # nobody leaves who is not there: the matrix knows no such bound
    path = project(base, rates, 3)
    for unit in range(len(base)):
        older, vector = _leslie(rates, unit)
        now = base[unit].reshape(-1)
        for year in range(1, 4):
            now = older @ now + vector
            assert (now > 0).all()
            assert path[year, unit].reshape(-1) == pytest.approx(now, rel=1e-10)


def test_a_real_town_equals_its_leslie_matrices_in_every_year(outlook: Outlook) -> None:
    at = outlook.base.towns.index("05562020")
    path, now = outlook.path("base")[:, at], outlook.base.persons[at].reshape(-1)
    for year, rates in enumerate(outlook.rates["base"], start=1):
        one = Rates(
            rates.survival[None], rates.births[at][None], rates.net_migration[at][None], rates.newborn[None]
        )
        older, vector = _leslie(one, 0)
        now = older @ now + vector
        assert path[year].reshape(-1) == pytest.approx(now, rel=1e-10)


@given(st.integers(0, 10_000))
def test_people_are_conserved(seed: int) -> None:
    base, rates = _world(seed, units=1, ages=60)
    still = Rates(np.ones_like(rates.survival), rates.births * 0, rates.net_migration * 0, rates.newborn)
    later = project(base, still, 5)
    assert later.sum(axis=(1, 2, 3)) == pytest.approx(base.sum(), rel=1e-12)


def test_draws_are_a_leading_axis() -> None:
    base, rates = _world(5)
    level = np.array([0.0, 1.0, 2.0])[:, None, None, None]
    drawn = step(
        np.broadcast_to(base, (3, *base.shape)).copy(),
        rates.survival,
        rates.births,
        level * rates.net_migration,
        rates.newborn,
    )
    one = step(base, rates.survival, rates.births, 2 * rates.net_migration, rates.newborn)
    assert drawn[2] == pytest.approx(one, rel=1e-14)


def test_nobody_leaves_who_is_not_there() -> None:
    base, rates = _world(7)
    later = step(base, rates.survival, rates.births, rates.net_migration - 1e6, rates.newborn)
    assert later.min() == 0


def test_a_year_without_rates_is_refused() -> None:
    base, rates = _world(9)
    with pytest.raises(ValueError, match="3 years need 3 rates, not 2"):
        project(base, [rates, rates], 3)
