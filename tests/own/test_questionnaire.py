"""The survey goes out as CSV and page, and its answers come back in."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from dewak_research.cases.library import library_of
from dewak_research.data.case_files import read_case_files
from dewak_research.errors import InputError
from dewak_research.language import Language, Text
from dewak_research.own.commands import case as app
from dewak_research.own.questionnaire import (
    as_csv,
    as_page,
    questionnaire,
    read_answers,
    summarise,
    write_questionnaire,
)
from dewak_research.paths import CASES

ACTORS = {"stadt": Text("Stadt", "Town"), "verein": Text("Verein & Co", "Association & co")}
CRITERIA = {
    "C1": Text("Kosten", "Cost"),
    "C10": Text("Dauer", "Durability"),
    "C12": Text("Teilhabe", "Voice"),
}


@pytest.mark.parametrize("language", ["de", "en"])
def test_page_is_complete_and_needs_no_other_host(language: Language) -> None:
    questions = questionnaire(ACTORS, CRITERIA, language)
    assert len(questions) == 1 + 2 * 3 + 3
    page = as_page(questions, Text("Fall", "Case"), language)
    assert f'lang="{language}"' in page and "http" not in page and page.count("<tr>") == 11
    assert "&amp; " in page


def filled(tmp_path: Path, name: str, answers: dict[tuple[str, str], str], rater: str = "AB") -> Path:
    questions = questionnaire(ACTORS, CRITERIA, "de")
    given = [answers.get((f, s), "") for f, s in zip(questions["first"], questions["second"], strict=True)]
    questions["answer"] = given
    questions.loc[questions["part"] == "rater", "answer"] = rater
    path = tmp_path / name
    path.write_text(as_csv(questions), encoding="utf-8")
    return path


def test_answers_come_back(tmp_path: Path) -> None:
    first = filled(
        tmp_path, "1.csv", {("stadt", "power"): "8", ("stadt", "attitude"): "−1", ("C1", "C10"): "1/3"}
    )
    second = filled(tmp_path, "2.csv", {("stadt", "power"): "7,5", ("verein", "interest"): "10"}, rater="CD")
    ratings, judgements = read_answers([second, first], ACTORS, CRITERIA)
    stadt = ratings[ratings["actor"] == "stadt"].set_index("rater")
    assert (
        stadt.loc["AB", "power"] == 8
        and stadt.loc["AB", "attitude"] == -1
        and stadt.loc["CD", "power"] == 7.5
    )
    assert np.isnan(stadt.loc["AB", "interest"])
    assert judgements["value"].tolist() == pytest.approx([1 / 3])


def test_semicolons_of_a_spreadsheet(tmp_path: Path) -> None:
    path = filled(tmp_path, "1.csv", {("stadt", "power"): "8"})
    text = path.read_text(encoding="utf-8").replace(
        "gleich, 3 etwas, 5 deutlich, 9", "gleich 3 etwas 5 deutlich 9"
    )
    path.write_text("\ufeff" + text.replace(",", ";"), encoding="utf-8")
    ratings, _ = read_answers([path], ACTORS, CRITERIA)
    assert ratings["power"].tolist() == [8]


@pytest.mark.parametrize(
    ("key", "answer", "message"),
    [
        (("stadt", "power"), "11", "outside the scale"),
        (("stadt", "power"), "viel", "not a number"),
        (("C1", "C10"), "12", "outside the scale"),
        (("C1", "C10"), "1/0", "not a number"),
    ],
)
def test_bad_answer_names_file_and_line(
    tmp_path: Path, key: tuple[str, str], answer: str, message: str
) -> None:
    path = filled(tmp_path, "1.csv", {key: answer})
    lines = path.read_text(encoding="utf-8").splitlines()
    line = 1 + next(i for i, text in enumerate(lines) if f",{key[0]},{key[1]}," in text)
    with pytest.raises(InputError) as caught:
        read_answers([path], ACTORS, CRITERIA)
    (problem,) = caught.value.problems
    assert problem.where == f"1.csv:{line}" and message in problem.render("en")


def test_unknown_actor_offers_the_nearest(tmp_path: Path) -> None:
    path = filled(tmp_path, "1.csv", {})
    path.write_text(
        path.read_text(encoding="utf-8").replace("rating,verein", "rating,vereine", 1), encoding="utf-8"
    )
    with pytest.raises(InputError, match="verein"):
        read_answers([path], ACTORS, CRITERIA)


def test_missing_columns(tmp_path: Path) -> None:
    path = tmp_path / "1.csv"
    path.write_text("part,first,answer\n", encoding="utf-8")
    with pytest.raises(InputError, match="second"):
        read_answers([path], ACTORS, CRITERIA)


def test_questionnaire_of_a_case_goes_out_and_comes_back(tmp_path: Path) -> None:
    library = library_of(read_case_files())
    csv_path, page = write_questionnaire(library, "herten", "de", tmp_path)
    assert "Stadt Herten" in page.read_text(encoding="utf-8")
    text = csv_path.read_text(encoding="utf-8")
    answers = iter(["2", "3", "9", "9", "3", "9"])
    lines = [f"{line}{next(answers)}" if line.startswith("judgement") else line for line in text.splitlines()]
    lines = [f"{line}7" if line.startswith("rating,stadt,power") else line for line in lines]
    (tmp_path / "x.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ratings, weights = summarise(library, "herten", [tmp_path / "x.csv"])
    row = ratings.set_index("actor").loc["stadt"]
    assert row["power_mean"] == 7 and row["few_raters"] and np.isnan(row["interest_mean"])
    assert weights["weight"].sum() == pytest.approx(1)
    assert (weights["consistency_ratio"] > 0.10).all() and weights["clash"].str.match(r"C\d+ : C\d+").all()


def test_the_schema_is_printed_for_an_editor() -> None:
    told = CliRunner().invoke(app, ["schema"])
    assert told.exit_code == 0 and "place" in json.loads(told.output)["required"]
    with pytest.raises(InputError, match="“models”"):
        CliRunner().invoke(app, ["schema", "modells"], catch_exceptions=False)


def test_a_case_file_is_checked(tmp_path: Path) -> None:
    assert "✓" in CliRunner().invoke(app, ["check", str(CASES / "herten.yaml")]).output
    with pytest.raises(InputError, match="no such file"):
        CliRunner().invoke(app, ["check", str(tmp_path / "none.yaml")], catch_exceptions=False)


def test_answers_saved_by_a_german_excel_are_read(tmp_path: Path) -> None:
    """Semicolons, Windows-1252, empty rows at the end."""
    actors = {"büro": Text("Büro", "Office")}
    questions = questionnaire(actors, CRITERIA, "de")
    questions["answer"] = ["Mü", "8", "2,5", "−1", *[""] * (len(questions) - 4)]
    text = questions.to_csv(index=False, sep=";").replace("−", "-") + ";;;;;\n"
    path = tmp_path / "antwort.csv"
    path.write_bytes(text.encode("cp1252"))
    ratings, _ = read_answers([path], actors, CRITERIA)
    assert ratings.to_numpy().tolist() == [["büro", "Mü", 8.0, 2.5, -1.0]]


def test_a_file_that_is_missing_or_no_text_is_named_beside_the_others(tmp_path: Path) -> None:
    binary, wrong = tmp_path / "bild.csv", tmp_path / "falsch.csv"
    binary.write_bytes(bytes(range(256)))
    wrong.write_text("part;answer\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_answers([tmp_path / "fehlt.csv", binary, wrong], ACTORS, CRITERIA)
    assert [problem.where for problem in caught.value.problems] == ["bild.csv", "falsch.csv:1", "fehlt.csv"]
