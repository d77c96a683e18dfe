"""Terminals, pipes and systems of every kind: closed streams, few letters, full disks, no git, no history."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook

from dewak_research import cli, computing, faults, pipeline, proof, terminal
from dewak_research.errors import InputError
from dewak_research.own import cells, safety
from dewak_research.paths import ROOT

SYSTEM = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "DEWAK_LANGUAGE": "de"}
WRONG, RIGHT = "case schema cse", "case schema"
SHELL = shutil.which("sh") or "/bin/sh"


def _shell(line: str, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of a shell, in which ``dewak`` is the command; what it leaves on its streams is returned."""
    dewak = f"{sys.executable} -m dewak_research.cli"
    return subprocess.run(
        [SHELL, "-c", line.replace("dewak", dewak)], capture_output=True, env=SYSTEM | variables, check=False, cwd=cwd
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"{{ dewak {RIGHT}; echo $? >&2; }} | true", "1"),
        ("{ dewak --help; echo $? >&2; } | head -1", "0"),
        (f"{{ dewak {WRONG}; echo $? >&2; }} | true", "2"),
        (f"dewak {RIGHT} >&-; echo $? >&2", "0"),
        (f"dewak {WRONG} >&-; echo $? >&2", "2"),
        (f"dewak {WRONG} 2>&-; echo $? >&2", "2"),
        (f"dewak {WRONG} >&- 2>&- <&-; echo $? >&2", "2"),
        (f"dewak {WRONG} 2>/dev/full; echo $? >&2", "2"),
        (f"dewak {RIGHT} >/dev/full; echo $? >&2", "1"),
        (f"dewak {WRONG} <&-; echo $? >&2", "2"),
        (f"env -u HOME dewak {WRONG}; echo $? >&2", "2"),
        (f"cd / && dewak {WRONG}; echo $? >&2", "2"),
    ],
)
def test_no_stream_makes_a_traceback(line: str, code: str) -> None:
    done = _shell(line)
    said = done.stderr.decode()
    assert said.split()[-1] == code, said
    assert "Traceback" not in said and "Exception ignored" not in said


@pytest.mark.slow
@pytest.mark.parametrize(
    "variables",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii", "DEWAK_LANGUAGE": "en"},
    ],
)
def test_a_terminal_of_few_letters_gets_others(variables: dict[str, str]) -> None:
    done = _shell(f"dewak {WRONG}", **variables)
    said = done.stderr.decode("ascii")
    assert done.returncode == 2
    assert ("Richtig waere" in said and "Naechster Schritt" in said) or "Next step" in said
    assert "?" not in said


