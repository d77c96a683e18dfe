"""Measure one option of one unit against the whole engine; write results/portfolio.md.

Run with ``python benchmarks/portfolio.py`` on an idle machine; nothing here is a test.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from measured import conditions, write

from dewak_research.cases.library import library_of
from dewak_research.config import StressParams
from dewak_research.data import ingest
from dewak_research.data.case_files import read_case_files
from dewak_research.data.tables import with_official
from dewak_research.planning.limits import Limits
from dewak_research.planning.options import model_options, relief_options
from dewak_research.planning.portfolio import MOST, portfolio
from dewak_research.stress.chapter import RAW_TABLES
from dewak_research.stress.one_unit import unit_shocks
from dewak_research.stress.run import prepare
from dewak_research.stress.what_if import trigger_probabilities, with_change

AGS, DRAWS, TIMES = "05954024", 10_000, 50


def least(act: Callable[[], object], times: int) -> tuple[float, float, float]:
    """Least and median wall time and least processor time of so many calls, milliseconds."""
    walls, cpus = [], []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        act()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return 1e3 * min(walls), 1e3 * float(np.median(walls)), 1e3 * min(cpus)


def main() -> None:
    """Measure and write."""
    run = prepare(with_official(ingest.run({}, None, 0).tables, RAW_TABLES), StressParams(), 0)
    unit = unit_shocks(run, AGS, DRAWS)
    path = np.linspace(-50_000, 50_000, run.book.years)
    books = {"without": run.book, "with": with_change(run.book, path)}
    library = library_of(read_case_files())
    of_models = model_options(
        library, "grundschoettel", list(library.models["models"])[:8], run.book.years, 2_000, 0
    )
    of_relief = relief_options(library.criteria["relief"], run.book.years, 2_000, 0)
    options = [*of_models, *of_relief]
    assert len(options) == MOST
    free = [replace(option, sources=()) for option in options]
    fewer = unit_shocks(run, AGS, 2_000)
    rows = [
        (
            "whole engine, with and without, all units",
            least(lambda: trigger_probabilities(run, books, DRAWS), 2),
        ),
        ("base pass: the unit and the Kreise", least(lambda: unit_shocks(run, AGS, DRAWS), 3)),
        ("one option of one unit", least(lambda: unit.probability(path), TIMES)),
        ("headroom of one option", least(lambda: unit.bearable_loss_eur(path[None]), TIMES)),
        (
            f"portfolio of {MOST} options, {len(portfolio(options, fewer, Limits()))} portfolios, 2,000 draws",
            least(lambda: portfolio(options, fewer, Limits()), 2),
        ),
        (
            f"the same if none excluded another, {len(portfolio(free, fewer, Limits())):,} portfolios",
            least(lambda: portfolio(free, fewer, Limits()), 2),
        ),
    ]
    one = rows[2][1][2]
    lines = [
        "# One option of one unit",
        "",
        f"{run.book.size} units, {run.book.years} years, {DRAWS:,} draws where not said otherwise.",
        "Processor time adds up all threads and depends less than wall time on who else uses the machine.",
        "",
        "| what | least wall, ms | median wall, ms | least processor, ms | processor, times one option |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | {wall:.1f} | {usual:.1f} | {cpu:.1f} | {cpu / one:.0f} |"
            for name, (wall, usual, cpu) in rows
        ),
        "",
        conditions(more=f"NumPy {np.__version__}"),
    ]
    write("portfolio", lines)


if __name__ == "__main__":
    main()
