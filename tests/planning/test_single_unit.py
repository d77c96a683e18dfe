"""One unit on its own base: the same paths as the whole Land's, and as its districts'."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.planning.district_path import district_path

from dewak_research.planning.ages import membership
from dewak_research.planning.history import judged
from dewak_research.planning.outlook import Outlook
from dewak_research.planning.population_range import drawn_population
from dewak_research.planning.single_unit import UnitPopulation, official_base, places_of, unit_population

HERTEN, KREIS, NOWHERE = "05562020", "05562", "05999000"


def population(
    outlook: Outlook, key: str, persons: np.ndarray | None = None, year: int = 2024
) -> UnitPopulation:
    wanted = {"first_year": year, "last_year": 2040, "draws": 40, "seed": 7}
    return unit_population(outlook, None, key, persons=persons, **wanted)


def test_on_the_estimated_base_a_town_has_its_path_in_the_land(outlook: Outlook) -> None:
    town = outlook.base.towns.index(HERTEN)
    found = population(outlook, HERTEN)
    np.testing.assert_allclose(found.path, outlook.path("base")[:17, town], rtol=1e-12)
    np.testing.assert_allclose(found.drawn[0, 0], found.groups[0], rtol=1e-5)
    assert found.year == 2024 and found.drawn.shape == (40, 17, 2, membership().shape[1])


def test_a_kreis_begins_as_the_sum_of_its_towns_and_stays_near_it(outlook: Outlook) -> None:
    at = places_of(outlook.base.towns, KREIS)
    assert len(at) == 10
    found, towns = population(outlook, KREIS).path, outlook.path("base")[:17, at].sum(axis=1)
    np.testing.assert_allclose(found[0], towns[0])
    assert np.abs(found[-1].sum() / towns[-1].sum() - 1) < 0.002


def test_a_register_moves_as_its_districts_do_together(outlook: Outlook) -> None:
    persons = official_base(outlook, places_of(outlook.base.towns, HERTEN)) * 1.02
    parts = np.stack([persons * 0.3, persons * 0.7])
    together = district_path(outlook, HERTEN, 2022, parts).sum(axis=1)[:19]
    found = population(outlook, HERTEN, persons, 2022)
    assert found.year == 2022
    np.testing.assert_allclose(found.path, together, rtol=1e-9)


def test_a_unit_in_no_table_has_the_rates_of_the_land(outlook: Outlook) -> None:
    persons = outlook.base.persons.sum(axis=0) / 100
    found = population(outlook, NOWHERE, persons)
    land = outlook.path("base")[:17].sum(axis=(1, 2, 3))
    np.testing.assert_allclose(found.path.sum(axis=(1, 2)) * 100, land, rtol=0.003)
    assert found.drawn[:, -1].sum(axis=(1, 2)).std() > 0
    with pytest.raises(ValueError, match="no own base"):
        population(outlook, NOWHERE)


def test_the_same_seed_gives_the_same_draws_whatever_the_base(outlook: Outlook) -> None:
    persons = official_base(outlook, places_of(outlook.base.towns, HERTEN))
    estimated, own = population(outlook, HERTEN), population(outlook, HERTEN, persons)
    np.testing.assert_array_equal(estimated.drawn, own.drawn)


def test_a_town_has_the_draws_that_the_chapter_gives_it(
    outlook: Outlook, planning_inputs: dict[str, pd.DataFrame]
) -> None:
    _, misses = judged(planning_inputs, outlook.base, outlook.profile, outlook.history, 20, 7)
    found = unit_population(
        outlook, misses, "05911000", persons=None, first_year=2024, last_year=2030, draws=20, seed=7
    )
    of_land = drawn_population(outlook, misses, 20, 2030, 7)
    chapter = next(drawn for keys, drawn in of_land if keys == ["05911000"])
    np.testing.assert_allclose(found.drawn, chapter[:, :, 0], rtol=1e-4)
