"""The survey goes out as CSV and page, and its answers come back in."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from dewak_research.cases.library import library_of
from dewak_research.cases.stakeholders import stakeholder_tables
from dewak_research.data.case_files import read_case_files
from dewak_research.errors import InputError
from dewak_research.language import Language, Text
from dewak_research.own.answers import read_answers
from dewak_research.own.commands import case as app
from dewak_research.own.questionnaire import (
    as_csv,
    as_page,
    questionnaire,
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
    assert len(questions) == 1 + 2 * 3 + 3 + 2 + 2 * 3
    page = as_page(questions, Text("Fall", "Case"), language)
    assert f'lang="{language}"' in page and "http" not in page and page.count("<tr>") == 19
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
    answers = read_answers([second, first], ACTORS, CRITERIA)
    ratings, judgements = answers.ratings, answers.judgements
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
    ratings = read_answers([path], ACTORS, CRITERIA).ratings
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
    ratings, weights, best_worst = summarise(library, "herten", [tmp_path / "x.csv"])
    assert best_worst.empty
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
    ratings = read_answers([path], actors, CRITERIA).ratings
    assert ratings.to_numpy().tolist() == [["büro", "Mü", 8.0, 2.5, -1.0]]


def test_a_file_that_is_missing_or_no_text_is_named_beside_the_others(tmp_path: Path) -> None:
    binary, wrong = tmp_path / "bild.csv", tmp_path / "falsch.csv"
    binary.write_bytes(bytes(range(256)))
    wrong.write_text("part;answer\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_answers([tmp_path / "fehlt.csv", binary, wrong], ACTORS, CRITERIA)
    assert [problem.where for problem in caught.value.problems] == ["bild.csv", "falsch.csv:1", "fehlt.csv"]


BEST_WORST = {("best", ""): "C12", ("worst", ""): "C1", ("best_to", "C1"): "8", ("best_to", "C10"): "2",
              ("best_to", "C12"): "1", ("to_worst", "C1"): "1", ("to_worst", "C10"): "5", ("to_worst", "C12"): "8",
              }  # fmt: skip


def with_best_worst(tmp_path: Path, **changed: str) -> Path:
    questions = questionnaire(ACTORS, CRITERIA, "de").set_index(["part", "first"], drop=False)
    for key, answer in BEST_WORST.items():
        questions.loc[[key], "answer"] = changed.get("_".join(key).strip("_"), answer)
    path = tmp_path / "bw.csv"
    path.write_text(as_csv(questions.reset_index(drop=True)), encoding="utf-8")
    return path


def test_best_and_worst_come_back_from_csv_and_from_excel(tmp_path: Path) -> None:
    path = with_best_worst(tmp_path)
    (told,) = read_answers([path], ACTORS, CRITERIA).best_worst.values()
    assert told == {"best": "C12", "worst": "C1", "best_to_others": [8, 2, 1], "others_to_worst": [1, 5, 8]}
    sheet = tmp_path / "bw.xlsx"
    pd.read_csv(path, keep_default_na=False).to_excel(sheet, index=False)
    assert read_answers([sheet], ACTORS, CRITERIA).best_worst == {"bw": told}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"best": "C1"}, "are the same"),
        ({"best": "C9"}, "none of the criteria"),
        ({"best_to_C10": "0.5"}, "outside the scale"),
        ({"to_worst_C1": "2"}, "is not 1"),
    ],
)
def test_impossible_best_worst_answers_are_told(
    tmp_path: Path, changed: dict[str, str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        read_answers([with_best_worst(tmp_path, **changed)], ACTORS, CRITERIA)


def test_an_unfinished_best_worst_part_is_left_out(tmp_path: Path) -> None:
    assert read_answers([with_best_worst(tmp_path, best_to_C10="")], ACTORS, CRITERIA).best_worst == {}


def test_the_answers_of_musterstadt_give_the_weights_of_the_chapter() -> None:
    """The example that is shipped: the command evaluates it, and the chapter shows the same."""
    library = library_of(read_case_files())
    files = sorted((CASES / "answers" / "musterstadt").glob("*.csv"))
    _, pairs, best_worst = summarise(library, "musterstadt", files)
    tables = stakeholder_tables(library.stakeholders)
    for found, name in ((pairs, "preference_weights"), (best_worst, "best_worst")):
        shown = tables[name].set_index(["actor", "criterion"])["weight"]
        got = found.set_index(["rater", "criterion"])["weight"]
        assert len(got) == 12 and got.to_numpy() == pytest.approx(shown.loc[got.index].to_numpy(), abs=1e-4)
    told = CliRunner().invoke(app, ["answers", "musterstadt", *map(str, files)])
    assert told.exit_code == 0 and "consistency_ratio" in told.output
