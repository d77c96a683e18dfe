"""How long the disparities chapter takes, and the panel ladder beside pyfixest on the same figures.

Run: ``python benchmarks/disparities.py``. Nothing is asserted; the table goes to the screen and to
``benchmarks/results/disparities.md``.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable

import pyfixest as pf
from measured import conditions, write
from threadpoolctl import threadpool_limits

from dewak_research.config import load_params
from dewak_research.data import ingest
from dewak_research.disparities.chapter import run
from dewak_research.disparities.ladder import ladder
from dewak_research.disparities.panel import REGRESSORS, TIME_CONSTANT, build_panel

REPEATS = 3


def timed(work: Callable[[], object], repeats: int = REPEATS) -> tuple[float, float]:
    """Return the best wall and processor seconds of several runs."""
    walls, processors = [], []
    for _ in range(repeats):
        wall, processor = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return min(walls), min(processors)


def main() -> None:
    """Measure, print and write the table."""
    warnings.filterwarnings("ignore")
    params = load_params()
    tables = ingest.run({}, None, params.run.seed).tables
    chapter = timed(lambda: run(tables, params.disparities, params.run.seed), 2)
    years = (params.disparities.first_year, params.disparities.last_year)
    panel = build_panel(tables["kreise"])
    moving = " + ".join(r for r in REGRESSORS if r not in TIME_CONSTANT)
    every = " + ".join(REGRESSORS)
    sample = panel[panel["year"].between(*years)].dropna(subset=["ln_kdu", *REGRESSORS])
    change = sample.copy()
    columns = ["ln_kdu", *[r for r in REGRESSORS if r not in TIME_CONSTANT]]
    change[columns] = change.groupby("ags")[columns].diff()
    change = change.dropna(subset=columns)

    def others() -> None:
        for formula, data in (
            (f"ln_kdu ~ {every} | land_year", sample),
            (f"ln_kdu ~ {moving} | ags + year", sample),
            (f"ln_kdu ~ {moving} | ags + land_year", sample),
            (f"ln_kdu ~ {moving} | year", change),
        ):
            pf.feols(formula, data, vcov={"CRV1": "ags"})

    others()
    with threadpool_limits(1):  # as in the chapter: waiting threads of the linear algebra would count as work
        mine, theirs = timed(lambda: ladder(panel, years)), timed(others)
    lines = [
        "# Disparities chapter",
        "",
        f"Best of {REPEATS} (chapter: of 2) in one process, linear algebra on one thread.",
        "",
        "| what | wall s | processor s |",
        "|---|---:|---:|",
        f"| whole chapter ({params.disparities.bootstrap_draws:,} bootstrap draws, "
        f"{params.disparities.permutations:,} permutations, {params.disparities.wild_draws:,} wild draws) "
        f"| {chapter[0]:.1f} | {chapter[1]:.1f} |",
        f"| ladder: six models, linearmodels, with checks of the input | {mine[0]:.2f} | {mine[1]:.2f} |",
        f"| pyfixest: the four of them it has, after a warm-up | {theirs[0]:.2f} | {theirs[1]:.2f} |",
        f"| ratio ladder / pyfixest | {mine[0] / theirs[0]:.1f} | {mine[1] / theirs[1]:.1f} |",
        "",
        "Targets: whole chapter at most 40 s on two cores, ladder at most 5 × pyfixest. pyfixest has no random "
        "effects; the Mundlak model and the long difference are in our time only. On a loaded machine only "
        "processor seconds say something.",
        "",
        conditions(),
    ]
    write("disparities", lines)


if __name__ == "__main__":
    main()
