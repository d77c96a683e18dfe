"""The table of licences is whole, says what the packages say, and names what may not be passed on in the wheel."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from dewak_research.licences import COLUMNS, TABLE, declared, locked, table
from dewak_research.paths import ROOT

ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
COPYLEFT_ONLY = {"fpdf2", "grandalf", "pygit2"}
"""Only GPL or LGPL: installed beside the project for its pipeline and tests, part of no file that it hands out."""


def test_every_locked_package_has_its_licence_in_the_table() -> None:
    assert {row["package"]: row["version"] for row in ROWS} == locked()
    assert list(ROWS[0]) == list(COLUMNS)
    assert not [row["package"] for row in ROWS if not row["licence"].strip() or not row["stated_in"].strip()]


def test_the_table_says_what_the_packages_say() -> None:
    assert table() == TABLE.read_text(encoding="utf-8"), "run: python -m dewak_research.licences"


def test_a_package_without_a_licence_is_not_passed_over(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("no-such-package==1.0\n", encoding="utf-8")
    with pytest.raises(KeyError, match="no-such-package"):
        table(lock)


def test_an_expression_counts_before_the_classifiers() -> None:
    assert declared("aiohttp") == ("Apache-2.0 AND MIT", "License-Expression")
    assert declared("access") == ("BSD License", "Classifier")
    assert declared("no-such-package") is None


def test_own_figures_need_nothing_under_copyleft_alone() -> None:
    copyleft = [row for row in ROWS if "GPL" in row["licence"]]
    alone = {row["package"] for row in copyleft if not {"OR", "/"} & set(row["licence"].split())}
    assert alone == COPYLEFT_ONLY
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert COPYLEFT_ONLY.isdisjoint(Requirement(one).name for one in needed)
