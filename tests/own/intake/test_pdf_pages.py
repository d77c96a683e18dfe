"""Pages that are hard to read: every cell as printed, or a refusal or a note that names what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from dewak_research.errors import InputError
from dewak_research.own.intake.foreign import ForeignLayout, foreign_layouts
from dewak_research.own.intake.pdf_draft import CONFIRMED, PART, WHOLE, WHOLE_PLAN, YES
from dewak_research.own.intake.pdf_tables import read_pdf
from dewak_research.own.intake.understood import Understood, understand
from dewak_research.own.layout_in_hand import in_layout
from own.intake.printed_pages import KINDS, Grid, new_page, only, print_grid
from own.intake.printed_plans import (
    RESULT,
    Look,
    Print,
    add_plan,
    book,
    printed,
    result_rows,
    save,
    thousands,
)
from own.intake.reading import KEY, confirmed, found
from own.intake.town_plans import YEARS
from own.intake.town_tables import Values

# slow: every budget is printed, read and confirmed
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("inside")]
TITLE = "Gesamtergebnisplan 2026"
HEADS = [f"{kind}|{year}" for kind, (year, _) in zip(KINDS, YEARS, strict=True)]
RIGHT: Values = {
    (line, year, kind): values[n] for line, _, values in RESULT for n, (year, kind) in enumerate(YEARS)
}


def _years(*places: int) -> Values:
    kept = [YEARS[n] for n in places]
    return {key: value for key, value in RIGHT.items() if key[1:] in kept}


def _page(path: Path, grid: Grid, *title: str) -> Path:
    pdf = book()
    new_page(pdf, *(title or (TITLE,)))
    print_grid(pdf, grid)
    return save(pdf, path / "plan.pdf")


def _says(read: Understood, words: str) -> bool:
    return any(words in note.en for note in read.notes)


def test_headings_of_three_two_and_one_line_stand_into_each_other(tmp_path: Path) -> None:
    heads = [
        "Ergebnis|2024",
        "bisheriger|Ansatz|2026",
        "mehr|(+) /|weniger|(-)",
        "neuer|Ansatz|2026",
        "Planung 2027",
    ]
    rows = [(n, name, [v[0], v[2] - 5000, 5000.0, v[2], v[3]]) for n, name, v in RESULT]
    assert found(confirmed(_page(tmp_path, Grid(heads, rows)))) == _years(0, 2, 3)
    units = ["Ergebnis|2024|EUR", *(f"Ansatz {year}|EUR" for year in (2025, 2026)), *HEADS[3:]]
    assert found(confirmed(_page(tmp_path, Grid(units, RESULT)))) == RIGHT


def test_headings_so_close_that_they_touch_are_parted_by_their_years(tmp_path: Path) -> None:
    heads = [head.replace("|", " ") for head in HEADS]
    assert found(confirmed(_page(tmp_path, Grid(heads, RESULT, step=18.5)))) == RIGHT


def test_a_column_of_remarks_is_left_aside(tmp_path: Path) -> None:
    remarks = {
        "01": "siehe Seite 12",
        "11": "zwei Stellen mehr, 2025: 3",
        "17": "vgl. 4.500.000 im Vorbericht",
    }
    assert found(confirmed(_page(tmp_path, Grid(HEADS, RESULT, remarks=remarks)))) == RIGHT


def test_a_long_name_that_reaches_over_amounts_takes_no_column_away(tmp_path: Path) -> None:
    rows = [(n, name if n not in ("13", "22") else f"{name} {'x' * 14}", v) for n, name, v in RESULT]
    read = found(confirmed(_page(tmp_path, Grid(HEADS, rows, wide=72))))
    assert {key: read[key] for key in _years(0) if key[0] not in ("13", "22")} == {
        key: value for key, value in _years(0).items() if key[0] not in ("13", "22")
    }


def test_a_table_below_another_on_the_page_has_its_own_columns(tmp_path: Path) -> None:
    pdf = book()
    new_page(pdf, TITLE)
    end = print_grid(pdf, Grid(HEADS, RESULT, top=20))
    print_grid(
        pdf, Grid(["2025", "2026"], [("", "Einwohner", [50_000, 50_100])], top=end + 6, wide=60, step=40)
    )
    assert found(confirmed(save(pdf, tmp_path / "plan.pdf"))) == RIGHT


@pytest.mark.parametrize("turn", [0, 45])
def test_a_stamp_over_the_page_is_no_text_of_the_table(turn: int, tmp_path: Path) -> None:
    pdf = book()
    new_page(pdf, TITLE)
    print_grid(pdf, Grid(HEADS, RESULT))
    pdf.set_font("Helvetica", "B", 90)
    with pdf.rotation(turn, 140, 110):
        pdf.text(60, 120, "ENTWURF")
    assert found(confirmed(save(pdf, tmp_path / "plan.pdf"))) == RIGHT


@pytest.mark.parametrize(
    ("write", "said", "factor"),
    [(lambda v: f"{v:,.2f}", "", 1), (lambda v: f"{v:,.0f}".replace(",", "'"), "", 1), (thousands, "in TEUR", 1),
     (lambda v: f"{v / 1e6:.3f}".replace(".", ","), "in Mio. Euro", 1), (thousands, "in TEUR", 1000)],
)  # fmt: skip
def test_a_plan_is_found_however_its_numbers_are_written(
    write: object, said: str, factor: int, tmp_path: Path
) -> None:
    rows = [(n, name, [round(v / factor, -3) for v in values]) for n, name, values in RESULT]
    read = found(confirmed(_page(tmp_path, Grid(HEADS, rows, write), TITLE, said)))  # type: ignore[arg-type]
    assert read == {(n, y, k): v[i] for n, _, v in rows for i, (y, k) in enumerate(YEARS)}


def _facing(
    path: Path, right: Grid, said: tuple[str, ...] = ("",), title: str = "", left: Grid | None = None
) -> Path:
    """Print a left page with names and three years, a right one with what ``right`` says."""
    pdf = book()
    new_page(pdf, TITLE, *said)
    print_grid(pdf, left or Grid(HEADS[:3], only(RESULT, 0, 1, 2)))
    new_page(pdf, title)
    print_grid(pdf, right)
    return save(pdf, path / "plan.pdf")


LATER = only(RESULT, 3, 4, 5)
FACING = {
    "numbers": Grid(HEADS[3:], LATER, names=False),
    "names": Grid(HEADS[3:], LATER),
    "neither, at the same height": Grid(HEADS[3:], LATER, names=False, numbers=False),
    "numbers, rows without amounts left out": Grid(
        HEADS[3:], [row for row in LATER if any(row[2])], names=False, top=45
    ),
}


@pytest.mark.parametrize("how", FACING)
def test_a_table_over_two_facing_pages_is_joined_row_by_row(how: str, tmp_path: Path) -> None:
    path = _facing(tmp_path, FACING[how])
    read = confirmed(path)
    assert {key: value for key, value in found(read).items() if value} == {
        key: value for key, value in RIGHT.items() if value
    }
    assert _says(read, "put beside the page before row by row: page 2")
    last = read.rows[(read.rows["line"] == "26") & (read.rows["year"] == 2029)].iloc[0]
    assert last["page"] == 2 and "Seite 2" in last["where"]


APART = {
    "other heights and fewer rows": Grid(HEADS[3:], LATER[:-2], names=False, numbers=False),
    "other heights": Grid(HEADS[3:], [*LATER[:9], ("", "", []), *LATER[9:]], names=False, numbers=False),
    "another number": Grid(HEADS[3:], [*LATER[:-1], ("31", "", LATER[-1][2])], names=False),
}


@pytest.mark.parametrize("how", APART)
def test_facing_pages_whose_rows_do_not_agree_are_named_and_never_half_read(how: str, tmp_path: Path) -> None:
    read = confirmed(_facing(tmp_path, APART[how]))
    assert found(read) == _years(0, 1, 2)
    assert _says(read, "page 2 shows further years beside the page before, but its rows cannot be assigned")


def test_a_plan_over_two_pairs_of_facing_pages_keeps_its_unit(tmp_path: Path) -> None:
    pdf = book()
    for part in (RESULT[:14], RESULT[14:]):
        for title, heads, places in (("Angaben in TEUR", HEADS[:3], (0, 1, 2)), ("", HEADS[3:], (3, 4, 5))):
            new_page(pdf, TITLE if part is RESULT[:14] and title else "", title)
            print_grid(pdf, Grid(heads, only(part, *places), thousands, names=bool(title)))
    path = save(pdf, tmp_path / "plan.pdf")
    assert [question.key for question in understand(path, KEY).questions] == [
        "unit"
    ]  # the right pages name none
    assert found(confirmed(path, unit="1000")) == RIGHT


def test_the_page_behind_a_plan_is_not_taken_for_a_facing_one(tmp_path: Path) -> None:
    debts = Grid(["31.12.2024", "31.12.2025"], [("", "Kredite", [1e7, 2e7]), ("", "Leasing", [1e6, 2e6])] * 3)
    pdf = book()
    new_page(pdf, TITLE)
    print_grid(pdf, Grid(HEADS, RESULT))
    new_page(pdf, "Übersicht über den Stand der Verbindlichkeiten")
    print_grid(pdf, debts)
    draft = read_pdf(save(pdf, tmp_path / "plan.pdf"))
    assert len(draft.tables) == 1 and not any("page 2" in note.en for note in draft.notes)


def test_a_heading_that_changes_on_the_next_page_begins_columns_of_its_own(tmp_path: Path) -> None:
    pdf = book()
    new_page(pdf, TITLE)
    print_grid(pdf, Grid([f"{head}|EUR" for head in HEADS], RESULT[:14]))
    new_page(pdf, TITLE)
    print_grid(pdf, Grid([f"{head}|TEUR" for head in HEADS], RESULT[14:], thousands))
    assert found(confirmed(save(pdf, tmp_path / "plan.pdf"))) == RIGHT


def test_the_largest_of_plans_without_a_title_is_asked_about(tmp_path: Path) -> None:
    pdf = book()
    for scale in (0.2, 0.5, 0.3):
        add_plan(
            pdf, Print(result_rows(scale), Look(title="01 Innere Verwaltung", before=("Haushalt 2026",)))
        )
    path = save(pdf, tmp_path / "x.pdf")
    asked = understand(path, KEY)
    assert [question.key for question in asked.questions] == [WHOLE_PLAN] and asked.figures.empty
    assert "(page 2)" in asked.questions[0].text.en
    with pytest.raises(InputError, match="only a part of the municipality"):
        understand(path, KEY, answers={WHOLE_PLAN: PART})
    assert len(confirmed(path, **{WHOLE_PLAN: WHOLE}).figures) == len(RIGHT)


def test_a_confirmation_holds_for_one_draft_only(tmp_path: Path) -> None:
    first = printed(Print(RESULT), tmp_path / "a.pdf")
    changed = [(n, name, [*v[:5], v[5] + (1000 if n == "03" else 0)]) for n, name, v in RESULT]
    second = printed(Print(changed), tmp_path / "b.pdf")
    code = understand(first, KEY).questions[0].options[0][0]
    assert not understand(first, KEY, answers={CONFIRMED: code.upper()}).figures.empty
    for given in (code, YES, "yes-", f"{code}0", code[:-1]):
        other = understand(second, KEY, answers={CONFIRMED: given})
        assert other.figures.empty and [one.key for one in other.questions] == [CONFIRMED]
        assert _says(other, f"only {other.questions[0].options[0][0]} confirms this one")
    assert understand(first, KEY, answers={CONFIRMED: "compared; take them like this"}).figures.empty


def test_nobody_is_told_to_correct_a_cell_of_a_print(tmp_path: Path) -> None:
    path = _page(
        tmp_path, Grid(HEADS, RESULT, lambda v: "3.O60.000" if v == 3.06e6 else f"{v:,.0f}".replace(",", "."))
    )
    with pytest.raises(InputError) as refused:
        confirmed(path)
    said = refused.value.problems[0]
    assert (
        "Seite 1" in said.where
        and "by hand" in said.next_step.en
        and "correct the cell" not in said.next_step.en
    )


def _plan_of(land: ForeignLayout) -> list[tuple[str, str, list[float]]]:
    return [
        (number, names[0], [1e6 * int(number) + 1000 * n for n in range(len(YEARS))])
        for number, names in land.names.items()
    ]


@pytest.mark.parametrize("land", foreign_layouts(), ids=lambda one: one.land)
def test_a_plan_of_another_land_is_found_in_a_long_book_and_named(
    land: ForeignLayout, tmp_path: Path
) -> None:
    pdf = book()
    for n in range(4):
        new_page(pdf, f"Vorbericht {n}", "Die Steuern und ähnlichen Abgaben steigen auf 52.000.000 Euro.")
    new_page(pdf, "Gesamtergebnishaushalt 2026")
    print_grid(pdf, Grid(HEADS, _plan_of(land), wide=110, step=25))
    new_page(pdf, "Teilergebnishaushalt 01 Innere Verwaltung")
    print_grid(
        pdf,
        Grid(HEADS, [(n, name, [v / 10 for v in vs]) for n, name, vs in _plan_of(land)], wide=110, step=25),
    )
    path = save(pdf, tmp_path / "haushalt.pdf")
    draft = read_pdf(path)
    assert [rows[0][0] for rows in draft.places.values()] == [5]
    with pytest.raises(InputError) as refused:
        confirmed(path)
    assert land.title.de in refused.value.problems[0].what.de


def test_a_plan_of_lower_saxony_is_read_into_a_workbook_of_lower_saxony(tmp_path: Path) -> None:
    land = next(one for one in foreign_layouts() if one.land == "03")
    path = _page(tmp_path, Grid(HEADS, _plan_of(land), wide=110, step=25), "Gesamtergebnishaushalt 2026")
    with in_layout("03"):
        asked = understand(path, "03999000")
        read = confirmed(path, "03999000", **{question.key: "take" for question in asked.questions})
    values = found(read)
    assert values["sonderposten", 2026, "plan"] == 3_002_000 and values["18", 2029, "plan"] == 21_005_000
