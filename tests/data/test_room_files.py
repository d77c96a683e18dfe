"""Tables of shared rooms as files: read and written without loss, every field that cannot be read is named."""

import pandas as pd
import pytest

from dewak_research.data.room_files import (
    COLUMNS,
    MUSTERSTADT,
    hours_of,
    plain_tables,
    read_room_files,
    time_of,
    typed_table,
)
from dewak_research.errors import InputError


def _text(name):
    return pd.read_csv(MUSTERSTADT / f"{name}.csv", dtype=str, keep_default_na=False)


def test_what_is_written_is_what_was_read():
    tables = read_room_files().tables
    for name, plain in plain_tables(tables).items():
        again = typed_table(plain.astype(str), name, name)
        pd.testing.assert_frame_equal(again, tables[name])
        assert list(plain.columns) == list(_text(name).columns)


def test_unknown_stays_unknown():
    rooms = read_room_files().tables["rooms"].set_index("room")
    assert pd.isna(rooms.loc["Vereinsheim", "barrier_free"])
    assert pd.isna(rooms.loc["Vereinsheim", "longitude"])
    assert pd.isna(rooms.loc["Bürgersaal", "lease_end"])
    assert rooms.loc["Kursraum 2", "barrier_free"] is False or not rooms.loc["Kursraum 2", "barrier_free"]


@pytest.mark.parametrize(
    ("hours", "text"), [(0.0, "00:00"), (8.5, "08:30"), (17.25, "17:15"), (24.0, "24:00")]
)
def test_hours_are_written_as_times(hours, text):
    assert time_of(hours) == text
    assert hours_of(text) == hours


@pytest.mark.parametrize(
    ("name", "column", "wrong", "word"),
    [
        ("rooms", "seats", "viele", "Zahl"),
        ("rooms", "barrier_free", "vielleicht", "ja"),
        ("rooms", "lease_end", "1.1.2027", "Datum"),
        ("offers", "barrier_free", "x", "ja"),
        ("bookings", "begins", "25:00", "Uhrzeit"),
        ("bookings", "ends", "9:75", "Uhrzeit"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(name, column, wrong, word):
    text = _text(name)
    text.loc[1, column] = wrong
    with pytest.raises(InputError) as caught:
        typed_table(text, name, f"{name}.csv")
    said = caught.value.problems[0].render("de")
    assert f"{name}.csv: 2, {column}" in said and word in said


def test_all_columns_that_are_missing_are_named():
    with pytest.raises(InputError, match="seats"):
        typed_table(_text("rooms").drop(columns=["seats", "owner"]), "rooms", "rooms.csv")
    assert set(COLUMNS["rooms"]) == set(_text("rooms").columns)


def test_a_file_that_is_missing_is_named(tmp_path):
    (tmp_path / "about.yaml").write_text("name: {de: A, en: A}\nfictional: true\nas_of: '2026-11-02'\n")
    with pytest.raises(InputError, match=r"rooms\.csv"):
        read_room_files(tmp_path)
