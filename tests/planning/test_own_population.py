"""A register in place of the estimated base: districts add up, the base itself gives the base's path."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.planning.district_path import district_path

from dewak_research.planning.ages import GROUPS, membership
from dewak_research.planning.outlook import Outlook
from dewak_research.planning.own_population import district_draws
from dewak_research.planning.single_unit import unit_population

TOWN = "05562020"


def _persons(outlook: Outlook) -> np.ndarray:
    return outlook.base.persons[outlook.base.towns.index(TOWN)]


def test_the_base_as_register_gives_the_path_of_the_base(outlook: Outlook) -> None:
    path = district_path(outlook, TOWN, 2024, _persons(outlook)[None])
    known = outlook.path("base")[:, outlook.base.towns.index(TOWN)]
    assert path[:, 0] == pytest.approx(known, rel=1e-10)


def test_districts_add_up_to_the_town(outlook: Outlook) -> None:
    persons = _persons(outlook)
    share = np.linspace(0.2, 0.6, 101)
    path = district_path(outlook, TOWN, 2024, np.stack([persons * share, persons * (1 - share)]))
    whole = district_path(outlook, TOWN, 2024, persons[None])
    assert path.sum(axis=1) == pytest.approx(whole[:, 0], rel=1e-9)


def test_without_deviations_every_draw_of_a_district_is_its_path(outlook: Outlook) -> None:
    persons, share = _persons(outlook), np.linspace(0.2, 0.6, 101)
    parts = np.stack([persons * share, persons * (1 - share)])
    wanted = {"first_year": 2024, "last_year": 2040, "draws": 2, "seed": 7}
    unit = unit_population(outlook, None, TOWN, persons=persons, **wanted)
    calm = replace(unit, deviation=np.zeros_like(unit.deviation))
    drawn = district_draws(parts, calm, outlook, None, 7)
    path = district_path(outlook, TOWN, 2024, parts)[:17] @ membership()
    np.testing.assert_allclose(drawn[0], path, rtol=2e-3, atol=1.0)


@pytest.mark.parametrize(("key", "year"), [(TOWN, 2024), (TOWN, 2022), ("05562", 2024), ("05999000", 2024)])
def test_the_draws_of_districts_add_up_to_those_of_their_unit(outlook: Outlook, key: str, year: int) -> None:
    persons, share = _persons(outlook), np.linspace(0.2, 0.6, 101)
    parts = np.stack([persons * share, persons * (1 - share)])
    wanted = {"first_year": year, "last_year": 2040, "draws": 20, "seed": 7}
    unit = unit_population(outlook, None, key, persons=persons, **wanted)
    drawn = district_draws(parts, unit, outlook, None, 7)
    assert drawn.shape == (20, 2041 - year, 2, 2, len(GROUPS))
    np.testing.assert_allclose(drawn.sum(axis=2), unit.drawn, rtol=2e-3, atol=1.0)
    width = drawn[:, -1].sum(axis=(2, 3)).std(axis=0)
    assert (width > 0).all()
    one = district_draws(persons[None], unit, outlook, None, 7)
    np.testing.assert_allclose(one[:, :, 0], unit.drawn, rtol=1e-5)
