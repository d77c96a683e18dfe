"""Free hours: what is left of a day, counted by quarters of an hour; the invented town that pages and tests share."""

from datetime import date
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.space.example import TODAY, data

from dewak_research.data.room_files import read_room_files
from dewak_research.space.free_hours import free_hours, left_over, not_ended
from dewak_research.space.room_case import shared_case
from dewak_research.space.rooms import Rooms, problems
from dewak_research.space.week import DAYS, Week


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([], [(8, 21)]),
        ([(8, 21)], []),
        ([(9, 12)], [(8, 9), (12, 21)]),
        ([(14, 16), (9, 12)], [(8, 9), (12, 14), (16, 21)]),
        ([(9, 12), (11, 13)], [(8, 9), (13, 21)]),
        ([(7, 9), (20, 23)], [(9, 20)]),
        ([(5, 7), (22, 23)], [(8, 21)]),
        ([(7, 22)], []),
    ],
)
def test_what_is_left_of_a_day(taken, left):
    assert left_over(taken, 8, 21) == left


QUARTERS = st.integers(0, 96)


@given(st.lists(st.tuples(QUARTERS, QUARTERS).filter(lambda span: span[0] < span[1])))
def test_every_quarter_is_either_taken_or_left(spans):
    taken = {quarter for first, last in spans for quarter in range(first, last)}
    left = left_over([(first / 4, last / 4) for first, last in spans], 8, 21)
    found = {quarter for first, last in left for quarter in range(int(first * 4), int(last * 4))}
    assert found == set(range(32, 84)) - taken
    assert all(before[1] < after[0] for before, after in pairwise(left))


def test_a_booking_that_has_ended_takes_nothing_and_one_to_come_does():
    bookings = data().bookings
    assert len(not_ended(bookings, date(2026, 12, 31))) == 3
    assert not_ended(bookings, date(2027, 1, 1))["room"].tolist() == ["Saal", "Gruppenraum"]
    later = data(bookings=bookings.assign(valid_from=pd.Timestamp("2028-01-01")))
    free = free_hours(later, TODAY, Week())
    assert free[(free["room"] == "Saal") & (free["day"] == "mo")][["begins", "ends"]].to_numpy().tolist() == [
        [8.0, 18.0],
        [20.0, 21.0],
    ]


def test_a_room_is_free_on_every_day_of_the_week_that_is_asked_for():
    free = free_hours(data(), TODAY, Week(days=DAYS))
    assert free.groupby("room")["day"].nunique().to_dict() == dict.fromkeys(data().rooms["room"], 7)
    hours = (free["ends"] - free["begins"]).groupby(free["room"]).sum()
    assert hours.to_dict() == {"Saal": 89.0, "Gruppenraum": 88.0, "Küche": 88.5}


def test_the_invented_town_has_no_fault_and_can_share():
    files = read_room_files()
    town = Rooms(**files.tables)
    assert files.fictional
    assert len(town.carriers) == 8
    assert problems(town) == []
    assert town.carriers["contact"].dropna().str.endswith(".example").all()
    case = shared_case(town, files.as_of, Week(), hire_eur_hour=25.0, weeks=40.0, reach_km=3.0, detour=1.3)
    assert case.fits.any(axis=1).all()
    given_up = case.rooms.dropna(subset=["ends"])
    assert len(given_up) >= len(case.rooms) / 2  # enough that can be given up


def test_every_offer_of_the_invented_town_meets_as_often_as_it_says():
    town = Rooms(**read_room_files().tables)
    offers = town.offers.set_index("offer")
    booked = town.bookings.dropna(subset=["offer"])
    assert booked.groupby("offer").size().to_dict() == offers["times"].astype(int).to_dict()
    length = (booked["ends"] - booked["begins"]).set_axis(booked["offer"])
    assert (length - offers["hours"].reindex(length.index)).abs().max() < 1e-9
