"""No rebuild misses a change: what `dvc.yaml` declares is what the stages import, and DVC sees it move."""

from __future__ import annotations

import inspect
import re
import shutil
import textwrap
from pathlib import Path

import pytest
import yaml
from dvc.repo import Repo

from dewak_research import dependencies
from dewak_research.dependencies import ALWAYS, CODE, closure, code_of, declared, renewed, wanted
from dewak_research.paths import ROOT
from dewak_research.stages import STAGES

HOUSE = f"{CODE}/"
RESULTS = "data/processed/"


def test_every_stage_declares_the_code_it_runs() -> None:
    assert declared() == wanted(), "run: python -m dewak_research.dependencies"
    assert renewed() == (ROOT / "dvc.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("stage", "needed", "spared"),
    [
        ("ingest", ("data", "errors.py", "config.py", "language.py", "reproducible.py"), ("stress", "page")),
        ("stress", ("stress", "ratios", "data", "rules"), ("disparities", "cases", "page", "own")),
        ("cases_budgets", ("cases", "stress", "data", "rules"), ("disparities", "own")),
        ("chapter_20_fiscal_stress_test", ("chapters/stress", "page", "book", "rules"), ("chapters/cases", "own")),
        ("book", ("book", "unit", "page", "data"), ("own",)),
    ],
)  # fmt: skip
def test_known_needs_of_a_stage_are_found(
    stage: str, needed: tuple[str, ...], spared: tuple[str, ...]
) -> None:
    code = wanted()[stage]
    assert [name for name in needed if HOUSE + name not in code] == []
    assert [name for name in spared if HOUSE + name in code] == []


def _results_read(stage: str) -> set[str]:
    """What `dvc.yaml` says a stage reads of the results of others: a stage, or one table as ``stage/table``."""
    body = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"][stage]
    results = [dep for dep in body.get("do", body)["deps"] if dep.startswith(RESULTS)]
    return {dep.removeprefix(RESULTS).removesuffix(".parquet") for dep in results}


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_declares_the_results_it_is_given(stage: str) -> None:
    assert _results_read(stage) == set(STAGES[stage].reads)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_declares_the_parameters_and_official_tables_it_asks_for(stage: str) -> None:
    body = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"][stage]
    code = inspect.getsource(STAGES[stage].run)
    asked = {(group + field, group) for group, field in re.findall(r"\bparams\.(\w+)(\.\w+)?", code)}
    assert [name for name, group in asked if not {name, group} & set(body["params"])] == []
    assert "data/raw" in body["deps"] or "with_official" not in code


@pytest.mark.parametrize("notebook", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_chapter_declares_the_tables_its_prose_names(notebook: Path) -> None:
    named = set(re.findall(r"{{ *(\w+)\.(\w+)\(", notebook.read_text(encoding="utf-8")))
    stage = "profile" if notebook.stem == "40_profile" else f"chapter_{notebook.stem}"
    read = _results_read(stage)
    wholes = {name for name in read if "/" not in name}
    assert {f"{a}/{b}" for a, b in named if a in STAGES and a not in wholes} <= read


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """A project of one analysis stage and one chapter that import each other's neighbours in every way."""
    source = tmp_path / CODE
    files = {
        "__init__.py": "",
        "stages.py": """
            from typing import TYPE_CHECKING
            from dewak_research.always import one
            if TYPE_CHECKING:
                from dewak_research.types_only import two
            def run_stage(): ...
            def _ingest():
                from dewak_research.method import late
            def run_chapter():
                from dewak_research.book import runner
            def chapter_jobs(): ...
            """,
        "always.py": "import dewak_research.deep.inner",
        "types_only.py": "",
        "deep/__init__.py": "from dewak_research import hall",
        "deep/inner.py": "",
        "hall.py": "",
        "method/__init__.py": "",
        "method/late.py": "",
        "book/__init__.py": "",
        "book/runner.py": "",
        "drawn/__init__.py": "",
        "drawn/marks.py": "",
    }
    for name, text in files.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(textwrap.dedent(text), encoding="utf-8")
    (tmp_path / "notebooks").mkdir()
    cell = '{"cell_type": "code", "source": ["from dewak_research.drawn import marks\\n"]}'
    (tmp_path / "notebooks" / "00_toy.ipynb").write_text(f'{{"cells": [{cell}]}}', encoding="utf-8")
    return tmp_path


def test_imports_are_followed_wherever_they_stand(toy: Path) -> None:
    stage = code_of("python -m dewak_research.cli stage ingest", toy)
    assert stage == [HOUSE + name for name in ("always.py", "deep", "hall.py", "method", *ALWAYS[::-1])]
    chapter = code_of("python -m dewak_research.cli chapter 00_toy --ags ${item}", toy)
    assert chapter == [
        HOUSE + name for name in ("always.py", "book", "deep", "drawn", "hall.py", *ALWAYS[::-1])
    ]


def test_names_of_other_libraries_are_passed_over(toy: Path) -> None:
    assert closure(["pandas", "dewak_research.no_such_thing"], toy / CODE) == set()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code and the pipeline, whose files may be touched."""
    copy = tmp_path_factory.mktemp("house")
    for name in ("src", ".dvc", "notebooks", "book", "cases", "scenarios"):
        ignore = shutil.ignore_patterns("__pycache__", "cache", "tmp", "_build")
        shutil.copytree(ROOT / name, copy / name, ignore=ignore)
    for name in ("dvc.yaml", "params.yaml", "requirements.lock"):
        shutil.copyfile(ROOT / name, copy / name)
    return copy


def _fingerprints(house: Path) -> dict[str, tuple[str, ...]]:
    """What DVC would compare with its lock: the hash of every code dependency of every stage."""
    with Repo(str(house), uninitialized=True) as repo:
        return {
            stage.name: tuple(
                dep.get_hash().value for dep in stage.deps if CODE in Path(dep.fs_path).as_posix()
            )
            for stage in repo.index.stages
        }


@pytest.mark.slow
def test_a_touched_package_makes_exactly_its_stages_stale(house: Path) -> None:
    code = {name: set(places) for name, places in wanted().items()}
    before = _fingerprints(house)
    packages = sorted({place for places in code.values() for place in places if not place.endswith(".py")})
    assert len(packages) >= 10
    for place in packages:
        touched = house / place / "touched.yaml"
        touched.write_text("a: 1\n", encoding="utf-8")
        after = _fingerprints(house)
        touched.unlink()
        stale = {name.split("@")[0] for name in before if before[name] != after[name]}
        assert stale == {name for name, places in code.items() if place in places}, place


def test_the_list_of_stage_functions_is_that_of_stages() -> None:
    commands = {
        stage.get("do", stage)["cmd"].split("cli ")[1].split()[0]
        for stage in yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"].values()
    }
    assert commands == set(dependencies.ENTRIES)


def test_files_at_the_top_that_pages_are_made_of_are_declared() -> None:
    """A new version or a new entry of the changelog makes the pages that show it anew."""
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    code = [path.read_text(encoding="utf-8") for path in (ROOT / "src/dewak_research/book").glob("*.py")]
    read = {name for text in code for name in re.findall(r'\bROOT / "(\w+\.\w+)"', text)}
    assert read == {"CITATION.cff", "CHANGELOG.md"} <= set(stages["book"]["deps"])
    # with every figure; a version is renewed there and in the package together
    assert all("CITATION.cff" in stages[name]["deps"] for name in ("parts", "sheets"))
