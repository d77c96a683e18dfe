"""The chapter of the case studies for all units beside reading the official figures; writes results/cases.md.

Run with ``python benchmarks/cases.py`` on an idle machine; nothing here is a test.
"""

from __future__ import annotations

import resource

from measured import conditions, load, timed, write

from dewak_research.cases import chapter
from dewak_research.cases.budgets import budget_tables
from dewak_research.cases.library import library_of
from dewak_research.config import load_params
from dewak_research.data import ingest
from dewak_research.data.case_files import read_case_files
from dewak_research.data.context import CONTEXT_TABLES
from dewak_research.data.result import Result
from dewak_research.data.tables import with_official
from dewak_research.stress.chapter import RAW_TABLES


def main() -> None:
    """Measure and write."""
    before, params, found = load(), load_params(), dict[str, Result]()

    def read() -> None:
        found["ingest"] = ingest.run({}, None, params.run.seed)

    def evaluate() -> None:
        tables = with_official(found["ingest"].tables, {*CONTEXT_TABLES, *RAW_TABLES})
        library = library_of(read_case_files())
        found["cases"] = chapter.run(tables, library, params.cases, params.run.seed)
        budget_tables({**tables, **found["cases"].tables}, library, params.run.seed, params.stress)

    reading, chapters = timed(read), timed(evaluate)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = [("reading and checking the official figures", reading), ("the whole chapter", chapters)]
    lines = [
        "# Chapter of the case studies",
        "",
        f"{len(found['ingest'].tables['units'])} units, {params.cases.cost_draws:,} draws of the costs, "
        f"{len(found['cases'].tables)} tables, one process.",
        "",
        "| what | wall, s | processor, s | processor, times the reading |",
        "|---|---:|---:|---:|",
        *(f"| {name} | {wall:.1f} | {cpu:.1f} | {cpu / reading[1]:.1f} |" for name, (wall, cpu) in rows),
        "",
        f"Peak memory of the process: {peak:.0f} MB.",
        "",
        conditions(before),
    ]
    write("cases", lines)


if __name__ == "__main__":
    main()
