"""One reader for all tables of the statistical offices."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dewak_research.data.genesis import read_genesis
from dewak_research.errors import InputError

PLACES = {
    "12411-01-01-5": ("columns", 3, {"Anzahl"}),
    "12411-02-03-5": ("line", 54, {"Anzahl"}),
    "12411-05-01-4": ("first_column", 3, {"Anzahl"}),
    "22811-02-02-4": ("first_column", 13, {"Anzahl"}),
    "71231-01-02-4": ("first_column", 13, {"Tsd. EUR", "Prozent"}),
    "71231-01-02-5": ("line", 13, {"Tsd. EUR", "Prozent"}),
    "71327-01-05-4": ("first_column", 7, {"EUR", "Tsd. EUR"}),
    "71517-01-03-5": ("line", 9, {"EUR"}),
    "71517-02-03-4": ("first_column", 8, {"EUR"}),
}


@pytest.mark.parametrize("code", sorted(PLACES))
def test_genuine_tables(samples: Path, code: str) -> None:
    file = samples / "genesis" / f"{code}.csv"
    start = time.perf_counter()
    table = read_genesis(file.read_bytes(), file.name)
    assert time.perf_counter() - start < 10  # the target of 2 s is measured in benchmarks/own_figures.py
    place, columns, units = PLACES[code]
    assert (table.code, table.time_place, len(table.columns), set(table.units)) == (
        code,
        place,
        columns,
        units,
    )
    assert table.complete and "Namensnennung - Version 2.0" in table.licence and table.as_of == "10.10.2017"
    assert "not_a_number" not in set(table.data["status"])
    assert not table.data.duplicated(["key", "time", "column"]).any()
    with_value = table.data["status"].isin(["value", "nil"])
    assert (table.data["value"].notna() == with_value).all()


def test_values_of_a_genuine_table(samples: Path) -> None:
    table = read_genesis((samples / "genesis" / "71231-01-02-5.csv").read_bytes())
    flensburg = table.data[
        (table.data["key"] == "01001") & (table.data["column"] == "Gewerbesteuer - Hebesatz")
    ]
    assert flensburg[["value", "unit", "year"]].iloc[0].tolist() == [410, "Prozent", 2015]


def small() -> dict[str, bytes]:
    import sys

    sys.path.insert(0, str(Path(__file__).parents[1]))
    from own import samples_small as s

    return {
        "line": s.GENESIS_LINE.encode(), "columns": s.GENESIS_COLUMNS.encode("cp1252"),
        "first_column": s.GENESIS_FIRST.encode("utf-8-sig"),
    }  # fmt: skip


def test_year_in_a_line() -> None:
    table = read_genesis(small()["line"])
    assert (table.time_place, table.as_of, table.encoding) == ("line", "10.10.2024", "utf-8")
    town = table.data[table.data["key"] == "05999"].set_index("column")
    assert town.loc["Gewerbesteuer - Istaufkommen", ["value", "unit", "year"]].tolist() == [
        21400,
        "Tsd. EUR",
        2023,
    ]
    other = table.data[table.data["key"] == "05998"]
    assert other["status"].tolist() == ["unknown", "not_applicable", "nil"]
    assert np.isnan(other["value"].iloc[0]) and other["value"].iloc[2] == 0
    assert "erfunden" in table.footnotes


def test_year_as_column_groups() -> None:
    table = read_genesis(small()["columns"])
    assert table.time_place == "columns" and table.encoding == "cp1252"
    town = table.data[(table.data["key"] == "05999000") & (table.data["column"] == "Insgesamt")]
    assert dict(zip(town["year"], town["value"], strict=True)) == {2023: 48455, 2022: 48310}
    statuses = table.data.loc[table.data["key"] == "05999004", "status"].tolist()
    assert statuses == ["pending", "unreliable", "nil", "unknown"]


def test_year_in_the_first_column_and_a_flag() -> None:
    table = read_genesis(small()["first_column"])
    assert table.time_place == "first_column" and table.encoding == "utf-8-sig"
    last = table.data[(table.data["key"] == "05999") & (table.data["year"] == 2022)].iloc[-1]
    assert (last["value"], last["status"]) == (24650, "provisional")


def test_cut_off_table_is_noticed() -> None:
    text = small()["line"].decode()
    broken = text[: text.index("05998;") + 12]
    with pytest.raises(InputError, match="breaks off in the middle of a row"):
        read_genesis(broken.encode())
    whole_rows = text[: text.index("05998;")]
    assert not read_genesis(whole_rows.encode()).complete


NAMES = st.text("abcdefghijäöüß -,", min_size=1, max_size=12).filter(lambda s: s.strip())


@settings(max_examples=60, deadline=None)
@given(
    levels=st.integers(1, 3), groups=st.lists(NAMES, min_size=1, max_size=3, unique=True),
    years=st.lists(st.integers(1990, 2030), min_size=1, max_size=3, unique=True),
    place=st.sampled_from(["line", "columns", "first_column"]), units=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]), newline=st.sampled_from(["\n", "\r\n"]),
    values=st.lists(st.integers(-10**9, 10**9), min_size=2, max_size=4),
)  # fmt: skip
def test_any_header_layout(levels, groups, years, place, units, encoding, newline, values) -> None:  # type: ignore[no-untyped-def]
    """Whatever the layout, the same cells come back with their key, year and column."""
    names = [g.strip() + str(i) for i, g in enumerate(groups)]
    used = years if place == "columns" else years[:1] if place == "line" else years
    empty = ["", ""] + ([""] if place == "first_column" else [])
    spread = [(y, n) for y in used for n in names] if place == "columns" else [(None, n) for n in names]
    lines = ["GENESIS-Tabelle: 99999-01-01-5", "Erfundene Tabelle (Anzahl)" + ";" * 3]
    if place == "line":
        lines.append(str(used[0]) + ";" * len(spread))
    if place == "columns":
        lines.append(";".join([*empty, *(str(y) for y, _ in spread)]))
    lines += [";".join([*empty, *(n + f" Ebene{level}" for _, n in spread)]) for level in range(levels)]
    if units:
        lines.append(";".join([*empty, *("Anzahl" for _ in spread)]))
    expected = {}
    for row, value in enumerate(values):
        for year in used if place == "first_column" else [None]:
            key = f"{5000 + row:05d}"
            cells = []
            for i, (y, n) in enumerate(spread):
                cell = value + i
                cells.append(str(cell))
                expected[(key, y or year or used[0], n)] = cell
            lines.append(";".join([*([str(year)] if place == "first_column" else []), key, "  Ort", *cells]))
    lines += ["__________", "© Niemand", "Stand: 01.01.2024"]
    table = read_genesis(newline.join(lines).encode(encoding, "replace"))
    assert table.time_place == place and set(table.units) == {"Anzahl"}
    got = {
        (k, int(y), next(n for n in names if str(c).startswith(n + " Ebene"))): v
        for k, y, c, v in zip(*(table.data[x] for x in ("key", "year", "column", "value")), strict=True)
    }
    assert got == expected
