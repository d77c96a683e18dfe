"""Sites against textbook values, every subset by brute force, and an independent library."""

from itertools import combinations

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import Point

from dewak_research.errors import InputError
from dewak_research.space.sites import Sites, fewest_sites, gains, maximal_cover, p_centre, p_median

DISTANCE = np.array([[1.0, 5, 9], [2, 4, 8], [7, 2, 3], [9, 6, 1]])
PEOPLE = np.array([100.0, 50, 80, 120])


def test_one_and_two_sites_of_the_worked_example():
    one, two = p_median(PEOPLE, DISTANCE, 1), p_median(PEOPLE, DISTANCE, 2)
    assert (one.chosen, one.value) == ((1,), 1580.0)
    assert (two.chosen, two.value) == ((0, 2), 560.0)
    cover = maximal_cover(PEOPLE, DISTANCE <= 3, 1)
    assert (cover.chosen, cover.value) == ((2,), 200.0)


def _cases():
    rng = np.random.default_rng(11)
    for _ in range(12):
        yield rng.integers(1, 100, 9).astype(float), rng.integers(1, 30, (9, 6)).astype(float)


def test_every_choice_of_sites_tried_one_by_one_finds_nothing_better():
    for people, distance in _cases():
        for sites in (1, 2, 3):
            every = [list(chosen) for chosen in combinations(range(6), sites)]
            shortest = min(float(people @ distance[:, c].min(axis=1)) for c in every)
            most = max(float(people[(distance[:, c] <= 10).any(axis=1)].sum()) for c in every)
            farthest = min(float(distance[:, c].min(axis=1).max()) for c in every)
            assert p_median(people, distance, sites).value == pytest.approx(shortest)
            assert maximal_cover(people, distance <= 10, sites).value == pytest.approx(most)
            assert p_centre(distance, sites).value == pytest.approx(farthest)


def test_the_independent_library_finds_the_same():
    import pulp
    from spopt import locate

    for people, distance in list(_cases())[:4]:
        median = locate.PMedian.from_cost_matrix(distance, people, p_facilities=2)
        median.solve(pulp.PULP_CBC_CMD(msg=False))
        assert p_median(people, distance, 2).value == pytest.approx(pulp.value(median.problem.objective))
        cover = locate.MCLP.from_cost_matrix(distance, people, service_radius=10, p_facilities=2)
        cover.solve(pulp.PULP_CBC_CMD(msg=False))
        assert maximal_cover(people, distance <= 10, 2).value == pytest.approx(
            pulp.value(cover.problem.objective)
        )
        centre = locate.PCenter.from_cost_matrix(distance, p_facilities=2)
        centre.solve(pulp.PULP_CBC_CMD(msg=False))
        assert p_centre(distance, 2).value == pytest.approx(pulp.value(centre.problem.objective))


def test_a_site_that_exists_stays():
    assert 1 in p_median(PEOPLE, DISTANCE, 2, existing=(1,)).chosen
    assert 0 in maximal_cover(PEOPLE, DISTANCE <= 3, 2, existing=(0,)).chosen
    assert fewest_sites(DISTANCE <= 3, existing=(1,)).chosen == (0, 1, 2)


def test_a_gain_counts_only_who_reached_nothing_before():
    found = gains(PEOPLE, DISTANCE, 3, existing=(0,), deprived=np.array([True, False, False, True]))
    assert found["persons_gained"].tolist() == [0.0, 80.0, 200.0]
    assert np.isnan(found["deprived_share"][0])
    assert found["deprived_share"].tolist()[1:] == [0.0, 0.6]


@pytest.mark.parametrize(
    ("people", "distance", "sites", "words"),
    [
        (PEOPLE, DISTANCE, 0, None),
        (PEOPLE, DISTANCE, 4, None),
        (PEOPLE[:3], DISTANCE, 1, None),
        (PEOPLE, np.where(DISTANCE == 9, np.nan, DISTANCE), 1, "2"),
        (PEOPLE, np.where(DISTANCE > 0, np.inf, 0), 1, "1, 2, 3, 4"),
    ],
)
def test_what_cannot_be_placed_is_said(people, distance, sites, words):
    with pytest.raises(InputError, match=words):
        if sites == 0:
            p_median(people, distance, sites, existing=(1,))
        else:
            p_median(people, distance, sites)


SOLVERS = {
    "p_median": lambda people, distance, sites, existing: p_median(people, distance, sites, existing),
    "maximal_cover": lambda people, distance, sites, existing: maximal_cover(
        people, distance <= 3, sites, existing
    ),
    "p_centre": lambda people, distance, sites, existing: p_centre(distance, sites, existing),
    "fewest_sites": lambda people, distance, sites, existing: fewest_sites(distance <= 3, existing),
    "gains": lambda people, distance, sites, existing: gains(people, distance, 3, existing, people > 90),
}


@pytest.mark.parametrize(
    ("solver", "change", "words"),
    [
        *((name, {"sites": 0}, "0 sites") for name in ("p_median", "maximal_cover", "p_centre")),
        *((name, {"existing": (7,)}, "existing sites") for name in SOLVERS),
        *((name, {"existing": (1, 1)}, "existing sites") for name in SOLVERS),
        *(
            (name, {"people": np.array([100.0, np.nan, 80, -1])}, "2 numbers of people")
            for name in ("p_median", "maximal_cover", "gains")
        ),
        *(
            (name, {"people": PEOPLE[:3]}, "3 numbers for 4 places")
            for name in ("p_median", "maximal_cover", "gains")
        ),
        *(
            (name, {"distance": np.where(DISTANCE == 9, np.nan, DISTANCE)}, "2 distances")
            for name in ("p_median", "p_centre", "gains")
        ),
        ("fewest_sites", {"distance": DISTANCE + 5}, "rows 1, 2, 3, 4"),
    ],
)
def test_every_solver_says_what_it_cannot_take(solver, change, words):
    given = {"people": PEOPLE, "distance": DISTANCE, "sites": 2, "existing": (), **change}
    with pytest.raises(InputError, match=words) as found:
        SOLVERS[solver](**given)
    assert len(found.value.problems) == 1


def test_covering_needs_no_distance():
    # nobody can be reached in the second place: it is left uncovered, not refused
    reach = np.array([[True, False], [False, False]])
    assert maximal_cover(np.array([3.0, 9.0]), reach, 1) == Sites((0,), 3.0, 0.0)


def test_two_runs_give_the_same():
    rng = np.random.default_rng(5)
    people, distance = rng.integers(1, 9, 60).astype(float), rng.integers(1, 9, (60, 25)).astype(float)
    assert p_median(people, distance, 5) == p_median(people, distance, 5)
    assert maximal_cover(people, distance <= 2, 3) == maximal_cover(people, distance <= 2, 3)


def test_points_of_a_map_give_the_same_as_their_distances():
    points = gpd.GeoSeries([Point(0, 0), Point(3, 4), Point(6, 8)])
    distance = np.array([[a.distance(b) for b in points] for a in points])
    assert p_centre(distance, 1).chosen == (1,)
    assert p_centre(distance, 1).value == 5.0
