"""Rooms to keep and the timetable: small cases by trying everything, properties on larger ones."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest

from dewak_research.space.pooling import Shared, pool
from dewak_research.space.week import Week

SMALL = Week(days=("mo", "tu"), parts=("day", "evening"), begins=(14.0, 18.0), ends=(18.0, 21.0))


def _case(seed, rooms, offers, carriers=2, week=SMALL, closed=False):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "room": [f"r{i}" for i in range(rooms)],
            "owner": [f"c{i % carriers}" for i in range(rooms)],
            "cost_eur": rng.integers(1_000, 9_000, rooms).astype(float),
            "ends": np.where(rng.random(rooms) < 0.7, "2027-12-31", None),
            "owner_hours": rng.choice([0.0, 4.0], rooms),
        }
    )
    asked = pd.DataFrame(
        {
            "offer": [f"o{i}" for i in range(offers)],
            "carrier": [f"c{i % carriers}" for i in range(offers)],
            "persons": rng.integers(5, 30, offers),
            "hours": rng.choice([1.0, 2.0, 3.0, 4.0], offers),
            "times": rng.integers(1, 3, offers),
        }
    )
    days, parts = len(week.days), len(week.parts)
    return Shared(
        table,
        asked,
        rng.random((offers, rooms)) < 0.7,
        rng.uniform(0, 3, (offers, rooms)),
        rng.random((offers, days, parts)) < 0.7,
        rng.random((rooms, days, parts)) < 0.9,
        _open(seed, rooms, week, closed),
        week,
        hire_eur_hour=20.0,
        weeks=40.0,
    )


def _open(seed, rooms, week, closed):
    """All of every day part, or a random rest of it that may be nothing."""
    hours = np.broadcast_to(week.hours, (rooms, len(week.days), len(week.parts))).copy()
    return (
        np.maximum(hours - np.random.default_rng(seed + 99).integers(0, 5, hours.shape), 0.0)
        if closed
        else hours
    )


def _choices(case, o, kept):
    """Every way to place an offer: at most one session a day, at most as many as asked."""
    days, parts = len(case.week.days), len(case.week.parts)
    single = [
        (r, d, p)
        for r in kept
        for d in range(days)
        for p in range(parts)
        if case.fits[o, r]
        and case.allowed[o, d, p]
        and case.free[r, d, p]
        and case.hours[o] <= case.open_hours[r, d, p]
    ]
    for count in range(int(case.times[o]) + 1):
        for some in combinations(single, count):
            if len({d for _, d, _ in some}) == count:
                yield some


def _by_trying(case):
    """Return the least cost of all sets of rooms and all timetables."""
    best = np.inf
    free_to_end = [r for r in range(len(case.rooms)) if case.rent_eur[r] > 0]
    stay = [r for r in range(len(case.rooms)) if case.rent_eur[r] == 0]
    spare = (case.free * case.open_hours).sum(axis=(1, 2)) - case.rooms["owner_hours"].to_numpy()
    for count in range(len(free_to_end) + 1):
        for some in combinations(free_to_end, count):
            kept = [*stay, *some]
            rent = case.rent_eur[list(some)].sum()
            for plan in product(*[list(_choices(case, o, kept)) for o in range(len(case.offers))]):
                used, foreign = {}, np.zeros(len(case.rooms))
                for o, sessions in enumerate(plan):
                    for place in sessions:
                        used[place] = used.get(place, 0.0) + case.hours[o]
                        foreign[place[0]] += case.hours[o] * case.strangers[o, place[0]]
                if any(hours > case.open_hours[place] for place, hours in used.items()):
                    continue
                if (foreign > spare).any():
                    continue
                hired = sum(
                    case.hire_eur[o] * (case.times[o] - len(sessions)) for o, sessions in enumerate(plan)
                )
                best = min(best, rent + hired)
    return best


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_cheaper_than_the_plan(seed, closed):
    case = _case(seed, rooms=3, offers=3, closed=closed)
    found = pool(case)
    assert found.cost_eur == pytest.approx(_by_trying(case))
    assert found.gap == pytest.approx(0.0, abs=1e-6)


def _holds(case, found):
    """Assert that a plan keeps every promise that the rooms and the offers need."""
    rooms, offers = case.rooms.set_index("room"), case.offers.set_index("offer")
    row = {offer: i for i, offer in enumerate(case.offers["offer"])}
    column = {room: i for i, room in enumerate(case.rooms["room"])}
    hours = found.timetable["offer"].map(offers["hours"])
    table = found.timetable.assign(hours=hours)
    assert set(table["room"]) <= set(found.kept)
    used = table.groupby(["room", "day", "part"])["hours"].sum().reset_index()
    for room, day, part, taken in used[["room", "day", "part", "hours"]].itertuples(index=False):
        at = column[room], case.week.days.index(day), case.week.parts.index(part)
        assert taken <= case.open_hours[at] + 1e-9
    assert table.groupby(["offer", "day"]).size().le(1).all()
    for offer, room, day, part in table[["offer", "room", "day", "part"]].itertuples(index=False):
        d, p = case.week.days.index(day), case.week.parts.index(part)
        assert case.fits[row[offer], column[room]]
        assert case.allowed[row[offer], d, p] and case.free[column[room], d, p]
    met = table.groupby("offer").size().reindex(offers.index, fill_value=0)
    hired = found.hired.set_index("offer")["sessions"].reindex(offers.index, fill_value=0)
    assert (met + hired == offers["times"]).all()
    foreign = table[table["offer"].map(offers["carrier"]) != table["room"].map(rooms["owner"])]
    taken = foreign.groupby("room")["hours"].sum().reindex(rooms.index, fill_value=0.0)
    open_hours = pd.Series((case.free * case.open_hours).sum(axis=(1, 2)), rooms.index)
    assert (taken <= (open_hours - rooms["owner_hours"]).clip(lower=0) + 1e-9).all()
    ended = rooms.index.difference(found.kept)
    assert rooms.loc[ended, "ends"].notna().all()


@pytest.mark.parametrize("seed", range(4))
def test_a_larger_plan_keeps_what_it_promises(seed):
    case = _case(seed, rooms=8, offers=14, carriers=3, week=Week(), closed=seed % 2 == 1)
    found = pool(case)
    _holds(case, found)
    kept = case.rooms["room"].isin(found.kept)
    assert found.cost_eur == pytest.approx(case.rent_eur[kept].sum() + found.hired["eur"].sum())


def _ways(case, plan):
    persons = case.offers.set_index("offer")["persons"]
    km = pd.DataFrame(case.km, case.offers["offer"], case.rooms["room"])
    pairs = plan.timetable[["offer", "room"]].itertuples(index=False)
    return sum(persons[offer] * km.loc[offer, room] for offer, room in pairs)


def test_ways_are_shortened_only_where_that_costs_nothing():
    shorter = 0
    for seed in range(6):
        case = _case(seed, rooms=6, offers=8, week=Week())
        near, any_ = pool(case), pool(case, near=False)
        assert near.cost_eur == pytest.approx(any_.cost_eur, rel=1e-5)
        assert _ways(case, near) <= _ways(case, any_) * (1 + 2e-3)
        shorter += _ways(case, near) < _ways(case, any_) * (1 - 1e-2)
    assert shorter >= 2


def test_hours_that_find_no_room_cost_what_a_hired_room_costs():
    case = _case(1, rooms=2, offers=2)
    shut = Shared(**{**case.__dict__, "fits": np.zeros_like(case.fits)})
    found = pool(shut)
    assert found.cost_eur == pytest.approx((case.times * case.hours).sum() * 20.0 * 40.0)
    assert set(found.kept) == set(case.rooms["room"][case.rent_eur == 0])


def test_a_room_whose_lease_cannot_be_ended_saves_nothing():
    case = _case(3, rooms=3, offers=2)
    bound = Shared(**{**case.__dict__, "rooms": case.rooms.assign(ends=None)})
    found = pool(bound)
    assert found.kept == tuple(case.rooms["room"])
    assert found.cost_eur == pytest.approx(found.hired["eur"].sum())


def test_together_nobody_needs_more_than_apart():
    case = _case(5, rooms=6, offers=9, carriers=3, week=Week())
    apart = sum(pool(case.of([name]), near=False).cost_eur for name in ("c0", "c1", "c2"))
    assert pool(case, near=False).cost_eur <= apart + 1e-6


def test_two_runs_give_the_same():
    case = _case(6, rooms=10, offers=16, carriers=4, week=Week())
    one, two = pool(case), pool(case)
    pd.testing.assert_frame_equal(one.timetable, two.timetable)
    assert one.kept == two.kept


def test_a_time_reaches_into_the_parts_that_it_touches():
    assert Week().touched(12.0, 13.0).tolist() == [True, True, False]
    assert Week().touched(12.5, 17.0).tolist() == [False, True, False]
