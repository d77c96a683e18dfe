"""A notebook tells, the package computes: what every committed notebook keeps to."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from book.traces import outputs_left

from dewak_research.book.depths import CHECK
from dewak_research.book.notebook import declared, parameter_cell, read_notebook
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.terms import terms
from dewak_research.paths import NOTEBOOKS

SOURCES = sorted(NOTEBOOKS.glob("*.ipynb"))
NUMBER_IN_PROSE = re.compile(r"\d+[.,]\d+\s*(?:%|€|Mio|million|Prozent|per cent)|\d+\s*(?:%|€)")
CONFIDENCE = re.compile(r"\b(?:90|95|99)[\s-]*(?:%|per ?cent|Prozent)")

each = pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)


def code_of(path: Path) -> list[str]:
    return [cell.source for cell in read_notebook(path).cells if cell.cell_type == "code"]


@each
def test_it_is_clean(path: Path) -> None:
    assert outputs_left(read_notebook(path)) == []


@each
def test_its_cells_have_ids_of_their_own(path: Path) -> None:
    node = read_notebook(path)
    assert (node.nbformat, node.nbformat_minor) == (4, 5)
    ids = [cell.id for cell in node.cells]
    assert len(ids) == len(set(ids))


@each
def test_its_first_code_cell_declares_plain_parameters_among_them_the_language(path: Path) -> None:
    node = read_notebook(path)
    position = parameter_cell(node, path.name)
    assert [cell.cell_type for cell in node.cells[:position]].count("code") == 0
    assert declared(node.cells[position].source, path.name)["language"] == "de"


@each
def test_its_prose_stands_in_both_languages(path: Path) -> None:
    cells = [cell for cell in read_notebook(path).cells if cell.cell_type == "markdown"]
    tags = [[tag for tag in cell.metadata.get("tags", []) if tag in LANGUAGES] for cell in cells]
    assert all(len(tag) == 1 for tag in tags), "every markdown cell is tagged de or en"
    spoken = [tag[0] for tag in tags]
    assert spoken.count("de") == spoken.count("en") > 0


@each
def test_both_editions_put_the_same_prose_on_the_page_for_checking(path: Path) -> None:
    cells = [cell for cell in read_notebook(path).cells if cell.cell_type == "markdown"]
    told = {
        language: [CHECK in c.metadata.tags for c in cells if language in c.metadata.tags]
        for language in LANGUAGES
    }
    assert told["de"] == told["en"]


@each
def test_both_editions_have_the_same_headings_and_placeholders(path: Path) -> None:
    cells = [cell for cell in read_notebook(path).cells if cell.cell_type == "markdown"]

    def shape(language: str) -> tuple[list[str], list[str]]:
        text = "\n".join(cell.source for cell in cells if language in cell.metadata.get("tags", []))
        levels = re.findall(r"^#+(?= )", text, flags=re.MULTILINE)
        names = re.findall(r"[a-z_]+\.[a-z][a-z0-9_]*(?=[^{}]*\}\})", text)
        names = sorted(name.removesuffix(f"_{language}") for name in names)
        return levels, names

    assert shape("de") == shape("en")


@each
def test_it_defines_nothing_and_opens_no_file(path: Path) -> None:
    for source in code_of(path):
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert "/" not in node.value and "\\" not in node.value, f"a path: {node.value!r}"
            if isinstance(node, ast.Attribute | ast.Name):
                name = node.attr if isinstance(node, ast.Attribute) else node.id
                assert not name.startswith(("read_", "to_csv", "to_parquet")) and name not in {"open", "Path"}


@each
def test_it_only_imports_names_results_and_shows_them(path: Path) -> None:
    shown = 0
    for source in code_of(path):
        for line in ast.parse(source).body:
            assert isinstance(line, ast.Import | ast.ImportFrom | ast.Assign | ast.Expr), ast.unparse(line)
            if isinstance(line, ast.Expr):
                assert isinstance(line.value, ast.Call), ast.unparse(line)
                shown += ast.unparse(line.value.func) == "show"
        loops = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.IfExp
        assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, loops)]
    assert shown > 0


@each
def test_numbers_in_its_prose_come_from_computed_values(path: Path) -> None:
    for cell in read_notebook(path).cells:
        if cell.cell_type == "markdown":
            text = CONFIDENCE.sub("", cell.source)
            text = re.sub(r"\{\{.*?\}\}|\$[^$]*\$|`[^`]*`", "", text, flags=re.DOTALL)
            found = NUMBER_IN_PROSE.findall(text)
            assert not found, f"typed numbers: {found}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name",
    ["10_social_spending_disparities", "30_case_study_evaluation", "50_integrated_plan", "60_space"],
)
def test_a_question_of_the_main_page_has_two_exhibits_at_most_and_says_how_sure_it_is(
    name: str, language: Language
) -> None:
    cells = read_notebook(NOTEBOOKS / f"{name}.ipynb").cells
    main = [
        cell.source
        for cell in cells
        if CHECK not in cell.metadata.get("tags", [])
        and (cell.cell_type == "code" or language in cell.metadata.get("tags", []))
    ]
    questions = "\n".join(main).split("\n## ")[1:]
    assert len(questions) >= 5
    for question in questions:
        shown = re.findall(r"^show\(", question, flags=re.MULTILINE)
        assert len(shown) <= 2, question
        for part in ("short", "how_sure", "what_not"):
            assert f"**{terms()[part].word[language]}**" in question, (part, question)
