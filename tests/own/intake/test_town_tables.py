"""Tables as towns write them end with the right amounts: our own small ones, and the ones beside the project."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from dewak_research.errors import InputError
from dewak_research.own.intake.understood import Understood, understand
from own.intake.town_tables import CASES, Case

KEY = "05999000"
TWO_PLANS = {("result_plan", "01"): 20e6, ("result_plan", "11"): 9e6, ("finance_plan", "01"): 19.5e6,
             ("finance_plan", "10"): 9.1e6, ("finance_plan", "25"): 5e6}  # fmt: skip
TESTED_ELSEWHERE = {"a26_hessen_5_6_7", "b16_result_and_finance_accounts"}


def answered(path: Path, case: Case) -> Understood:
    """Read a file; what is asked is answered as the file suggests."""
    first = understand(path, KEY)
    assert tuple(question.key for question in first.questions) == case.asked
    assert first.figures.empty == bool(case.asked)
    if not case.asked:
        return first
    assert all(question.default for question in first.questions)
    return understand(path, KEY, answers={q.key: str(q.default) for q in first.questions})


def hold(path: Path, case: Case) -> None:
    """Read a file and hold it against its right answer."""
    if not case.right:
        with pytest.raises(InputError, match=case.says):
            understand(path, KEY)
        return
    read = answered(path, case)
    assert set(read.figures["sheet"]) == {case.sheet}
    found = read.figures.set_index(["line", "year", "kind"])["value"].to_dict()
    assert found == pytest.approx(case.right)
    assert case.says in "\n".join(note.en for note in read.notes)
    used = read.rows.groupby(["line", "year", "kind"])["value"].sum().to_dict()
    assert used == pytest.approx(found), "from → to must lead to the same figures"


@pytest.mark.parametrize("name", CASES)
def test_a_table_of_our_own(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.{CASES[name].suffix}"
    path.write_bytes(CASES[name].made())
    hold(path, CASES[name])


@pytest.mark.parametrize("name", CASES)
def test_a_table_beside_the_project(name: str, samples: Path) -> None:
    hold(samples / "inputs" / f"{name}.{CASES[name].suffix}", CASES[name])


def test_every_table_of_a_plan_beside_the_project_is_tried(samples: Path) -> None:
    there = {path.stem for path in (samples / "inputs").glob("[abx]*.*")}
    assert there == set(CASES) | TESTED_ELSEWHERE


def test_result_and_finance_accounts_go_each_to_their_plan(tmp_path: Path) -> None:
    path = tmp_path / "konten.csv"
    path.write_text(
        "Konto;Plan 2026\n401300;20.000.000\n501100;9.000.000\n601300;19.500.000\n701100;9.100.000\n785200;5.000.000\n",
        encoding="utf-8",
    )
    read = understand(path, KEY)
    assert read.figures.set_index(["sheet", "line"])["value"].to_dict() == TWO_PLANS
    assert read.mapping is not None and read.mapping.sheet == "both"


def test_accounts_beside_the_project_go_each_to_their_plan(samples: Path) -> None:
    read = understand(samples / "inputs" / "b16_result_and_finance_accounts.csv", KEY)
    assert read.figures.set_index(["sheet", "line"])["value"].to_dict() == TWO_PLANS
