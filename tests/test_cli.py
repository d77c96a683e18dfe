"""The command line as a user meets it: a clear message and exit code 2, never a traceback."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dewak_research import cli, pipeline
from dewak_research.paths import ROOT

HEAVY = {
    "IPython", "jinja2", "jsonschema", "matplotlib", "nbclient", "nbformat", "networkx", "openpyxl", "papermill",
    "scipy", "seaborn", "sklearn", "statsmodels",
}  # fmt: skip
"""What takes seconds to load and no message about a mistake needs."""


def _dewak(
    *arguments: str, language: str = "en", root: Path | None = None
) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DEWAK_LANGUAGE": language} | ({"DEWAK_ROOT": str(root)} if root else {})
    command = [sys.executable, "-m", "dewak_research.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, cwd=ROOT)


def _message(*arguments: str, language: str = "en", root: Path | None = None) -> str:
    """Return what a mistaken command says; it says so before anything heavy is loaded."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PYTHONPROFILEIMPORTTIME", "1")
        done = _dewak(*arguments, language=language, root=root)
    said, loaded = [], set()
    for line in done.stderr.splitlines():
        if line.startswith("import time:"):
            loaded.add(line.rsplit("|", 1)[1].strip())
        else:
            said.append(line)
    assert done.returncode == 2, said
    assert "dewak_research.errors" in loaded
    assert not {name.partition(".")[0] for name in loaded} & HEAVY
    assert "Traceback" not in "\n".join(said)
    return "\n".join(said)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("case", "check", "no/such/file.yaml"), "there is no such file"),
        (("case", "questionnaire", "hertn"), "“herten”"),
        (("case", "questionnaire", "herten", "--language", "fr"), "“fr”"),
        (("check", "05911000x/.."), "05911000x"),
        (("new", "5911000"), "00"),
        (("import", "plan.csv", "--ags", "5911000"), "05911000"),
        (("fetch", "12411-01-01-5", "--ags", "5911000"), "05911000"),
    ],
)
def test_wrong_input_gets_one_message_and_exit_code_2(arguments: tuple[str, ...], words: str) -> None:
    said = _message(*arguments)
    assert words in said
    assert "Next step" in said


def test_a_message_comes_in_the_language_asked_for() -> None:
    assert "Nächster Schritt" in _message("check", "5911000", language="de")


@pytest.mark.parametrize(
    "arguments", [("runn",), ("report",), ("serve", "--port", "0"), ("serve", "--port", "x")]
)
def test_wrong_use_ends_with_exit_code_2(arguments: tuple[str, ...]) -> None:
    done = _dewak(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_report_before_any_run_says_what_to_run(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_text("", encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "raw").symlink_to(ROOT / "data" / "raw")
    assert "dewak run" in _message("report", "05911000", root=tmp_path)


def test_a_misspelt_parameter_stops_a_stage_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_text("stress: {drws: 5}", encoding="utf-8")
    assert "“draws”" in _message("stage", "ingest", root=tmp_path)


def test_a_full_disk_is_said_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full() -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pipeline, "reproduce", full)
    monkeypatch.setattr(sys, "argv", ["dewak", "run"])
    monkeypatch.setenv("DEWAK_LANGUAGE", "en")
    with pytest.raises(SystemExit) as caught:
        cli.main()
    assert caught.value.code == 1
    assert "The disk is full" in capsys.readouterr().err


def test_other_faults_of_the_system_are_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Path:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(pipeline, "reproduce", broken)
    monkeypatch.setattr(sys, "argv", ["dewak", "run"])
    with pytest.raises(OSError, match="Input/output"):
        cli.main()
