"""What all benchmarks share: time and processor time of commands, and the line that says where and when was measured.

The page of the report that shows the tables reads that line (``dewak_research.book.speed``).
"""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

RESULTS = Path(__file__).resolve().parents[1] / "results"


def load() -> float:
    """Return how many processes wanted a processor in the last minute."""
    return os.getloadavg()[0]


def conditions(before: float | None = None, more: str = "") -> str:
    """Return the line on day, machine and load; ``before`` is the load at the beginning, ``more`` a further version."""
    loads = sorted({f"{value:.1f}" for value in (load(), before) if value is not None}, key=float)
    named = f", {more}" if more else ""
    return (
        f"Measured on {date.today()} on {platform.machine()}, {os.cpu_count()} processors, "
        f"Python {platform.python_version()}{named}; load of the machine {' to '.join(loads)}."
    )


def write(name: str, lines: Sequence[str]) -> None:
    """Write a table of results and show it."""
    text = "\n".join(lines) + "\n"
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text(text, encoding="utf-8", newline="\n")
    print(text)


def of_children() -> float:
    """Return the processor seconds of all processes that were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Return wall and processor seconds of an action, its processes included."""
    wall, own, children = time.perf_counter(), time.process_time(), of_children()
    act()
    return time.perf_counter() - wall, time.process_time() - own + of_children() - children


def timed_command(
    command: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> tuple[float, float]:
    """Return wall and processor seconds of a command; a failure ends the measurement with what was said."""

    def run() -> None:
        done = subprocess.run(
            command, cwd=folder, env=dict(environment), capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")

    print(f"… {' '.join(command[-3:])}", file=sys.stderr, flush=True)
    return timed(run)
