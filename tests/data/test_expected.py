"""The contracts on figures: limits are those of the figures, exceptions are needed, text files are read strictly."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dewak_research.data.catalogue import catalogue, table
from dewak_research.data.expected import measure
from dewak_research.data.expected.contracts import contracts, scores
from dewak_research.data.expected.history import History
from dewak_research.data.expected.scores import Scores
from dewak_research.data.expected.sets import key_sets
from dewak_research.data.expected.views import View
from dewak_research.data.official import Official, official
from dewak_research.data.table_text import read_text_table
from dewak_research.errors import InputError, entries

HERE = Path(measure.__file__).parent


@pytest.fixture(scope="module")
def found() -> Official:
    return official(check=False)


@pytest.fixture(scope="module")
def every(found: Official) -> list[Scores]:
    return list(scores(found.tables, found.places))


def test_limits_and_gaps_are_those_of_the_figures(found: Official, every: list[Scores]) -> None:
    assert measure.limits_of(every) == (HERE / "limits.yaml").read_text(encoding="utf-8")
    assert measure.gaps_of(found.tables) == (HERE / "gaps.yaml").read_text(encoding="utf-8")


def test_no_measured_limit_is_much_wider_than_the_figures(every: list[Scores]) -> None:
    """Ten percent of the distance, or five of the score: a limit typed by hand would not pass."""
    for one in every:
        if one.limit is None and one.message.startswith(
            ("apart", "history_leap", "history_dent", "per_head")
        ):
            extent = one.extent(measure.exceptions().get(one.name, frozenset()))
            if extent is None:
                continue
            low, high = measure.limits()[one.name]
            room = 0.13 * (extent[1] - extent[0]) + 0.06 * max(map(abs, extent)) + 1e-12
            assert low >= extent[0] - room and high <= extent[1] + room, one.name


def test_every_exception_is_needed_and_argued(every: list[Scores]) -> None:
    beyond = {
        one.name: {" ".join(one.key(i)) for i in one.outside(one.limit or measure.limits()[one.name])}
        for one in every
        if one.name in measure.exceptions()
    }
    for name, entry in entries("dewak_research.data.expected", "exceptions.yaml").items():
        listed = measure.Exceptional(**entry)
        assert set(listed.contracts) <= set(beyond), name
        needed = {row for contract in listed.contracts for row in beyond[contract]}
        assert set(listed.rows) <= needed, (name, set(listed.rows) - needed)
        assert all(set(listed.rows) & beyond[contract] for contract in listed.contracts), name
        assert len(listed.reason.de) > 20 and listed.source


def test_every_table_and_every_column_of_figures_is_under_a_contract(every: list[Scores]) -> None:
    tables = {entry.role for entry in catalogue().values() if entry.fields}
    assert set(key_sets()) == tables
    held = {(one.table, one.column.split(" ")[0]) for one in every}
    lacking = [
        (entry.role, name)
        for entry in catalogue().values()
        for name, column in entry.fields.items()
        if column.type in ("integer", "number") and name not in entry.keys and (entry.role, name) not in held
    ]
    assert not lacking
    compared = {role for contract in contracts().values() for role in contract.tables}
    compared |= {"booked_payments", "suppressed_payments", "balance_sheets", "balance_items", "schools"}
    assert tables - compared <= {"kreise"}, tables - compared


def test_a_formula_a_sum_and_a_weighted_mean_are_read_by_key() -> None:
    towns = pd.DataFrame(
        {"ags": ["05111000", "05154004", "05154008"], "people": [10.0, 1.0, 3.0], "rate": [1.0, 2.0, 6.0]}
    )
    tables = {"a": towns, "b": towns.assign(people=2.0)}
    by_kreis = {"table": "a", "by": ("kreis_key",)}
    assert View(value="people", how="sum", **by_kreis).read(tables).to_dict() == {"05111": 10.0, "05154": 4.0}
    assert View(value="rate", weight="people", **by_kreis).read(tables).to_dict() == {
        "05111": 1.0,
        "05154": 5.0,
    }
    beside = View(table="a", value="people / beside", beside=View(table="b", value="people"))
    assert beside.read(tables).tolist() == [5.0, 0.5, 1.5]
    assert View(table="a", value="people", where={"ags": ("05154004",)}).read(tables).to_dict() == {
        "05154004": 1.0
    }


def test_leap_dent_and_frozen_years_are_told_apart() -> None:
    years, units = list(range(2000, 2006)), [f"0511{i}000" for i in range(6)]
    rows = [(unit, year, 100.0 * 1.02 ** (year - 2000)) for unit in units for year in years]
    frame = pd.DataFrame(rows, columns=["ags", "year", "population"])
    frame.loc[(frame["ags"] == units[0]) & (frame["year"] == 2003), "population"] *= 10
    frame.loc[(frame["ags"] == units[1]) & (frame["year"] >= 2003), "population"] *= 2
    frame.loc[(frame["ags"] == units[2]) & (frame["year"] >= 2003), "population"] = 106.0
    kinds = {
        one.name.rsplit(".", 1)[1]: one
        for one in History(table="t", columns=("population",)).scores("h", {"t": frame})
    }
    leap, dent, frozen = kinds["leap"], kinds["dent"], kinds["frozen"]
    assert [leap.key(i) for i in leap.outside((-0.5, 0.5))] == [
        (units[0], "2003"), (units[0], "2004"), (units[1], "2003")
    ]  # fmt: skip
    assert [dent.key(i) for i in dent.outside((-0.5, 0.5))] == [(units[0], "2003")]
    assert dent.score[dent.outside((-0.5, 0.5))[0]] == pytest.approx(math.log(10))
    assert [frozen.key(i) for i in frozen.outside((-np.inf, 1.0))] == [(units[2], "2005")]


TABLE = table("town_population_today")
GOOD = "ags,year,population\n05111000,2025,619444\n05112000,2025,500810\n"


def said(folder: Path, data: bytes) -> str:
    path = folder / "t.csv"
    path.write_bytes(data)
    with pytest.raises(InputError) as error:
        read_text_table(path, TABLE)
    return error.value.render("en")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xef\xbb\xbf" + GOOD.encode(), "byte order mark"),
        (GOOD.encode("utf-16"), "no UTF-8"),
        (GOOD.replace("619444", "Düsseldorf").encode("cp1252"), "line 2 is no UTF-8"),
        (GOOD.rstrip().encode(), "breaks off in line 3"),
        ((GOOD + "Quelle: Destatis\n").encode(), r"another number of cells than in the heading (3): row 4"),
        (GOOD.replace("\n", "\n\n", 1).encode(), "row 2"),
        (GOOD.replace("619444", "inf").encode(), "population: no figure in row 2"),
        (GOOD.replace("500810", "nan").encode(), "population: no figure in row 3"),
        (GOOD.replace("500810", " 500810").encode(), "population: blanks at the end of a cell in row 3"),
        (GOOD.replace("500810", "DÃ¼ren").encode(), "garbled text in row 3"),
    ],
)
def test_a_file_that_is_no_table_of_the_house_is_named(tmp_path: Path, data: bytes, message: str) -> None:
    text = said(tmp_path, data)
    assert message in text
    assert "regionalstatistik" in text or TABLE.path in text


def test_a_good_file_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(GOOD.replace("500810", ""), encoding="utf-8")
    frame = read_text_table(path, TABLE)
    assert frame["ags"].tolist() == ["05111000", "05112000"] and frame["population"].isna().tolist() == [
        False,
        True,
    ]
