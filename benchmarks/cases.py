"""Time and peak memory of the case-study chapter for all units: ``python benchmarks/cases.py``."""

import resource
import time

from dewak_research.cases import chapter
from dewak_research.cases.library import library_of
from dewak_research.config import load_params
from dewak_research.data import ingest
from dewak_research.data.case_files import read_case_files
from dewak_research.data.context import CONTEXT_TABLES
from dewak_research.data.tables import with_official
from dewak_research.stress.chapter import RAW_TABLES

if __name__ == "__main__":
    params = load_params()
    tables = with_official(ingest.run({}, None, params.run.seed).tables, {*CONTEXT_TABLES, *RAW_TABLES})
    wall, cpu = time.perf_counter(), time.process_time()
    result = chapter.run(
        tables, library_of(read_case_files()), params.cases, params.run.seed, stress=params.stress
    )
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    units = len(tables["units"])
    print(
        f"cases: {units} units, {len(result.tables)} tables, {wall:.1f} s wall, {cpu:.1f} s CPU, {peak:.0f} MB peak"
    )
