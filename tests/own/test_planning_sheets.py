# ruff: noqa: E501  (a table of cases, one a line)
"""The sheets of social planning: what they take, what they refuse with sheet and cell, and the tables they become."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from tests.own.older_workbook import without_sheets

from dewak_research.errors import InputError
from dewak_research.own.ages_and_dates import read_age, read_day
from dewak_research.own.check import check_workbook, load_own
from dewak_research.own.contents import Contents, Finding, Reading
from dewak_research.own.form import check_lists
from dewak_research.own.planning_places import check_places, whole_places
from dewak_research.own.planning_sheets import assumed_lead_times, own_planning
from dewak_research.own.register_extract import single_years
from dewak_research.own.safety import FILE_NAME
from dewak_research.own.sheets import LONGEST_FORMULA, build_workbook, save_workbook
from dewak_research.own.template import PLANNING_LISTS, load_template
from dewak_research.own.workbook import contents_of, new_workbook, read_workbook
from dewak_research.planning.ages import OLDEST
from dewak_research.planning.payer import PAYERS
from dewak_research.planning.rates import SERVICES
from own import musterstadt

KEY = musterstadt.KEY
Rows = list[dict[str, object]]
AGES = [*map(str, range(85)), "85-89", "90-94", "95+"]


def register(**changed: object) -> Rows:
    """Return an extract in which 300 men and 280 women are of each age, with single cells changed by age."""
    rows: Rows = [{"age": age, "male": 300, "female": 280} for age in AGES]
    rows.append({"age": "insgesamt", "male": 300 * len(AGES), "female": 280 * len(AGES)})
    rows[0]["date"] = "31.12.2024"
    rows[0].update(changed)
    return rows


def rows_of(sheet: str, *rows: dict[str, object]) -> dict[str, Rows]:
    return {sheet: list(rows)}


PLACE = {"service": "childcare_u3", "places": 900, "from_year": 2025}
OPTION = {"name": "Räume teilen", "kind": "pooled_rooms", "from_year": 2026, "net_1": 10_000}
MODEL = {"kind": "organisation_model", "decided": "ja", "from_year": 2026, "net_1": 0}
RATE = {"service": "care_residential", "age": "80-84", "rate": 0.05, "year": 2023, "source": "Heimaufsicht"}
COST = {"service": "childcare_u3", "eur": 15_000, "per": "je Fall", "year": 2024, "source": "Haushalt"}
GOOD: dict[str, Rows] = {
    "register": register(),
    "places": [PLACE, {**PLACE, "places": 960, "from_year": 2028, "group_size": 10}],
    "lead_times": [{"service": "Kindertagesbetreuung unter 3 Jahren", "lead_years": 3, "source": "Beschluss"}],
    "relief_options": [
        {**OPTION, "instrument": "Verfügungsfonds", "net_2": 20_000, "net_3": 30_000, "low_eur": 5_000, "high_eur": 40_000, "hsk_compatible": "ja", "sources": "Drittmittel; gemeinsam genutzte Räume"},
        {**MODEL, "name": "Zweckverband", "hsk_compatible": "nein"},
    ],
    "need_rates": [RATE, {**RATE, "age": "85-89", "sex": "weiblich", "rate": 0.2}],
    "service_costs": [{**COST, "town": 40, "land": 45, "parents": 15}],
}  # fmt: skip


def reading_of(lists: dict[str, Rows]) -> Reading:
    """Return a reading as ``read_list`` leaves it: rows with their number and the cells of their columns."""
    template, reading = load_template(), Reading()
    reading.titles = {name: title.de for name, title in template.sheets.items()}
    reading.figures = pd.DataFrame(
        [("population", "einwohner", 2024, "actual", 51_040.0)],
        columns=["sheet", "line", "year", "kind", "value"],
    )
    for name, rows in lists.items():
        columns = [column.id for column in template.lists[name]]
        for number, row in enumerate(rows, start=6):
            cells = {column: f"{chr(66 + place)}{number}" for place, column in enumerate(columns)}
            reading.lists[name].append({**row, "_row": number, "_cells": cells})
    return reading


def found_in(lists: dict[str, Rows]) -> list[Finding]:
    return list(check_lists(reading_of(lists)))


def without(age: str) -> Rows:
    return [row for row in register() if row["age"] != age]


def doubled(*, women_north: int = 280) -> Rows:
    """Return the whole municipality and two districts that should add up to it."""
    north = [{**row, "district": "Nord", "male": 100, "female": women_north} for row in register()[:-1]]
    south = [{**row, "district": "Süd", "male": 200, "female": 0} for row in register()[:-1]]
    return [*register(), *north, *south]


BAD: list[tuple[str, dict[str, Rows], str, str, str]] = [
    # what is wrong, rows, code of the finding, cell, part of the German message
    ("no date", {"register": register(date=None)}, "register_date_missing", "B6", "Stichtag des Melderegisters fehlt"),
    ("a date that is none", {"register": register(date="Ende 2024")}, "date_unclear", "B6", "»Ende 2024« ist kein Tag"),
    ("two dates", {"register": [*register()[:-1], {**register()[-1], "date": "30.06.2025"}]}, "register_dates_differ", "B94", "2025-06-30"),
    ("base before 2011", {"register": register(date="31.12.2010")}, "register_too_early", "B6", "von 2010-12-31"),
    ("base far ahead", {"register": register(date="31.12.2054")}, "register_too_late", "B6", "von 2054-12-31"),
    ("age as a word", {"register": register(age="jung")}, "age_unclear", "D6", "»jung« ist keine Altersangabe"),
    ("age turned into a date", {"register": register(age=datetime.datetime(2026, 5, 3))}, "age_date", "D6", "ein Datum gemacht (2026-05-03)"),
    ("age twice", {"register": [*register(), {"age": "5", "male": 1, "female": 1}]}, "register_overlap", "D95", "steht schon in Zeile 11"),
    ("age missing", {"register": without("7")}, "register_gap", "D13", "fehlt das Alter 7 (ganze Kommune)"),
    ("old missing", {"register": without("95+")}, "register_gap", "D92", "fehlt das Alter 95+"),
    ("75+ not split", {"register": [*register()[:75], {"age": "75 und älter", "male": 3_900, "female": 3_640}]}, "register_open_age", "D81", "75+ aufteilen"),
    ("old age too coarse", {"register": [*register()[:75], {"age": "75-84", "male": 1, "female": 1}, *register()[85:-1]]}, "register_open_age", "D81", "75-84"),
    ("sex missing", {"register": register(female=None, persons=580)}, "register_sex_missing", "F6", "Aufteilung nach Geschlecht"),
    ("half a person", {"register": register(male=300.5)}, "fraction_of_person", "E6", "300,50 ist keine ganze Zahl"),
    ("men and women", {"register": register(persons=600)}, "register_row_sum", "G6", "ergeben 580, zusammen stehen 600"),
    ("ages and total", {"register": register(male=400)}, "register_total", "E94", "ergeben 26.500 (männlich, ganze Kommune), insgesamt stehen 26.400"),
    ("districts and whole", {"register": [*doubled()[:-1], {**doubled()[-1], "female": 3}]}, "register_districts", "F95", "Ortsteile ergeben 24.643 (weiblich)"),
    ("second homes counted", {"register": [{**row, "male": 400} for row in register()[:-1]]}, "register_odd", "G6", "zählt 59.840 Personen, die Einwohnerzahl von 2024 ist 51.040"),
    ("district unknown", {"register": doubled(), **rows_of("places", {**PLACE, "district": "Norden"})}, "district_unknown", "C6", "wie »Nord«"),
    ("capacity 0", rows_of("places", {**PLACE, "places": 0}), "capacity_invalid", "D6", "0 Plätze sind keine Kapazität"),
    ("capacity below 0", rows_of("places", {**PLACE, "places": -4}), "capacity_invalid", "D6", "-4 Plätze"),
    ("capacity of half a place", rows_of("places", {**PLACE, "places": 900.5}), "capacity_invalid", "D6", "900,50 Plätze"),
    ("capacity without an end", rows_of("places", {**PLACE, "places": float("inf")}), "list_range", "D6", "inf ist als"),
    ("places after the plan", rows_of("places", PLACE, {**PLACE, "from_year": 2050}), "places_after_plan", "E7", "gelten erst ab 2050, der Plan endet 2040"),
    ("places begin late", rows_of("places", {**PLACE, "from_year": 2030}), "places_begin_late", "E6", "beginnen erst 2030"),
    ("part of a year", rows_of("places", {**PLACE, "from_year": 2025.5}), "year_not_whole", "E6", "kein Jahr"),
    ("districts of different first years", rows_of("places", {**PLACE, "district": "Nord"}, {**PLACE, "district": "Süd", "from_year": 2027}), "places_first_years", "E7", "»Süd« beginnt 2027, ein anderer schon 2025"),
    ("no places in any district", rows_of("places", {**PLACE, "district": "Nord", "places": 0}), "capacity_none", "D6", "zusammen 0 Plätze"),
    ("districts beside a register without", {"register": register(), **rows_of("places", {**PLACE, "district": "Nord"})}, "districts_unproved", "C6", "(Nord) lassen sich nicht prüfen"),
    ("districts without a register", rows_of("places", {**PLACE, "district": "Nord"}), "districts_no_register", "C6", "nur zusammengezählt"),
    ("a district without places", {"register": doubled(), **rows_of("places", {**PLACE, "district": "Nord"})}, "places_of_district", "C6", "keine Plätze aus Süd"),
    ("a room in an unknown district", {"register": doubled(), **rows_of("services", {"name": "Treff", "kind": "meeting_place", "district": "Norden"})}, "district_of_room", "D6", "»Norden«"),
    ("places without a lead time", rows_of("places", PLACE), "lead_time_assumed", "B6", "keine Vorlaufzeit"),
    ("year missing", rows_of("places", {"service": "childcare_u3", "places": 5}), "list_field_missing", "E6", "fehlt »Ab Jahr«"),
    ("places twice", rows_of("places", PLACE, {**PLACE, "places": 5}), "entry_twice", "B7", "»Kindertagesbetreuung unter 3 Jahren« steht schon in Zeile 6"),
    ("places with and without a district", rows_of("places", PLACE, {**PLACE, "district": "Nord"}), "places_mixed", "C7", "mit und ohne Ortsteil (Zeile 6)"),
    ("negative lead time", rows_of("lead_times", {"service": "youth_work", "lead_years": -2}), "list_range", "C6", "-2 ist als »Vorlaufzeit in Jahren«"),
    ("lead time twice", rows_of("lead_times", {"service": "youth_work", "lead_years": 2}, {"service": "youth_work", "lead_years": 3}), "entry_twice", "B7", "»Jugendarbeit«"),
    ("option twice", rows_of("relief_options", OPTION, {**OPTION, "net_1": 5}), "entry_twice", "B7", "»Räume teilen«"),
    ("amount of a year missing", rows_of("relief_options", {**OPTION, "net_3": 5}), "option_years", "H6", "im 2. Jahr fehlt"),
    ("ends the wrong way round", rows_of("relief_options", {**OPTION, "low_eur": 9, "high_eur": 5}), "option_range", "L6", "untere Grenze 9 liegt über der oberen 5"),
    ("instrument unknown", rows_of("relief_options", {**OPTION, "instrument": "Verfügungstopf"}), "instrument_unknown", "D6", "»Verfügungstopf« steht nicht im Katalog"),
    ("two organisation models at once", rows_of("relief_options", {**MODEL, "name": "A"}, {**MODEL, "name": "B"}), "models_at_once", "R7", "»B« und »A« sind zwei"),
    ("source unknown", rows_of("relief_options", {**OPTION, "sources": "Drittmittel, Bäume"}), "list_choice", "S6", "»Drittmittel, Bäume« gibt es in »Quellen der Entlastung"),
    ("one source in two decided options", rows_of("relief_options", {**MODEL, "name": "A", "sources": "Stellen, Drittmittel"}, {**OPTION, "decided": "ja", "sources": "Drittmittel"}), "sources_at_once", "S7", "dieselbe Quelle (Drittmittel)"),
    ("rate above 1", rows_of("need_rates", {**RATE, "rate": 35}), "rate_above_one", "E6", "35 ist größer als 1"),
    ("more care than people", rows_of("need_rates", *({**RATE, "service": name, "age": "90+", "rate": 0.4} for name in ("care_allowance", "care_ambulatory", "care_residential"))), "rates_together", "E6", "bis zu 1,20 je Person"),
    ("rate twice", rows_of("need_rates", RATE, {**RATE, "age": "75+", "sex": "male"}), "rate_overlap", "D7", "schon eine Quote in Zeile 6"),
    ("rate that cuts a group", rows_of("need_rates", {**RATE, "age": "75-79"}, {**RATE, "age": "80-82"}), "rate_age_cuts", "D7", "80-82 zerschneidet"),
    ("rate of a total", rows_of("need_rates", {**RATE, "age": "insgesamt"}), "age_unclear", "D6", "»insgesamt«"),
    ("cost without a year", rows_of("service_costs", {**COST, "year": None}), "cost_incomplete", "E6", "fehlt »Preisstand (Jahr)«"),
    ("payers do not add up", rows_of("service_costs", {**COST, "town": 40, "land": 45}), "payer_sum", "F6", "ergeben 85 Prozent"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("lists", "code", "cell", "message"), [case[1:] for case in BAD], ids=[case[0] for case in BAD]
)
def test_each_mistake_has_one_message_with_its_cell(
    lists: dict[str, Rows], code: str, cell: str, message: str
) -> None:
    found = [one for one in found_in(lists) if one.code == code]
    assert [one.cell for one in found] == [cell], found_in(lists)
    text = found[0].problem
    assert message in f"{text.what.de} {text.next_step.de} {text.right.de}"
    assert found[0].sheet == load_template().sheets[next(reversed(lists))].de
    assert "{" not in text.what.de + text.what.en + text.right.de + text.right.en


def test_a_good_workbook_has_no_finding_and_districts_may_add_up() -> None:
    assert found_in(GOOD) == []
    assert found_in({"register": doubled(women_north=280)}) == []


def test_a_register_with_a_total_but_no_ages_is_no_register() -> None:
    lists: dict[str, Rows] = {"register": [{"age": "insgesamt", "male": 5, "female": 5}, {"age": "0"}]}
    assert found_in(lists) == []
    reading = reading_of(lists)
    list(check_lists(reading))
    assert own_planning(reading).register.empty


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0", "0"), (7, "7"), (7.0, "7"), ("5 Jahre", "5"), ("unter 3 Jahre", "0-2"), ("3 bis unter 6 Jahre", "3-5"),
        ("3–5", "3-5"), ("3 to 5 years", "3-5"), ("75 und älter", "75+"), ("75 Jahre und mehr", "75+"), ("ab 85", "85+"),
        ("95 +", "95+"), ("95 Jahre u. älter", "95+"), ("100plus", "100+"), (">= 90", "90+"), ("under 1", "0"), ("Insgesamt:", "total"), ("total", "total"), ("5-3", None), ("-1", None),
        (131, None), (1.5, None), (True, None), ("", None), ("3-", None), ("999+", None),
    ],
)  # fmt: skip
def test_ages_are_read_as_registers_write_them(written: object, read: str | None) -> None:
    assert read_age(written) == read


def test_days_are_read_as_people_write_them() -> None:
    assert read_day(datetime.datetime(2024, 12, 31)) == read_day("31. 12. 2024") == "2024-12-31"
    assert read_day("31.02.2024") is read_day("2024") is None


def test_tables_of_a_good_workbook() -> None:
    reading = reading_of(GOOD)
    list(check_lists(reading))
    own = own_planning(reading)
    assert own.register["persons"].sum() == 580 * len(AGES)
    assert set(own.register["date"]) == {"2024-12-31"}
    assert own.places[["service", "district", "places", "from_year"]].to_numpy().tolist() == [
        ["childcare_u3", "", 900, 2025],
        ["childcare_u3", "", 960, 2028],
    ]
    assert own.lead_times[["service", "lead_years", "assumed"]].to_numpy().tolist() == [
        ["childcare_u3", 3, False]
    ]
    assert own.options["hsk_compatible"].tolist() == ["yes", "no"]
    assert own.options["decided"].tolist() == [False, True]
    assert own.options.loc[0, "instrument"] == "disposition_fund"
    assert own.options.loc[0, ["net_1", "net_3"]].tolist() == [10_000, 30_000]
    assert np.isnan(own.options.loc[1, "net_2"])
    assert own.rates[["sex", "age_first", "age_last", "rate"]].to_numpy().tolist() == [
        ["all", 80, 84, 0.05],
        ["female", 85, 89, 0.2],
    ]
    assert own.costs[["service", "eur", "per", "year"]].to_numpy().tolist() == [
        ["childcare_u3", 15_000, "case", 2024]
    ]
    shares = own.shares.set_index("payer")["share"]
    assert set(shares.index) == set(PAYERS) and shares["land"] == 0.45 and shares.sum() == pytest.approx(1)
    assert own.youth_office is None


def test_groups_are_spread_by_the_shape_and_the_total_stays() -> None:
    rows: Rows = [{"age": "0-2", "male": 90, "female": 60}, {"age": "3-84", "male": 820, "female": 820}]
    rows += [{"age": "85+", "male": 32, "female": 64}, {"age": "total"}]
    reading = reading_of({"register": rows})
    list(check_lists(reading))
    shape = np.ones((2, OLDEST + 1))
    shape[0, :3] = 1, 2, 6
    shape[1, 85:] = 0.0
    persons, spread = single_years(own_planning(reading).register, shape)
    assert spread and persons[0, :3].tolist() == [10, 20, 60]
    assert persons[1, 85:].tolist() == [4.0] * 16
    assert persons.sum(axis=1).tolist() == [90 + 820 + 32, 60 + 820 + 64]


def test_single_years_above_the_oldest_are_added_and_nothing_is_estimated() -> None:
    rows: Rows = [{"age": age, "male": 1, "female": 2} for age in range(106)]
    reading = reading_of({"register": rows})
    list(check_lists(reading))
    extract = own_planning(reading).register
    persons, spread = single_years(extract, np.ones((2, OLDEST + 1)))
    assert not spread and persons[:, OLDEST].tolist() == [6, 12] and persons[1, 99] == 2


def test_a_district_is_read_on_its_own_and_districts_make_the_whole() -> None:
    reading = reading_of({"register": [row for row in doubled() if "district" in row]})
    list(check_lists(reading))
    extract, shape = own_planning(reading).register, np.ones((2, OLDEST + 1))
    assert single_years(extract, shape, "Nord")[0].sum() == pytest.approx(380 * len(AGES))
    assert single_years(extract, shape)[0].sum() == pytest.approx(580 * len(AGES))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write Musterstadt with all sheets of social planning."""
    own = tmp_path_factory.mktemp("planning")
    contents = musterstadt.contents()
    lists = {**contents.lists, **GOOD}
    save_workbook(
        Contents("de", contents.form, contents.figures, contents.years, lists), own / KEY / FILE_NAME
    )
    return own


