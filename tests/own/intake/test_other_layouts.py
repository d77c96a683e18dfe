"""Plans in the layout of another Land are named as such; plans with the English names of the workbook are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from dewak_research.errors import InputError
from dewak_research.own.intake.balance_items import match_balance
from dewak_research.own.intake.foreign import foreign_layout, foreign_layouts
from dewak_research.own.intake.layouts import layouts, recognise
from dewak_research.own.intake.printed import PrintedLine
from dewak_research.own.intake.understood import Understood, understand
from dewak_research.own.intake.units import factor_in
from dewak_research.own.template import PLANS, load_template
from dewak_research.rules import HOME, lands
from dewak_research.rules.dated import document, sources

HOME_KEY = "05999000"
LAENDER = {"03": "Lower Saxony", "06": "Hesse", "08": "Baden-Württemberg", "14": "Saxony"}


def read(folder: Path, text: str, key: str = HOME_KEY, answers: dict[str, str] | None = None) -> Understood:
    path = folder / "plan.csv"
    path.write_text(text, encoding="utf-8")
    return understand(path, key, answers=answers)


def plan_of(land: str, numbered: bool) -> str:
    """Return a plan of invented amounts with the lines of a Land."""
    names = next(one for one in foreign_layouts() if one.land == land).names
    rows = [f"{int(n)};{own[0]};{10_000_000 + 100_000 * int(n)}" for n, own in names.items()]
    rows = rows if numbered else [row.split(";", 1)[1] for row in rows]
    return "\n".join([("Nr.;" if numbered else "") + "Bezeichnung;Ansatz 2026", *rows])


def test_every_stored_layout_names_its_sources_and_whether_it_was_read() -> None:
    assert {one.land for one in foreign_layouts()} == set(LAENDER)
    for one in foreign_layouts():
        assert one.names and all(len(number) == 2 for number in one.names)
        assert all(source in sources() for source in document(f"land/{one.land}/printed_plan")["source"])
    assert {one.land for one in foreign_layouts() if one.verified} == {"03", "06", "08"}


@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize("land", LAENDER)
@pytest.mark.parametrize("answers", [{}, {"sums": "take", "unplaced": "take"}])
def test_a_plan_of_another_land_is_named_and_no_answer_lets_it_in(
    land: str, numbered: bool, answers: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=f"follows the layout of {LAENDER[land]}") as refused:
        read(tmp_path, plan_of(land, numbered), answers=answers)
    problem = refused.value.problems[0]
    assert "right municipality" in problem.next_step.en and "richtige Kommune" in problem.next_step.de
    assert ("not read at its source" in problem.what.en) == (land == "14")


@pytest.mark.parametrize("land", sorted(set(LAENDER) & set(lands())))
def test_a_town_whose_land_has_lines_of_its_own_is_told_to_make_its_workbook(
    land: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="lines of another Land") as refused:
        read(tmp_path, plan_of(land, numbered=True), key=f"{land}999000")
    assert f"dewak new {land}999000 --force" in refused.value.render("en")


def test_a_town_of_a_land_without_lines_is_told_to_export_accounts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    land = "14"
    monkeypatch.setattr("dewak_research.own.intake.foreign.lands", lambda: (HOME, "00"))
    with pytest.raises(InputError, match="lines of the workbook are cut otherwise") as refused:
        read(tmp_path, plan_of(land, numbered=True), key=f"{land}999000")
    assert "Kontenrahmen" in refused.value.problems[0].right.de


def test_no_layout_that_is_read_is_taken_for_a_foreign_one() -> None:
    for layout in layouts():
        if layout.plan == "result_plan":
            assert foreign_layout([PrintedLine(e.number, e.names[0]) for e in layout.entries]) is None
            assert foreign_layout([PrintedLine(None, e.names[0]) for e in layout.entries]) is None


def test_the_answer_on_sums_alone_takes_no_lines_without_a_target(tmp_path: Path) -> None:
    rows = ["1;Steuern und ähnliche Abgaben;50.000.000", "2;Zuwendungen und allgemeine Umlagen;30.000.000",
            "3;Verschiedenes nach Landesrecht;20.000.000", "10;Ordentliche Erträge;100.000.000",
            "11;Personalaufwendungen;25.000.000", "12;Etwas ganz anderes;60.000.000",
            "17;Ordentliche Aufwendungen;85.000.000", "18;Ordentliches Ergebnis;15.000.000",
            "21;Finanzergebnis;0"]  # fmt: skip
    text = "\n".join(["Nr.;Bezeichnung;Ansatz 2026", *rows])
    assert {q.key for q in read(tmp_path, text).questions} == {"sums", "unplaced"}
    left = read(tmp_path, text, answers={"sums": "take"})
    assert [q.key for q in left.questions] == ["unplaced"] and left.figures.empty
    assert "12 Etwas ganz anderes" in left.questions[0].text.de


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("numbered", [True, False])
def test_the_english_names_of_the_workbook_mean_its_lines(plan: str, numbered: bool) -> None:
    lines = [line for line in load_template().grids[plan].values() if line.id.isdigit()]
    found = recognise([PrintedLine(line.id if numbered else None, line.label.en) for line in lines])
    assert found is not None and found.question is None
    assert found.lines == tuple(line.id for line in lines)


def test_an_english_plan_enters(tmp_path: Path) -> None:
    lines = [line for line in load_template().grids["result_plan"].values() if line.need != "sum"]
    own = [line for line in lines if line.id.isdigit()]
    rows = [f"{line.label.en};{3_000 + n};{4_000 + n}" for n, line in enumerate(own)]
    understood = read(tmp_path, "\n".join(["in EUR '000", "Line;Actual 2024;Plan 2026", *rows]))
    found = understood.figures.set_index(["line", "year", "kind"])["value"].to_dict()
    assert not understood.questions and len(found) == 2 * len(own)
    assert found["01", 2024, "actual"] == 3_000_000
    assert found[own[5].id, 2026, "plan"] == 4_005_000


def test_english_items_of_the_balance_sheet() -> None:
    lines = load_template().grids["balance"]
    found = match_balance([line.label.en for line in lines.values()])
    assert set(found.values()) >= set(lines) - {"bilanzsumme_passiva"}
    assert all(lines[name].label.en == label for label, name in found.items())


@pytest.mark.parametrize(
    ("said", "factor"),
    [("in thousand euro", 1_000), ("EUR '000", 1_000), ("EUR million", 1_000_000), ("more than 50 thousand", None)],
)  # fmt: skip
def test_english_units(said: str, factor: int | None) -> None:
    assert factor_in(said) == factor
