"""Tables of space and of shared rooms from a handful of rows, counted or computed a second time."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import product
from math import asin, cos, radians, sin, sqrt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from libpysal.weights import W
from scipy.stats import spearmanr
from tests.space.example import data, rooms

from dewak_research.data.result import Result
from dewak_research.disparities.space import CLUSTERS
from dewak_research.space.driving import drive_check, drives_of
from dewak_research.space.needs import need_table, needs_of
from dewak_research.space.room_case import on_day, staying, unmet_needs, valid_on, ways_km
from dewak_research.space.sites import with_one_more
from dewak_research.space.together import Reach, cluster_counts, clusters, equity_table
from dewak_research.space.week import Week

TOWNS = ["05111000", "05954032", "05562020"]


def haversine_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    (x, y), (u, v) = (tuple(map(radians, point)) for point in (one, other))
    return 2 * 6371.0088 * asin(sqrt(sin((v - y) / 2) ** 2 + cos(y) * cos(v) * sin((u - x) / 2) ** 2))


def test_needs_are_turned_so_that_more_is_worse_and_the_newest_year_counts() -> None:
    def newest(**columns: list[float]) -> pd.DataFrame:
        old = pd.DataFrame({"ags": TOWNS, "year": 2015, **{name: [99.0] * 3 for name in columns}})
        return pd.concat([pd.DataFrame({"ags": TOWNS, "year": 2020, **columns}).iloc[::-1], old])

    tables = {
        "deprivation": newest(gisd_score=[0.2, 0.9, 0.5]),
        "census": pd.DataFrame({"ags": TOWNS, "age_67plus_pct": [18.0, 25.0, 21.0]}),
        "unemployment": newest(unemployed=[30.0, 20.0, 5.0], population_15_64=[300.0, 100.0, 100.0]),
        "gemeinden_tax_capacity_2022": newest(tax_capacity_eur_pc=[2_000.0, 700.0, 900.0]),
        "debt_today": newest(core_debt_eur_pc=[0.0, 3_222.0, 50.0]),
    }
    values, years = needs_of(tables, TOWNS, debt=True)
    assert {name: found.tolist() for name, found in values.items()} == {
        "deprivation": [0.2, 0.9, 0.5], "old_age": [18, 25, 21], "unemployment": [10, 20, 5],
        "low_tax_capacity": [-2000, -700, -900], "core_debt": [0, 3222, 50],
    }  # fmt: skip
    assert years == {name: 2022 if name == "old_age" else 2020 for name in values}
    assert "core_debt" not in needs_of(tables, TOWNS, debt=False)[0]
    table = need_table(values, years, TOWNS, np.array([1.0, 1.0, 3.0])).set_index(["need", "ags"])
    assert table.loc["low_tax_capacity", "value"].tolist() == [2000, 700, 900]
    # of five people the first stands for the first fifth, the last town for the middle three, the other for the last
    assert table.loc["low_tax_capacity", "fifth"].tolist() == [1, 5, 3]


def test_drives_and_how_computed_ways_rank_beside_them() -> None:
    rng = np.random.default_rng(11)
    columns = ["drive_to_primary_school_min", "drive_to_lower_secondary_min", "drive_to_indoor_pool_min",
               "drive_to_supermarket_min"]  # fmt: skip
    towns = [f"{i:08d}" for i in range(9)]
    driven = pd.DataFrame(rng.random((9, 4)), columns=columns).assign(ags=towns)
    found = drives_of({"gemeinden_tax_capacity_2022": driven.sample(frac=1, random_state=1)}, towns)
    assert (
        found["lower_secondary"].tolist() == driven["drive_to_lower_secondary_min"].tolist()
        and len(found) == 4
    )
    access = pd.DataFrame(rng.random((18, 3)), columns=["nearest_km", "count", "per_1000"])
    access["kind"] = ["primary"] * 9 + ["lower_secondary"] * 9
    check = drive_check(access, found, np.ones((4, 9))).set_index(["kind", "measure"])
    assert len(check) == 6
    for (kind, measure), row in check.iterrows():
        rho = spearmanr(found[kind], access.loc[access["kind"] == kind, measure]).statistic
        assert row[["rho", "low", "high"]].tolist() == pytest.approx([rho] * 3)


def test_concentration_and_gap_of_every_need_and_reach() -> None:
    people, need = np.array([2.0, 1, 1, 3, 2, 1]), {"deprivation": np.array([3.0, 1, 6, 2, 5, 4])}
    published = np.array([2.0, 4, 9, 3, 8, 7])
    reaches = [
        Reach("primary", "minutes", {"published": -published}, people),
        Reach("gymnasium", "per_1000", {"shown": published}, people),
    ]
    found = equity_table(need, reaches, np.ones((3, 6)))
    total, mean = people.sum(), people @ published / people.sum()
    order = np.argsort(need["deprivation"])
    ranks = np.empty(6)
    ranks[order] = (np.cumsum(people[order]) - people[order] / 2) / total
    index = 2 / mean * sum(people[i] / total * (published[i] - mean) * (ranks[i] - 0.5) for i in range(6))
    assert found["index"].tolist() == pytest.approx([index, index])
    assert found[["index_low", "index_high"]].to_numpy() == pytest.approx(np.full((2, 2), index))
    assert found[["kind", "measure"]].to_numpy().tolist() == [
        ["primary", "minutes"],
        ["gymnasium", "per_1000"],
    ]
    # the least needy fifth is the second town alone; the neediest are the third and the fifth, whose middle is at 0.8
    assert found["gap"].tolist() == pytest.approx([(9 * 1 + 8 * 2) / 3 / 4] * 2)


def test_clusters_of_need_among_neighbours_access() -> None:
    """Twelve towns in a ring: every pair of neighbours that a town could have is tried."""
    rng = np.random.default_rng(11)
    n = 12
    ring = W({i: [(i - 1) % n, (i + 1) % n] for i in range(n)}, silence_warnings=True)
    ring.transform = "r"
    need, shown = np.sin(np.arange(n) / 2) + np.arange(n) / 10, rng.random(n)
    towns = [f"town {i}" for i in range(n)]
    reach = Reach("primary", "minutes", {"published": -shown}, np.ones(n))
    table = clusters({"deprivation": need}, [reach], towns, ring, 4_999, 1)
    assert table["ags"].tolist() == towns and set(table["measure"]) == {"minutes"}
    u = -shown + shown.mean()
    for i, row in enumerate(table.itertuples()):
        lag = (u[(i - 1) % n] + u[(i + 1) % n]) / 2
        scale = sqrt(((need - need.mean()) ** 2).sum() * (u**2).sum())
        assert row.local_i == pytest.approx((n - 1) * (need[i] - need.mean()) * lag / scale)
        drawn = [(u[a] + u[b]) / 2 for a, b in product(range(n), repeat=2) if len({a, b, i}) == 3]
        larger = np.mean(np.array(drawn) >= lag - 1e-12)
        assert row.p_value == pytest.approx(min(1.0, 2 * min(larger, 1 - larger)), abs=0.04)


def test_clusters_are_counted(space: Result) -> None:
    local = space.tables["clusters"]
    found = {tuple(row[:4]): row[4] for row in space.tables["cluster_counts"].itertuples(index=False)}
    keys = ("need", "kind", "measure", "cluster")
    assert +Counter(found) == Counter(zip(*(local[key] for key in keys), strict=True))
    assert {key[3] for key in found} == set(CLUSTERS)


def test_a_cluster_that_is_nowhere_is_counted_as_none() -> None:
    """With few permutations no cluster is sure: the chapter says 0, it does not end."""
    some = pd.DataFrame({"cluster": ["low_high", "high_high", "low_high"], "need": "n", "kind": "k"})
    again = cluster_counts(some.assign(measure="m"))
    assert dict(zip(again["cluster"], again["towns"], strict=True)) == {
        "high_high": 1, "low_low": 0, "high_low": 0, "low_high": 2, "not_significant": 0,
    }  # fmt: skip


def test_one_more_site_tried_one_by_one() -> None:
    rng = np.random.default_rng(11)
    people, distance = rng.uniform(1, 9, 7), rng.uniform(0, 10, (7, 5))
    share, mean = with_one_more(people, distance, 4.0, [1, 3])
    for site in range(5):
        way = [min(distance[home, place] for place in {1, 3, site}) for home in range(7)]
        reached = sum(n for n, one in zip(people, way, strict=True) if one <= 4.0)
        assert share[site] == pytest.approx(reached / people.sum())
        assert mean[site] == pytest.approx(
            sum(n * one for n, one in zip(people, way, strict=True)) / people.sum()
        )
    nobody = with_one_more(people, np.where(distance > 5, np.inf, distance), 4.0, [])[1]
    assert np.isinf(nobody).tolist() == [bool((distance[:, site] > 5).any()) for site in range(5)]


@pytest.mark.parametrize(
    ("begins", "ends", "valid"),
    [(None, None, True), ("2026-11-01", None, True), ("2026-11-02", None, False), (None, "2026-11-01", True),
     (None, "2026-10-31", False), ("2026-01-01", "2026-12-31", True)],
)  # fmt: skip
def test_a_booking_is_valid_from_its_first_to_its_last_day(
    begins: str | None, ends: str | None, valid: bool
) -> None:
    table = (
        data()
        .bookings.iloc[:1]
        .assign(valid_from=pd.to_datetime([begins]), valid_until=pd.to_datetime([ends]))
    )
    assert len(valid_on(table, date(2026, 11, 1))) == valid
    found = on_day(data(bookings=table), date(2026, 11, 1))
    assert len(found.bookings) == valid
    assert found.offers["days"].tolist() == [
        frozenset({"mo", "tu", "we", "th", "fr"}), frozenset({"mo", "tu", "we", "th", "fr"}), frozenset({"tu", "th"}),
    ]  # fmt: skip


def test_only_bookings_without_an_offer_stay() -> None:
    table = data().bookings.assign(offer=["Chor", None, "Kochen"])
    assert staying(table)["room"].tolist() == ["Gruppenraum"] and staying(data().bookings).empty


def test_ways_from_the_first_booking_of_an_offer() -> None:
    found = ways_km(data(), detour=1.3)
    places = dict(
        zip(rooms()["room"], zip(rooms()["longitude"], rooms()["latitude"], strict=True), strict=True)
    )
    for (i, meets), (j, room) in product(enumerate(["Saal", "Gruppenraum", "Küche"]), enumerate(places)):
        assert found[i, j] == pytest.approx(1.3 * haversine_km(places[meets], places[room]), rel=1e-6), (
            meets,
            room,
        )
    assert (np.diag(found) == 0).all() and (found > 0).sum() == 6


def test_every_need_of_every_offer_in_every_room() -> None:
    opening = pd.Series([(("mo", 17.0, 18.5),), (("tu", 8.0, 12.0),), ()], dtype="object")
    given = data(rooms=rooms(opening=opening))
    given.offers["barrier_free"] = [True, False, True]
    km = np.array([[0.0, 2.0, 4.0], [1.0, np.nan, 3.0], [5.0, 6.0, 0.0]])
    week = Week()
    found = unmet_needs(given, km, 3.0, week)
    assert set(found) == {"seats", "equipment", "barrier_free", "reach", "hours", "time", "opening"}

    def open_hours(spans: Any, day: str, begins: float, ends: float) -> float:
        if not spans:
            return ends - begins
        return max(
            [min(ends, last) - max(begins, first) for one, first, last in spans if one == day], default=0.0
        )

    for (i, offer), (j, room) in product(given.offers.iterrows(), given.rooms.iterrows()):
        free = [
            open_hours(room["opening"], day, begins, ends)
            for day in week.days
            for part, begins, ends in zip(week.parts, week.begins, week.ends, strict=True)
            if (not offer["days"] or day in offer["days"]) and (not offer["parts"] or part in offer["parts"])
        ]
        by_hand = {
            "seats": offer["persons"] <= room["seats"],
            "equipment": not (offer["needs"] - room["equipment"]),
            "barrier_free": not offer["barrier_free"] or room["barrier_free"] is True,
            "reach": not km[i, j] > 3.0,
            "hours": offer["hours"] <= 4.5,
            "time": bool(free),
            "opening": any(hours >= offer["hours"] for hours in free),
        }
        assert {name: bool(held[i, j]) for name, held in found.items()} == by_hand, (
            offer["offer"],
            room["room"],
        )
    assert not all(held.all() for held in found.values())
