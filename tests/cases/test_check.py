"""Every mistake in an input file gets one clear message with file and line."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dewak_research.cases.check import KINDS, problems_in
from dewak_research.cases.compare import compare
from dewak_research.cases.library import library_of
from dewak_research.data.case_files import LIBRARY_FILES, read_case_files
from dewak_research.documents import read_document
from dewak_research.errors import InputError, Problem
from dewak_research.paths import CASES

Change = Callable[[str], str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in CASES.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    return tmp_path


def check_case(path: Path) -> list[Problem]:
    try:
        return problems_in(read_document(path))
    except InputError as error:
        return error.problems


def changed(folder: Path, name: str, old: str, new: str) -> tuple[Path, int]:
    """Replace the first ``old`` and return the file and the line it stood on."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    line = text[: text.index(old)].count("\n") + 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path, line


@pytest.mark.parametrize("name", ["herten", "grundschoettel", *LIBRARY_FILES, "template"])
def test_own_files_are_right(name: str) -> None:
    assert check_case(CASES / f"{name}.yaml") == []


@pytest.mark.parametrize("name", ["herten", "grundschoettel", *LIBRARY_FILES, "template"])
def test_an_editor_with_the_schema_accepts_our_files(name: str) -> None:
    from jsonschema import Draft202012Validator

    document = read_document(CASES / f"{name}.yaml")
    schema = KINDS[document.data["kind"]].model_json_schema()
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(document.data)) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("herten.yaml", 'ags: "05562020"', "ags: 05562020", "quotes"),
        ("herten.yaml", "timeline:", "timline:", "unknown key “timline”"),
        (
            "unit_figures.yaml",
            'link: "https://saechsische.de"',
            "link: 'javascript:alert(1)'",
            "a text of the pattern",
        ),
        (
            "unit_figures.yaml",
            'link: "https://saechsische.de"',
            "link: file:///etc/passwd",
            "a text of the pattern",
        ),
        ("herten.yaml", "year: 2012, source: S107", "yaer: 2012, source: S107", "unknown key “yaer”"),
        ("herten.yaml", ", source: S107}", "}", "not marked as an assumption"),
        ("herten.yaml", "source: S107}", "source: S107, assumption: true}", "at once"),
        ("herten.yaml", "source: S118}", "source: S117}", "not listed"),
        (
            "herten.yaml",
            "{low: 0.8, value: 1.54, high: 1.8",
            "{low: 0.8, value: 2.2, high: 1.8",
            "not in order",
        ),
        ("herten.yaml", 'state: "yes"', 'state: "maybe"', "not allowed"),
        ("herten.yaml", "id: herten", "id: herten\nid: again", "twice"),
        ("criteria.yaml", "direction: cost, ", "", "no direction"),
        (
            "criteria.yaml",
            "worst: 320000, best: 0, weight: 0.1",
            "worst: 320000, best: 0, weight: 0.2",
            "sum to 1.1",
        ),
        ("criteria.yaml", "worst: 320000, best: 0", "worst: 0, best: 320000", "do not fit"),
        (
            "models.yaml",
            "C9: {low: 2, value: 2, high: 3",
            "C9: {low: 2, value: 2, high: 6",
            "outside its scale",
        ),
        ("models.yaml", 'termination: "no"', 'terminaton: "no"', "unknown key “terminaton”"),
        ("stakeholders.yaml", "stadt: [2, 3, 4, 2, 3, 2]", "stadt: [2, 3, 9, 9, 3, 9]", "contradict"),
        ("stakeholders.yaml", "stadt: [2, 3, 4, 2, 3, 2]", "stadt: [2, 3, 4]", "3 judgements, not 6"),
        (
            "stakeholders.yaml",
            "bewohner: {A: [2, 7, 1], B: [3, 5, 0], C: [2, 8, 2]}",
            "bewohner: {A: [2, 7, 1]}",
            "only one person",
        ),
        ("stakeholders.yaml", "best: C1, worst: C12", "best: C1, worst: C1", "missing or the same"),
        ("stakeholders.yaml", "best_to_others: [1, 2, 3, 4]", "best_to_others: [2, 2, 3, 4]", "is not 1"),
        ("stakeholders.yaml", "      stadt: {best:", "      herten: {best:", "not listed under actors"),
        ("stakeholders.yaml", "fictitious: true", "fictitious: false", "not allowed"),
        ("stakeholders.yaml", "{A: [9, 8, 1]", "{A: [11, 8, 1]", "not allowed"),
        ("qca.yaml", "[720, 33.4, 98, 33.4, 10, -9]", "[720, 33.4, 98, 33.4, 10]", "5 values, not 6"),
    ],
)
def test_mistake_is_named_with_file_and_line(
    folder: Path, name: str, old: str, new: str, message: str
) -> None:
    path, line = changed(folder, name, old, new)
    problems = check_case(path)
    said = [p.render("en") for p in problems]
    assert any(message in text for text in said), said
    hit = next(p for p in problems if message in p.render("en"))
    found = int(re.fullmatch(rf"{name}:(\d+)", hit.where)[1])  # type: ignore[index]
    # a sum over all criteria, or a doubled key, is named at the block or at the second key
    assert found == line or (message in ("sum to 1.1", "twice", "no direction") and abs(found - line) <= 7)
    assert hit.render("de") != hit.render("en")


