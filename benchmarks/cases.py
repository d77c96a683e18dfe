"""Time and peak memory of the case-study chapter for all units: ``python benchmarks/cases.py``."""

import resource
import time

from dewak_research.cases import chapter
from dewak_research.config import load_params
from dewak_research.data import ingest

if __name__ == "__main__":
    params = load_params()
    tables = ingest.run({}, None, params.run.seed).tables
    wall, cpu = time.perf_counter(), time.process_time()
    result = chapter.run(tables, params.cases, params.run.seed, stress=params.stress)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    units = len(tables["units"])
    print(
        f"cases: {units} units, {len(result.tables)} tables, {wall:.1f} s wall, {cpu:.1f} s CPU, {peak:.0f} MB peak"
    )
