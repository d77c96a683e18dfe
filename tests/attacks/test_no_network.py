"""Everything is built and served where no other computer can be reached."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from own import musterstadt

from .conftest import Built
from .small import STAGES, dewak, environment, run, without_network

NO_WAY = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=5)"
ASKED = r"""
import http.cookiejar, re, subprocess, sys, urllib.request
with subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True) as server:
    try:
        address = re.search(r"http://127\.0\.0\.1:\d+/\S*", server.stdout.readline())[0]
        known = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        with urllib.request.build_opener(known).open(address, timeout=60) as answer:
            print(answer.status, len(answer.read()))
    finally:
        server.terminate()
"""


def test_the_room_without_a_network_has_none(tmp_path: Path) -> None:
    done = subprocess.run(
        without_network([sys.executable, "-c", NO_WAY]), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1 and "unreachable" in done.stderr


@pytest.mark.slow
def test_stages_and_notebooks_are_computed_without_a_network(built: Built) -> None:
    assert set(built.locked) == set(STAGES)


@pytest.mark.slow
def test_an_own_report_is_built_without_a_network(built: Built) -> None:
    musterstadt.write(built.folder / "data" / "own")
    said = run(built.folder, without_network(dewak("report", musterstadt.KEY)))
    page = Path(said.strip().splitlines()[-1])
    assert page.is_file() and page.is_relative_to(built.folder / "data" / "own")


@pytest.mark.slow
def test_the_page_for_own_figures_answers_without_a_network(built: Built) -> None:
    ask = [sys.executable, "-c", ASKED, *dewak("start", "--no-browser")]
    done = subprocess.run(
        without_network(ask), cwd=built.folder, env=environment(built.folder), capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip
    assert done.stdout.startswith("200 ") and int(done.stdout.split()[1]) > 500, done.stderr
