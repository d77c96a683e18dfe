"""What every test may use; what takes long to load is loaded by those who use it."""

from __future__ import annotations

import fcntl
import gc
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from dewak_research.paths import PROCESSED, ROOT

if TYPE_CHECKING:
    import nbformat
    import pandas as pd
    from playwright.sync_api import Browser

    from dewak_research.data.result import Result

gc.disable()  # until the tests are collected: what is read then stays

# No test is timed. In CI the same examples are tried each time; locally hypothesis searches on.
settings.register_profile("house", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "house")

STAGES = (
    "ingest",
    "disparities",
    "stress",
    "stress_backtests",
    "cases",
    "cases_budgets",
    "planning",
    "planning_measures",
    "space",
    "pooling",
)
ROOMS = ("cases", "disparities", "planning", "space", "attacks")
"""Rooms whose tests share one run of their stage."""
LONGEST = (
    "planning",
    "tests/own/start/test_pages.py",  # needs none of what the room before it computes for all
    "space",
    "disparities",
    "cases",
    "tests/own/intake/test_pdf.py",
    "tests/own/test_own_probability.py",
    "tests/own/test_other_laender.py",
    "tests/own/test_own_report.py",
    "tests/test_bad_commands.py",
    "tests/own/start/test_mappings.py",
    "tests/own/test_own_commands.py",
    "tests/own/test_old_deficits.py",
    "tests/own/test_magnitude.py",
)
"""What takes long by itself begins first: begun last, it would run alone at the end while the others wait."""


class ByRoom(LoadScopeScheduling):
    """Side by side (``-n``), what shares a computation runs in one process: a room of `ROOMS`, else a file."""

    def _split_scope(self, nodeid: str) -> str:
        file = Path(nodeid.partition("::")[0])
        return file.parts[1] if file.parts[1] in ROOMS else file.as_posix()

    def _assign_work_unit(self, node: WorkerController) -> None:
        for scope in reversed(LONGEST):
            if scope in self.workqueue:
                self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByRoom | None:
    return ByRoom(config, log) if config.getoption("dist") == "load" else None


FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SAMPLES = ROOT.parent / "shared" / "samples"


@pytest.fixture(scope="session")
def samples() -> Path:
    """Folder of real inputs beside the project; absent in a plain clone."""
    if not SAMPLES.is_dir():
        pytest.skip(
            "the real inputs lie outside the project and are not here; the same cases exist as fixtures"
        )
    return SAMPLES


