"""Hundreds of small towns solved a second time by trying every plan, straight from the tables.

Nothing of the programme is used here: what fits, how far it is, when a room can be given up and what is left of its
hours is worked out anew from rooms, offers and bookings.
"""

from __future__ import annotations

from datetime import date
from itertools import combinations
from math import acos, cos, inf, isnan, radians, sin
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dewak_research.errors import InputError
from dewak_research.space.pooling import pool
from dewak_research.space.room_case import case_on
from dewak_research.space.rooms import Rooms

DAY = date(2026, 11, 2)
PRICE, WEEKS, DETOUR = 20.0, 40.0, 1.3
PARTS = {"morning": (8.0, 12.5), "afternoon": (12.5, 17.0), "evening": (17.0, 21.0)}
CARRIERS = ("a", "b", "c")
Record = dict[str, Any]


def _table(rows: list[Record], columns: str, dates: tuple[str, ...] = ()) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=columns.split())
    return table.assign(**{name: pd.to_datetime(table[name]) for name in dates})


def _town(seed: int) -> Rooms:
    """A small town: two or three rooms, two or three offers, some of which meet somewhere today."""
    rng = np.random.default_rng(seed)

    def one(*choices: Any) -> Any:
        return choices[int(rng.integers(len(choices)))]

    rooms = [
        {
            "room": f"r{i}", "owner": one(*CARRIERS), "district": "", "longitude": one(7.1, 7.11, 7.13, np.nan),
            "latitude": 51.6, "area_m2": 50.0, "seats": float(one(10, 25)),
            "equipment": one(frozenset(), frozenset({"kitchen"})), "barrier_free": one(True, False, None),
            "cost_eur": one(1_500.0, 3_000.0, 5_200.0, np.nan), "lease_end": one(None, "2027-06-30"),
            "notice_months": one(np.nan, 6.0), "owner_hours": float(one(0, 0, 60, 62.5, 70)),
        }
        for i in range(int(rng.integers(2, 4)))
    ]  # fmt: skip
    for room in rooms:
        if isnan(room["longitude"]):
            room["latitude"] = np.nan
    days = one(("mo",), ("mo", "tu"))
    offers = [
        {
            "offer": f"o{i}", "carrier": one(*CARRIERS), "district": "", "persons": float(one(8, 20)),
            "hours": float(one(1.5, 2, 2.5, 4)), "times": float(one(1, 1, 2)),
            "needs": one(frozenset(), frozenset(), frozenset({"kitchen"})), "barrier_free": one(False, False, True),
            "days": frozenset(days), "parts": frozenset(one(("evening",), ("morning",), ("afternoon", "evening"))),
        }
        for i in range(int(rng.integers(2, 4)))
    ]  # fmt: skip
    bookings, taken = [], set()
    for _ in range(int(rng.integers(0, 5))):
        where = (one(*rooms)["room"], one("mo", "tu"), one(9.0, 14.0, 18.0))
        if where not in taken:  # two bookings never want one room at one time
            taken.add(where)
            bookings.append(
                {
                    "room": where[0], "day": where[1], "begins": where[2], "ends": where[2] + 2.0,
                    "carrier": one(*CARRIERS), "offer": one(None, *(offer["offer"] for offer in offers)),
                    "valid_from": one(None, None, "2027-01-01"), "valid_until": one(None, None, "2026-10-01"),
                }
            )  # fmt: skip
    for row in bookings:
        if row["valid_from"] and row["valid_until"]:
            row["valid_until"] = None
    return Rooms(
        rooms=_table(
            rooms,
            "room owner district longitude latitude area_m2 seats equipment barrier_free cost_eur lease_end "
            "notice_months owner_hours",
            ("lease_end",),
        ).assign(barrier_free=pd.array([room["barrier_free"] for room in rooms], dtype="boolean")),
        carriers=pd.DataFrame({"carrier": CARRIERS, "contact": None}),
        offers=_table(offers, "offer carrier district persons hours times needs barrier_free days parts"),
        bookings=_table(
            bookings,
            "room day begins ends carrier offer valid_from valid_until",
            ("valid_from", "valid_until"),
        ),
    )


def _km(one: Record, other: Record) -> float:
    """Way between two rooms; not a number where a place is unknown."""
    if isnan(one["longitude"]) or isnan(other["longitude"]):
        return float("nan")
    a, b = radians(one["latitude"]), radians(other["latitude"])
    turn = sin(a) * sin(b) + cos(a) * cos(b) * cos(radians(one["longitude"] - other["longitude"]))
    return 6371.0088 * acos(min(turn, 1.0)) * DETOUR


def _valid(row: Record) -> bool:
    begun = pd.isna(row["valid_from"]) or row["valid_from"] <= pd.Timestamp(DAY)
    return begun and (pd.isna(row["valid_until"]) or row["valid_until"] >= pd.Timestamp(DAY))


