"""The committed table of `make mutate` says what was tried, and every mutant that lived was looked at."""

from __future__ import annotations

import ast
import csv
from collections import Counter
from pathlib import Path

import pytest
import yaml
from statsmodels.stats.proportion import proportion_confint
from tests.mutation import table
from tests.mutation.mutants import CODE, GROUPS, HERE, Mutant, _changed, _does, seed_of
from tests.mutation.mutate import Mutated
from tests.mutation.table import COLUMNS, ENOUGH_PCT, TABLE, TRIED, line_of, rows, wilson_pct

from dewak_research.paths import ROOT

LOOKED_AT = yaml.safe_load((HERE / "survivors.yaml").read_text(encoding="utf-8"))
VERDICTS = {"equivalent", "open"}
WRITTEN = list(csv.DictReader(TABLE.open(encoding="utf-8", newline="")))


def test_modules_and_tests_of_the_groups_exist() -> None:
    for group, modules in GROUPS.items():
        for module, tests in modules.items():
            assert (CODE / module).is_file(), f"{group}: {module}"
            assert tests and all((ROOT / test).is_file() for test in tests), f"{group}: {module}"


def test_the_table_is_what_was_tried() -> None:
    assert {path.stem for path in TRIED.glob("*.csv")} <= set(GROUPS)
    expected = []
    for group, modules in GROUPS.items():
        mine = rows(group)
        assert len({row["id"] for row in mine}) == len(mine)
        assert {row["module"] for row in mine} <= set(modules)
        for module in (*modules, "all") if mine else ():
            counted = Counter(row["outcome"] for row in mine if module in (row["module"], "all"))
            assert set(counted) <= {"killed", "survived", "timed out"}
            expected.append({"group": group, "module": module, **line_of(counted)})
    about = [name for name in COLUMNS if name not in ("possible", "seed", "day", "commit")]
    assert [{name: row[name] for name in about} for row in WRITTEN] == expected
    for row in WRITTEN:
        assert int(row["tried"]) <= int(row["possible"]) and row["seed"] == str(seed_of(row["group"]))
        assert row["day"] and row["commit"]


def test_a_group_that_was_not_measured_keeps_its_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "TABLE", tmp_path / "table.csv")
    table.TABLE.write_bytes(TABLE.read_bytes())
    modules = {module: 1_000 + n for n, module in enumerate(GROUPS["reader"])}
    table.write_table({"reader": Counter(modules)})
    now = list(csv.DictReader(table.TABLE.open(encoding="utf-8", newline="")))
    assert [row for row in now if row["group"] != "reader"] == [
        row for row in WRITTEN if row["group"] != "reader"
    ]
    mine = {row["module"]: int(row["possible"]) for row in now if row["group"] == "reader"}
    assert mine == {**modules, "all": sum(modules.values())}


def test_groups_that_notice_too_little_or_were_not_tried_are_named() -> None:
    shares = {row["group"]: float(row["killed_pct"]) for row in WRITTEN if row["module"] == "all"}
    assert [group for group, share in shares.items() if share < ENOUGH_PCT] == LOOKED_AT["below"]
    assert [group for group in GROUPS if group not in shares] == LOOKED_AT["not_tried"]


def test_every_mutant_that_lived_has_a_verdict() -> None:
    alive = {row["id"] for group in GROUPS for row in rows(group) if row["outcome"] == "survived"}
    assert set(LOOKED_AT["survivors"]) == alive
    for name, (verdict, why) in LOOKED_AT["survivors"].items():
        assert verdict in VERDICTS and len(why) > 20, name


def test_every_test_written_for_a_mutant_exists() -> None:
    for test in LOOKED_AT["tests_written"]:
        file, _, name = test.partition("::")
        tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, test


@pytest.mark.parametrize(("killed", "tried"), [(0, 5), (37, 40), (45, 45), (1, 200)])
def test_the_interval_is_that_of_wilson(killed: int, tried: int) -> None:
    low, high = proportion_confint(killed, tried, method="wilson")
    assert wilson_pct(killed, tried) == pytest.approx((100 * low, 100 * high))


def test_an_annotation_is_no_change_and_a_number_is() -> None:
    assert _does("def f(x: int | None) -> int: ...") == _does("def f(x: int & None) -> float: ...")
    assert _does("x: int = 1") == _does("x: str = 1") != _does("x: int = 2")
    assert _does("F = Literal[1, 2]") == _does("F = Literal[1, 3]") and _does("f = g[1]") != _does("f = g[2]")
    assert _changed("a\nb = 1\nc", "a\nb = 2\nc") == (2, "b = 1", "b = 2")


def test_a_mutant_is_loaded_in_place_of_its_module_and_no_other() -> None:
    mutant = Mutant("", "ladder", "stress/ladder.py", 1, "", "", "", source="CHANGED = 1")
    finder = Mutated(mutant)
    spec = finder.find_spec("dewak_research.stress.ladder", None)
    assert spec is not None and spec.origin == str(CODE / "stress" / "ladder.py")
    space: dict[str, object] = {}
    exec(finder.get_code(mutant.name), space)
    assert space["CHANGED"] == 1
    assert finder.find_spec("dewak_research.stress.triggers", None) is None
    package = Mutant("", "rules", "rules/__init__.py", 1, "", "", "", source="")
    assert package.name == "dewak_research.rules"
