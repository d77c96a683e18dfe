"""The package alone, in an empty environment and folder: the report of Musterstadt, the same as in the clone."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pytest
from tests.conftest import missing

from dewak_research.config import load_params
from dewak_research.errors import InputError
from dewak_research.own.ingested import TABLES, check_packed, ingested_tables
from dewak_research.own.report import build_own_report
from dewak_research.own.workbook import new_workbook, read_contents
from dewak_research.paths import ROOT
from own import musterstadt

KEY = musterstadt.KEY
UV = Path(sys.executable).with_name("uv")
LARGEST_BYTES = 20_000_000


def test_a_packed_table_that_was_changed_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1\n")
    (tmp_path / "manifest.json").write_text('{"files": {"a.csv": {"sha256": "0"}}}')
    with pytest.raises(InputError, match=r"a\.csv"):
        check_packed([tmp_path / "a.csv"], tmp_path / "manifest.json", tmp_path)


def test_the_tables_are_those_that_the_own_report_reads() -> None:
    from dewak_research.own import peer_ratios, service_inputs
    from dewak_research.stress import run

    assert set(TABLES) == {*peer_ratios.INGEST_TABLES, *service_inputs.FROM_INGEST, *run.INGEST_TABLES}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, stages_run: Path) -> Path:
    if not UV.is_file():
        missing("uv is not beside the interpreter: make test sets it up")
    folder = tmp_path_factory.mktemp("wheel")
    plain = {
        name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"
    }  # as make wheel has it
    subprocess.run([UV, "build", "--quiet", "--wheel", "--out-dir", folder, ROOT], check=True, env=plain)
    (path,) = folder.glob("*.whl")
    return path


class Installed:
    """The package in an environment of its own, called in an empty folder."""

    def __init__(self, wheel: Path, folder: Path) -> None:
        environment = folder / "environment"
        subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, environment], check=True)
        self._bin = environment / ("Scripts" if os.name == "nt" else "bin")
        asked = ["--constraint", ROOT / "requirements.lock", wheel]
        install = [UV, "pip", "install", "--quiet", "--python", self._bin / "python", *asked]
        subprocess.run(install, check=True)
        self.home = folder / "home"
        self.home.mkdir()
        known = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
        self.environment = {name: os.environ[name] for name in known if name in os.environ}
        self.environment |= {
            "HOME": str(folder),
            "DEWAK_LANGUAGE": "de",
            "MPLCONFIGDIR": str(folder / "matplotlib"),
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [str(self._bin / "dewak"), *words]
        return subprocess.run(
            command, cwd=self.home, env=self.environment, capture_output=True, text=True, check=False
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        command = [str(self._bin / "dewak"), "start", *words]
        return subprocess.Popen(
            command, cwd=self.home, env=self.environment, stdout=subprocess.PIPE, text=True
        )


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(wheel, tmp_path_factory.mktemp("installed"))


@pytest.mark.slow
def test_the_wheel_is_small_and_says_what_it_carries(wheel: Path) -> None:
    assert wheel.stat().st_size <= LARGEST_BYTES
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "dewak_research/shipped/manifest.json" in names
    assert not [
        name
        for name in names
        if "own/0" in name or "notebooks" in name or name.endswith((".pyc", ".geojson"))
    ]
    made = list((ROOT / "dist" / "wheel").glob("*.whl"))
    assert not made or made[0].read_bytes() == wheel.read_bytes(), (
        "the same figures, other bytes: run make wheel"
    )


@pytest.mark.slow
def test_the_package_makes_the_report_of_the_clone(installed: Installed, tmp_path: Path) -> None:
    musterstadt.write(installed.home / "data" / "own")
    checked = installed.run("check", KEY)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    made = installed.run("report", KEY)
    page = installed.home / "data" / "own" / KEY / "bericht" / "de" / "index.html"
    assert made.returncode == 0 and made.stdout.strip() == str(page), made.stdout + made.stderr
    params = load_params()
    languages = params.run.languages
    build_own_report(KEY, tmp_path, languages, ingested_tables(), installed.home / "data" / "own", params)
    there = page.parents[1]
    pages = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert pages == sorted(path.relative_to(there) for path in there.rglob("*") if path.is_file())
    assert not [name for name in pages if (tmp_path / name).read_bytes() != (there / name).read_bytes()]


@pytest.mark.slow
def test_the_package_fills_in_official_figures(installed: Installed, tmp_path: Path) -> None:
    made = installed.run("new", "05911000", "--budget-year", "2027")
    assert made.returncode == 0, made.stderr
    new_workbook("05911000", "de", 2027, own=tmp_path)
    there, here = (read_contents("05911000", own) for own in (installed.home / "data" / "own", tmp_path))
    pd.testing.assert_frame_equal(there.figures, here.figures)
    assert len(there.figures) > 50 and (there.form, there.years, there.lists) == (
        here.form,
        here.years,
        here.lists,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", [("run",), ("verify",), ("serve",), ("pdf",), ("publish",), ("report", "Bochum")]
)
def test_what_needs_the_project_says_so(installed: Installed, command: tuple[str, ...]) -> None:
    answered = installed.run(*command)
    assert (
        answered.returncode == 2 and "dewak start" in answered.stderr and "Traceback" not in answered.stderr
    )


@pytest.mark.slow
def test_the_page_opens_outside_a_clone(installed: Installed) -> None:
    page = installed.start("--no-browser")
    try:
        assert page.stdout is not None
        address = urlsplit(next(word for word in page.stdout.readline().split() if word.startswith("http")))
        asked = http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)
        asked.request("GET", f"/?{address.query}")
        answer = asked.getresponse()
        answer.read()
        assert answer.status == 303
        asked.request(
            "GET", "/?search=bochum", headers={"cookie": str(answer.headers["set-cookie"]).split(";")[0]}
        )
        found = asked.getresponse()
        assert found.status == 200 and b"05911000" in found.read()
        asked.close()
    finally:
        page.send_signal(signal.SIGINT)
        assert page.wait(30) == 0
