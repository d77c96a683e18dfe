"""The recipe of CONTRIBUTING: a case study is one file under cases/, copied from the template and filled in."""

import shutil
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from dewak_research.cases import chapter
from dewak_research.cases.library import library_of
from dewak_research.cases.siting import with_gains
from dewak_research.config import CaseParams
from dewak_research.data.case_files import TEMPLATE, read_case_files
from dewak_research.errors import InputError
from dewak_research.page import results as page_results
from dewak_research.page.figure import Figure, Table
from dewak_research.page.results import PROCESSED_VARIABLE
from dewak_research.paths import CASES, NOTEBOOKS
from dewak_research.space.gained import gained
from dewak_research.written import write_result

from .conftest import evaluated

FEW = CaseParams(weightings=200, cost_draws=200, bootstrap_draws=10, peers=5)
BOCHUM = "05911000"


def with_case(folder: Path, ags: str = BOCHUM, case: str = "nordstadt") -> Path:
    """Copy the inputs and add a case made from the template: this one file is all that a case takes."""
    shutil.copytree(CASES, folder, dirs_exist_ok=True)
    text = (CASES / f"{TEMPLATE}.yaml").read_text(encoding="utf-8")
    text = text.replace("id: my-town", f"id: {case}").replace('"05000000"', f'"{ags}"')
    text = text.replace('place: {de: "Ort", en: "Town"}', 'place: {de: "Nordstadt", en: "North Town"}')
    (folder / f"{case}.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.slow
def test_one_file_adds_a_case_to_every_table_and_to_the_chapter(
    inputs: dict[str, pd.DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = with_gains(library_of(read_case_files(with_case(tmp_path / "cases"))), gained)
    result = evaluated(inputs, library, FEW, 1)
    assert list(result.tables["studies"]["case"]) == ["herten", "nordstadt", "grundschoettel"]
    for name in ("costs", "ranking", "verdict", "transfer", "qca_own_cases", "facts"):
        assert set(result.tables[name]["case"]) == {"herten", "grundschoettel", "nordstadt"}, name
    transfer = result.tables["transfer"].set_index(["case", "ags"])
    assert transfer.loc[("nordstadt", BOCHUM), "distance"] == 0
    assert transfer.loc[("nordstadt", "05954"), "context_light"] == "unknown"  # a town without a Kreis
    write_result(result, "cases", tmp_path / "processed")
    shown: list[Figure | Table] = []
    monkeypatch.setenv(PROCESSED_VARIABLE, str(tmp_path / "processed"))
    monkeypatch.setattr(page_results, "show", lambda *items: shown.extend(items))
    notebook = nbformat.read(NOTEBOOKS / "30_case_study_evaluation.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    names: dict[str, object] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
    own = {item.name for item in shown if item.name.endswith("_nordstadt")}
    assert own == {f"case_{key}_nordstadt" for key in
                   ("facts", "cost", "scores", "rank", "stability", "ranking", "information",
                    "transfer", "peers")}  # fmt: skip
    for key in ("own_conditions", "resilience"):
        (table,) = (item for item in shown if item.name == f"case_{key}")
        assert "Nordstadt" in table.html("de")


def test_the_number_of_peers_is_the_parameter(inputs: dict[str, pd.DataFrame], whole_stage: None) -> None:
    library = library_of(read_case_files())
    without = {name: table for name, table in inputs.items() if name not in ("payments", "balance")}
    found = chapter.run(without, library, FEW, 1).tables["peers"]
    assert found.groupby("ags").size().eq(FEW.peers).all()


def test_a_case_in_no_known_unit_is_told_with_its_line(
    inputs: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    library = library_of(read_case_files(with_case(tmp_path, "05000000")))
    without = {name: table for name, table in inputs.items() if name not in ("payments", "balance")}
    with pytest.raises(InputError, match=r"nordstadt\.yaml:5") as caught:
        chapter.run(without, library, FEW, 1)
    assert "05000000" in caught.value.render("de")


def test_two_cases_of_one_id(tmp_path: Path) -> None:
    folder = with_case(tmp_path)
    shutil.copy(folder / "nordstadt.yaml", folder / "again.yaml")
    with pytest.raises(InputError, match="nordstadt") as caught:
        library_of(read_case_files(folder))
    (problem,) = caught.value.problems
    assert problem.where.startswith("nordstadt.yaml:") and "again.yaml" in problem.render("en")
