"""What the page on re-running says of DVC, carried out on clones: experiments, results passed on, no environment."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from dewak_research.paths import BOOK, ROOT

pytestmark = pytest.mark.slow  # each clone is read and written by DVC as a whole

EVERYWHERE = str(Path(sys.executable).parent)


def run(folder: Path, *command: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    found = os.pathsep.join([EVERYWHERE, os.environ["PATH"]]) if path is None else path
    environment = os.environ | {"PATH": found, "PYTHONPATH": str(folder / "src")}
    environment |= dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "Research")
    environment |= dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "research@example.org")
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def dvc(folder: Path, *arguments: str) -> str:
    done = run(folder, sys.executable, "-m", "dvc", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def state(folder: Path) -> str:
    return run(folder, "git", "status", "--porcelain").stdout


def commands(language: str) -> list[str]:
    """Return the calls of DVC that the page shows, without what they are said to do."""
    text = (BOOK / language / "rerun.md").read_text(encoding="utf-8")
    return [line.split("#")[0].strip() for line in re.findall(r"(?m)^dvc .*$", text)]


@pytest.fixture
def fork(tmp_path: Path, stages_run: Path) -> Path:
    """Return a clone that has computed: its cache is that of the project."""
    subprocess.run(["git", "clone", "-q", str(ROOT), str(tmp_path / "fork")], check=True)
    dvc(tmp_path / "fork", "cache", "dir", "--local", str(ROOT / ".dvc" / "cache"))
    return tmp_path / "fork"


def test_results_are_passed_on_without_own_figures(fork: Path, tmp_path: Path) -> None:
    add, push, pull = commands("en")[-3:]
    assert [line.split()[1] for line in (add, push, pull)] == ["remote", "push", "pull"]
    own = fork / "data" / "own" / "budget.csv"
    own.parent.mkdir(parents=True)
    own.write_text("account;2026\n4011;-1234567\n", encoding="utf-8")
    taker = tmp_path / "taker"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(taker)], check=True)
    for clone in (fork, taker):
        dvc(clone, *add.replace("/path/to/store", str(tmp_path / "store")).split()[1:])
    dvc(fork, *push.split()[1:])
    dvc(taker, *pull.split()[1:])
    lock = yaml.safe_load((ROOT / "dvc.lock").read_text(encoding="utf-8"))
    kept = [out for stage in lock["stages"].values() for out in stage["outs"]]
    written_anew = {
        "book/_build/html",
        "data/processed/sheets",
        "data/processed/parts",
    }  # too large to keep twice
    assert all((taker / out["path"]).exists() for out in kept if out["path"] not in written_anew)
    assert state(taker) == ""
    stored = [file for file in (tmp_path / "store").rglob("*") if file.is_file()]
    assert stored and not any(b"-1234567" in file.read_bytes() for file in stored)


def test_a_call_without_the_environment_spoils_nothing_that_is_tracked(fork: Path) -> None:
    dvc(fork, "checkout", "data/processed/pooling")
    path = os.pathsep.join(["/usr/bin", "/bin"])
    done = run(fork, sys.executable, "-m", "dvc", "repro", "--force", "--single-item", "pooling", path=path)
    assert done.returncode != 0
    assert state(fork) == ""
    dvc(fork, "checkout", "data/processed/pooling")
    assert any((fork / "data/processed/pooling").glob("*.parquet"))


def test_both_pages_show_the_same_calls() -> None:
    german = [line.replace("/pfad/zur/ablage", "/path/to/store") for line in commands("de")]
    assert [line.replace(" ablage", " store") for line in german] == commands("en")


def test_an_experiment_changes_one_parameter_and_is_shown_beside_the_run(fork: Path) -> None:
    attempt, show = (line for line in commands("en") if line.startswith("dvc exp"))
    dvc(fork, "checkout", "data/processed/ingest")
    dvc(fork, *attempt.split()[1:], "-S", "stress.draws=200")
    shown = dvc(fork, *show.replace("'", "").split()[1:], "--csv")
    head, *rows = (line.split(",") for line in shown.splitlines())
    years = [row[head.index("stress.horizon_years")] for row in rows]
    assert years[0] == "3" and "5" in years[1:]


def test_the_main_charts_are_shown_beside_the_recorded_ones(fork: Path) -> None:
    (call,) = (line for line in commands("en") if line.startswith("dvc plots"))
    charts = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["plots"]
    series = [next(iter(chart)) for chart in charts if isinstance(chart, dict)]
    pictures = [chart for chart in charts if isinstance(chart, str)]
    files = [next(iter(chart[title]["y"])) for chart, title in zip(charts, series, strict=False)]
    dvc(fork, "checkout", *sorted({str(Path(name).parent) for name in files + pictures}))
    attempt = fork / files[0]
    with attempt.open("a", encoding="utf-8", newline="\n") as file:
        file.write("2023,0.5,0.4,0.6\n")
    dvc(fork, *call.split()[1:], "--out", "shown")
    page = (fork / "shown" / "index.html").read_text(encoding="utf-8")
    assert [title for title in series if page.count(f'"text": "{title}"') != 1] == []
    assert [name for name in pictures if name not in page] == []
    assert len(list((fork / "shown" / "static").iterdir())) == 2 * len(pictures)
    assert page.count('"year": "2023"') == 3, "the changed year stands once for each of the three lines"
