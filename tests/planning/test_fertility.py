"""Births per woman: Germany's rates, the children they would give, and small towns drawn to their Kreis."""

from __future__ import annotations

import numpy as np
import pytest

from dewak_research.data import read_table
from dewak_research.planning.fertility import births_per_woman, expected_children, shrunk
from dewak_research.planning.population import newborn_alive

NEWBORN = newborn_alive(np.array([0.997, 0.997]))


def test_the_last_year_adds_up_to_the_published_number_of_children() -> None:
    rates = births_per_woman(read_table("germany_fertility_1972_2023"))
    assert rates.sum() == pytest.approx(1.35, abs=0.005)
    assert rates[:15].sum() == rates[50:].sum() == 0


def test_a_year_beyond_the_last_takes_the_last() -> None:
    table = read_table("germany_fertility_1972_2023")
    assert (births_per_woman(table, 2030) == births_per_woman(table)).all()
    assert births_per_woman(table, 1990).sum() == pytest.approx(1.454, abs=0.005)


def test_children_of_a_level_population_are_three_years_of_births() -> None:
    rates = births_per_woman(read_table("germany_fertility_1972_2023"))
    found = expected_children(np.full((2, 101), 1000.0), rates, NEWBORN)
    assert found == pytest.approx(3 * 1000 * rates.sum() * NEWBORN.sum())


def test_small_units_are_drawn_to_the_mean_and_large_ones_are_not() -> None:
    random = np.random.default_rng(1)
    expected = np.repeat([20.0, 20_000.0], 200)
    truth = random.normal(1, 0.1, 400)
    found = shrunk(random.poisson(truth * expected).astype(float), expected)
    assert found.variance == pytest.approx(0.01, rel=0.2)
    assert found.own_weight[0] == pytest.approx(0.01 * 20 / (0.01 * 20 + 1), rel=0.3)
    assert found.own_weight[-1] > 0.99


def test_where_chance_explains_everything_all_units_are_alike() -> None:
    expected = np.full(50, 100.0)
    assert (shrunk(np.full(50, 100.0), expected).ratio == 1).all()