def test_unknown_key_offers_the_nearest(folder: Path) -> None:
    path, _ = changed(folder, "herten.yaml", "timeline:", "timline:")
    assert any("“timeline”" in p.render("en") for p in check_case(path))


def test_clashing_judgements_are_shown(folder: Path) -> None:
    path, _ = changed(folder, "stakeholders.yaml", "stadt: [2, 3, 4, 2, 3, 2]", "stadt: [2, 3, 9, 9, 3, 9]")
    text = check_case(path)[0].render("en")
    assert re.search(r"CR = 0\.\d\d", text) and re.search(r"C\d+ : C\d+ = ", text)


def test_single_alternative(folder: Path) -> None:
    path = folder / "models.yaml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("  A2:\n"), text.index("checklist:")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    assert any("single alternative" in p.render("en") for p in check_case(path))


def test_not_yaml_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("kind: case\nid: [a\nags: b\n", encoding="utf-8")
    (problem,) = check_case(path)
    assert re.fullmatch(r"own\.yaml:\d", problem.where)


@pytest.mark.parametrize("content", ["", "just text", "- a\n- b\n"])
def test_empty_or_no_mapping(tmp_path: Path, content: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(content, encoding="utf-8")
    assert "empty" in check_case(path)[0].render("en")


def test_missing_file(tmp_path: Path) -> None:
    assert "no file" in check_case(tmp_path / "nowhere.yaml")[0].render("en")


def test_wrong_encoding(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes("kind: case\nid: grundschöttel\n".encode("latin-1"))
    assert "UTF-8" in check_case(path)[0].render("en")


def test_unknown_kind(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("kind: cases\n", encoding="utf-8")
    (problem,) = check_case(path)
    assert problem.where == "own.yaml:1" and "kind: case" in problem.render("en")


def test_all_problems_of_all_files_at_once(folder: Path) -> None:
    changed(folder, "herten.yaml", "timeline:", "timline:")
    changed(folder, "criteria.yaml", "weight: 0.1", "weight: 0.3")
    with pytest.raises(InputError) as caught:
        library_of(read_case_files(folder))
    files = {p.where.partition(":")[0] for p in caught.value.problems}
    assert files == {"herten.yaml", "criteria.yaml"}


def test_missing_score_is_no_mistake(folder: Path) -> None:
    path, _ = changed(folder, "models.yaml", "C9: {low: 2, value: 2, high: 3", "C9: {value: null")
    assert check_case(path) == []


def test_lines_of_nested_values() -> None:
    document = read_document(CASES / "herten.yaml")
    text = (CASES / "herten.yaml").read_text(encoding="utf-8").splitlines()
    line = document.lines["resources", "rooms_m2", "value"]
    assert "rooms_m2" in text[line - 1]
    assert "2018-11-29" in [step["date"] for step in document.data["timeline"]]


def test_computed_score_outside_its_anchors(folder: Path) -> None:
    _, line = changed(folder, "criteria.yaml", "worst: 320000, best: 0", "worst: 90000, best: 0")
    with pytest.raises(InputError, match="outside its scale") as caught:
        compare(library_of(read_case_files(folder)), "herten", 200, 1)
    (problem,) = caught.value.problems
    assert problem.where == f"criteria.yaml:{line}" and "C1" in problem.render("de")
