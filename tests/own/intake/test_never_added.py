# ruff: noqa: E501  (tables of cases)
"""Columns and rows that look like amounts of a year and are not: left out, asked about or refused, never read as figures."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from dewak_research.errors import InputError
from dewak_research.own.intake.headings import read_heading
from dewak_research.own.intake.mapping import dump_map
from dewak_research.own.intake.understood import Understood, understand
from own.intake.town_tables import EURO, NAMES, german

KEY = "05999000"
ACCOUNTS = {"401200": "3.000.000", "401300": "20.000.000", "411100": "15.000.000", "501200": "18.000.000"}


def read(folder: Path, rows: list[list[str]], answers: dict[str, str] | None = None) -> Understood:
    path = folder / "plan.csv"
    path.write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
    return understand(path, KEY, answers=answers)


def plan_with(extra: str, title: str = "") -> list[list[str]]:
    """Return a plan of 2025 and 2026 with one more column that holds a tenth."""
    rows = [[title]] if title else []
    rows += [["Zeile", "Ansatz 2025", extra, "Ansatz 2026"]]
    return rows + [[f"{n} {NAMES[n]}", german(v), german(v / 10), german(v)] for n, v in EURO.items()]


@pytest.mark.parametrize("title", ["", "Haushaltsplan 2026"])
@pytest.mark.parametrize(
    "extra",
    [
        "HAR aus 2024", "Haushaltsreste 2024", "verfügbar 2025", "Verbrauch 2025", "davon gebunden 2027",
        "Ermächtigungsübertragungen nach 2027", "mehr/weniger gegenüber 2025", "Ist 2025 (Stand 09/2025)",
        "mehr (+) weniger (-)",
    ],
)  # fmt: skip
def test_what_is_no_amount_of_a_year_is_left_out_without_a_question(
    extra: str, title: str, tmp_path: Path
) -> None:
    understood = read(tmp_path, plan_with(extra, title))
    assert understood.questions == []
    years = understood.figures[["year", "kind"]].drop_duplicates()
    assert sorted(map(tuple, years.to_numpy())) == [(2025, "plan"), (2026, "plan")]
    if "(+)" not in extra:  # without a year it is named among the columns that were not read
        assert any(
            (extra in note.de and "bleiben weg" in note.de) or "kein ganzes Jahr" in note.de
            for note in understood.notes
        )


@pytest.mark.parametrize(
    ("heading", "year", "kind"),
    [
        ("Fortgeschriebener Ansatz 2024 einschl. Ermächtigungsübertragungen", 2024, "plan"),
        ("Ergebnis 12/2024", 2024, "actual"), ("Ist Stand 31.12.2024", 2024, "actual"), ("Plan 2025", 2025, "plan"),
    ],
)  # fmt: skip
def test_amounts_of_a_whole_year_stay(heading: str, year: int, kind: str) -> None:
    found = read_heading(heading)
    assert (found.role, found.year, found.kind) == ("amount", year, kind)


@pytest.mark.parametrize("said", ["Die Kreisumlage (Angabe des Kreises in Mio. €) steigt 2026.", "in Mio. €"])
def test_a_unit_that_no_municipality_reaches_is_asked_for(said: str, tmp_path: Path) -> None:
    rows = [["Zeile", "Ansatz 2026"], *([f"{n} {NAMES[n]}", german(v)] for n, v in EURO.items()), [], [said]]
    asked = read(tmp_path, rows)
    assert [question.key for question in asked.questions] == ["unit"]
    assert "50.000.000.000.000 Euro" in asked.questions[0].text.de
    assert asked.figures.empty
    taken = read(tmp_path, rows, {"unit": "1"}).figures
    assert taken.set_index("line")["value"]["01"] == 50e6


def accounts(heading: str, values: tuple[str, ...]) -> list[list[str]]:
    rows = [["Konto", heading, "Ansatz 2026"]]
    return rows + [[account, value, amount] for value in values for account, amount in ACCOUNTS.items()]


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Version", ("A", "B")), ("Stand", ("Entwurf", "Beschluss")), ("Mandant", ("Stadt", "Abwasserbetrieb")),
        ("Planstand", ("1. Lesung", "2. Lesung")), ("Art", ("Entwurf", "Nachtrag")),
    ],
)  # fmt: skip
def test_versions_and_legal_bodies_are_never_added(
    heading: str, values: tuple[str, ...], tmp_path: Path
) -> None:
    rows = accounts(heading, values)
    rows[-1][-1] = "19.000.000"  # of the last version
    asked = read(tmp_path, rows)
    (question,) = asked.questions
    assert (question.key, question.default) == ("rows_2", None) and asked.figures.empty
    assert "tells versions of the plan or legal bodies apart" in question.text.en
    assert [meaning.de for _, meaning in question.options] == list(values)
    for answer, staff in ((values[0], 18e6), ("2", 19e6)):
        taken = read(tmp_path, rows, {"rows_2": answer})
        found = taken.figures.set_index("line")["value"]
        assert (found["01"], found["11"]) == (23e6, staff)
        assert taken.mapping is not None and heading in taken.mapping.only
        assert any("the others are left out" in note.en for note in taken.notes)


def test_a_kept_mapping_keeps_the_rows_that_were_chosen(tmp_path: Path) -> None:
    rows = accounts("Mandant", ("Stadt", "Abwasserbetrieb"))
    rows[-1][-1] = "19.000.000"
    chosen = read(tmp_path, rows, {"rows_2": "Abwasserbetrieb"})
    assert chosen.mapping is not None
    (tmp_path / "map.yaml").write_text(dump_map(chosen.mapping), encoding="utf-8")
    again = understand(tmp_path / "plan.csv", KEY, tmp_path / "map.yaml")
    assert again.figures.equals(chosen.figures)


def test_bodies_with_accounts_of_their_own_are_told_apart(tmp_path: Path) -> None:
    rows = [["Konto", "Mandant", "Ansatz 2026"]]
    rows += [[account, "Stadt", value] for account, value in ACCOUNTS.items()]
    rows += [["432100", "Abwasserbetrieb", "7.000.000"], ["524100", "Abwasserbetrieb", "6.000.000"]]
    assert [q.key for q in read(tmp_path, rows).questions] == ["rows_2"]
    assert set(read(tmp_path, rows, {"rows_2": "Stadt"}).figures["line"]) == {"01", "02", "11"}


def test_the_name_of_a_body_that_is_printed_once_stands_for_the_rows_below(tmp_path: Path) -> None:
    rows = [["Mandant", "Zeile", "Ansatz 2026"]]
    for body, share in (("Stadt", 1.0), ("Abwasserbetrieb", 0.1)):
        rows += [[body if n == "01" else "", f"{n} {NAMES[n]}", german(v * share)] for n, v in EURO.items()]
    assert [q.key for q in read(tmp_path, rows).questions] == ["rows_1"]
    taken = read(tmp_path, rows, {"rows_1": "2"}).figures.set_index("line")["value"]
    assert taken.to_dict() == pytest.approx({n: v * 0.1 for n, v in EURO.items()})


def test_too_many_versions_to_choose_from_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="tells versions of the plan or legal bodies apart"):
        read(tmp_path, accounts("Mandant", tuple(f"Betrieb {n}" for n in range(14))))


def test_products_are_still_added_whatever_one_of_them_is_called(tmp_path: Path) -> None:
    rows = accounts("Produkt", ("Beschlussfassung und Nachtrag", "Kindergarten", "Straßen"))
    taken = read(tmp_path, rows).figures.set_index("line")["value"]
    assert (taken["01"], taken["11"]) == (3 * 23e6, 3 * 18e6)


def test_one_version_for_every_year_is_no_question(tmp_path: Path) -> None:
    rows = [["Jahr", "Wertart", "Version", "Konto", "Betrag"]]
    rows += [["2024", "Ist", "Endstand", account, amount] for account, amount in ACCOUNTS.items()]
    rows += [["2026", "Plan", "Beschluss", account, amount] for account, amount in ACCOUNTS.items()]
    taken = read(tmp_path, rows).figures.set_index(["line", "year"])["value"]
    assert (taken["01", 2024], taken["01", 2026]) == (23e6, 23e6)


@pytest.mark.parametrize(
    "rows",
    [
        [
            ["HHSt", "Bezeichnung", "Ansatz 2026"],
            ["0.9000.0000", "Grundsteuer A", "1"],
            ["0.9000.0010", "Grundsteuer B", "2"],
            ["0.4640.4140", "Vergütungen", "3"],
        ],
        [
            ["Haushaltsstelle", "Bezeichnung", "Ansatz 2026"],
            ["1.9000.0000", "Grundsteuer A", "1"],
            ["1.9000.0010", "Grundsteuer B", "2"],
            ["1.4640.4140", "Vergütungen", "3"],
        ],
        [
            ["Gliederung", "Gruppierung", "Bezeichnung", "Ansatz 2026"],
            ["9000", "0000", "Grundsteuer A", "1"],
            ["4640", "4140", "Vergütungen", "3"],
        ],
    ],
)
def test_a_cameral_file_is_called_one_by_the_shape_of_its_numbers(
    rows: list[list[str]], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="cameral budget"):
        read(tmp_path, rows)


SAXON = [
    ["1", "Steuern und ähnliche Abgaben", "50.000.000"], ["3", "sonstige Transfererträge", "1.000.000"],
    ["2", "Zuwendungen und Umlagen nach Arten sowie aufgelöste Sonderposten", "30.000.000"],
    ["4", "öffentlich-rechtliche Leistungsentgelte", "9.000.000"], ["11", "Personalaufwendungen", "25.000.000"],
    ["13", "Aufwendungen für Sach- und Dienstleistungen", "18.000.000"], ["17", "sonstige ordentliche Aufwendungen", "5.000.000"],
    ["16", "Transferaufwendungen und Abschreibungen auf Sonderposten", "44.000.000"],
]  # fmt: skip


def test_lines_of_saxony_are_called_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="follows the layout of Saxony"):
        read(tmp_path, [["Nr.", "Bezeichnung", "Ansatz 2026"], *SAXON])


def test_large_lines_without_a_target_are_asked_about_where_no_sum_would_show_them(tmp_path: Path) -> None:
    own = {"2": "Zuwendungen und Auflösung von Sonderposten", "4": "Gebühren aller Art"}  # of no Land
    rows = [
        ["Nr.", "Bezeichnung", "Ansatz 2026"],
        *([n, own.get(n, name), value] for n, name, value in SAXON),
    ]
    asked = read(tmp_path, rows)
    assert [question.key for question in asked.questions] == ["unplaced"]
    assert "16 Transferaufwendungen" in asked.questions[0].text.de
    assert asked.figures.empty
    taken = read(tmp_path, rows, {"unplaced": "take"}).figures.set_index("line")["value"]
    assert (taken["01"], taken["16"]) == (50e6, 5e6)
    with pytest.raises(InputError, match="without a target"):
        read(tmp_path, rows, {"unplaced": "stop"})
