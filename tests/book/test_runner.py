"""Notebooks run strictly: typed, whole, and the same bytes each time."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import CHART, DRAW, LIGHT, TABLE, Write, toy_results

from dewak_research.book.notebook import NotebookParams, ProfileParams, read_notebook, typed
from dewak_research.book.runner import Job, NotebookError, prepare, run_many, run_notebook
from dewak_research.config import Group
from dewak_research.errors import InputError

from .traces import outputs_left


def job(source: Path, tmp_path: Path, language: str = "de", **further: Any) -> Job:
    parameters = typed({"language": language}, NotebookParams, source.name)
    output = tmp_path / "out" / language / source.name
    further.setdefault("processed", toy_results(tmp_path / "processed"))
    return Job(source, output, parameters, **further)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.slow
def test_two_runs_are_the_same_bytes_and_speak_their_language(
    write_notebook: Write, processed: Path, tmp_path: Path
) -> None:
    source = write_notebook(CHART, DRAW, TABLE)
    before = source.read_bytes()
    jobs = [job(source, tmp_path, language, processed=processed) for language in ("de", "en")]
    first = run_many(jobs, workers=2, progress=False)
    once = contents(tmp_path / "out")
    stale = tmp_path / "out" / "de" / "_figures" / "foreign.svg"
    stale.write_text("of another notebook", encoding="utf-8")
    run_many(jobs, workers=1, progress=False)
    stale.unlink()
    assert contents(tmp_path / "out") == once
    assert source.read_bytes() == before
    assert sorted(once) == [
        f"{language}/{name}"
        for language in ("de", "en")
        for name in (
            "10_toy.ipynb",
            "_figures/toy_line.csv",
            "_figures/toy_line.svg",
            "_figures/toy_table.csv",
        )
    ]
    assert first[0].warnings == ("warned",)
    german, english = (once[f"{language}/10_toy.ipynb"].decode() for language in ("de", "en"))
    assert '"# Titel 1,5"' in german and '"# Title 1.5"' in english and "Titel" not in english
    assert "Jahr" in german and "Year" in english
    assert "keine Angabe" in german and "no data" in english
    assert "_figures/toy_line.svg" in german and "Linie &amp; Co" in german
    for text in (german, english):
        assert str(tmp_path) not in text and "papermill" not in text and '"stderr"' not in text
        assert "0x0" in text
    assert stat.S_IMODE((tmp_path / "out/de/10_toy.ipynb").stat().st_mode) == 0o644


def test_what_an_earlier_run_made_and_this_one_does_not_is_gone(
    write_notebook: Write, tmp_path: Path
) -> None:
    run_notebook(job(write_notebook(LIGHT), tmp_path))
    assert (tmp_path / "out/de/_figures/toy_line.svg").exists()
    run_notebook(job(write_notebook("a = 1"), tmp_path))
    assert not list((tmp_path / "out/de/_figures").iterdir())


def test_failing_cells_are_named_together_and_leave_nothing(write_notebook: Write, tmp_path: Path) -> None:
    bad = write_notebook("a = 1", "1 / 0\nnever = 1", name="20_bad")
    gone = write_notebook("raise SystemExit", "a = 1", name="30_gone")
    good = write_notebook("a = 1", name="40_good")
    with pytest.raises(NotebookError) as caught:
        run_many([job(path, tmp_path) for path in (bad, gone, good)], workers=2, progress=False)
    message = str(caught.value)
    assert "20_bad.ipynb, cell 5: ZeroDivisionError: division by zero" in message
    assert "30_gone.ipynb, cell 5: Stopped" in message
    assert "Traceback" not in message
    assert [p.name for p in (tmp_path / "out/de").glob("*.ipynb")] == ["40_good.ipynb"]
    assert not list((tmp_path / "out/de/_figures").iterdir())


def test_a_mistake_in_an_input_stays_a_users_mistake(write_notebook: Write, tmp_path: Path) -> None:
    code = "from dewak_research.page.results import open_results\nopen_results('nowhere')"
    with pytest.raises(InputError, match="dewak run") as caught:
        run_notebook(job(write_notebook(code), tmp_path))
    assert "10_toy.ipynb, cell 4" in str(caught.value)


def test_a_cell_that_takes_too_long_is_an_error(write_notebook: Write, tmp_path: Path) -> None:
    with pytest.raises(NotebookError, match="longer than 1 s"):
        run_notebook(job(write_notebook("import time; time.sleep(60)"), tmp_path, timeout_s=1))
    assert not list((tmp_path / "out/de").glob("*.ipynb"))


def test_a_kernel_that_dies_is_an_error(write_notebook: Write, tmp_path: Path) -> None:
    with pytest.raises(NotebookError, match="the kernel died"):
        run_notebook(job(write_notebook("import os; os._exit(1)"), tmp_path))


KILLED = """
import sys
from pathlib import Path
from dewak_research.book.notebook import NotebookParams
from dewak_research.book.runner import Job, run_notebook
source, output = map(Path, sys.argv[1:])
run_notebook(Job(source, output, NotebookParams(language="de"), processed=source.parent / "processed"))
"""


@pytest.mark.slow
def test_a_killed_run_leaves_nothing_that_looks_whole(write_notebook: Write, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    wait = f"import time, pathlib\nwhile not pathlib.Path({str(gate)!r}).exists(): time.sleep(0.1)"
    source = write_notebook(LIGHT, wait)
    task = job(source, tmp_path)
    command = [sys.executable, "-c", KILLED, str(source), str(task.output)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not list(task.folder.glob(".*/toy_line.svg")):
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.1)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert not task.output.exists()
    assert not [path for path in task.folder.iterdir() if path.is_file()]
    gate.touch()
    assert run_notebook(task).files == ("toy_line.csv", "toy_line.svg")
    assert sorted(path.name for path in task.folder.iterdir()) == ["toy_line.csv", "toy_line.svg"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"language": "de", "ags": 5911000}, "a municipality key is text"),
        ({"language": "de", "ags": "591"}, "ags"),
        ({"language": "fr", "ags": "05911000"}, "'fr'"),
        ({"langage": "de", "ags": "05911000"}, "“language”"),
        ({"language": "de"}, "ags"),
    ],
)
def test_parameters_are_typed(values: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        typed(values, ProfileParams, "40_profile.ipynb")


def test_all_wrong_parameters_are_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        typed({"language": "fr", "ags": 1001000, "yaer": 1}, ProfileParams, "40_profile.ipynb")
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        (None, "0 usable cells tagged “parameters”"),
        ('langage = "de"', "(?s)does not know “language”.*“langage”"),
        ("language = input()", "no plain value"),
        ("import os\nlanguage = 'de'", "no plain value: import os"),
        ("language =", "no plain value"),
    ],
)
def test_a_notebook_declares_its_parameters(
    write_notebook: Write, tmp_path: Path, parameters: str | None, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        prepare(job(write_notebook(parameters=parameters), tmp_path))


def test_an_undeclared_parameter_is_refused(write_notebook: Write, tmp_path: Path) -> None:
    source = write_notebook(parameters='language = "de"\nags_key = "05911000"')
    parameters = ProfileParams(language="de", ags="05911000")
    with pytest.raises(InputError, match="does not know “ags”"):
        prepare(Job(source, tmp_path / "out.ipynb", parameters))


def test_a_wrong_name_of_a_cell_stops_the_run_before_any_kernel_starts(
    write_notebook: Write, tmp_path: Path
) -> None:
    first, second = write_notebook(name="10_a"), write_notebook(name="20_b")
    other = toy_results(tmp_path / "other", column="yes")
    jobs = [job(path, tmp_path, processed=other) for path in (first, second)]
    with pytest.raises(InputError) as caught:
        run_many(jobs, progress=False)
    assert len(caught.value.problems) == 2
    assert "10_a.ipynb, cell 2" in str(caught.value) and "“yes”" in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_missing_notebook_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"99_none\.ipynb: there is no such notebook"):
        run_notebook(job(tmp_path / "99_none.ipynb", tmp_path))


def test_cells_of_the_other_language_go_and_untagged_cells_stay(
    write_notebook: Write, tmp_path: Path
) -> None:
    node, position, numbers = prepare(job(write_notebook("a = 1"), tmp_path, "en"))
    assert [cell.id for cell in node.cells] == ["parameters", "title-en", "code-0"]
    assert (position, numbers) == (0, [1, 3, 4])


def test_two_notebooks_may_not_write_the_same_figure(write_notebook: Write, tmp_path: Path) -> None:
    jobs = [job(write_notebook(LIGHT, name=name), tmp_path) for name in ("10_a", "20_b")]
    with pytest.raises(NotebookError, match=r"both write toy_line\.csv"):
        run_many(jobs, progress=False)


def test_the_models_of_parameters_are_groups() -> None:
    assert issubclass(NotebookParams, Group)


def test_an_executed_notebook_is_not_a_clean_source(write_notebook: Write, tmp_path: Path) -> None:
    source = write_notebook("print(1)")
    assert outputs_left(read_notebook(source)) == []
    done = run_notebook(job(source, tmp_path))
    left = outputs_left(read_notebook(done.output))
    assert "cell 4: outputs" in left and "cell 4: execution count" in left


INTERRUPTED = """
import signal
import sys
from pathlib import Path
from dewak_research.book.notebook import NotebookParams
from dewak_research.book.runner import Job, run_many
source, output = map(Path, sys.argv[1:])
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that starts the tests aside has it ignored
try:
    run_many([Job(source, output, NotebookParams(language="de"), processed=source.parent / "processed")])
except KeyboardInterrupt:
    print("interrupted")
"""


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow
def test_an_interrupted_run_ends_its_kernels(write_notebook: Write, processed: Path, tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    code = (
        f"import os, pathlib, time\npathlib.Path({str(mark)!r}).write_text(str(os.getpid()))\ntime.sleep(300)"
    )
    source, output = write_notebook(code), tmp_path / "out" / "10_toy.ipynb"
    command = [sys.executable, "-c", INTERRUPTED, str(source), str(output)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    deadline = time.monotonic() + 60
    while not (mark.exists() and mark.read_text()):
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    assert said.strip() == "interrupted"
    assert not alive(int(mark.read_text()))
    assert not output.exists()


def test_reading_a_notebook_builds_no_grammar_of_addresses() -> None:
    code = "import sys, dewak_research.book.notebook, jsonschema; sys.exit('lark' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