def test_the_sheets_survive_writing_and_reading(filled: Path) -> None:
    own = load_own(KEY, filled)
    assert own.planning.register["persons"].sum() == 580 * len(AGES)
    assert len(own.planning.places) == 2 and own.planning.options["decided"].tolist() == [False, True]
    path = filled / KEY / FILE_NAME
    again = contents_of(
        read_workbook(path, KEY), pd.DataFrame(columns=["sheet", "line", "year", "kind", "value"])
    )
    assert again.lists["register"][-1] == {"age": "total", "male": 25_800 + 600, "female": 24_640}
    assert again.lists["need_rates"][1]["sex"] == "female"
    assert own.planning.options["sources"].tolist() == ["pooled_rooms, third_party_money", None]
    assert again.lists["relief_options"][0]["sources"] == "pooled_rooms, third_party_money"


def test_all_mistakes_come_at_once_and_nothing_is_loaded(filled: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(filled / KEY / FILE_NAME)
    changes = {
        ("Melderegister", "E10"): 999, ("Plätze", "D6"): 0, ("Vorlaufzeiten", "C6"): -1,
        ("Bausteine", "D6"): "x", ("Bedarfsquoten", "E6"): 5, ("Kosten und Träger", "F6"): 50,
    }  # fmt: skip
    for (sheet, cell), value in changes.items():
        book[sheet][cell] = value
    (tmp_path / KEY).mkdir()
    book.save(tmp_path / KEY / FILE_NAME)
    places = {(found.sheet, found.cell) for found in check_workbook(KEY, tmp_path).errors}
    assert places == {
        ("Melderegister", "E94"), ("Plätze", "D6"), ("Vorlaufzeiten", "C6"), ("Bausteine", "D6"), ("Bedarfsquoten", "E6"),
        ("Kosten und Träger", "F6"),
    }  # fmt: skip
    with pytest.raises(InputError) as error:
        load_own(KEY, tmp_path)
    assert len(error.value.problems) == len(places)


def test_an_older_workbook_without_these_sheets_is_read(filled: Path, tmp_path: Path) -> None:
    without_sheets(filled / KEY / FILE_NAME, PLANNING_LISTS, tmp_path / KEY / FILE_NAME)
    result = check_workbook(KEY, tmp_path)
    assert {found.code for found in result.findings} == {"key_unregistered"}
    assert load_own(KEY, tmp_path).planning.places.empty


def test_an_older_sheet_of_options_without_sources_is_read(filled: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(filled / KEY / FILE_NAME)
    heading = book["Bausteine"]["S5"].value
    assert str(heading).startswith("Quellen der Entlastung")
    book["Bausteine"].delete_cols(19)
    (tmp_path / KEY).mkdir()
    book.save(tmp_path / KEY / FILE_NAME)
    assert not [one for one in check_workbook(KEY, tmp_path).findings if one.sheet == "Bausteine"]
    assert load_own(KEY, tmp_path).planning.options["sources"].tolist() == [None, None]


def test_rows_beyond_the_last_one_read_are_no_silent_loss(filled: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(filled / KEY / FILE_NAME)
    book["Melderegister"]["D6001"] = "5"
    (tmp_path / KEY).mkdir()
    book.save(tmp_path / KEY / FILE_NAME)
    found = [one for one in check_workbook(KEY, tmp_path).findings if one.code == "rows_too_many"]
    assert [(one.sheet, one.cell) for one in found] == [("Melderegister", "B6001")]


def test_a_new_workbook_offers_every_age_and_reads_back_without_figures(tmp_path: Path) -> None:
    path = new_workbook("05562020", "en", 2026, own=tmp_path)
    sheet = openpyxl.load_workbook(path)["Register of residents"]
    assert [sheet.cell(row, 4).value for row in (6, 105, 106, 107)] == ["0", "99", "100+", "total"]
    reading = read_workbook(path, "05562020")
    assert not list(check_lists(reading)) and own_planning(reading).register.empty
    lead = own_planning(reading).lead_times
    assert dict(zip(lead["service"], lead["lead_years"], strict=True)) == assumed_lead_times()
    assert lead["assumed"].all() and len(lead)


def test_a_lead_time_with_another_number_is_no_assumption_of_ours() -> None:
    preset = assumed_lead_times()["childcare_u3"]
    row: dict[str, object] = {"service": "childcare_u3", "source": "Annahme dieses Projekts"}
    for years, assumed in ((preset, True), (preset + 1, False)):
        reading = reading_of(rows_of("lead_times", {**row, "lead_years": years}))
        list(check_lists(reading))
        assert own_planning(reading).lead_times["assumed"].tolist() == [assumed]


def test_places_of_districts_add_up_in_every_year() -> None:
    rows = [("Nord", 100, 2025), ("Süd", 0, 2025), ("Süd", 50, 2027), ("Nord", 120, 2028)]
    reading = reading_of(
        {"places": [{**PLACE, "district": d, "places": n, "from_year": y} for d, n, y in rows]}
    )
    wrong = [one for one in check_lists(reading) if one.severity == "error"]
    assert not wrong, "a district may have no places yet"
    found = whole_places(own_planning(reading).places)
    assert found[["from_year", "places"]].to_numpy().tolist() == [[2025, 100], [2027, 150], [2028, 170]]


def test_a_cell_that_cannot_be_read_has_one_message_and_a_number_as_people_write_it_none() -> None:
    words = {
        "register": register(male="dreihundert"),
        "places": [{**PLACE, "places": True}],
        "service_costs": [{**COST, "eur": "15.000"}, {**COST, "service": "youth_work", "town": "x", "land": 45}],
    }  # fmt: skip
    codes = [found.code for found in found_in(words) if found.severity == "error"]
    assert codes == ["not_a_number", "not_a_number", "ambiguous_number", "not_a_number"]
    reading = reading_of(
        {
            "register": register(male="1.300", female="280,0"),
            "places": [{**PLACE, "places": "1.234", "from_year": "01.08.2025"}],
            "need_rates": [{**RATE, "rate": "5 %"}, {**RATE, "age": "85-89", "rate": "0,2"}],
            "service_costs": [{**COST, "eur": "15.000,00", "town": "40 %", "land": "60 v. H."}],
        }
    )
    assert {found.code for found in check_lists(reading)} == {"register_total", "lead_time_assumed"}
    own = own_planning(reading)
    assert own.register["persons"].iloc[:2].tolist() == [1_300, 280]
    assert own.places[["places", "from_year"]].to_numpy().tolist() == [[1_234, 2025]]
    assert own.rates["rate"].tolist() == [0.05, 0.2]
    assert own.costs["eur"].tolist() == [15_000]
    assert own.shares.set_index("payer")["share"][["town", "land"]].tolist() == [0.4, 0.6]


def test_a_district_spelt_in_another_way_has_one_message() -> None:
    lead = {"lead_times": [{"service": "childcare_u3", "lead_years": 2}]}
    places = rows_of("places", {**PLACE, "district": "Norden"}, {**PLACE, "district": "Süd"})
    assert [found.code for found in found_in({"register": doubled(), **places, **lead})] == [
        "district_unknown"
    ]


def test_places_without_a_lead_time_say_which_one_holds() -> None:
    lead = rows_of("lead_times", {"service": "childcare_u3", "lead_years": 2})
    assert found_in({**rows_of("places", PLACE), **lead}) == []
    reading = reading_of(rows_of("places", PLACE))
    list(check_lists(reading))
    assert [found.code for found in check_places(reading, ())] == ["lead_time_missing"]


def test_what_is_not_read_is_said(filled: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(filled / KEY / FILE_NAME)
    book["Melderegister"]["H5"], book["Melderegister"]["H6"] = "divers", 2
    book["Plätze"]["F6"] = "=5*2"
    costs = book["Kosten und Träger"]
    for cell, share in (("F6", 0.4), ("I6", 0.45), ("L6", 0.15)):
        costs[cell], costs[cell].number_format = share, "0 %"
    (tmp_path / KEY).mkdir()
    book.save(tmp_path / KEY / FILE_NAME)
    result = check_workbook(KEY, tmp_path)
    assert [(found.code, found.sheet, found.cell) for found in result.errors] == [
        ("formula_unsaved", "Plätze", "F6")
    ]
    assert ("column_extra", "Melderegister", "H5") in {(f.code, f.sheet, f.cell) for f in result.findings}


def test_the_workbook_offers_the_services_and_payers_of_the_plan() -> None:
    lists = load_template().lists
    of_service = [column for columns in lists.values() for column in columns if column.id == "service"]
    assert [column.options for column in of_service] == [SERVICES] * 5
    assert [c.id for c in lists["service_costs"] if c.high == 100] == list(PAYERS)


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_list_of_choices_is_longer_than_a_spreadsheet_takes(language: str) -> None:
    book = build_workbook(musterstadt.contents(language))  # type: ignore[arg-type]
    for sheet in book:
        for rule in sheet.data_validations.dataValidation:
            if rule.type == "list":
                assert len(rule.formula1) <= LONGEST_FORMULA
                if rule.formula1.startswith("$A$6:"):
                    words = [cell.value for (cell,) in sheet[rule.formula1.replace("$", "")]]
                    assert len(words) == len(SERVICES) == 13 and all(words)
