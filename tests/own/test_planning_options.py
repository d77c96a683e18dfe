"""Options of a workbook become options of the plan, euro by euro."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.errors import InputError
from dewak_research.own.planning_options import decided, net_path, own_options
from dewak_research.own.planning_sheets import NET
from dewak_research.planning.portfolio import chosen, problems

YEARS = range(2025, 2030)
NUMBERS = ["from_year", *NET, "low_eur", "high_eur", "persons_reached", "staff"]
COLUMNS = ["name", "kind", "service", *NUMBERS, "hsk_compatible", "decided"]


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


def test_without_ends_there_is_no_spread_and_with_them_draws_stay_between() -> None:
    plain, ranged = own_options(
        sheet(ROOMS, {**ROOMS, "name": "B", "low_eur": 2, "high_eur": 30}), YEARS, 999, 1
    )
    assert np.ptp(plain.draws_eur) == 0 and plain.draws_eur[0] == plain.net_eur.mean() == 5
    low, high = 5 + 0.8 * (2 - 10), 5 + 0.8 * (30 - 10)
    assert low <= ranged.draws_eur.min() < ranged.draws_eur.max() <= high
    assert np.quantile(ranged.draws_eur, 0.95) > 5 + 0.8 * 8
    assert not problems([plain, ranged], len(YEARS))


def test_what_is_not_known_stays_so() -> None:
    (option,) = own_options(sheet({**ROOMS, "hsk_compatible": None}), YEARS, 10, 1)
    assert np.isnan(option.persons_reached) and option.staff_fte == 0 and option.hsk_compatible == "no"
    assert not option.service
    (kept,) = own_options(sheet({**ROOMS, "service": "youth_work"}), YEARS, 10, 1)
    assert kept.service and np.isnan(kept.persons_reached)


def test_two_organisation_models_exclude_each_other() -> None:
    rows = [{**ROOMS, "kind": "organisation_model", "name": name, "decided": True} for name in "AB"]
    options = own_options(sheet(*rows, ROOMS), YEARS, 10, 1)
    assert decided(sheet(*rows, ROOMS)) == ["A", "B"]
    with pytest.raises(InputError, match="exclude each other"):
        chosen(options, ["A", "B"])
    assert chosen(options, ["A", "Räume"]).tolist() == [[True, False, True]]
