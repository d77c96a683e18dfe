"""Twenty kills at random moments, spread over one run of several stages that goes on after each."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest

from dewak_research.processes import EVERY_S

from .conftest import Built
from .small import SEED, copied, dewak, environment, hashes, locked, plain, run

MARK = "DEWAK_TEST_OF_KILLS"
HOW = [*["kill all"] * 9, *["kill first"] * 5, *["SIGTERM"] * 3, *["SIGINT"] * 3]
LATEST_S = 900
GONE_S = 25
REPORT, LAST_GOOD = "book/_build/html/index.html", "the last good report"


@dataclass(frozen=True)
class Moment:
    """A kill: after how many finished stages, how much later, and how."""

    stages: int
    later_s: float
    how: str


def moments(chance: random.Random, seconds: Sequence[float]) -> list[Moment]:
    ways = chance.sample(HOW, len(HOW))
    places = sorted(chance.uniform(0, len(seconds)) for _ in ways)
    return [
        Moment(int(place), (place % 1) * seconds[int(place)], how)
        for place, how in zip(places, ways, strict=True)
    ]


def marked(mark: str) -> Iterator[psutil.Process]:
    """Yield what a run has started and still works, kernels too."""
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == mark:
                yield process
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue


def heard() -> None:
    """Hear Ctrl+C, however these tests were started."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def finished(folder: Path) -> int:
    return len(locked(folder))


def until(folder: Path, moment: Moment, process: subprocess.Popen[bytes]) -> bool:
    """Wait for a moment, which may have passed already; tell whether the run is still at work then."""
    latest = time.monotonic() + LATEST_S
    while finished(folder) < moment.stages:
        assert process.poll() is None, "the run ended"
        if time.monotonic() > latest:
            strike(process, "kill all")
        time.sleep(EVERY_S)
    time.sleep(moment.later_s)
    return process.poll() is None


def strike(process: subprocess.Popen[bytes], how: str) -> None:
    if how == "kill all":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        number = signal.SIGKILL if how == "kill first" else signal.Signals[how]
        process.send_signal(number)
    process.wait(timeout=60)


def strange(folder: Path) -> set[str]:
    """Return what git says of files that are not just changed: new ones, and tracked ones that have gone."""
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=folder, capture_output=True, text=True, check=True
    )
    return {line for line in status.stdout.splitlines() if not line.startswith(" M ")}


def whole(folder: Path, built: Built, before: dict[str, str], at_first: set[str]) -> list[str]:
    """Return what is neither as it was before nor as an undisturbed run makes it."""
    wrong = [
        name
        for name, found in hashes(folder).items()
        if found not in (before.get(name), built.hashes.get(name))
    ]
    for path in (folder / "data/processed/values").glob("*.json"):
        plain(path)
    wrong += [name for name, outs in locked(folder).items() if outs != built.locked[name]]
    return wrong + sorted(strange(folder) - at_first)


def prepared(folder: Path) -> Path:
    """Return a copy that has computed nothing, with a report that was finished before."""
    (copied(folder) / REPORT).parent.mkdir(parents=True)
    (folder / REPORT).write_text(LAST_GOOD, encoding="utf-8")
    return folder


def begun(folder: Path, mark: str, log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as said:
        return subprocess.Popen(
            dewak("run"), cwd=folder, env=environment(folder) | {MARK: mark}, stdout=said,
            stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=heard,
        )  # fmt: skip


@pytest.mark.slow
def test_twenty_kills_leave_nothing_half_done_and_change_no_byte(built: Built, tmp_path: Path) -> None:
    seed = int(os.environ.get("DEWAK_KILL_SEED", SEED))
    folder, log = prepared(tmp_path / "project"), tmp_path / "said.txt"
    before, at_first, began = hashes(folder), strange(folder), False
    plan = moments(random.Random(seed), built.seconds)
    for number, moment in enumerate(plan, start=1):
        mark = uuid.uuid4().hex
        process = begun(folder, mark, log)
        while not until(folder, moment, process):
            # the machine is quicker now than when the times were measured: once more, and sooner
            assert process.returncode == 0, log.read_text(encoding="utf-8")[-3000:]
            moment = replace(moment, later_s=moment.later_s / 2)
            folder, began = prepared(tmp_path / f"project_{number}_{moment.later_s:.2f}"), False
            process = begun(folder, mark, log)
        strike(process, moment.how)
        at = f"seed {seed}, kill {number} of {len(plan)}: {moment}"
        text = log.read_text(encoding="utf-8")
        latest = time.monotonic() + GONE_S
        while left := [one.pid for one in marked(mark)]:
            assert time.monotonic() < latest, f"{at}: still at work: {left}\n{text[-3000:]}"
            time.sleep(EVERY_S)
        assert whole(folder, built, before, at_first) == [], f"{at}\n{text[-3000:]}"
        assert "ERROR" not in text or moment.how != "kill all", f"{at}\n{text[-3000:]}"
        assert ("goes on from there" in text) == began or "begins." not in text, f"{at}\n{text[-3000:]}"
        assert moment.how.startswith("kill") or "Stopped." in text or "begins." not in text, (
            f"{at}\n{text[-3000:]}"
        )
        began = (folder / ".dvc" / "tmp" / "dewak_run").exists()
    assert "goes on from there" in run(folder, dewak("run")), seed
    assert hashes(folder) == built.hashes | {REPORT: before[REPORT]}, seed
    assert locked(folder) == built.locked, seed
