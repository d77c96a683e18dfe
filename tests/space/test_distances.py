"""Ways by air and from a table: known distances, and one message for each fault."""

import numpy as np
import pandas as pd
import pytest

from dewak_research.errors import InputError
from dewak_research.space.access import nearest
from dewak_research.space.distances import (
    EARTH_KM,
    air_line_km,
    coordinate_problems,
    ways_by_air,
    ways_from_table,
)


def _points(*pairs):
    return pd.DataFrame(pairs, columns=["longitude", "latitude"])


HERTEN, WETTER = (7.1357, 51.5956), (7.3944, 51.3876)


def test_one_degree_of_a_meridian_is_its_share_of_the_circle():
    found = air_line_km(_points((7.0, 51.0)), _points((7.0, 52.0)))[0, 0]
    assert found == pytest.approx(2 * np.pi * EARTH_KM / 360, rel=1e-12)


def test_the_way_equals_the_formula_of_half_the_squared_sine():
    (a, b), (c, d) = np.radians(HERTEN), np.radians(WETTER)
    half = np.sin((d - b) / 2) ** 2 + np.cos(b) * np.cos(d) * np.sin((c - a) / 2) ** 2
    assert air_line_km(_points(HERTEN), _points(WETTER))[0, 0] == pytest.approx(
        2 * EARTH_KM * np.arcsin(np.sqrt(half)), rel=1e-12
    )


def test_ways_up_to_the_reach_and_no_further():
    rng = np.random.default_rng(2)
    homes = _points(*zip(rng.uniform(6, 9, 60), rng.uniform(50.5, 52.3, 60), strict=True))
    places = _points(*zip(rng.uniform(6, 9, 9), rng.uniform(50.5, 52.3, 9), strict=True))
    ways = ways_by_air(homes, places, reach_km=50, detour=1.3)
    km = air_line_km(homes, places) * 1.3
    assert len(ways.cost) == (km <= 50).sum()
    assert ways.cost == pytest.approx(km[ways.home, ways.place], rel=1e-12)
    assert nearest(ways) == pytest.approx(np.where(km <= 50, km, np.inf).min(axis=1), rel=1e-12)


@pytest.mark.parametrize(
    ("points", "number", "word"),
    [
        (_points(HERTEN, (51.6, 7.1)), 1, "tausch"),
        (_points((371_000.0, 5_717_000.0)), 1, "UTM"),
        (_points((7.1, np.nan), HERTEN), 1, "fehlen"),
        (_points((2.35, 48.85)), 1, "außerhalb"),
        (_points((2.35, 48.85), (51.6, 7.1), (np.nan, 1.0), (371_000.0, 5_717_000.0)), 4, "außerhalb"),
        (_points(HERTEN, WETTER), 0, ""),
    ],
)
def test_coordinates_that_are_none_are_said(points, number, word):
    found = coordinate_problems(points, "orte.csv")
    assert len(found) == number
    assert word in " ".join(problem.render("de") for problem in found)


def test_a_detour_shorter_than_the_air_line_is_said():
    with pytest.raises(InputError, match=r"0\.9"):
        ways_by_air(_points(HERTEN), _points(WETTER), 50, 0.9)


def _table(*rows):
    return pd.DataFrame(rows, columns=["from", "to", "minutes"])


def test_a_table_of_minutes_gives_its_ways():
    ways = ways_from_table(
        _table(("a", "x", 5), ("a", "y", "inf"), ("b", "x", 9), ("b", "y", 2)),
        ["a", "b"],
        ["x", "y"],
        "wege.csv",
    )
    assert nearest(ways).tolist() == [5.0, 2.0]


def test_all_faults_of_a_table_are_said_at_once():
    table = _table(
        ("a", "x", 5), ("a", "x", 6), ("q", "x", 1), ("b", "z", 1), ("b", "x", -1), ("b", "y", None)
    )
    with pytest.raises(InputError) as caught:
        ways_from_table(table, ["a", "b"], ["x", "y"], "wege.csv")
    assert len(caught.value.problems) == 5
    assert "a → y" in str(caught.value)
