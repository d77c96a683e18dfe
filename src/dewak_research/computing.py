"""What a run does with DVC: call it, say what of the system stands in the way, tidy up what an ended run has left."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from dewak_research import reproducible, terminal
from dewak_research.errors import InputError, RunError, messages, texts
from dewak_research.faults import CALLER, FULL
from dewak_research.language import read_yaml
from dewak_research.own.commands import spoken
from dewak_research.processes import EVERY_S, PATIENCE_S, end

WRITTEN = (".", ".dvc", ".dvc/tmp", ".dvc/cache", "data/processed", "data/processed/values", "book/_build")
"""Folders that a run writes to: the lock, what DVC keeps, results, values, report."""
REPORTS = 3
"""At most as often the report lies on the disk: of before, in the making, and what it is made from."""
MEGABYTE = 1_000_000
_PROTECTED = (errno.EACCES, errno.EPERM, errno.EROFS)
_problem, _text = messages(__package__), texts(__package__)


@contextmanager
def _environment(root: Path) -> Iterator[dict[str, str]]:
    """Return what DVC runs in: the stages find this very Python, activated or not."""
    reproducible.pin()
    here = str(Path(sys.executable).parent)
    path = os.pathsep.join([here, os.environ.get("PATH", os.defpath)])
    environment = os.environ | {"PATH": path, CALLER: str(os.getpid())}
    with TemporaryDirectory() as settings:
        if not (root / ".git").exists():  # a copy without history: DVC would refuse to compute in it
            (Path(settings) / "config").write_text("[core]\n    no_scm = true\n", encoding="utf-8")
            environment["DVC_SYSTEM_CONFIG_DIR"] = settings
        yield environment


@contextmanager
def started(root: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Return what calls DVC; whatever stops the waiting ends all that was called, with their stages."""
    running: list[subprocess.Popen[str]] = []
    with _environment(root) as environment:

        def start(arguments: Sequence[str], **how: Any) -> subprocess.Popen[str]:
            command = [sys.executable, "-m", "dewak_research.whole_dvc", *arguments]
            running.append(subprocess.Popen(command, cwd=root, env=environment, text=True, **how))
            return running[-1]

        try:
            yield start
        except BaseException:
            with suppress(psutil.NoSuchProcess):
                end([psutil.Process(process.pid) for process in running if process.poll() is None])
            raise


def _ended(root: Path, arguments: Sequence[str], **how: Any) -> tuple[int, str, str]:
    """Call DVC; return its exit code, its answer and what it said beside."""
    with started(root) as start:
        process = start(arguments, **how)
        answer, beside = process.communicate()
    return process.returncode, answer, beside


def answered(root: Path, arguments: Sequence[str]) -> str:
    """Return what DVC answers.

    Raises
    ------
    RunError
        A disk was full.
    SystemExit
        DVC failed and has said why.
    """
    code, answer, _ = _ended(root, arguments, stdout=subprocess.PIPE)
    stop_at(root, [code])
    return answer


@dataclass(frozen=True)
class Looked:
    """What DVC has answered to the question what has changed: its exit code, its answer and what it said beside."""

    code: int
    answer: str
    beside: str


def look(root: Path) -> Looked:
    """Let DVC look for what has changed; nothing of it is said yet."""
    pipe = subprocess.PIPE
    return Looked(*_ended(root, ("status", "--json"), stdout=pipe, stderr=pipe))


def stale(root: Path, looked: Looked) -> set[str]:
    """Return the stages that DVC names as changed, without those that only follow from them.

    Raises
    ------
    RunError
        A disk was full.
    SystemExit
        DVC failed and has said why.
    """
    sys.stderr.write(looked.beside)
    stop_at(root, [looked.code])
    return set(json.loads(looked.answer))


def stop_at(root: Path, codes: Sequence[int]) -> None:
    """Stop where a call of DVC has failed.

    Raises
    ------
    RunError
        A disk was full.
    SystemExit
        DVC failed and has said why.
    """
    if FULL in codes:
        raise RunError(_full(root))
    if any(codes):
        raise SystemExit(next(code for code in codes if code) % 256)


def _full(root: Path) -> str:
    """Say which disk is full and what a whole run takes, by the sizes that the lock names."""
    places = [*_written(root), Path(tempfile.gettempdir())]
    free = {place: shutil.disk_usage(place).free for place in places if place.exists()}
    fullest = min(free, key=lambda place: free[place])
    shown = fullest.relative_to(root).as_posix() if fullest.is_relative_to(root) else fullest.as_posix()
    stages = (read_yaml((root / "dvc.lock").read_text(encoding="utf-8")) or {}).get("stages", {})
    sizes = {out["path"]: out["size"] for stage in stages.values() for out in stage["outs"]}
    report = sum(size for path, size in sizes.items() if path.startswith("book/"))
    need = 2 * (sum(sizes.values()) - report) + REPORTS * report  # a result lies here and in the cache
    found = {"free": round(free[fullest] / MEGABYTE, 1), "need": -(-need // MEGABYTE)}
    return _text("disk_full_run", where=root.name if shown == "." else shown, **found)[spoken(None)]


def need_writable(root: Path) -> None:
    """Refuse to begin where the run could not write.

    Raises
    ------
    InputError
        Names every folder that must be writable and is not.
    """
    folders = dict.fromkeys(
        next(one for one in (path, *path.parents) if one.exists()) for path in _written(root)
    )
    shut = []
    for folder in folders:
        try:
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            if error.errno in _PROTECTED:
                shut.append(_problem("run_not_writable", folder.relative_to(root.parent).as_posix()))
    if shut:
        raise InputError(shut)


def _written(root: Path) -> list[Path]:
    return [root / name for name in WRITTEN]


def forget_ended(root: Path) -> None:
    """Let go of what DVC has noted as locked by processes that have ended; their numbers may be those of others by now.

    DVC itself goes by the number alone, and cannot read a note that was cut off.
    """
    note = root / ".dvc" / "tmp" / "rwlock"
    latest = time.monotonic() + PATIENCE_S
    while note.exists():
        if not any(_began_before(pid, note.stat().st_mtime) for pid in _noted(note)):
            note.unlink()
        elif time.monotonic() < latest:  # processes of a run that was killed just now are about to end
            time.sleep(EVERY_S)
        else:
            return


def _noted(note: Path) -> list[int]:
    try:
        held = json.loads(note.read_text(encoding="utf-8"))
        readers = [one for several in held.get("read", {}).values() for one in several]
        return [int(one["pid"]) for one in (*held.get("write", {}).values(), *readers)]
    except (AttributeError, KeyError, TypeError, ValueError):
        return []


def _began_before(pid: int, moment: float) -> bool:
    try:
        return bool(psutil.Process(pid).create_time() <= moment)
    except psutil.NoSuchProcess:
        return False


@contextmanager
def noted(root: Path) -> Iterator[bool]:
    """Note that a run is under way until it has come to its end; tell whether the one before did not."""
    mark = root / ".dvc" / "tmp" / "dewak_run"
    ended_early = mark.exists()
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    yield ended_early
    mark.unlink(missing_ok=True)


def say_unfinished() -> None:
    """Say that the run before did not come to its end, and that this one goes on from there."""
    terminal.say(_text("run_goes_on")[spoken(None)])


def put_outputs_back(root: Path) -> None:
    """Bring the outputs of the lock back from what DVC keeps; where it cannot, this is said and no error."""
    code, *_ = _ended(root, ("checkout", "--quiet", "--force", "--allow-missing"))
    if code:
        terminal.say(_text("not_put_back")[spoken(None)])
