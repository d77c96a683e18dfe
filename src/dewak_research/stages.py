"""One thin function per pipeline stage: load, one call into the house, write.

Each stage imports what it calls when it runs: an analysis does not wait for what draws and prints.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from dewak_research.canonical import TABLES_OF, fingerprints
from dewak_research.config import Ags, Params
from dewak_research.paths import NOTEBOOKS, PROCESSED
from dewak_research.replaced import replace_folder
from dewak_research.written import read_tables, write_result, write_values

if TYPE_CHECKING:
    from dewak_research.book.runner import Done, Job
    from dewak_research.data.result import Result
    from dewak_research.engines import Engine

Tables = Mapping[str, pd.DataFrame]


def _ingest(inputs: Tables, params: Params, engine: Engine | None) -> Result:
    from dewak_research.data import ingest

    return ingest.run(inputs, None, params.run.seed)


def _disparities(inputs: Tables, params: Params, engine: Engine | None) -> Result:
    from dewak_research.disparities import chapter

    return chapter.run(inputs, params.disparities, params.run.seed, engine)


def _stress(inputs: Tables, params: Params, engine: Engine | None) -> Result:
    from dewak_research.data.handed_in import own_scenarios
    from dewak_research.data.tables import with_official
    from dewak_research.stress import chapter

    return chapter.run(
        with_official(inputs, chapter.RAW_TABLES),
        params.stress,
        params.run.seed,
        own_scenarios(),
        params.cases.peers,
        params.run.municipalities,
        engine,
    )


def _stress_backtests(inputs: Tables, params: Params, engine: Engine | None) -> Result:
    from dewak_research.data.tables import with_official
    from dewak_research.stress import backtests

    return backtests.run(
        with_official(inputs, backtests.RAW_TABLES),
        params.stress.horizon_years,
        params.stress.backtest_draws,
        params.stress.block_length,
        params.run.seed,
        engine,
    )


def _cases(inputs: Tables, params: Params, engine: Engine | None) -> Result:
    from dewak_research.cases import chapter
    from dewak_research.cases.library import library_of
    from dewak_research.cases.siting import with_gains
    from dewak_research.data.case_files import read_case_files
    from dewak_research.data.context import CONTEXT_TABLES
    from dewak_research.data.tables import with_official
    from dewak_research.space.gained import gained

    library = with_gains(library_of(read_case_files()), gained)
    return chapter.run(with_official(inputs, CONTEXT_TABLES), library, params.cases, params.run.seed)


def _cases_budgets(inputs: Tables, params: Params, engine: Engine | None) -> Result:
    from dewak_research.cases import budgets
    from dewak_research.cases.library import library_of
    from dewak_research.data.case_files import read_case_files
    from dewak_research.data.result import Result
    from dewak_research.data.tables import with_official

    given, library = with_official(inputs, budgets.RAW_TABLES), library_of(read_case_files())
    return Result(budgets.budget_tables(given, library, params.run.seed, params.stress))


def _planning(inputs: Tables, params: Params, engine: Engine | None) -> Result:
    from dewak_research.data.handed_in import own_totals
    from dewak_research.data.tables import with_official
    from dewak_research.planning import chapter

    given = with_official({**inputs, **own_totals()}, chapter.RAW_TABLES)
    growth = params.stress.growth_rates.get("default", 0.0)
    return chapter.run(given, params.planning, params.run.seed, params.run.municipalities, growth)


def _planning_measures(inputs: Tables, params: Params, engine: Engine | None) -> Result:
    from dewak_research.cases.library import library_of
    from dewak_research.data.case_files import read_case_files
    from dewak_research.data.result import Result
    from dewak_research.data.tables import with_official
    from dewak_research.planning import measures

    asked = measures.Asked(library_of(read_case_files()), params.stress, params.run.municipalities)
    given = with_official(inputs, measures.RAW_TABLES)
    return Result(measures.asked_tables(given, asked, params.run.seed))


def _space(inputs: Tables, params: Params, engine: Engine | None) -> Result:
    from dewak_research.data import read_boundaries
    from dewak_research.data.tables import with_official
    from dewak_research.space import chapter

    given = {**with_official(inputs, chapter.RAW_TABLES), "boundaries_towns": read_boundaries("towns")}
    return chapter.run(given, params.space, params.run.seed, params.run.municipalities)


def _pooling(inputs: Tables, params: Params, engine: Engine | None) -> Result:
    from dewak_research.data.room_files import read_room_files
    from dewak_research.space import worked_pooling

    files = read_room_files()
    return worked_pooling.run(files.tables, files.as_of, params.space, files.municipality)


@dataclass(frozen=True)
class Stage:
    """An analysis stage: its function, and the stages whose tables it reads, or single ones as ``stage/table``."""

    run: Callable[[Tables, Params, Engine | None], Result]
    reads: tuple[str, ...] = ()


OF_MEASURES = (
    "cases/activation cases/ranking cases_budgets/transfer planning/cost_growth_paths planning/net_path"
)
STAGES: dict[str, Stage] = {
    "ingest": Stage(_ingest),
    "disparities": Stage(_disparities, ("ingest",)),
    "stress": Stage(_stress, ("ingest",)),
    "stress_backtests": Stage(
        _stress_backtests, tuple(f"ingest/{name}" for name in ("kreise_panel", "tax_panel", "units"))
    ),
    "cases": Stage(_cases, ("ingest", "pooling")),
    "cases_budgets": Stage(
        _cases_budgets,
        ("ingest", *(f"cases/{name}" for name in ("costs", "relief_summary", "transfer_fit", "verdict"))),
    ),
    "planning": Stage(_planning, ("ingest",)),
    "planning_measures": Stage(_planning_measures, ("ingest", *OF_MEASURES.split())),
    "space": Stage(_space, ("ingest",)),
    "pooling": Stage(_pooling),
}


def run_stage(name: str, params: Params, processed: Path = PROCESSED, engine: Engine | None = None) -> None:
    """Run one analysis stage on what the stages before it have written; ``engine`` says where, and is no input."""
    stage = STAGES[name]
    inputs = {key: frame for read in stage.reads for key, frame in read_tables(read, processed).items()}
    write_result(stage.run(inputs, params, engine), name, processed)
    write_values(f"{TABLES_OF}{name}", fingerprints(read_tables(name, processed)), processed)


def chapter_jobs(
    name: str,
    params: Params,
    folder: Path,
    ags: Ags | None = None,
    seen: Callable[[str, Any], None] | None = None,
) -> list[Job]:
    """Return one job per language for a chapter, or for the profile of one unit.

    Parameters
    ----------
    name : str
        Notebook without suffix.
    folder : Path
        Gets ``<language>/<page>.ipynb`` and ``<language>/_figures/<page>/``.
    ags : str, optional
        Key of the unit; for ``40_profile`` only.
    seen : callable, optional
        Told the address and value of every cell that the prose shows.
    """
    from dewak_research.book.notebook import NotebookParams, ProfileParams, typed
    from dewak_research.book.runner import Job

    page = name if ags is None else f"{name}_{ags}"
    jobs = []
    for language in params.run.languages:
        given = {"language": language} | ({} if ags is None else {"ags": ags})
        jobs.append(
            Job(
                source=NOTEBOOKS / f"{name}.ipynb",
                output=folder / language / f"{page}.ipynb",
                parameters=typed(given, NotebookParams if ags is None else ProfileParams, name),
                figures=folder / language / "_figures" / page,
                address=f"_figures/{page}",
                seen=seen,
            )
        )
    return jobs


def run_chapter(name: str, params: Params, ags: Ags | None = None) -> list[Done]:
    """Run a chapter's notebook in every language of the run, side by side; pass on what its cells warned of.

    The cells of result tables that its prose shows go to ``values/<page>.json``.
    """
    from dewak_research.book.runner import run_many

    shown: dict[str, Any] = {}
    done = run_many(chapter_jobs(name, params, PROCESSED / "notebooks", ags, shown.__setitem__), workers=2)
    write_values(name if ags is None else f"{name}_{ags}", shown)
    _pass_on_warnings(name, done)
    return done


def _pass_on_warnings(name: str, done: list[Done]) -> None:
    for warning in sorted({text.strip() for run in done for text in run.warnings}):
        sys.stderr.write(f"{name}: {warning}\n")


def run_sheets(params: Params) -> Path:
    """Write sheet, summary and files of data of every unit; return their folder, which the book takes over."""
    from dewak_research.unit.sheets import write_sheets

    return write_sheets(PROCESSED, params.run.languages)


def run_parts(params: Params) -> Path:
    """Write what the book takes over and no sentence of its pages changes; return its folder."""
    from dewak_research.book.part_writing import write_parts

    return write_parts(PROCESSED, params.run.languages)


def run_book(params: Params) -> Path:
    """Build the report from its pages, its parts and the sheets; return its start page.

    The cells that the start page shows go to ``values/index.json``, those of the other pages to ``values/pages.json``.
    """
    from dewak_research.book.book import publish

    shown: dict[str, dict[str, Any]] = {}
    start_page = publish(params.run.languages, shown=shown)
    write_values("index", shown.pop("index"))
    write_values("pages", {address: value for page in shown.values() for address, value in page.items()})
    return start_page


def run_unit_report(query: str, params: Params, target: Path) -> Path:
    """Build the report of one unit from the official figures into a folder of its own, and return its first page.

    Parameters
    ----------
    query : str
        Key or name of one of the 427 units, or of a Kreis of another Land.
    target : Path
        Folder that gets ``<key>/<language>/index.html`` (not for another Land) and ``sheet.html``; in place when whole.

    Raises
    ------
    InputError
        No such unit (the nearest are offered), or the pipeline has not run.
    """
    from dewak_research.data.register import resolve_in_germany
    from dewak_research.page.results import open_results

    units = open_results("ingest")["units"]
    ags = resolve_in_germany(query, units, open_results("ingest")["kreis_register"])

    from dewak_research.book.runner import run_many
    from dewak_research.unit.report import write_unit_report
    from dewak_research.unit.view import load_profile_tables

    work, aside, folder = target / f".{ags}.work", target / f".{ags}.part", target / ags
    for left in (work, aside):
        shutil.rmtree(left, ignore_errors=True)
    try:
        if ags in set(units["ags"]):
            _pass_on_warnings(ags, run_many(chapter_jobs("40_profile", params, work, ags), workers=2))
        page = write_unit_report(load_profile_tables(), ags, work, aside, params.run.languages)
        replace_folder(folder, aside)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        shutil.rmtree(aside, ignore_errors=True)
    return folder / page.relative_to(aside)
