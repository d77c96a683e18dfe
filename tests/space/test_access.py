"""Access against the textbook case and an independent library."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.errors import InputError
from dewak_research.space.access import (
    Ways,
    gaussian,
    nearest,
    reached,
    shared_access,
    unreached,
    within,
    zones,
)

PEOPLE, SUPPLY = np.array([100.0, 200, 300]), np.array([10.0, 20.0])
TEXTBOOK = Ways(np.array([0, 1, 1, 2]), np.array([0, 0, 1, 1]), np.array([1.0, 2, 3, 4]), 3, 2)


def test_three_places_of_the_worked_example():
    found = shared_access(TEXTBOOK, PEOPLE, SUPPLY, within(10))
    assert found == pytest.approx([10 / 300, 10 / 300 + 20 / 500, 20 / 500], abs=1e-15)
    assert found @ PEOPLE == pytest.approx(30.0)
    assert nearest(TEXTBOOK).tolist() == [1.0, 2.0, 4.0]
    assert reached(TEXTBOOK, SUPPLY, within(3)).tolist() == [10.0, 30.0, 0.0]


def _random(seed, homes=40, places=12):
    rng = np.random.default_rng(seed)
    cost = rng.uniform(0, 40, (homes, places))
    home, place = np.nonzero(cost <= 30)
    ways = Ways(home, place, cost[home, place], homes, places)
    return ways, rng.integers(1, 900, homes).astype(float), rng.integers(1, 90, places).astype(float)


@pytest.mark.parametrize("seed", range(3))
def test_the_independent_library_finds_the_same(seed):
    from access import Access, weights

    ways, people, supply = _random(seed)
    cost = pd.DataFrame({"o": ways.home, "d": ways.place, "cost": ways.cost})
    other = Access(
        demand_df=pd.DataFrame({"id": range(ways.homes), "people": people}),
        demand_index="id",
        demand_value="people",
        supply_df=pd.DataFrame({"id": range(ways.places), "supply": supply}),
        supply_index="id",
        supply_value="supply",
        cost_df=cost,
        cost_origin="o",
        cost_dest="d",
        cost_name="cost",
        neighbor_cost_df=cost,
        neighbor_cost_origin="o",
        neighbor_cost_dest="d",
        neighbor_cost_name="cost",
    )

    def same(decay, name, **how):
        theirs = other.two_stage_fca(name=name, max_cost=30, **how)[f"{name}_supply"].fillna(0.0).to_numpy()
        assert shared_access(ways, people, supply, decay) == pytest.approx(theirs, abs=1e-12)

    same(within(30), "plain")
    same(
        zones((10, 20, 30), (1.0, 0.68, 0.22)),
        "zones",
        weight_fn=weights.step_fn({10: 1, 20: 0.68, 30: 0.22}),
    )
    same(gaussian(30), "bell", weight_fn=lambda cost: float(gaussian(30)(np.array([cost]))[0]))
    theirs = other.weighted_catchment(name="sum", max_cost=20)["sum_supply"].fillna(0.0).to_numpy()
    assert reached(ways, supply, within(20)) == pytest.approx(theirs, abs=1e-12)


@given(st.integers(0, 10_000))
def test_what_people_reach_adds_up_to_what_there_is(seed):
    ways, people, supply = _random(seed)
    for decay in (within(30), zones((10, 20, 30), (1.0, 0.68, 0.22)), gaussian(31)):
        users = np.bincount(ways.place, decay(ways.cost) * people[ways.home], ways.places)
        if (users > 0).all():
            assert shared_access(ways, people, supply, decay) @ people == pytest.approx(supply.sum())


def test_a_place_nobody_reaches_is_said():
    far = Ways(TEXTBOOK.home, TEXTBOOK.place, np.array([1.0, 2, 30, 40]), 3, 2)
    with pytest.raises(InputError, match="2"):
        shared_access(far, PEOPLE, SUPPLY, within(10))


def _bad(**change):
    given = {"people": PEOPLE, "supply": SUPPLY, "cost": TEXTBOOK.cost, **change}
    return Ways(TEXTBOOK.home, TEXTBOOK.place, given["cost"], 3, 2), given["people"], given["supply"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"people": np.array([100.0, np.nan, 300])}, "1 numbers of people"),
        ({"people": np.array([100.0, -1, 300])}, "1 numbers of people"),
        ({"people": PEOPLE[:2]}, "2 numbers for 3 places"),
        ({"supply": np.array([10.0, np.nan])}, "1 numbers of what is offered"),
        ({"supply": np.array([10.0])}, "1 numbers for 2 facilities"),
        ({"cost": np.array([1.0, np.nan, 3, 4])}, "1 distances are missing"),
        ({"cost": np.array([1.0, -2, 3, 4])}, "one is negative"),
    ],
)
def test_what_access_cannot_be_computed_from_is_said_once(change, words):
    ways, people, supply = _bad(**change)
    with pytest.raises(InputError, match=words) as found:
        shared_access(ways, people, supply, within(10))
    assert len(found.value.problems) == 1
    if "people" not in change:
        with pytest.raises(InputError, match=words):
            reached(ways, supply, within(10))


def test_a_place_without_capacity_offers_nothing_and_is_no_fault():
    found = shared_access(TEXTBOOK, PEOPLE, np.array([0.0, 20.0]), within(10))
    assert found == pytest.approx([0.0, 20 / 500, 20 / 500])


def test_a_way_at_the_end_of_a_zone_belongs_to_it():
    weight = zones((10, 20), (1.0, 0.5))
    assert weight(np.array([0.0, 10.0, 10.1, 20.0, 20.1])).tolist() == [1.0, 1.0, 0.5, 0.5, 0.0]
    assert gaussian(10)(np.array([0.0, 10.0, 11.0])) == pytest.approx([1.0, 0.0, 0.0], abs=1e-12)


def test_a_home_without_ways_has_no_nearest_place():
    alone = Ways(np.array([0]), np.array([0]), np.array([1.0]), 2, 1)
    assert nearest(alone).tolist() == [1.0, np.inf]


def test_a_place_beyond_everybody_is_unreached() -> None:
    ways = Ways(np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([1.0, 3.0, 2.0]), 2, 3)
    people = np.array([5.0, 7.0])
    assert unreached(ways, people, within(1.0)).tolist() == [1, 2]
    assert unreached(ways, people, within(2.0)).tolist() == [2]
    assert unreached(ways, np.array([5.0, 0.0]), within(2.0)).tolist() == [1, 2]
