"""What every place of a town would bring, counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.errors import InputError
from dewak_research.space.gained import deprived, gained

CERTAIN = (1.0, 1.0, 1.0)


def points(east: list[float], **columns: object) -> pd.DataFrame:
    """Points on a line, kilometres."""
    frame = pd.DataFrame({"longitude": np.nan, "latitude": np.nan, "east_km": east, "north_km": 0.0})
    return frame.assign(where=[f"file:{number}" for number in range(len(east))], **columns)


DISTRICTS = points([0.0, 1.0, 2.0, 3.0], people=[100.0, 40.0, 30.0, 20.0], fifth=[1.0, 5.0, 3.0, 4.0])
PLACES = points([0.0, 2.0, 9.0], exists=[True, False, False])


def test_persons_and_share_by_hand() -> None:
    """Reach 1: the place at 0 reaches 0 and 1; the one at 2 newly reaches 2 and 3, of whom 20 of 50 are deprived."""
    found = gained(DISTRICTS, PLACES, None, (1.0, 1.0, 1.0), CERTAIN)
    assert found["persons_gained"].tolist() == [0, 50, 0]
    assert found["deprived_share"].tolist() == pytest.approx(
        [0, 0.4, 0]
    )  # nobody gained: no gain there either
    assert found["reached_share"].tolist() == pytest.approx([140 / 190, 1, 140 / 190])
    assert found["mean_way"].tolist() == pytest.approx(
        [(40 * 1 + 30 * 2 + 20 * 3) / 190, (40 * 1 + 20 * 1) / 190, (40 * 1 + 30 * 2 + 20 * 3) / 190]
    )


def test_more_reach_is_not_always_more_gain() -> None:
    """Reach 0.5: only 30 at 2 are gained; 2: what exists reaches 2 as well, only 20 at 3 are left."""
    found = gained(DISTRICTS, PLACES, None, (0.5, 1.0, 2.0), CERTAIN).loc[1]
    assert (found["persons_gained_low"], found["persons_gained_high"]) == (20, 50)
    assert (found["deprived_share_low"], found["deprived_share_high"]) == (0, 1)


def test_detour_lengthens_the_way_and_minutes_take_its_place() -> None:
    far = gained(DISTRICTS, PLACES, None, (1.0, 1.0, 1.0), (1.0, 1.5, 1.5)).loc[1]
    assert far["persons_gained"] == 30 and far["persons_gained_high"] == 50
    minutes = pd.DataFrame({0: [5.0, 20, 20, 20], 1: [30.0, 9, 10, 11], 2: [99.0, 99, 99, 99]})
    timed = gained(DISTRICTS, PLACES, minutes, (10.0, 10.0, 10.0), CERTAIN)
    assert timed["persons_gained"].tolist() == [0, 70, 0]
    assert timed.loc[1, "mean_way"] == pytest.approx((100 * 5 + 40 * 9 + 30 * 10 + 20 * 11) / 190)


def test_without_a_place_that_exists_all_within_reach_are_gained() -> None:
    found = gained(DISTRICTS, PLACES.assign(exists=False), None, (1.0, 1.0, 1.0), CERTAIN)
    assert found["persons_gained"].tolist() == [140, 90, 0]


def test_a_score_is_put_into_fifths_of_the_people() -> None:
    """Equal people: the highest two of five scores are the two most deprived fifths."""
    five = points([0.0] * 5, people=10.0, need=[0.1, 0.9, 0.3, 0.8, 0.2], fifth=np.nan)
    assert deprived(five).tolist() == [False, True, False, True, False]


@pytest.mark.parametrize(
    ("longitude", "latitude", "said"),
    [(51.6, 7.1, "swapped"), (365000.0, 5715000.0, "metres"), (2.35, 48.85, "Germany")],
)
def test_coordinates_that_cannot_be_right_are_named_with_their_line(
    longitude: float, latitude: float, said: str
) -> None:
    right = {"longitude": [7.1, 7.2], "latitude": [51.6, 51.5]}
    districts = pd.DataFrame({**right, "people": 10.0, "fifth": 1.0, "where": ["file:3", "file:4"]})
    places = pd.DataFrame(
        {"longitude": [longitude], "latitude": [latitude], "exists": False, "where": "file:7"}
    )
    with pytest.raises(InputError) as caught:
        gained(districts, places, None, (1.0, 1.0, 1.0), CERTAIN)
    (problem,) = caught.value.problems
    assert problem.where == "file:7" and said in problem.render("en")
