# ruff: noqa: E501  (tables of names)
"""What Windows does otherwise, as far as it can be tried here: no call that it lacks, open files, code pages, names."""

from __future__ import annotations

import ast
import errno
import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from dewak_research import cli
from dewak_research.errors import InputError, file_in_use
from dewak_research.own import commands, report, safety, versions
from dewak_research.own.check import check_workbook
from dewak_research.own.intake.understood import understand
from dewak_research.own.safety import FILE_NAME, MARKED_NAME, check_key
from dewak_research.own.start import work
from dewak_research.own.workbook import read_contents, update_workbook
from dewak_research.replaced import replace_folder
from own import musterstadt, samples_small

KEY = musterstadt.KEY
SRC = Path(cli.__file__).parents[1]
LACKING = {
    "os": {"fork", "forkpty", "kill", "killpg", "setsid", "setpgid", "getuid", "geteuid", "getgid", "getpgid", "chown", "umask",
           "mkfifo", "uname", "nice", "wait", "wait3", "wait4", "getloadavg", "statvfs", "sched_getaffinity", "sysconf"},
    "signal": {"SIGKILL", "SIGHUP", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGCHLD", "SIGQUIT", "alarm", "setitimer", "pause"},
    "socket": {"AF_UNIX", "socketpair"}, "time": {"tzset"},
}  # fmt: skip
"""Names that these modules do not have on Windows, or that do something else there (``os.kill`` ends the process)."""
NO_MODULES = {
    "fcntl",
    "resource",
    "pwd",
    "grp",
    "termios",
    "tty",
    "pty",
    "syslog",
    "crypt",
    "readline",
    "posix",
}
START = ("dewak_research.own.start.command", "dewak_research.own.start.app", "dewak_research.own.start.work",
         "dewak_research.own.report", "dewak_research.own.intake.folder", "dewak_research.cli")  # fmt: skip


def modules_of_the_page() -> list[Path]:
    """Return the files of this project that the page, the commands and the report load."""
    for name in START:
        importlib.import_module(name)
    loaded = [module for name, module in sorted(sys.modules.items()) if name.startswith("dewak_research")]
    return [Path(str(module.__file__)) for module in loaded if getattr(module, "__file__", None)]


def lacking_calls(text: str) -> list[str]:
    """Return what a module uses that Windows lacks; an import that it is prepared to miss is none."""
    tree = ast.parse(text)
    excused = {id(node) for tried in ast.walk(tree) if isinstance(tried, ast.Try)
               if any("ImportError" in ast.unparse(handler.type) for handler in tried.handlers if handler.type)
               for part in tried.body for node in ast.walk(part)}  # fmt: skip
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in LACKING.get(node.value.id, ()):
                found.append(f"{node.value.id}.{node.attr}")
        elif isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in excused:
            names = [node.module] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
            found += [str(name) for name in names if str(name).split(".")[0] in NO_MODULES]
            if isinstance(node, ast.ImportFrom):
                found += [
                    f"{node.module}.{one.name}"
                    for one in node.names
                    if one.name in LACKING.get(str(node.module), ())
                ]
        elif isinstance(node, ast.keyword) and node.arg in ("preexec_fn", "start_new_session", "pass_fds"):
            found.append(str(node.arg))
    return found


def test_the_scan_sees_what_it_looks_for() -> None:
    text = "import os, fcntl\nfrom signal import SIGKILL\nos.fork()\nf(preexec_fn=g)\ntry:\n    import resource\nexcept ImportError:\n    pass\n"
    assert sorted(lacking_calls(text)) == ["fcntl", "os.fork", "preexec_fn", "signal.SIGKILL"]


def test_nothing_on_the_way_of_the_page_is_missing_on_windows() -> None:
    files = [path for path in modules_of_the_page() if path.is_relative_to(SRC)]
    assert len(files) > 80
    notebooks = SRC / "dewak_research" / "book" / "kernel.py"  # only in a clone, never from the page
    found = {
        str(path): calls
        for path in files
        if path != notebooks and (calls := lacking_calls(path.read_text(encoding="utf-8")))
    }
    assert not found


WITHOUT = """
import sys, os, signal, asyncio, multiprocessing, subprocess, tempfile, ssl, shutil, pathlib, zoneinfo
import numpy, pandas, openpyxl, starlette.testclient, uvicorn, jinja2, typer, rich.console, yaml, pydantic, rapidfuzz
for name in {modules!r}:
    sys.modules[name] = None
for module, names in {lacking!r}.items():
    for name in names:
        if hasattr(sys.modules.get(module), name) and (module, name) not in {{("socket", "socketpair"), ("os", "kill")}}:
            delattr(sys.modules[module], name)
from pathlib import Path
from dewak_research.own.start import command, app, work
from dewak_research.own.workbook import new_workbook
own, plan = Path({own!r}), Path({plan!r})
new_workbook({key!r}, "de", 2025, name="Musterstadt", own=own)
read = work.read_file({key!r}, plan, {{}}, own)
assert read["n"] == 78 and not read["questions"], read
work.write_file({key!r}, plan, {{}}, own)
found = work.check({key!r}, "de", own)
line = command.listening(0)
line.close()
print("whole", found["counts"]["error"])
"""


@pytest.mark.slow
def test_the_page_works_without_what_windows_lacks(tmp_path: Path) -> None:
    """From an empty folder to findings, with umlauts and blanks in every path, a CSV and a workbook."""
    folder = tmp_path / "Eigene Dateien" / "Kämmerei (Größe)"
    folder.mkdir(parents=True)
    book = openpyxl.Workbook()
    for row in samples_small.RESULT_PLAN.strip().split("\n"):
        book.worksheets[0].append(row.split(";"))
    plan = folder / "Haushalt 2026 – Entwürfe.xlsx"
    book.save(plan)
    script = WITHOUT.format(
        modules=sorted(NO_MODULES - {"posix"}), lacking={k: sorted(v) for k, v in LACKING.items()},
        own=str(folder / "own"), plan=str(plan), key=KEY,
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(SRC)},
    )  # fmt: skip
    assert done.returncode == 0 and "whole" in done.stdout, done.stderr[-2_000:]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(safety, "OWN", tmp_path / "own")
    musterstadt.write(tmp_path / "own")
    return tmp_path / "own"


