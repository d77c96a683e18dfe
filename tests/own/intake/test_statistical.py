"""Tables of the statistical offices as towns have them: read rightly, asked about, or refused with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.own import samples_small as small

from dewak_research.errors import InputError
from dewak_research.own.form import check_lists
from dewak_research.own.intake.understood import Understood, understand
from dewak_research.own.register_extract import check_register, extract_of
from dewak_research.own.start.work import write_file
from dewak_research.own.workbook import new_workbook, read_workbook

Lines = dict[tuple[str, int], float]
TOWN = small.genesis_town()
SMALL: dict[str, tuple[str, Lines]] = {
    "classic": (TOWN, {("einwohner", 2023): 48455}),
    "flat, German names": (small.FLAT_GERMAN, {("einwohner", 2023): 48455}),
    "flat, English names, quality, 30.06.": (small.FLAT_ENGLISH, {("einwohner", 2023): 48455}),
    "dots": (
        small.genesis_town(rows="05999000;  Musterstadt;48.455;23.755;24.700"),
        {("einwohner", 2023): 48455},
    ),
    "flags": (small.genesis_town(rows="05999000;  Musterstadt;48455 r;/;x"), {("einwohner", 2023): 48455}),
    "quality columns": (
        small.genesis_town(
            rows="05999000;  Musterstadt;48455;e;23755;e", times="31.12.2023;;31.12.2023;",
            columns="Insgesamt;;männlich;", mark="Tabelle",
        ),
        {("einwohner", 2023): 48455},
    ),
    "quality columns with the heading repeated": (
        small.genesis_town(
            rows="05999000;  Musterstadt;48455;e;23755;p", times="31.12.2023;31.12.2023;31.12.2023;31.12.2023",
            columns="Insgesamt;Insgesamt;männlich;männlich",
        ),
        {("einwohner", 2023): 48455},
    ),
    "30.06. beside 31.12.": (
        small.genesis_town(
            rows="05999000;  Musterstadt;48455;48500", times="31.12.2023;30.06.2024",
            columns="Insgesamt;Insgesamt", day="30.06.",
        ),
        {("einwohner", 2023): 48455},
    ),
    "30.06. after 31.12. of one year": (
        small.genesis_town(
            rows="05999000;  Musterstadt;48455;48500", times="31. Dezember 2023;30. Juni 2023",
            columns="Insgesamt;Insgesamt",
        ),
        {("einwohner", 2023): 48455},
    ),
    "both sexes without a total": (
        small.genesis_town(
            rows="05999000;  Musterstadt;23755;24700", times="31.12.2023;31.12.2023", columns="männlich;weiblich"
        ),
        {("einwohner", 2023): 48455},
    ),
    "ages with their total": (
        small.GENESIS_AGES,
        {("einwohner", 2023): 48455, ("unter_18", 2023): 8000, ("ab_65", 2023): 11000},
    ),
    "ages without a total": (
        "".join(
            line for line in small.GENESIS_AGES.splitlines(keepends=True) if ";Insgesamt;48455" not in line
        ),
        {("einwohner", 2023): 48455, ("unter_18", 2023): 8000, ("ab_65", 2023): 11000},
    ),
    "unemployed": (small.UNEMPLOYED, {("arbeitslose", 2022): 2205, ("arbeitslose", 2023): 2310}),
}  # fmt: skip
REAL = {
    "g01_old_ok": ("05170024", 104_000), "g03_ffcsv_de": ("05170024", 104_000),
    "g06_thousand_dots": ("05170024", 104_000),
    "g07_value_with_flag": ("05170024", 104_000), "g10_quality_columns": ("05170024", 104_000),
    "g12_30_06": ("05170024", 104_000), "g14_row_dimension_age": ("05911000", 100_000),
}  # fmt: skip


def lines_of(understood: Understood) -> Lines:
    figures = understood.figures
    assert set(figures["sheet"]) <= {"population"} and set(figures["kind"]) <= {"actual"}
    return dict(zip(zip(figures["line"], figures["year"], strict=True), figures["value"], strict=True))


def read(folder: Path, text: str, key: str = "05999000", **answers: str) -> Understood:
    (folder / "t.csv").write_text(text, "utf-8")
    return understand(folder / "t.csv", key, answers=answers)


@pytest.mark.parametrize("name", SMALL)
def test_a_table_yields_its_values_and_no_other(tmp_path: Path, name: str) -> None:
    text, expected = SMALL[name]
    understood = read(tmp_path, text)
    assert lines_of(understood) == expected and not understood.questions
    assert set(zip(understood.rows["line"], understood.rows["value"], strict=True)) == {
        (line, value) for (line, _), value in expected.items()
    }


@pytest.mark.parametrize("name", REAL)
def test_the_inputs_of_towns(samples: Path, name: str) -> None:
    key, people = REAL[name]
    found = lines_of(understand(samples / "inputs" / f"{name}.csv", key))
    assert {k: v for k, v in found.items() if k[0] == "einwohner"} == {("einwohner", 2023): people}


def test_a_town_with_a_lost_zero(samples: Path) -> None:
    file = samples / "inputs" / "g05_ags_zero_lost.csv"
    assert understand(file, "05170024").questions[0].key == "leading_zero"
    assert lines_of(understand(file, "05170024", answers={"leading_zero": "yes"})) == {
        ("einwohner", 2023): 104_000
    }


@pytest.mark.parametrize("short", ["5999000", "5999", "59990000000"])
def test_a_lost_zero_is_asked_about(tmp_path: Path, short: str) -> None:
    text = small.genesis_town(rows=f"{short};  Musterstadt;48455;23755;24700")
    asked = read(tmp_path, text)
    assert (
        asked.figures.empty
        and short in asked.questions[0].text.de
        and "Musterstadt" in asked.questions[0].text.en
    )
    assert lines_of(read(tmp_path, text, leading_zero="yes")) == {("einwohner", 2023): 48455}
    with pytest.raises(InputError, match="does not hold"):
        read(tmp_path, text, leading_zero="no")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (small.genesis_town(times="30.06.2024;30.06.2024;30.06.2024"), "holds only 30.06.2024"),
        (small.genesis_town(times="Juni 2024;Juni 2024;Juni 2024"), "holds only Juni 2024"),
        (small.genesis_town(times="2024;2024;2024", day="30.06."), "holds only 2024"),
        (
            TOWN.replace("__________", "05999000;      Musterstadt;48455;23755;24701\n__________"),
            "several rows",
        ),
        (small.genesis_town(columns="Deutsche;Ausländer;weiblich"), "fills no line"),
        (
            small.genesis_town(rows="05999000;  Musterstadt;.;1;1"),
            r"\(unknown, value; unit: Anzahl\)",
        ),
        (small.genesis_town(rows="05999000;  Musterstadt;48.455;1;1234"), "ambiguous"),
        (TOWN.replace("(Anzahl)", "(Prozent)"), "unit: Prozent"),
        (small.UNEMPLOYED.replace(";;;Arbeitslose;", ";;;Arbeitslosenquote insgesamt;"), "fills no line"),
        (small.genesis_town(rows="05998000;  Anderswo;1;1;1"), "does not hold"),
    ],
)
def test_a_table_without_a_value_is_refused_with_the_reason(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read(tmp_path, text)


def test_what_was_left_out_is_said(tmp_path: Path) -> None:
    notes = " ".join(note.en for note in read(tmp_path, small.FLAT_ENGLISH).notes)
    assert "another reporting date or no whole year: 2023-06-30" in notes
    text, _ = SMALL["both sexes without a total"]
    assert "parts that make up the whole" in " ".join(note.en for note in read(tmp_path, text).notes)


def test_a_genuine_table_by_age_is_added_up_once(samples: Path) -> None:
    file = samples / "genesis" / "12411-02-03-5.csv"
    row = next(line for line in file.read_text("utf-8").splitlines() if line.startswith("05170024;"))
    ages = [int(cell) for cell in row.split(";")[2:20]]
    assert sum(ages[:17]) == ages[17]
    found = lines_of(understand(file, "05170024"))
    assert found == {
        ("einwohner", 2015): ages[17], ("unter_18", 2015): sum(ages[:5]), ("ab_65", 2015): sum(ages[15:17]),
    }  # fmt: skip


def test_fine_ages_by_sex_fill_the_register_and_an_entered_extract_stays(tmp_path: Path) -> None:
    key, text = "05562020", small.GENESIS_FINE_AGES
    understood = read(tmp_path, text, key)
    assert [(row["date"], row["age"], row["male"], row["female"]) for row in understood.register] == [
        ("2024-12-31", "0", 31, 29), ("2024-12-31", "1-74", 3001, 3011), ("2024-12-31", "75-79", 301, 341),
        ("2024-12-31", "80-84", 201, 261), ("2024-12-31", "85+", 101, 181),
    ]  # fmt: skip
    assert (
        lines_of(understood)["einwohner", 2024] == 31 + 29 + 3001 + 3011 + 301 + 341 + 201 + 261 + 101 + 181
    )
    book = new_workbook(key, "de", 2026, own=tmp_path)
    write_file(key, tmp_path / "t.csv", {}, tmp_path)
    (tmp_path / "t.csv").write_text(
        text.replace("31.12.2024;05562020;31;", "31.12.2024;05562020;99;"), "utf-8"
    )
    write_file(key, tmp_path / "t.csv", {}, tmp_path)
    reading = read_workbook(book, key)
    assert not list(check_lists(reading)) and not list(check_register(reading, {}))
    extract = extract_of(reading)
    assert extract["persons"].sum() == 7458 and set(extract["date"]) == {"2024-12-31"}


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (small.GENESIS_AGES, "asks for groups of at most five years, the last from 85; here 65+"),
        (
            small.GENESIS_FINE_AGES.replace(";3001;", ";.;").replace("05562020", "05999000"),
            "not every age group has",
        ),
    ],
)
def test_why_the_register_stays_empty(tmp_path: Path, text: str, note: str) -> None:
    understood = read(tmp_path, text)
    assert not understood.register and note in " ".join(one.en for one in understood.notes)
