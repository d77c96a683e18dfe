"""Opening hours of rooms: what is free, what a day part offers, what lies outside."""

import numpy as np
import pandas as pd
import pytest
from tests.space.example import TODAY, data, rooms

from dewak_research.errors import InputError
from dewak_research.space.effects import use
from dewak_research.space.free_hours import free_hours
from dewak_research.space.opening import is_outside, open_on, opening_of, part_hours
from dewak_research.space.pooling import pool
from dewak_research.space.room_case import case_on
from dewak_research.space.rooms import problems
from dewak_research.space.week import Week

HALL = (("mo", 8.0, 12.0), ("mo", 13.0, 14.0), ("mo", 17.0, 20.5), ("we", 10.0, 18.0))
OPEN = rooms(opening=pd.Series([HALL, (), None], dtype="object"))
SETTINGS = {"hire_eur_hour": 25.0, "weeks": 40.0, "reach_km": 3.0, "detour": 1.3}


def test_what_is_not_stated_is_open_all_week():
    assert opening_of(rooms()) == [(), (), ()] and opening_of(OPEN) == [HALL, (), ()]
    assert open_on((), "su", 8, 21) == [(8, 21)] and open_on(HALL, "su", 8, 21) == []
    assert open_on(HALL, "mo", 9, 18) == [(9, 12), (13, 14), (17, 18)]


def test_a_day_part_offers_its_longest_open_time_without_a_break():
    hours = part_hours(OPEN, Week())
    assert hours[0].tolist() == [[4, 1, 3.5], [0, 0, 0], [2.5, 4.5, 1], [0, 0, 0], [0, 0, 0]]
    assert (hours[1:] == Week().hours).all()


@pytest.mark.parametrize(
    ("times", "outside"),
    [((8, 12), False), ((9, 11), False), ((11, 13.5), True), ((13, 14), False), ((6, 9), True)],
)
def test_a_time_over_a_break_lies_outside(times, outside):
    assert is_outside(HALL, "mo", *times) is outside
    assert is_outside(HALL, "tu", *times) and not is_outside((), "mo", *times)


def test_free_hours_are_open_hours_without_bookings():
    found = free_hours(data(rooms=OPEN), TODAY, Week())
    hall = found[found["room"] == "Saal"][["day", "begins", "ends"]].to_numpy().tolist()
    assert hall == [["mo", 8, 12], ["mo", 13, 14], ["mo", 17, 18], ["mo", 20, 20.5], ["we", 10, 18]]
    before = free_hours(data(), TODAY, Week())
    rest = found[found["room"] != "Saal"].reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, before[before["room"] != "Saal"].reset_index(drop=True))


def test_a_booking_while_the_room_is_closed_is_refused():
    closed = rooms(opening=pd.Series([(("mo", 8.0, 19.0),), (), ()], dtype="object"))
    assert [one.where for one in problems(data(rooms=closed))] == ["bookings: 1, begins"]
    assert problems(data(rooms=OPEN)) == []


def test_an_offer_for_which_no_room_is_open_is_named():
    never = rooms(opening=pd.Series([(("su", 8.0, 9.0),)] * 3, dtype="object"))
    none = data().bookings.iloc[:0]
    with pytest.raises(InputError, match="no room is open long enough when “Chor” may take place"):
        case_on(data(rooms=never, bookings=none), TODAY, **SETTINGS)


def test_the_plan_keeps_to_the_hours_and_says_how_many_there_are():
    found, case = case_on(data(rooms=OPEN), TODAY, **SETTINGS)
    plan = pool(case)
    assert np.isclose(case.open_hours[0].sum(), 16.5) and np.isclose(case.free_hours[1], 65.0)
    shown = use(case, found, plan).set_index("room")
    assert shown.loc["Saal", "open_hours"] == 16.5 and shown.loc["Küche", "open_hours"] == 65.0
    hall = plan.timetable.query("room == 'Saal'")
    assert set(zip(hall["day"], hall["part"], strict=True)) <= {
        ("mo", "morning"),
        ("mo", "evening"),
        ("we", "afternoon"),
    }