def test_letters_without_others_are_question_marks() -> None:
    terminal.ready()
    written = "Ärger „groß“ → 5 € ≥ 3 é 漢 ✓".encode("ascii", "dewak.letters")
    assert written == b'Aerger "gross" -> 5 EUR >= 3 e ? OK'
    with pytest.raises(UnicodeDecodeError):
        b"\xe4".decode("ascii", "dewak.letters")


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="ulimit is a command of a POSIX shell")
def test_nothing_half_written_stays_where_a_file_may_not_grow(tmp_path: Path) -> None:
    own = tmp_path / "data" / "own"
    for name in ("cases", "params.yaml", "scenarios"):
        (tmp_path / name).symlink_to(ROOT / name)
    own.mkdir(parents=True)
    (tmp_path / "data" / "raw").symlink_to(ROOT / "data" / "raw")
    root = {"DEWAK_ROOT": str(tmp_path), "TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    limited = "ulimit -f 2 && dewak"
    for command in ("new heim --name Heim", "case questionnaire herten --folder q"):
        done = _shell(f"{limited} {command}", cwd=tmp_path, **root)
        assert done.returncode == 2 and "ulimit -f unlimited" in done.stderr.decode(), done.stderr.decode()
        assert b"Traceback" not in done.stderr
    assert not [path for path in (*own.rglob("*"), *(tmp_path / "q").rglob("*")) if path.is_file()]
    assert _shell("dewak new heim --name Heim", **root).returncode == 0
    before = {path: path.read_bytes() for path in own.rglob("*") if path.is_file()}
    for command in ("check heim", "new heim --name Heim --force", "rooms heim --yes"):
        done = _shell(f"{limited} {command}", **root)
        assert b"Traceback" not in done.stderr and b"Exception ignored" not in done.stderr, (
            done.stderr.decode()
        )
        assert {path: path.read_bytes() for path in own.rglob("*") if path.is_file()} == before, command


def test_what_lxml_says_of_a_full_disk_is_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sheets go to temporary files first, and lxml tells of them in words of its own."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"before")

    def save(said: str) -> None:
        raise RuntimeError(said)

    monkeypatch.setattr(cells.ExcelWriter, "save", lambda _: save("IO_ENOSPC"))
    with pytest.raises(OSError) as caught:
        cells.save_whole(Workbook(), path)
    assert caught.value.errno == errno.ENOSPC and faults.disk_is_full(caught.value)
    monkeypatch.setattr(cells.ExcelWriter, "save", lambda _: save("something else"))
    with pytest.raises(RuntimeError):
        cells.save_whole(Workbook(), path)
    assert [one.name for one in tmp_path.iterdir()] == ["book.xlsx"] and path.read_bytes() == b"before"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(errno.EACCES, "Permission denied", "/a/eingabe.xlsx"), "write-protected"),
        (OSError(errno.EROFS, "Read-only file system", "/a/b/eingabe.xlsx"), "b/eingabe.xlsx: the disk is"),
        (OSError(errno.ENAMETOOLONG, "File name too long", "x" * 300), "longer than the system allows"),
        (OSError(errno.ELOOP, "Too many levels", "/a/b"), "in a circle"),
        (NotADirectoryError(errno.ENOTDIR, "Not a directory", "/a/b"), "through a file"),
        (IsADirectoryError(errno.EISDIR, "Is a directory", "/a/b"), "a folder, not a file"),
        (FileExistsError(errno.EEXIST, "File exists", "/a/b"), "lies there already"),
        (FileNotFoundError(errno.ENOENT, "No such file", b"/a/b"), "no such file"),
        (OSError(errno.EIO, "Input/output error", "/a/b"), "Input/output error"),
        (OSError(errno.EFBIG, "File too large"), "ulimit"),
        (FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']"), "TMPDIR"),
    ],
)  # fmt: skip
def test_a_fault_of_the_system_is_said_in_words(
    error: OSError, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> Path:
        raise error

    monkeypatch.setattr(pipeline, "reproduce", fails)
    monkeypatch.setattr(sys, "argv", ["dewak", "run"])
    monkeypatch.setenv("DEWAK_LANGUAGE", "en")
    with pytest.raises(SystemExit) as caught:
        cli.main()
    said = capsys.readouterr().err
    assert caught.value.code == 2 and words in said and "Next step" in said


def test_a_file_is_whole_or_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "page.html"
    safety.write_whole(path, "ä\n")
    assert path.read_bytes() == "ä\n".encode() and path.stat().st_mode & 0o777 == 0o644

    def full(self: Path, target: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError):
        safety.write_whole(path, "other")
    assert [one.name for one in tmp_path.iterdir()] == ["page.html"] and path.read_bytes() == "ä\n".encode()


def test_a_proof_without_git_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    monkeypatch.setattr(proof, "ROOT", tmp_path)
    with pytest.raises(InputError, match="git status"):
        proof.need_history()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="install git"):
        proof.need_history()


def test_a_copy_without_history_is_computed_all_the_same(tmp_path: Path) -> None:
    """DVC refuses a folder without git unless it is told so; the same project with git is left to itself."""
    (tmp_path / ".dvc").mkdir()
    (tmp_path / ".dvc" / "config").write_text("", encoding="utf-8")
    (tmp_path / "dvc.yaml").write_text(
        "stages: {made: {cmd: echo 1 > made, outs: [made]}}\n", encoding="utf-8"
    )
    computing.answered(tmp_path, ("repro", "--quiet"))
    assert (tmp_path / "made").read_text(encoding="utf-8").strip() == "1"
    assert {path.name for path in (tmp_path / ".dvc").glob("config*")} == {"config"}
