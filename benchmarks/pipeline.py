"""The pipeline beside the work in it, and a run with little to do beside ``dvc status``; writes results/pipeline.md.

Run ``python benchmarks/pipeline.py`` on an idle machine, with everything committed: a clone of HEAD in a folder of its
own is measured and thrown away, so that no result here changes. It takes about three cold runs of the pipeline.

Cold: ``dewak run`` in a clone that has no results, beside the sum of what has to be done in any case, one after the
other in one process: start a kernel for every notebook, import everything once, compute. Then ``dewak run`` with
nothing to do, with one changed sentence of a page, one of a chapter, one changed parameter of the stress test.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager
from measured import conditions, load, timed, timed_command, write

ROOT = Path(__file__).resolve().parents[1]
PAGE, CHAPTER, DRAWS = "book/de/limitations.md", "notebooks/20_fiscal_stress_test.ipynb", "  draws: 10000"
SENTENCE = "Dieser Satz steht nur in der Messung."
Times = tuple[float, float]


def environment_of(clone: Path) -> dict[str, str]:
    """Return what commands in the clone run with: this Python, the code of the clone."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {**kept, "PYTHONPATH": str(clone / "src"), "PATH": path}


def kernel_start() -> Times:
    """Return wall and processor seconds from the start of an empty kernel until it answers; middle of three."""

    def start() -> None:
        manager = KernelManager(kernel_name="python3")
        manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=120)
        client.stop_channels()
        manager.shutdown_kernel(now=True)

    walls, processors = zip(*(timed(start) for _ in range(3)), strict=True)
    return statistics.median(walls), statistics.median(processors)


def in_one_process(clone: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Return what the work takes in one process in the clone, by part."""
    script = Path(__file__).parent / "measured" / "in_one_process.py"
    print("… all work in one process", file=sys.stderr, flush=True)
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=clone,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{script.name} failed:\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout[done.stdout.index('{"spent"') :])
    return found


def add_to_page(clone: Path) -> None:
    """Add a sentence to a page of the book."""
    page = clone / PAGE
    page.write_text(f"{page.read_text(encoding='utf-8').rstrip()}\n\n{SENTENCE}\n", encoding="utf-8")


def add_to_chapter(clone: Path) -> None:
    """Add a sentence to the last German cell of a chapter."""
    path = clone / CHAPTER
    book = json.loads(path.read_text(encoding="utf-8"))
    cell = [c for c in book["cells"] if "de" in c["metadata"].get("tags", [])][-1]
    cell["source"] = ["".join(cell["source"]).rstrip() + f"\n\n{SENTENCE}"]
    path.write_text(json.dumps(book, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def change_draws(clone: Path) -> None:
    """Draw 9,000 instead of 10,000 times in the stress test."""
    params = clone / "params.yaml"
    text = params.read_text(encoding="utf-8")
    assert text.count(DRAWS) >= 1, f"no {DRAWS!r} in params.yaml"
    at = text.index(DRAWS, text.index("stress:"))
    params.write_text(f"{text[:at]}  draws: 9000{text[at + len(DRAWS) :]}", encoding="utf-8")


CHANGES = {
    "nothing to do": lambda clone: None,
    "one changed sentence of a page": add_to_page,
    "one changed sentence of a chapter": add_to_chapter,
    "one changed parameter of the stress test": change_draws,
}


def measure(clone: Path) -> tuple[list[tuple[str, Times]], list[tuple[str, Times]]]:
    """Return the parts of the work with the cold run, and ``dvc status`` with the runs that have little to do."""
    environment = environment_of(clone)
    run = [sys.executable, "-m", "dewak_research.cli", "run"]
    cold = timed_command(run, clone, environment)
    work = in_one_process(clone, environment)
    start, n = kernel_start(), work["notebooks"]
    spent = {name: (wall, processor) for name, (wall, processor) in work["spent"].items()}
    parts = [
        (f"starting an empty kernel {n} times", (n * start[0], n * start[1])),
        ("importing everything once", spent["imports"]),
        ("computing all stages in that process", spent["stages"]),
        ("running the cells of all notebooks in it", spent["cells"]),
        ("putting both editions of the book and all profiles together", spent["book"]),
    ]
    parts.append(("sum of these", (sum(t[0] for _, t in parts), sum(t[1] for _, t in parts))))
    parts.append(("`dewak run`, cold", cold))
    timed_command(run, clone, environment)  # what the process above wrote is looked at once
    little = [("`dvc status`", timed_command([sys.executable, "-m", "dvc", "status"], clone, environment))]
    for name, change in CHANGES.items():
        change(clone)
        little.append((f"`dewak run`, {name}", timed_command(run, clone, environment)))
    return parts, little


def table(rows: list[tuple[str, Times]], reference: Times, of: str) -> list[str]:
    """Return the rows as a table with their ratio to the reference."""
    return [
        f"| what | wall, s | processor, s | wall, times {of} |",
        "|---|---:|---:|---:|",
        *(f"| {name} | {wall:.1f} | {cpu:.1f} | {wall / reference[0]:.2f} |" for name, (wall, cpu) in rows),
        "",
    ]


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--folder", type=Path, help="where the clone is made (1 GB; default: a temporary folder)"
    )
    before = load()
    with tempfile.TemporaryDirectory(dir=parser.parse_args().folder) as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        parts, little = measure(clone)
    lines = [
        "# The pipeline",
        "",
        "A clone of the repository without results. The work by itself runs one after the other in one process; the",
        "pipeline may use every processor. Processor time adds up all processes.",
        "",
        *table(parts, dict(parts)["sum of these"], "the sum"),
        *table(little, little[0][1], "`dvc status`"),
        conditions(before),
    ]
    write("pipeline", lines)


if __name__ == "__main__":
    main()
