# ruff: noqa: E501  (lines of plans, one a line)
"""Printed layouts: number and name together, the name where they disagree, and the sums to confirm it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from dewak_research.data.text_files import parse_number
from dewak_research.own.intake.layouts import Recognised, layouts, recognise
from dewak_research.own.intake.line_sums import agreement
from dewak_research.own.intake.printed import PrintedLine, likeness, printed_line
from dewak_research.own.intake.understood import understand
from dewak_research.own.template import load_template

AMOUNTS = {"01": 50.0, "02": 30.0, "03": 1.0, "04": 9.0, "05": 2.0, "06": 3.0, "07": 5.0, "11": 25.0, "12": 2.0,
           "13": 18.0, "14": 8.0, "15": 44.0, "16": 5.0, "19": 0.5, "20": 1.5}  # fmt: skip
NAMES = {
    line.id: line.label.de for line in load_template().grids["result_plan"].values() if line.id.isdigit()
}
CASH_NAMES = {line.id: line.label.de for line in load_template().grids["finance_plan"].values()}


def plan(*more: tuple[str | None, str, float]) -> tuple[list[PrintedLine], pd.DataFrame]:
    """A result plan: income 100, costs 102, and the lines that are given."""
    rows = [(line, NAMES[line], value) for line, value in AMOUNTS.items()] + list(more)
    return [PrintedLine(n, label) for n, label, _ in rows], pd.DataFrame(
        {"plan 2026": [v * 1e6 for *_, v in rows]}
    )


def lines_of(found: Recognised | None, printed: list[PrintedLine]) -> dict[str, str | None]:
    assert found is not None
    return {
        f"{line.number or ''} {line.label}".strip(): to
        for line, to in zip(printed, found.lines, strict=True)
        if line.number is None or line.number > "16"
    }


def test_the_current_pattern_has_a_spending_cut_and_its_names() -> None:
    printed, amounts = plan(
        ("18", "Ordentliches Ergebnis", -2.0), ("21", "Finanzergebnis", -1.0),
        ("22", "Ergebnis der laufenden Verwaltungstätigkeit", -3.0), ("26", "Jahresergebnis", -3.0),
        ("27", "Globaler Minderaufwand", 1.0), ("28", "Jahresergebnis nach Abzug des globalen Minderaufwandes", -2.0),
    )  # fmt: skip
    found = recognise(printed, amounts)
    assert found is not None and found.layout.id == "result_current" and found.question is None
    assert found.lines == tuple(line.number for line in printed) and not found.conflicts
    assert {"18", "21", "22", "26", "28"} <= set(found.sums.agree) and not found.sums.fail


def test_the_older_pattern_means_other_lines_by_the_same_names() -> None:
    printed, amounts = plan(
        ("18", "Ergebnis der lfd. Verwaltungstätigkeit (10 und 17)", -2.0), ("21", "Finanzergebnis", -1.0),
        ("22", "ordentliches Jahresergebnis (18 und 21)", -3.0),
        ("26", "Jahresergebnis vor interner Leistungsver. (22 und 25)", -3.0),
    )  # fmt: skip
    found = recognise(printed, amounts)
    assert found is not None and found.layout.id == "result_older" and found.question is None
    assert found.lines == tuple(line.number for line in printed)
    assert (found.layout.valid_to, found.layout.seen, found.layout.verified) == (2018, (2010, 2015), True)


def test_without_numbers_the_sums_tell_the_two_patterns_apart() -> None:
    name = "Ergebnis der laufenden Verwaltungstätigkeit"
    printed, amounts = plan(
        (None, name, -2.0), (None, "Finanzergebnis", -1.0), (None, "Jahresergebnis", -3.0)
    )
    assert lines_of(recognise(printed, amounts), printed)[name] == "18"
    printed, amounts = plan(
        (None, name, -3.0), (None, "Finanzergebnis", -1.0), (None, "Jahresergebnis", -3.0)
    )
    assert lines_of(recognise(printed, amounts), printed)[name] == "22"


def test_where_nothing_tells_the_patterns_apart_it_is_asked() -> None:
    name = "Ergebnis der laufenden Verwaltungstätigkeit"
    printed, amounts = plan((None, name, -2.0))
    amounts.loc[0] = float("nan")  # without the taxes no sum can be made
    found = recognise(printed, amounts)
    assert found is not None and found.question is not None and found.question.key == "layout"
    assert {value for value, _ in found.question.options} >= {"result_current", "result_older"}
    answered = recognise(printed, amounts, answers={"layout": "result_older"})
    assert lines_of(answered, printed)[name] == "18" and answered is not None and answered.question is None


def test_where_number_and_name_disagree_the_name_decides_and_the_sums_confirm() -> None:
    printed, amounts = plan(
        ("20", "Finanzergebnis", -1.0), ("21", "Zinsen und sonstige Finanzaufwendungen", 1.5),
        ("28", "Jahresergebnis nach Abzug globaler Minderaufwand", -3.0),
    )  # fmt: skip
    printed[14] = PrintedLine(None, "")  # line 20 as it was printed first
    amounts.loc[14] = float("nan")
    kept = [n for n in range(len(printed)) if n != 14]
    found = recognise([printed[n] for n in kept], amounts.loc[kept].reset_index(drop=True))
    assert found is not None and found.lines[-3:] == ("21", "20", "28")
    assert len(found.conflicts) == 2 and "21" in found.sums.agree and found.question is None


def test_where_the_sums_speak_for_the_numbers_it_is_asked() -> None:
    printed, amounts = plan(
        ("18", "Ergebnis der laufenden Verwaltungstätigkeit", -2.0), ("21", "Finanzergebnis", -1.0),
        ("22", "Ordentliches Ergebnis", -3.0), ("26", "Jahresergebnis", -3.0),
        ("27", "Globaler Minderaufwand", 1.0), ("28", "Jahresergebnis nach Abzug globaler Minderaufwand", -2.0),
        ("29", "Verrechnete Erträge bei Vermögensgegenständen", 4.0), ("30", "Verrechnete Erträge bei Finanzanlagen", 1.0),
        ("33", "Verrechnungssaldo", 5.0),
    )  # fmt: skip
    found = recognise(printed, amounts)
    assert found is not None and found.layout.id == "result_current"
    assert found.question is not None and found.question.key == "numbers"
    assert "18 Ergebnis der laufenden" in found.question.text.de and "sums speak" in found.question.text.en
    answered = recognise(printed, amounts, answers={"numbers": "number"})
    assert lines_of(answered, printed)["18 Ergebnis der laufenden Verwaltungstätigkeit"] == "18"
    assert answered is not None and not answered.sums.fail


def test_part_plans_number_otherwise_behind_line_25() -> None:
    printed, amounts = plan(
        ("26", "Ergebnis vor Berücksichtigung der internen Leistungsbeziehungen", -3.0),
        ("27", "Erträge aus internen Leistungsbeziehungen", 7.0), ("28", "Aufwendungen aus internen Leistungsbeziehungen", 4.0),
        ("29", "Teilergebnis", 0.0), ("30", "Globaler Minderaufwand", 1.0), ("31", "Teilergebnis nach Abzug globaler Minderaufwand", 1.0),
    )  # fmt: skip
    found = recognise(printed, amounts)
    assert found is not None and found.layout.part and found.layout.id == "part_current"
    assert found.lines[-6:] == ("26", None, None, None, "27", None)
    printed, amounts = plan(
        ("26", "Jahresergebnis vor interner Leistungsver. (22 und 25)", -3.0),
        ("27", "Interne Leistungsbeziehung (Aufwand / (-) Ertrag)", 1.0), ("28", "Jahresergebnis", -4.0),
    )  # fmt: skip
    found = recognise(printed, amounts)
    assert found is not None and found.layout.id == "part_older" and found.lines[-3:] == ("26", None, None)


CASH = {
    "01": 60.0,
    "02": 30.0,
    "10": 40.0,
    "14": 45.0,
    "17": 5.0,
    "18": 4.0,
    "25": 12.0,
    "31": -8.0,
    "32": -3.0,
}


def cash(*more: tuple[str | None, str, float]) -> tuple[list[PrintedLine], pd.DataFrame]:
    rows = [(line, CASH_NAMES[line], value) for line, value in CASH.items()] + list(more)
    return [PrintedLine(n, label) for n, label, _ in rows], pd.DataFrame(
        {"plan 2026": [v * 1e6 for *_, v in rows]}
    )


def test_a_finance_plan_of_today_knows_liquidity_credit() -> None:
    printed, amounts = cash(
        ("33", "Aufnahme und Rückflüsse von Darlehen", 9.0), ("34", "Aufn. v. Krediten z. Liquiditätssicherung", 6.0),
        ("35", "Tilgung und Gewährung von Darlehen", 5.0), ("36", "Tilgung v. Krediten z. Liquiditätssicherung", 2.0),
        ("37", "Saldo aus Finanzierungstätigkeit", 8.0), ("38", "Änd. des Finanzbestandes", 5.0),
        ("39", "Anfangsbestand an Finanzmitteln", 3.0), ("40", "Bestand an fremden Finanzmitteln", 1.0), ("41", "Liquide Mittel", 9.0),
    )  # fmt: skip
    found = recognise(printed, amounts)
    assert found is not None and found.layout.id == "finance_current"
    assert found.lines == tuple(line.number for line in printed)
    assert {"17", "31", "32", "37", "38", "41"} <= set(found.sums.agree) and not found.sums.fail


def test_a_finance_plan_of_2010_ends_with_36() -> None:
    printed, amounts = cash(
        ("33", "Aufnahme und Rückflüsse von Darlehen", 9.0), ("34", "Tilgung und Gewährung von Darlehen", 5.0),
        ("35", "Saldo aus Finanzierungstätigkeit", 4.0), ("36", "Änderung des Bestandes an Finanzmitteln", 1.0),
    )  # fmt: skip
    found = recognise(printed, amounts)
    assert found is not None and found.layout.id == "finance_older"
    assert found.lines[-4:] == ("33", "35", "37", "38") and {"37", "38"} <= set(found.sums.agree)


def test_money_held_for_others_may_have_no_number() -> None:
    printed, amounts = cash(
        ("33", "Aufnahme und Rückflüsse von Darlehen", 9.0), ("34", "Aufnahme von Krediten zur Liquiditätssicherung", 6.0),
        ("35", "Tilgung und Gewährung von Darlehen", 5.0), ("36", "Tilgung von Krediten zur Liquiditätssicherung", 2.0),
        ("37", "Saldo aus Finanzierungstätigkeit", 8.0), ("38", "Änderung des Bestandes an eigenen Finanzmitteln", 5.0),
        ("39", "Anfangsbestand an Finanzmitteln", 3.0), (None, "Änderung des Bestandes an fremden Finanzmitteln", 1.0),
        ("40", "Liquide Mittel", 9.0),
    )  # fmt: skip
    found = recognise(printed, amounts)
    assert found is not None and found.layout.id == "finance_short" and not found.conflicts
    assert found.lines[-3:] == ("39", "40", "41") and "41" in found.sums.agree


@pytest.mark.parametrize(
    ("cell", "number", "expected"),
    [("10 = ordentliche Erträge", "", ("10", "ordentliche Erträge")), ("sonstige Aufwendungen", "16", ("16", "sonstige Aufwendungen")),
     ("sonstige Erträge", " 7. ", ("07", "sonstige Erträge")), ("Zeile 03 + Sonstige Transfererträge", "", ("03", "Sonstige Transfererträge")),
     ("Jahresergebnis", "", (None, "Jahresergebnis")), ("01", "", (None, "01"))],
)  # fmt: skip
def test_number_and_name_stand_in_one_cell_or_in_two(
    cell: str, number: str, expected: tuple[str | None, str]
) -> None:
    assert printed_line(cell, number) == PrintedLine(*expected)
    assert printed_line("", "") is None


def test_names_that_say_opposite_things_are_not_alike() -> None:
    assert likeness("öffentl.rechtl. Leistungsentgelte", "Öffentlich-rechtliche Leistungsentgelte") == 1.0
    assert likeness("Ergebnis der lfd. Verw.-tätigkeit", "Ergebnis der laufenden Verwaltungstätigkeit") == 1.0
    for first, second in (("Einzahlungen aus lfd. Verwaltungstätigkeit", "Auszahlungen aus laufender Verwaltungstätigkeit"),
                          ("Finanzerträge", "Finanzergebnis"), ("Außerordentliche Erträge", "Ordentliche Erträge"),
                          ("ordentliches Jahresergebnis", "Ordentliches Ergebnis"),
                          ("Tilgung und Gewährung von Darlehen", "Tilgung von Krediten zur Liquiditätssicherung")):  # fmt: skip
        assert likeness(first, second) < 0.62, (first, second)


def test_fewer_than_five_lines_are_no_plan() -> None:
    printed, amounts = plan()
    assert recognise(printed[:4], amounts.head(4)) is None
    assert recognise(printed[:5], amounts.head(5)) is not None


def test_sums_agree_under_the_signs_of_the_file() -> None:
    lines = ["10", "17", "18", "19", "20", "21", "22"]
    turned = 1e6 * pd.DataFrame({"plan 2026": [-100.0, 102.0, 2.0, -0.5, 1.5, 1.0, 3.0]})
    found = agreement(lines, turned, "result_plan")
    assert (found.income_sign, found.costs_sign) == (-1.0, 1.0) and found.agree == ("18", "21", "22")
    signed = 1e6 * pd.DataFrame({"plan 2026": [100.0, -102.0, -2.0, 0.5, -1.5, -1.0, -3.0]})
    found = agreement(lines, signed, "result_plan")
    assert (found.income_sign, found.costs_sign) == (1.0, -1.0) and not found.fail
    wrong = 1e6 * pd.DataFrame({"plan 2026": [100.0, 102.0, -12.0, 0.5, 1.5, -1.0, -3.0]})
    assert agreement(lines, wrong, "result_plan").fail == ("18", "22")


def test_every_layout_is_dated_and_sourced_and_points_to_lines_of_the_workbook() -> None:
    assert {one.id for one in layouts()} == {
        "result_current", "result_older", "part_current", "part_older", "finance_current", "finance_short", "finance_older",
    }  # fmt: skip
    for one in layouts():
        known = load_template().grids[one.plan]
        assert one.sources and one.seen is not None and one.seen[0] <= one.seen[1]
        assert {entry.line for entry in one.entries if entry.line} <= set(known)
        numbers = [entry.number for entry in one.entries if entry.number]
        assert len(numbers) == len(set(numbers))
    assert layouts("00") == layouts()  # without lines of its own a Land takes those of the report


def csv(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "plan.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_number_in_its_own_column_counts(tmp_path: Path) -> None:
    short = {**NAMES, "07": "sonstige Erträge", "16": "sonstige Aufwendungen"}
    rows = [f"{line};{short[line]};{value * 1e6:.0f}" for line, value in AMOUNTS.items()]
    found = understand(csv(tmp_path, "\n".join(["Nr;Bezeichnung;Plan 2026", *rows])), "05999000")
    assert dict(zip(found.figures["line"], found.figures["value"] / 1e6, strict=True)) == AMOUNTS
    assert found.mapping is not None and found.mapping.group_columns == ()


def test_an_open_question_writes_nothing_until_it_is_answered(tmp_path: Path) -> None:
    printed, amounts = plan(("", "Ergebnis der laufenden Verwaltungstätigkeit", -2.0))
    rows = [f"{line.label};{value:.0f}" for line, value in zip(printed, amounts["plan 2026"], strict=True)][
        1:
    ]
    path = csv(tmp_path, "\n".join(["Zeile;Plan 2026", *rows]))
    asked = understand(path, "05999000")
    assert [one.key for one in asked.questions] == ["layout"] and asked.figures.empty
    known = understand(path, "05999000", answers={"layout": "result_older"})
    assert not known.questions and known.figures.set_index("line")["value"]["18"] == -2e6


@pytest.mark.parametrize(
    ("name", "layout", "lines"),
    [("gesamtergebnisplan", "result_older", tuple(f"{n:02d}" for n in range(1, 27))),
     ("gesamtfinanzplan", "finance_older", (*(f"{n:02d}" for n in range(1, 34)), "35", "37", "38"))],
)  # fmt: skip
def test_a_genuine_plan_of_2010_to_2015(
    samples: Path, name: str, layout: str, lines: tuple[str, ...]
) -> None:
    text = (samples / "budgets" / "koeln" / f"{name}.csv").read_text(encoding="utf-8-sig").strip()
    head, *rows = (line.split(";") for line in text.split("\n"))
    printed = [printed_line(row[0]) for row in rows]
    values = [[parse_number(cell, "de").value for cell in row[1:]] for row in rows]
    found = recognise([line for line in printed if line], pd.DataFrame(values, columns=head[1:], dtype=float))
    assert found is not None and (found.layout.id, found.lines) == (layout, lines)
    assert not found.sums.fail and found.question is None


@pytest.mark.parametrize("name", ["a23_komhvo2019_nr_col", "a24_short_label_sonstige"])
def test_the_samples_with_a_column_of_numbers(samples: Path, name: str) -> None:
    found = understand(samples / "inputs" / f"{name}.csv", "05999000").figures
    values = dict(zip(found["line"], found["value"] / 1e6, strict=True))
    assert {line: values[line] for line in AMOUNTS} == AMOUNTS
    results = {"18": -2.0, "21": -1.0, "22": -3.0, "26": -3.0, "27": 1.0, "28": -2.0}
    assert {line: value for line, value in values.items() if line not in AMOUNTS} == (
        results if name.startswith("a23") else {}
    )