@pytest.fixture(scope="session", autouse=True)
def leftovers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the folder of everything temporary: what a killed process leaves goes with the folders of old runs."""
    folder = tmp_path_factory.mktemp("leftovers")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))
        patch.setattr(tempfile, "tempdir", str(folder))
        yield folder


Once = Callable[[str, Callable[[], Any]], Any]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Return a function that computes what is costly once for all test processes: the first keeps it for the others."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent

    def once(name: str, compute: Callable[[], Any]) -> Any:
        kept = folder / f"{name}.pickle"
        with kept.with_suffix(".lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            if not kept.exists():
                kept.write_bytes(pickle.dumps(compute()))
            return pickle.loads(kept.read_bytes())

    return once


@pytest.fixture(scope="session")
def ingested(once: Once) -> Result:
    """The first stage on the official figures; nobody changes its tables."""
    from dewak_research.data import ingest

    found: Result = once("ingested", lambda: ingest.run({}, None, 0))
    return found


@pytest.fixture(scope="session")
def tables(ingested: Result) -> dict[str, pd.DataFrame]:
    return dict(ingested.tables)


@pytest.fixture(scope="session")
def stress_inputs(ingested: Result) -> dict[str, pd.DataFrame]:
    """What the stress test reads; nobody changes its tables."""
    from dewak_research.data.tables import with_official
    from dewak_research.stress.chapter import RAW_TABLES

    return with_official(ingested.tables, RAW_TABLES)


@pytest.fixture(scope="session")
def whole_stage() -> None:
    """What asks for this runs a whole stage on all official figures, if with few draws: see `END_TO_END`."""


@pytest.fixture(scope="session")
def disparities(ingested: Result, once: Once, whole_stage: None) -> Result:
    """The chapter on disparities on the official figures with few draws; nobody changes its tables."""
    from disparities.conftest import FEW, SEED

    from dewak_research.disparities.chapter import run

    found: Result = once("disparities", lambda: run(ingested.tables, FEW, SEED))
    return found


@pytest.fixture(scope="session")
def stressed(stress_inputs: dict[str, pd.DataFrame], once: Once, whole_stage: None) -> Result:
    """The stress test of every unit, with few draws and panels of noise; nobody changes its tables."""
    from dewak_research.config import StressParams
    from dewak_research.data.result import Result
    from dewak_research.stress import backtests, chapter, early_warning

    few = StressParams(draws=40, shapley_draws=10)
    two_panels = partial(early_warning.noise_scores, panels=2)

    def compute() -> Result:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(early_warning, "noise_scores", two_panels)
            found = chapter.run(stress_inputs, few, 1, in_depth=("05562020", "05954"))
            past = backtests.run(stress_inputs, few.horizon_years, 20, few.block_length, 1)
        return Result({**found.tables, **past.tables})

    found: Result = once("stressed", compute)
    return found


Write = Callable[..., Path]

CHART = """\
from dewak_research.page.figure import Figure, Table
from dewak_research.page.results import open_results, show
from dewak_research.page.style import figure_size
import matplotlib.pyplot as plt
results = open_results("toy")"""
DRAW = """\
fig, ax = plt.subplots(figsize=figure_size())
ax.plot(results["line"]["x"], results["line"]["y"])
show(Figure(fig, name="toy_line", caption="Linie & Co", alt="Eine Linie", sources=["kreise_panel"],
            data=results["line"]))"""
LIGHT = """\
import os, pathlib
folder = pathlib.Path(os.environ["DEWAK_FIGURES"])
for name in ("toy_line.csv", "toy_line.svg"):
    (folder / name).write_text(name)"""
TABLE = """\
import sys
print(object())
print("warned", file=sys.stderr)
show(Table(results["line"].rename(columns={"x": "year", "y": "amount_eur"}), name="toy_table",
           caption="Tabelle", sources=["kreise_panel"]))"""


def cell(kind: str, source: str, *tags: str, name: str) -> nbformat.NotebookNode:
    from nbformat.v4 import new_code_cell, new_markdown_cell

    make = {"code": new_code_cell, "markdown": new_markdown_cell}[kind]
    node = make(source, id=name)
    if tags:
        node.metadata["tags"] = list(tags)
    return node


@pytest.fixture
def write_notebook(tmp_path: Path) -> Write:
    """Return a function that writes a notebook of a parameters cell and further code cells."""
    import nbformat
    from nbformat.v4 import new_notebook

    def write(*codes: str, parameters: str | None = 'language = "de"', name: str = "10_toy") -> Path:
        cells = []
        if parameters is not None:
            cells.append(cell("code", parameters, "parameters", name="parameters"))
        cells.append(cell("markdown", "# Titel {{ toy.line(x=2019).y | number(1) }}", "de", name="title-de"))
        cells.append(cell("markdown", "# Title {{ toy.line(x=2019).y | number(1) }}", "en", name="title-en"))
        cells += [cell("code", code, name=f"code-{i}") for i, code in enumerate(codes)]
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(new_notebook(cells=cells), path)
        return path

    return write


def toy_results(folder: Path, column: str = "y") -> Path:
    """Write one stage's table into a folder and return the folder."""
    (folder / "toy").mkdir(parents=True, exist_ok=True)
    import pandas as pd

    frame = pd.DataFrame({"x": [2019, 2020, 2021], column: [1.5, None, 1234567.891]})
    frame.to_parquet(folder / "toy" / "line.parquet")
    return folder


@pytest.fixture
def processed(tmp_path: Path) -> Path:
    """Return a folder with one stage's table."""
    return toy_results(tmp_path / "processed")


def missing(what: str) -> None:
    """Fail in CI, where everything must be there; skip elsewhere."""
    if "CI" in os.environ:
        pytest.fail(what)
    pytest.skip(what)


END_TO_END = {"stages_run", "html", "whole_stage"}
"""Fixtures that read what the pipeline wrote, or run one of its stages on all official figures."""


def pytest_collection_finish() -> None:
    """Hunt for cycles as seldom as the commands do, and never among what was loaded before the first test."""
    gc.freeze()
    gc.set_threshold(100_000)
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count what needs a whole stage among the slow tests: `make test` passes before there are results, and soon."""
    for item in items:
        if END_TO_END & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def stages_run() -> Path:
    """Return ``data/processed`` with the tables of every stage."""
    if not all(any((PROCESSED / stage).glob("*.parquet")) for stage in STAGES):
        missing("the stages have not run: run make report first")
    return PROCESSED


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = os.environ.get("DEWAK_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        missing("chromium is not installed: apt-get install chromium, or name it in DEWAK_CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()
