"""Options of a workbook become options of the plan, euro by euro."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.errors import InputError
from dewak_research.own.planning_options import decided, net_path, own_options
from dewak_research.own.planning_sheets import NET
from dewak_research.planning.options import options_table
from dewak_research.planning.portfolio import chosen, problems, subsets

YEARS = range(2025, 2030)
NUMBERS = ["from_year", *NET, "low_eur", "high_eur", "persons_reached", "staff"]
COLUMNS = ["name", "kind", "service", *NUMBERS, "hsk_compatible", "decided", "sources"]


def sheet(*rows: dict[str, object]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=COLUMNS, dtype=object)
    frame["service"] = frame["service"].where(frame["service"].notna(), None)
    return frame.astype(dict.fromkeys(NUMBERS, "float64")).assign(
        decided=frame["decided"].eq(True).astype(bool)
    )


ROOMS: dict[str, object] = {
    "name": "Räume", "kind": "pooled_rooms", "from_year": 2026, "net_1": -5, "net_2": 10, "hsk_compatible": "yes",
}  # fmt: skip


@pytest.mark.parametrize(
    ("first", "path"), [(2026, [0, -5, 10, 10, 10]), (2024, [10, 10, 10, 10, 10]), (2031, [0, 0, 0, 0, 0])]
)
def test_the_path_begins_in_its_year_and_the_last_amount_goes_on(first: int, path: list[int]) -> None:
    row = sheet({**ROOMS, "from_year": first}).iloc[0]
    assert net_path(row, YEARS).tolist() == path


def test_without_ends_there_is_no_range_and_ends_are_what_they_are_called() -> None:
    """The workbook asks for P05 and P95: these are told again, with the amount entered as the mean."""
    ranged_row = {**ROOMS, "name": "B", "low_eur": 2, "high_eur": 30}
    plain, ranged = own_options(sheet(ROOMS, ranged_row), YEARS, 4_000, 1)
    assert np.ptp(plain.draws_eur) == 0 and plain.draws_eur[0] == plain.net_eur.mean() == 5
    low, high = 5 + 0.8 * (2 - 10), 5 + 0.8 * (30 - 10)
    table = options_table([plain, ranged]).set_index("option")
    assert table.loc["B", ["p05_eur", "p95_eur"]].tolist() == pytest.approx([low, high])
    assert ranged.draws_eur.mean() == pytest.approx(5, abs=0.2)
    assert table.loc["Räume", ["p05_eur", "p50_eur", "p95_eur", "risk_eur"]].isna().all()
    assert not problems([plain, ranged], len(YEARS))


@pytest.mark.parametrize("likely", [2.0, 2.5, 10.0, 29.0, 30.0])
def test_the_amount_lies_between_its_ends_wherever_it_is(likely: float) -> None:
    row = {**ROOMS, "from_year": 2025, "net_1": likely, "net_2": likely, "low_eur": 2, "high_eur": 30}
    shown = options_table(own_options(sheet(row), YEARS, 1_000, 3)).iloc[0]
    assert shown["p05_eur"] <= shown["net_eur"] <= shown["p95_eur"]
    assert (shown["net_eur"], shown["p05_eur"], shown["p95_eur"]) == pytest.approx((likely, 2, 30))


def test_what_is_not_known_stays_so() -> None:
    (option,) = own_options(sheet({**ROOMS, "hsk_compatible": None}), YEARS, 10, 1)
    assert (
        np.isnan(option.persons_reached) and np.isnan(option.staff_fte) and np.isnan(option.volunteer_hours)
    )
    assert option.hsk_compatible == "no"
    assert not option.service
    (kept,) = own_options(sheet({**ROOMS, "service": "youth_work"}), YEARS, 10, 1)
    assert kept.service and np.isnan(kept.persons_reached)


def test_options_that_name_a_source_in_common_exclude_each_other() -> None:
    """A model that already holds rooms is in no portfolio with the rooms as an option of their own."""
    model = {**ROOMS, "name": "A", "kind": "organisation_model", "sources": "pooled_rooms, third_party_money"}
    rooms, money = (
        {**ROOMS, "sources": "pooled_rooms"},
        {**ROOMS, "name": "Geld", "kind": "third_party_money"},
    )
    options = own_options(sheet(model, rooms, money), YEARS, 10, 1)
    assert [option.sources for option in options] == [("place", "rooms", "third_party_money"), ("rooms",), ()]
    assert len(subsets(options)) == 6, "of eight, the two with model and rooms are left out"
    with pytest.raises(InputError, match="the same shared rooms"):
        chosen(options, ["A", "Räume"])
    assert chosen(options, ["A", "Geld"]).tolist() == [[True, False, True]], "empty: as entered"
    named = own_options(sheet(model, rooms, {**money, "sources": "third_party_money, staff"}), YEARS, 10, 1)
    assert named[2].sources == ("third_party_money", "staff") and len(subsets(named)) == 5


def test_two_organisation_models_exclude_each_other() -> None:
    rows = [{**ROOMS, "kind": "organisation_model", "name": name, "decided": True} for name in "AB"]
    options = own_options(sheet(*rows, ROOMS), YEARS, 10, 1)
    assert decided(sheet(*rows, ROOMS)) == ["A", "B"]
    with pytest.raises(InputError, match="exclude each other"):
        chosen(options, ["A", "B"])
    assert chosen(options, ["A", "Räume"]).tolist() == [[True, False, True]]
