"""Every public analysis function has an independent check, or stands in the list of those that have none yet."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter

import pytest
import yaml
from tests.methods.reached import functions, reached

from dewak_research import reproducible
from dewak_research.paths import ROOT

TABLE = yaml.safe_load((ROOT / "tests" / "methods" / "checks.yaml").read_text(encoding="utf-8"))
CHECKED: dict[str, tuple[str, str]] = {
    function: (kind, test) for kind, entries in TABLE["checked"].items() for function, test in entries.items()
}
KINDS = {"published", "library", "brute_force", "independent", "property"}
MOST_OPEN = 0
"""How many may be without a check. This number may only go down."""


def test_every_public_analysis_function_stands_in_the_table_once() -> None:
    listed = Counter([*(f for entries in TABLE["checked"].values() for f in entries), *TABLE["open"]])
    assert [function for function, times in listed.items() if times > 1] == []
    assert sorted(set(functions()) - set(listed)) == [], "without an independent check: write one and name it"
    assert sorted(set(listed) - set(functions())) == [], "in the table, but there is no such function"
    assert set(TABLE["checked"]) == KINDS


def test_the_functions_without_a_check_become_fewer() -> None:
    assert len(TABLE["open"]) == MOST_OPEN
    assert sorted(TABLE["open"]) == TABLE["open"]


def test_every_named_test_reaches_its_function() -> None:
    """By what the code names; that it is really called shows the slow test below."""
    lost = {function: test for function, (_, test) in CHECKED.items() if function not in reached(test)}
    assert lost == {}


def test_a_test_that_names_nothing_of_a_function_does_not_reach_it() -> None:
    assert "disparities.inequality.measures" in reached(
        "disparities/test_inequality.py::test_golden_decomposition"
    )
    assert "stress.ladder.step" not in reached("disparities/test_inequality.py::test_golden_decomposition")
    assert reached("disparities/test_inequality.py::test_that_is_not_there") == frozenset()


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_page_on_methods_says_how_many_rest_on_what(language: str) -> None:
    page = (ROOT / "book" / language / "methods.md").read_text(encoding="utf-8")
    said = [int(number) for number in re.findall(r"^\|.*\| (\d+) \|$", page, re.MULTILINE)]
    order = ("published", "library", "brute_force", "independent", "property")
    assert said == [*(len(TABLE["checked"][kind]) for kind in order), len(TABLE["open"])]


def as_make_test() -> dict[str, str]:
    """Return the environment without what a run sets for its numerics, and may have set in this process before."""
    return {name: value for name, value in os.environ.items() if name not in reproducible.environment()}


@pytest.mark.slow
def test_every_named_test_really_calls_its_function(tmp_path) -> None:
    """All named tests run once, in a process that notes which functions each of them calls."""
    record = tmp_path / "calls.json"
    tests = sorted({f"tests/{test}" for _, test in CHECKED.values()})
    plugins = ["-p", "tests.methods.recorded", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-m", "", *plugins, *tests],
        cwd=ROOT, env={**as_make_test(), "RECORD_CALLS": str(record)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    called = json.loads(record.read_text(encoding="utf-8"))
    missed = {
        name: test for name, (_, test) in CHECKED.items() if name not in called.get(f"tests/{test}", ())
    }
    assert missed == {}
