"""The worked example of shared rooms: sums, dates and the split of the saving, checked from the tables themselves."""

from __future__ import annotations

import pandas as pd
import pytest

from dewak_research.config import SpaceParams
from dewak_research.data.result import Result
from dewak_research.data.room_files import RoomFiles, read_room_files
from dewak_research.space.worked_pooling import run


@pytest.fixture(scope="module")
def town() -> RoomFiles:
    return read_room_files()


@pytest.fixture(scope="module")
def pooled(town: RoomFiles, whole_stage: None) -> Result:
    return run(town.tables, town.as_of, SpaceParams(), town.municipality)


def _fixed(town: RoomFiles) -> pd.DataFrame:
    """Return bookings without an offer that are valid on the day of the tables, with their hours."""
    table = town.tables["bookings"]
    day = pd.Timestamp(town.as_of)
    valid = ~(table["valid_from"] > day) & ~(table["valid_until"] < day)
    fixed = table[valid & table["offer"].isna()]
    return fixed.assign(hours=fixed["ends"] - fixed["begins"])


def _shown(pooled: Result) -> pd.Series:
    return pooled.tables["reaches"].query("shown").iloc[0]


def test_what_is_paid_today_is_that_of_rooms_with_a_lease_or_a_notice(
    town: RoomFiles, pooled: Result
) -> None:
    rooms = town.tables["rooms"]
    terminable = rooms["lease_end"].notna() | rooms["notice_months"].notna()
    stays = rooms["room"].isin(_fixed(town)["room"])
    assert (
        stays.sum() == 4
    )  # two halls, the club's room on Saturdays, the meeting place lent to neighbours on Fridays
    assert _shown(pooled)["before_eur"] == rooms.loc[terminable & ~stays, "cost_eur"].sum()


def test_what_is_booked_without_an_offer_stays_in_its_room(town: RoomFiles, pooled: Result) -> None:
    use = pooled.tables["use"].set_index("room")
    hours = _fixed(town).groupby("room")["hours"].sum()
    assert use.loc[hours.index, "kept"].all()
    assert (use.loc[hours.index, "hours_after"] >= hours).all()
    # the course on computers begins in January: its two hours are not booked on the day of the tables
    assert use.loc["Kursraum 1", "hours_before"] == 13.5


def test_nobody_moves_to_a_room_because_its_place_is_unknown(pooled: Result) -> None:
    # the club's room has no coordinates: counted as no way at all, it drew twelve sessions of others
    assert "Vereinsheim" not in set(pooled.tables["moves"]["room"])


def test_the_saving_is_rooms_given_up_less_hire(pooled: Result) -> None:
    shown, freed = _shown(pooled), pooled.tables["freed"]
    assert shown["saved_eur"] == pytest.approx(freed["cost_eur"].sum() - shown["hired_eur"])
    assert shown["freed_m2"] == freed["area_m2"].sum() == freed["area_so_far_m2"].iloc[-1]
    assert freed["ends"].is_monotonic_increasing and shown["gap"] < 1e-9


def test_what_falls_to_every_carrier_adds_up_to_the_whole(town: RoomFiles, pooled: Result) -> None:
    table, reaches = pooled.tables["rooms_by_carrier"], pooled.tables["reaches"].set_index("move_km")
    for km, part in table.groupby("move_km"):
        assert part["freed_m2"].sum() == pytest.approx(reaches.loc[km, "freed_m2"])
        assert part["net_eur"].sum() == pytest.approx(reaches.loc[km, "saved_eur"])
        assert part["hired_eur"].sum() == pytest.approx(reaches.loc[km, "hired_eur"])
    shown, rooms = table[table["shown"]].set_index("carrier"), town.tables["rooms"]
    freed = rooms[rooms["room"].isin(pooled.tables["freed"]["room"])]
    for carrier, own in freed.groupby("owner"):
        assert shown.loc[carrier, "freed_m2"] == own["area_m2"].sum()
        assert shown.loc[carrier, "saved_eur"] == own["cost_eur"].sum()
    assert set(table.loc[table["municipal"], "carrier"]) == {"Stadt Musterstadt"}
    assert (table["eur_m2"].isna() == (table["freed_m2"] == 0)).all()


def test_no_room_is_free_before_its_lease_ends_and_its_notice_has_run(
    town: RoomFiles, pooled: Result
) -> None:
    rooms = town.tables["rooms"].set_index("room")
    for room, ends in pooled.tables["freed"].set_index("room")["ends"].items():
        day = pd.Timestamp(ends)
        assert not day < rooms.loc[room, "lease_end"]
        if rooms.loc[room, "notice_months"] > 0:
            assert day >= pd.Timestamp(town.as_of) + pd.DateOffset(
                months=int(rooms.loc[room, "notice_months"])
            )


def test_every_session_is_held_or_hired_and_no_room_is_overfull(town: RoomFiles, pooled: Result) -> None:
    use, offers = pooled.tables["use"], town.tables["offers"]
    wanted = float((offers["hours"] * offers["times"]).sum() + _fixed(town)["hours"].sum())
    hired = _shown(pooled)["hired_eur"] / (SpaceParams().hire_eur_hour * SpaceParams().offer_weeks)
    assert use["hours_after"].sum() + hired == pytest.approx(wanted)
    assert (use["hours_after"] <= use["open_hours"]).all()
    assert (use.loc[~use["kept"], "hours_after"] == 0).all()


def test_who_may_go_further_saves_no_less(pooled: Result) -> None:
    reaches = pooled.tables["reaches"]
    assert reaches["move_km"].is_monotonic_increasing
    assert reaches["saved_eur"].is_monotonic_increasing
    assert (reaches["longest_km"] <= reaches["move_km"] + 1e-9).all()


def test_both_splits_add_up_to_the_saving_and_nobody_gets_less_than_alone(pooled: Result) -> None:
    shares, sharing = pooled.tables["shares"], pooled.tables["sharing"].iloc[0]
    assert sharing["saved_eur"] == pytest.approx(_shown(pooled)["saved_eur"])
    for split in ("shapley_eur", "nucleolus_eur"):
        assert shares[split].sum() == pytest.approx(sharing["saved_eur"])
        assert (shares[split] >= shares["alone_eur"] - 1e-6).all()
    assert sharing["coalitions"] == 2 ** sharing["carriers"] - 1
    assert max(sharing["gap"], pooled.tables["reaches"]["gap"].max()) < 1e-12  # exact, as the page says


def test_groups_that_would_leave_gain_what_is_said(pooled: Result) -> None:
    gone, sharing = pooled.tables["leaving"], pooled.tables["sharing"].iloc[0]
    shapley = pooled.tables["shares"].set_index("carrier")["shapley_eur"]
    assert len(gone) == sharing["leaving_shapley"]
    for row in gone.itertuples():
        assert shapley[row.coalition.split(" + ")].sum() == pytest.approx(row.gets_eur)
        assert row.more_eur == pytest.approx(row.alone_eur - row.gets_eur) and row.more_eur > 0
    if not sharing["core_is_empty"]:
        assert sharing["leaving_nucleolus"] == 0


def test_nobody_would_be_better_off_alone_but_some_groups_would_with_the_shapley_value(
    pooled: Result,
) -> None:
    sharing = pooled.tables["sharing"].iloc[0]
    assert not pooled.tables["shares"]["better_alone"].any()
    assert not sharing["core_is_empty"]
    assert sharing["leaving_shapley"] > 0 == sharing["leaving_nucleolus"]
