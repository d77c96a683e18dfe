"""However a run ends: nothing it started goes on, nothing is half written, the next one is not hindered."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
import yaml
from dvc.fs import LocalFileSystem
from dvc.utils.serialize import modify_yaml
from ruamel.yaml.representer import RepresenterError

from dewak_research import computing, processes
from dewak_research.errors import InputError
from dewak_research.replaced import put_back, replace_folder
from dewak_research.whole_dvc import opening


@pytest.fixture
def whole_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LocalFileSystem, "open", opening(LocalFileSystem.open))


class Killed(BaseException):
    pass


@pytest.mark.usefixtures("whole_files")
def test_a_lock_that_is_not_written_to_its_end_stays_as_it_was(tmp_path: Path) -> None:
    """By DVC's own function: a version of it that writes in another way is seen here."""
    lock, found = tmp_path / "dvc.lock", LocalFileSystem()

    with modify_yaml(str(lock), fs=found) as content:
        content["stages"] = {"one": {"cmd": "x"}}
    before = lock.read_bytes()
    assert yaml.safe_load(before)["stages"] == {"one": {"cmd": "x"}}
    with pytest.raises(RepresenterError), modify_yaml(str(lock), fs=found) as content:
        content["stages"]["two"] = object()
    assert lock.read_bytes() == before and [path.name for path in tmp_path.iterdir()] == ["dvc.lock"]


def test_dvc_keeps_its_note_of_locked_paths_in_the_file_that_is_written_whole() -> None:
    from dvc import rwlock

    assert rwlock.RWLOCK_FILE == "rwlock"
    assert 'fs.open(path, "w"' in Path(rwlock.__file__).read_text(encoding="utf-8")


@pytest.fixture
def note(tmp_path: Path) -> Path:
    (tmp_path / ".dvc" / "tmp").mkdir(parents=True)
    return tmp_path / ".dvc" / "tmp" / "rwlock"


def held_by(pid: int) -> str:
    return json.dumps(
        {"write": {"x": {"pid": pid, "cmd": "dvc repro"}}, "read": {"y": [{"pid": pid, "cmd": "dvc repro"}]}}
    )


@pytest.mark.parametrize("content", ["", '{"write": {"x"', "[]", '{"write": {"x": 3}}', held_by(2**22 + 1)])
def test_a_note_of_the_dead_or_cut_off_hinders_nobody(note: Path, content: str) -> None:
    note.write_text(content, encoding="utf-8")
    computing.forget_ended(note.parents[2])
    assert not note.exists()


def test_a_number_that_has_passed_to_another_process_holds_nothing(note: Path) -> None:
    note.write_text(held_by(os.getpid()), encoding="utf-8")
    os.utime(note, (1_000_000_000, 1_000_000_000))  # written long before this process began
    computing.forget_ended(note.parents[2])
    assert not note.exists()


def test_what_another_process_holds_stays_held(note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computing, "PATIENCE_S", 0.3)
    note.write_text(held_by(os.getpid()), encoding="utf-8")
    computing.forget_ended(note.parents[2])
    assert note.exists()


