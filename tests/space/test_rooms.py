"""Rooms, offers and bookings: each fault has its message; what the tables mean for sharing."""

from datetime import date

import pandas as pd
import pytest
from tests.space.example import TODAY, case, data, rooms

from dewak_research.errors import InputError
from dewak_research.space.effects import freed, moves, today_eur, use
from dewak_research.space.pooling import pool
from dewak_research.space.room_case import case_on, lease_ends, week_of
from dewak_research.space.room_names import is_office
from dewak_research.space.rooms import overlapping, problems


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


PLACES = [
    ({"longitude": [51.6, 7.11, 7.12], "latitude": [7.1, 51.6, 51.61]}, "vertauscht"),
    ({"longitude": [365_000.0, 7.11, 7.12], "latitude": [5_718_000.0, 51.6, 51.61]}, "UTM"),
    ({"longitude": [float("nan"), 7.11, 7.12]}, "fehlen Koordinaten"),
    ({"longitude": [7.1, 7.11, 27.12]}, "außerhalb"),
    ({"owner_hours": [-1.0, 0.0, 4.0]}, "ab 0"),
    ({"cost_eur": [20_000.0, -6_000.0, 9_000.0]}, "ab 0"),
]


@pytest.mark.parametrize(("change", "word"), PLACES)
def test_places_hours_and_cost_that_cannot_be_are_said_once(change, word):
    found = problems(data(rooms=rooms(**change)))
    assert len(found) == 1
    assert word in found[0].render("de")


def test_hours_of_the_owner_may_be_unknown_on_a_page_but_not_in_a_plan():
    change = {"rooms": rooms(owner_hours=[float("nan"), 0.0, 4.0])}
    assert problems(data(**change)) == []
    with pytest.raises(InputError, match="rooms: 1, owner_hours") as found:
        case(**change)
    assert len(found.value.problems) == 1


def test_a_room_whose_place_is_unknown_has_no_fault_and_is_named_by_its_row():
    nowhere = {"longitude": [float("nan"), 7.11, 51.6], "latitude": [float("nan"), 51.6, 7.1]}
    found = problems(data(rooms=rooms(**nowhere)))
    assert len(found) == 1 and "(Zeilen 3;" in found[0].render("de")


def test_an_unknown_way_is_neither_held_against_a_room_nor_counted_in_its_favour():
    # nobody knows where the hall lies: the choir stays in it at no way, the two others would go as far as they would go
    nowhere = {"longitude": [float("nan"), 7.11, 7.12], "latitude": [float("nan"), 51.6, 51.61]}
    found = case(rooms=rooms(**nowhere))
    assert found.km[:, 0].tolist() == [0.0, 3.0, 3.0]
    assert found.fits[:, 0].tolist() == [True, True, False]  # the hall has no kitchen
    assert found.km[1, 1] == 0.0


def test_a_booking_without_an_offer_keeps_its_room_and_its_day_part():
    table = data().bookings.assign(offer=["Chor", None, "Kochen"])
    today, found = case_on(data(bookings=table), TODAY, 25.0, 40.0, 3.0, 1.3)
    assert pd.isna(found.rooms["ends"]).tolist() == [True, True, False]
    group = found.rooms["room"].tolist().index("Gruppenraum")
    assert found.free[group, found.week.days.index("tu")].tolist() == [False, True, True]
    assert found.free.sum() == found.free.size - 1
    plan = pool(found)
    hours = use(found, today, plan).set_index("room")
    assert hours.loc["Gruppenraum", ["kept", "hours_before"]].tolist() == [True, 3.0]
    planned = plan.timetable.query("room == 'Gruppenraum'")["offer"].map({"Chor": 2.0, "Beratung": 3.0}).sum()
    assert hours.loc["Gruppenraum", "hours_after"] == planned + 3.0


def test_bookings_that_are_not_valid_on_the_day_do_not_count():
    table = data().bookings.assign(valid_from=pd.to_datetime([None, "2027-01-01", None]))
    today, found = case_on(data(bookings=table), TODAY, 25.0, 40.0, 3.0, 1.3)
    assert today.bookings["room"].tolist() == ["Saal", "Küche"]
    assert use(found, today, pool(found)).set_index("room").loc["Gruppenraum", "hours_before"] == 0.0


def test_a_weekend_is_part_of_the_week_only_where_it_is_named():
    assert week_of(data()).days == ("mo", "tu", "we", "th", "fr")
    table = data().bookings.assign(day=["mo", "sa", "tu"])
    assert week_of(data(bookings=table)).days == ("mo", "tu", "we", "th", "fr", "sa")
    _, found = case_on(data(bookings=table), TODAY, 25.0, 40.0, 3.0, 1.3)
    assert not found.allowed[:2, 5].any()  # who names no day meets from Monday to Friday