def _fits(data: Rooms, reach: float) -> dict[str, list[str]]:
    """Rooms that hold every offer."""
    rooms = {row["room"]: row for row in data.rooms.to_dict("records")}
    today: dict[str, str] = {}
    for row in data.bookings.to_dict("records"):
        if _valid(row) and isinstance(row["offer"], str):
            today.setdefault(row["offer"], row["room"])
    found = {}
    for offer in data.offers.to_dict("records"):
        here = today.get(offer["offer"])
        found[offer["offer"]] = [
            name
            for name, room in rooms.items()
            if room["seats"] >= offer["persons"]
            and offer["needs"] <= room["equipment"]
            and (not offer["barrier_free"] or room["barrier_free"] is True)
            and (here is None or here == name or not _km(rooms[here], room) > reach)
            and any(offer["hours"] <= end - begin for begin, end in PARTS.values())
        ]
    return found


def _least_cost(data: Rooms, reach: float) -> float:
    """Try every set of rooms that may be given up, and in what is left every place of every session."""
    rooms, offers, fits = data.rooms.to_dict("records"), data.offers.to_dict("records"), _fits(data, reach)
    fixed = [
        row for row in data.bookings.to_dict("records") if _valid(row) and not isinstance(row["offer"], str)
    ]
    week = sorted({"mo", "tu", "we", "th", "fr"})
    free: dict[tuple[str, str, str], float] = {}
    for room in rooms:
        for day in week:
            for part, (begin, end) in PARTS.items():
                shut = any(
                    row["room"] == room["room"]
                    and row["day"] == day
                    and row["begins"] < end
                    and begin < row["ends"]
                    for row in fixed
                )
                free[room["room"], day, part] = 0.0 if shut else end - begin
    owner = {room["room"]: room["owner"] for room in rooms}
    open_hours = {name: sum(h for (room, _, _), h in free.items() if room == name) for name in owner}
    spare = {room["room"]: max(open_hours[room["room"]] - room["owner_hours"], 0.0) for room in rooms}
    held = {row["room"] for row in fixed}
    rent = {
        room["room"]: room["cost_eur"]
        for room in rooms
        if room["room"] not in held
        and not isnan(room["cost_eur"])
        and (not pd.isna(room["lease_end"]) or not isnan(room["notice_months"]))
    }
    sessions = [(offer, number) for offer in offers for number in range(int(offer["times"]))]
    best = inf

    def place(
        at: int, cost: float, left: dict[Any, float], foreign: dict[str, float], days: dict[str, set[str]]
    ) -> None:
        nonlocal best
        if cost >= best:
            return
        if at == len(sessions):
            best = cost
            return
        offer, _ = sessions[at]
        name, hours = offer["offer"], offer["hours"]
        for room in fits[name]:
            if room in given_up:
                continue
            strange = hours if owner[room] != offer["carrier"] else 0.0
            for day in sorted(offer["days"] - days[name]):
                for part in sorted(offer["parts"]):
                    if left[room, day, part] >= hours - 1e-9 and foreign[room] >= strange - 1e-9:
                        place(
                            at + 1,
                            cost,
                            {**left, (room, day, part): left[room, day, part] - hours},
                            {**foreign, room: foreign[room] - strange},
                            {**days, name: days[name] | {day}},
                        )
        place(at + 1, cost + hours * PRICE * WEEKS, left, foreign, days)

    for count in range(len(rent), -1, -1):
        for given_up in combinations(rent, count):
            kept = sum(eur for name, eur in rent.items() if name not in given_up)
            place(0, kept, free, spare, {offer["offer"]: set() for offer in offers})
    return best


@pytest.mark.slow
@given(st.integers(0, 10**9), st.sampled_from([0.5, 1.5, 3.0]))
@settings(max_examples=300, deadline=None)
def test_no_plan_is_cheaper_than_the_one_found(seed: int, reach: float) -> None:
    data = _town(seed)
    nowhere = [name for name, rooms in _fits(data, reach).items() if not rooms]
    if nowhere:
        with pytest.raises(InputError) as refused:
            case_on(data, DAY, PRICE, WEEKS, reach, DETOUR)
        said = " ".join(problem.render("en") for problem in refused.value.problems)
        assert len(refused.value.problems) == len(nowhere) and all(f"“{name}”" in said for name in nowhere)
        return
    _, case = case_on(data, DAY, PRICE, WEEKS, reach, DETOUR)
    found = pool(case, gap=0.0)
    assert found.cost_eur == pytest.approx(_least_cost(data, reach))
    assert found.gap == pytest.approx(0.0, abs=1e-9)


@pytest.mark.slow
def test_the_small_towns_differ_in_everything_that_matters() -> None:
    """Guard of the test above: among its towns every rule decides something."""
    refused = solved = given_up = hired = blocked = short = 0
    for seed in range(150):
        data = _town(seed)
        try:
            _, case = case_on(data, DAY, PRICE, WEEKS, 1.5, DETOUR)
        except InputError:
            refused += 1
            continue
        plan, solved = pool(case), solved + 1
        given_up += len(plan.kept) < len(case.rooms)
        hired += len(plan.hired) > 0
        blocked += not case.free.all()
        spare = (case.free @ case.week.hours).sum(axis=1) - case.rooms["owner_hours"].to_numpy()
        short += bool((spare < 4.0).any())
    assert min(solved, refused) > 20 and min(given_up, hired, blocked, short) > 10
