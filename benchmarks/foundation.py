"""How long the two commands and the pipeline take in a fresh clone, and how much memory one process needs.

Clones HEAD into a temporary folder, sets it up from the local package cache and measures there. As a reference
anyone can run, the start of a bare interpreter and of a `dvc status` stand beside the times.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "foundation.md"


def timed(command: list[str], cwd: Path) -> float:
    """Run a command and return its wall time in seconds; a failure ends the measurement."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return time.perf_counter() - start


def measure(clone: Path, tests: bool) -> list[tuple[str, float, str]]:
    """Return (what, seconds, target) for each step."""
    dewak, dvc = str(clone / ".venv/bin/dewak"), [str(clone / ".venv/bin/python"), "-m", "dvc"]
    rows = [
        ("make report, fresh clone, packages in the local cache", timed(["make", "report"], clone), "240 s"),
        ("pipeline alone, cold (dvc repro --force)", timed([*dvc, "repro", "--force"], clone), "120 s"),
        ("dvc repro with nothing to do", timed([*dvc, "repro"], clone), "2.5 s"),
    ]
    params = clone / "params.yaml"
    text = params.read_text(encoding="utf-8")
    changed = text.replace("draws: 10000", "draws: 9000", 1)
    assert changed != text
    params.write_text(changed, encoding="utf-8")
    rows.append(("one changed stress parameter (dewak run)", timed([dewak, "run"], clone), "40 s"))
    if tests:
        rows.append(("make test", timed(["make", "test"], clone), "300 s"))
    rows.append(("reference: dvc status", timed([*dvc, "status"], clone), "–"))
    rows.append(("reference: python -c pass", timed([sys.executable, "-c", "pass"], clone), "–"))
    return rows


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", action="store_true", help="also measure make test")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        timed(["git", "clone", "--quiet", str(ROOT), str(clone)], ROOT)
        rows = measure(clone, arguments.tests)
        pack = sum(f.stat().st_size for f in (clone / ".git").rglob("*") if f.is_file()) / 1e6
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    lines = [
        "# Foundation",
        "",
        f"{os.cpu_count()} cores. Measured in a fresh clone by `benchmarks/foundation.py`.",
        "",
        "| what | seconds | target |",
        "|---|---|---|",
        *(f"| {what} | {seconds:.1f} | {target} |" for what, seconds, target in rows),
        "",
        f"Peak memory of any process: {peak:.2f} GB (target 2). Size of the repository: {pack:.1f} MB (target 25).",
    ]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