def test_a_folder_that_cannot_be_replaced_is_still_there(tmp_path: Path) -> None:
    folder = tmp_path / "html"
    folder.mkdir()
    (folder / "index.html").write_text("good")
    with pytest.raises(FileNotFoundError):
        replace_folder(folder, tmp_path / "none")
    assert (folder / "index.html").read_text() == "good"
    (tmp_path / "new").mkdir()
    replace_folder(folder, tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["html"] and not any(folder.iterdir())


def test_a_report_moved_away_by_a_run_that_was_killed_is_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, new = tmp_path / "html", tmp_path / "new"
    for one in (folder, new):
        one.mkdir()
        (one / "index.html").write_text(one.name)
    with monkeypatch.context() as patched:
        renamed = Path.rename
        patched.setattr("dewak_research.replaced.put_back", lambda _: None)
        patched.setattr(Path, "rename", lambda path, to: _killed() if path == new else renamed(path, to))
        with pytest.raises(Killed):
            replace_folder(folder, new)
    assert not folder.exists()
    put_back(folder)
    assert (folder / "index.html").read_text() == "html"


def _killed() -> None:
    raise Killed


def test_two_requests_at_once_leave_no_trace() -> None:
    """Ctrl+C reaches all processes of a terminal, and one that it ends asks those it has started at the same time."""
    code = (
        "import os, signal\n"
        "from dewak_research import processes\n"
        "both = (signal.SIGINT, signal.SIGTERM)\n"
        "try:\n"
        "    with processes.stoppable():\n"
        "        signal.pthread_sigmask(signal.SIG_BLOCK, both)\n"
        "        for one in both:\n"
        "            os.kill(os.getpid(), one)\n"
        "        signal.pthread_sigmask(signal.SIG_UNBLOCK, both)\n"
        "except processes.Stopped as stopped:\n"
        "    print(stopped.exit_code)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("130\n", "", 0)


def test_a_request_to_end_is_heard_once_and_one_that_is_ignored_never() -> None:
    heard = []
    ignored = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as under nohup
    try:
        with pytest.raises(processes.Stopped) as caught, processes.stoppable():
            os.kill(os.getpid(), signal.SIGHUP)
            heard.append("went on")
            try:
                os.kill(os.getpid(), signal.SIGTERM)
                time.sleep(5)
            finally:
                os.kill(os.getpid(), signal.SIGTERM)
                heard.append("tidied up")
    finally:
        signal.signal(signal.SIGHUP, ignored)
    assert heard == ["went on", "tidied up"] and caught.value.exit_code == 143
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_every_folder_that_must_be_writable_is_named_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("book", ".dvc", "data/processed"):
        (tmp_path / name).mkdir(parents=True)
    computing.need_writable(tmp_path)
    made = computing.tempfile.TemporaryFile

    def protected(dir: Path) -> object:
        if dir.name in ("book", ".dvc"):
            raise OSError(30, "Read-only file system", str(dir))
        return made(dir=dir)

    monkeypatch.setattr(computing.tempfile, "TemporaryFile", protected)
    with pytest.raises(InputError) as caught:
        computing.need_writable(tmp_path)
    assert [one.where.split("/")[-1] for one in caught.value.problems] == [".dvc", "book"]


RUN = """
import sys
from pathlib import Path
from dewak_research import cli, computing, pipeline, proof
root = Path(sys.argv[1])
pipeline.ROOT, proof.LOCK, pipeline.HTML = root, root / "dvc.lock", root / "html"
pipeline._check_params = lambda: None
sys.argv = ["dewak", "run"]
cli.main()
"""
SLEEPS = """
import os, sys, time
from pathlib import Path
name = sys.argv[1]
Path(f"{name}.pid").write_text(str(os.getpid()))
while name != "first" and not Path("gate").exists():
    time.sleep(0.05)
Path(f"{name}.txt").write_text(name)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A pipeline whose two branches wait for a gate."""
    root = tmp_path / "project"
    (root / "data" / "processed").mkdir(parents=True)
    (root / "sleeps.py").write_text(SLEEPS, encoding="utf-8")
    needs = {
        "first": ["sleeps.py"],
        "left": ["first.txt"],
        "right": ["first.txt"],
        "last": ["left.txt", "right.txt"],
    }
    stages = {
        name: {"cmd": f"python sleeps.py {name}", "deps": deps, "outs": [f"{name}.txt"]}
        for name, deps in needs.items()
    }
    (root / "dvc.yaml").write_text(yaml.safe_dump({"stages": stages}), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "dvc", "init", "--no-scm", "-q"], cwd=root, check=True)
    return root


def started(root: Path, **how: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", RUN, str(root)]
    environment = os.environ | {"DEWAK_LANGUAGE": "en"}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, env=environment, start_new_session=True, **streams, **how)  # type: ignore[call-overload,no-any-return]


def pids(root: Path) -> list[int]:
    """Return the processes of both branches as soon as they work."""
    latest = time.monotonic() + 60
    marks = [root / "left.pid", root / "right.pid"]
    while not all(mark.exists() and mark.read_text() for mark in marks):
        assert time.monotonic() < latest
        time.sleep(0.05)
    return [int(mark.read_text()) for mark in marks]


def gone(numbers: list[int], within_s: float) -> bool:
    latest = time.monotonic() + within_s
    while time.monotonic() < latest:
        if all(not psutil.pid_exists(one) or psutil.Process(one).status() == "zombie" for one in numbers):
            return True
        time.sleep(0.05)
    return False


def heard_by_default() -> None:
    """Let a child hear Ctrl+C and the end of its terminal, also where these tests run in the background or by nohup."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def in_the_background() -> None:
    """What ``nohup dewak run &`` gives its child where the shell has no job control."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "given", "code"),
    [
        (signal.SIGINT, heard_by_default, 130),
        (signal.SIGTERM, in_the_background, 143),
        (signal.SIGHUP, heard_by_default, 129),
        (signal.SIGKILL, heard_by_default, -9),
    ],
)
def test_a_run_that_is_ended_ends_with_its_stages_and_the_next_goes_on(
    project: Path, number: signal.Signals, given: Callable[[], None], code: int
) -> None:
    run = started(project, preexec_fn=given)
    at_work = pids(project)
    run.send_signal(number)  # to the first process alone
    said, _ = run.communicate(timeout=60)
    assert run.returncode == code, said
    assert gone(at_work, 10), said
    assert "Traceback" not in said and ("Stopped." in said) == (code > 0), said
    lock = yaml.safe_load((project / "dvc.lock").read_text(encoding="utf-8"))
    assert list(lock["stages"]) == ["first"]
    assert not list(project.rglob("*.part"))
    (project / "gate").touch()
    (project / "first.pid").unlink()
    said, _ = started(project).communicate(timeout=120)
    assert "goes on from there" in said and "The report is ready" in said, said
    assert (project / "last.txt").exists() and not (project / "first.pid").exists()
    said, _ = started(project).communicate(timeout=60)
    assert "goes on" not in said and "The report is ready" in said, said