@pytest.fixture
def excel(own: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """Names of files that Excel shows: they can be read, but not replaced, moved, removed or written."""
    shown: set[str] = set()
    replace, open_, rename = Path.replace, Path.open, Path.rename

    def refuse(path: Path, other: Path | None = None) -> None:
        for one in (path, other):
            inside = {p.name for p in one.rglob("*")} if one is not None and one.is_dir() else set()
            if one is not None and (one.name in shown or inside & shown):
                raise PermissionError(
                    errno.EACCES, "Access is denied", str(path), None, str(other) if other else None
                )

    def moved(self: Path, target: Path) -> Path:
        refuse(self, Path(target))
        return replace(self, target)

    def renamed(self: Path, target: Path) -> Path:
        refuse(self)
        return rename(self, target)

    def opened(self: Path, mode: str = "r", *more: object, **named: object) -> object:
        if set(mode) & set("wax+"):
            refuse(self)
        return open_(self, mode, *more, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "replace", moved)
    monkeypatch.setattr(Path, "rename", renamed)
    monkeypatch.setattr(Path, "open", opened)
    yield shown


def state(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_workbook_that_excel_shows_is_not_lost(own: Path, excel: set[str]) -> None:
    contents, before = read_contents(KEY, own), state(own / KEY)
    excel.add(FILE_NAME)
    with pytest.raises(PermissionError):
        update_workbook(KEY, contents, own)
    assert state(own / KEY) == before


@pytest.mark.parametrize(
    "words", [("import", "plan.csv", "--ags", KEY, "--yes"), ("new", KEY, "--force", "--name", "Musterstadt")]
)
def test_a_command_says_which_file_is_open(
    words: tuple[str, ...], own: Path, excel: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("plan.csv").write_text(samples_small.RESULT_PLAN, encoding="utf-8")
    before = state(own / KEY)
    excel.add(FILE_NAME)
    monkeypatch.setattr(sys, "argv", ["dewak", *words])
    monkeypatch.setenv("DEWAK_LANGUAGE", "de")
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err
    assert ended.value.code == 2 and f"{FILE_NAME}: die Datei ist in einem anderen Programm geöffnet" in said
    assert "Traceback" not in said and "schließen" in said
    kept = {name: content for name, content in state(own / KEY).items() if not name.startswith("zuordnung-")}
    assert kept == before


def test_the_findings_are_said_although_excel_shows_the_marked_copy(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def shown(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Access is denied", str(own / KEY / MARKED_NAME))

    monkeypatch.setattr("dewak_research.own.check.write_check", shown)
    with pytest.raises(PermissionError) as raised:
        commands.check(KEY, "de")
    assert "Fehler: 0" in capsys.readouterr().out
    (problem,) = file_in_use(raised.value).problems
    assert problem.where == MARKED_NAME and "close the file" in problem.next_step.en


def test_the_page_says_which_file_is_open(own: Path, excel: set[str], tmp_path: Path) -> None:
    from dewak_research.own.start.worker import _done

    given = tmp_path / "plan.csv"
    given.write_text(samples_small.RESULT_PLAN, encoding="utf-8")
    before = state(own / KEY)
    excel.add(FILE_NAME)
    module = work.__name__
    for name, arguments in (
        ("write_file", (KEY, given, {}, own)),
        ("take", (KEY, shutil.copy(own / KEY / FILE_NAME, tmp_path / "m.xlsx"), "de", own)),
    ):
        fixed = [Path(one) if isinstance(one, str) and os.sep in one else one for one in arguments]
        kind, problems = _done(module, name, tuple(fixed), None)
        assert kind == "refused" and problems[0].where == FILE_NAME, (name, kind, problems)
    assert state(own / KEY) == before


def test_a_version_is_taken_up_whole_or_not_at_all(own: Path, excel: set[str]) -> None:
    versions.keep_version(KEY, "entwurf", 2026, own)
    before = state(own / KEY)
    excel.add(FILE_NAME)
    with pytest.raises(PermissionError):
        versions.take_up_version(KEY, "entwurf-2026", own)
    assert state(own / KEY) == before
    excel.clear()
    backup = versions.take_up_version(KEY, "entwurf-2026", own)
    assert backup is not None and backup.read_bytes() == before[FILE_NAME]


def test_a_report_whose_workbook_excel_shows_stays_whole(tmp_path: Path, own: Path, excel: set[str]) -> None:
    folder, new = tmp_path / "bericht" / "de", tmp_path / "new"
    folder.mkdir(parents=True)
    new.mkdir()
    for name in ("index.html", "planung_05999000.xlsx"):
        (folder / name).write_text(name, encoding="utf-8")
    excel.add("planung_05999000.xlsx")
    with pytest.raises(PermissionError) as raised:
        replace_folder(folder, new)
    assert {path.name for path in folder.iterdir()} == {"index.html", "planung_05999000.xlsx"}
    assert file_in_use(raised.value).problems[0].where == "de"
    excel.clear()
    replace_folder(folder, new)
    assert (
        folder.is_dir() and not list(folder.iterdir()) and [p.name for p in folder.parent.iterdir()] == ["de"]
    )


def test_a_report_that_is_not_finished_leaves_the_one_before(
    tmp_path: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bericht"
    (folder / "en").mkdir(parents=True)
    (folder / "en" / "index.html").write_text("of before", encoding="utf-8")

    def build(fails: bool) -> Callable[..., Path]:
        def write(_: object, asked: report._Asked) -> Path:
            page = asked.target / "de" / "index.html"
            page.parent.mkdir(parents=True)
            page.write_text("new", encoding="utf-8")
            if fails:
                raise OSError(errno.ENOSPC, "No space left on device")
            return page

        return write

    def there() -> dict[str, str]:
        return {path.relative_to(tmp_path).as_posix(): path.read_text() for path in tmp_path.rglob("*.html")}

    before = {"bericht/en/index.html": "of before"}
    monkeypatch.setattr(report, "_build", build(fails=True))
    with pytest.raises(OSError, match="No space"):
        report.build_own_report(KEY, folder, own=own)
    assert there() == before
    monkeypatch.setattr(report, "_build", build(fails=False))
    assert report.build_own_report(KEY, folder, own=own) == folder / "de" / "index.html"
    assert there() == before | {"bericht/de/index.html": "new"}


@pytest.mark.parametrize(
    ("encoding", "words", "code"),
    [
        ("cp1252", ("check", "Þórshöfn →"), 2),
        *(
            pytest.param(encoding, words, code, marks=pytest.mark.slow)
            for encoding in ("cp1252", "cp850", "ascii")
            for words, code in ((("import", "plan.csv", "--ags", KEY, "--yes"), 0), (("check", KEY), 0))
        ),
    ],
)
def test_messages_come_through_where_the_console_lacks_letters(
    encoding: str, words: tuple[str, ...], code: int, own: Path, tmp_path: Path
) -> None:
    """Output that is sent to a file or another program has the code page of Windows, not UTF-8."""
    (tmp_path / "plan.csv").write_text(samples_small.RESULT_PLAN, encoding="utf-8")
    script = (
        "import pathlib, sys; from dewak_research.own import safety; "
        f"safety.OWN = pathlib.Path({str(own)!r}); from dewak_research import cli; cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, check=False, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(SRC), "PYTHONIOENCODING": encoding, "DEWAK_LANGUAGE": "de"},
    )  # fmt: skip
    assert done.returncode == code and b"Traceback" not in done.stderr, done.stderr[-800:]


@pytest.mark.parametrize(
    "key", ["con", "CON", "Aux", "com1", "LPT9", "nul", "a.", "a ", "x:y", "a\\b", "..\\x", "x:", "con.x"]
)
def test_names_that_windows_keeps_for_itself(key: str) -> None:
    with pytest.raises(InputError):
        check_key(key)


def test_an_archive_with_paths_of_windows_is_refused(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / KEY / FILE_NAME
    path.parent.mkdir()
    for name in ("..\\..\\evil.txt", "xl\\..\\..\\evil.txt", "C:\\evil.txt", "\\\\server\\share\\x"):
        openpyxl.Workbook().save(path)
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(name, b"x")
        with pytest.raises(InputError, match="paths that lead outside"):
            check_workbook(KEY, tmp_path)


def test_a_file_with_blanks_umlauts_and_a_long_name_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "Größe & Übersicht" / ("Ordner " * 12).strip()
    folder.mkdir(parents=True)
    path = folder / "Haushalt 2026 – Entwürfe (neu) 100%.csv"
    path.write_text(samples_small.RESULT_PLAN, encoding="utf-8")
    assert len(understand(path, KEY).figures) == 78
