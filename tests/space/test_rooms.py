"""Rooms, offers and bookings: each fault has its message; what the tables mean for sharing."""

from datetime import date

import pandas as pd
import pytest
from tests.space.example import TODAY, case, data, rooms

from dewak_research.errors import InputError
from dewak_research.space.effects import freed, moves, today_eur, use
from dewak_research.space.pooling import pool
from dewak_research.space.room_names import is_office
from dewak_research.space.rooms import lease_ends, overlapping, problems


def test_the_example_has_no_fault():
    assert problems(data()) == []


def _booking(**change):
    table = data().bookings
    for column, value in change.items():
        table[column] = table[column].astype(object)
        table.loc[0, column] = value
    return {"bookings": table}


def _offer(**change):
    table = data().offers.astype(object)
    for column, value in change.items():
        table[column] = [value, *table[column][1:]]
    return {"offers": table}


FAULTS = [
    (_booking(room="Sal"), "Saal"),
    (_booking(carrier="Verien"), "Verein"),
    (_booking(offer="Kor"), "Chor"),
    (_booking(day="xx"), "Wochentag"),
    (_booking(begins=22.0, ends=2.0), "Mitternacht"),
    (_booking(valid_from=pd.Timestamp("2027-01-01"), valid_until=pd.Timestamp("2026-01-01")), "gültig"),
    ({"rooms": rooms(seats=[0.0, 20.0, 30.0])}, "über 0"),
    ({"rooms": rooms(room=["Saal", "Saal", "Küche"])}, "mehrfach"),
    ({"rooms": rooms(district=["<script>", "Mitte", "Nord"])}, "spitze Klammern"),
    ({"carriers": data().carriers.assign(contact="anna.muster@stadt.example")}, "Person"),
    (_offer(hours=0.0), "über 0"),
]


@pytest.mark.parametrize(("change", "word"), FAULTS)
def test_every_fault_is_said(change, word):
    found = problems(data(**change))
    assert found
    assert word in " ".join(problem.render("de") for problem in found)
    with pytest.raises(InputError):
        case(**change)


NOWHERE = [
    (_offer(persons=500.0), "Plätze"),
    (_offer(needs=frozenset({"computers"})), "Ausstattung"),
    (_offer(hours=9.0), "Tagesteil"),
    (_offer(days=frozenset({"su"})), "Tage"),
    (_offer(needs=frozenset({"kitchen"})), "alle zugleich keiner"),
]


@pytest.mark.parametrize(("change", "word"), NOWHERE)
def test_an_offer_that_no_room_holds_says_which_need_fails(change, word):
    with pytest.raises(InputError) as caught:
        case(**change)
    assert len(caught.value.problems) == 1
    assert word in caught.value.problems[0].render("de")


def test_a_room_that_nobody_knows_to_be_barrier_free_is_not():
    change = _offer(barrier_free=True)
    case(**change)  # the hall is
    with pytest.raises(InputError, match="barrier"):
        case(**change, rooms=rooms(barrier_free=pd.array([pd.NA, False, pd.NA], dtype="boolean")))


def test_all_faults_are_said_at_once():
    change = {**_booking(room="Sal", begins=22.0, ends=2.0), "rooms": rooms(seats=[0.0, -1.0, 30.0])}
    assert len(problems(data(**change))) == 4


def test_bookings_at_one_time_overlap_only_while_both_are_valid():
    table = data().bookings
    again = table.assign(begins=table["begins"] + 0.5)
    both = pd.concat([table, again], ignore_index=True)
    assert overlapping(both)[["first", "second"]].to_numpy().tolist() == [[0, 3], [1, 4], [2, 5]]
    later = pd.concat([table, again.assign(valid_from=pd.Timestamp("2027-01-01"))], ignore_index=True)
    assert overlapping(later)["first"].tolist() == [0, 1]
    after = pd.concat([table, table.assign(begins=table["ends"], ends=table["ends"] + 1)], ignore_index=True)
    assert overlapping(after).empty


@pytest.mark.parametrize(
    ("contact", "office"),
    [
        ("raeume@stadt.example", True),
        ("buero.nord@kirche.example", True),
        ("raumvergabe@stadt.example", True),
        ("anna.muster@stadt.example", False),
        ("a.muster@stadt.example", False),
        ("raeume", False),
    ],
)
def test_an_address_of_an_office(contact, office):
    assert is_office(contact) is office


def test_a_lease_ends_with_its_date_but_not_before_the_notice_has_run():
    found = lease_ends(rooms(), TODAY)
    assert pd.isna(found[0])
    assert found[1] == pd.Timestamp("2028-06-30")
    assert found[2] == pd.Timestamp("2027-11-01")
    assert lease_ends(rooms(), date(2028, 3, 1))[1] == pd.Timestamp("2028-09-01")


def test_what_sharing_changes_in_the_example():
    shared = case()
    plan = pool(shared)
    # the choir and the advice go to the hall, which cannot be given up; cooking stays, because hiring costs
    # 4 h x 25 EUR x 40 weeks = 4,000 EUR, less than the 9,000 EUR of the kitchen
    assert plan.kept == ("Saal",)
    assert today_eur(shared) == 15_000.0
    assert plan.cost_eur == pytest.approx(4_000.0)
    table = use(shared, data(), plan).set_index("room")
    assert table.loc["Saal", ["hours_before", "hours_after"]].tolist() == [2.0, 11.0]
    given_up = freed(shared, plan)
    assert given_up["room"].tolist() == ["Küche", "Gruppenraum"]
    assert given_up["area_so_far_m2"].tolist() == [60.0, 100.0]
    assert given_up["cost_so_far_eur"].tolist() == [9_000.0, 15_000.0]
    moved = moves(shared, data(), plan)
    assert moved["offer"].tolist() == ["Beratung"]
    assert moved["km"][0] == pytest.approx(0.69 * 1.3, rel=0.02)


def test_a_lease_that_has_ended_saves_nothing_in_the_past():
    over = rooms(lease_end=pd.to_datetime(["2020-06-30"] * 3), notice_months=[float("nan"), 6.0, 12.0])
    found = lease_ends(over, TODAY)
    assert found.tolist() == [
        pd.Timestamp(TODAY),
        pd.Timestamp(TODAY) + pd.DateOffset(months=6),
        pd.Timestamp(TODAY) + pd.DateOffset(months=12),
    ]


@pytest.mark.parametrize(("column", "day"), [("valid_until", "9999-12-31"), ("valid_from", "1000-01-01")])
def test_a_date_far_away_is_a_date(column, day):
    table = data().bookings
    far = table.assign(**{column: pd.Series([pd.Timestamp(day)] * len(table), dtype="datetime64[us]")})
    again = pd.concat([far, far], ignore_index=True)
    assert len(overlapping(again)) == len(table)
