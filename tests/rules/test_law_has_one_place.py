"""Numbers of law stand in the rules data and nowhere else, and the engine follows what stands there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from stress import engine_case as case

import dewak_research
from dewak_research.rules import rule_set, values
from dewak_research.stress import frontier
from dewak_research.stress.items import KEYS, POSITION
from dewak_research.stress.ladder import Reserves, step
from dewak_research.stress.plan_test import plan_test
from dewak_research.stress.scenarios import scenario
from dewak_research.stress.simulation import Settings
from dewak_research.stress.transmission import Gfg, Maturities
from dewak_research.stress.triggers import triggers
from dewak_research.stress.what_if import own_effects_eur

SOURCE = Path(dewak_research.__file__).parent
LAW = ("land/05/budget_law", "land/05/equalisation", "land/05/credit", "land/00/credit", "kdu_federal_share")
APPLIES_THE_LAW = ("stress", "own", "ratios", "unit")
EVERYWHERE = ("stress", "own", "ratios", "unit", "cases", "disparities", "data", "chapters")
#: Numbers that mean too many things to say anything: tenths, small counts, round hundreds.
COMMON = {n / 10 for n in range(1, 6)} | {*range(13), 100}
#: Same number, other thing: (where it is written, number).
NOT_LAW = {
    ("BAND", 0.9),  # band of the backtest
    ("quantile", 0.9),  # nine in ten towns
    ("CLEAR_SHARE", 0.9),  # how sure the mapping of an account must be
    ("items", 65.0),  # first age of the old in the own workbook
    (
        "ODD_SHARE",
        0.05,
    ),  # how far an extract of the register may lie from the official count before it is said
    ("INTO_EACH_OTHER", 0.85),  # distance of printed lines in sizes of their letters
    ("height", 0.75),  # of a chart, drawn by another module
    ("borrowing_rate_share", 0.03),  # assumption of the run, described in config.py
}
READERS = {"value", "of_year", "rule_set"}


def _numbers(found: object) -> Iterator[float]:
    parts = found.values() if isinstance(found, dict) else found if isinstance(found, list) else [found]
    for part in parts:
        if isinstance(part, int | float) and not isinstance(part, bool):
            yield float(part)


def _law() -> dict[float, str]:
    return {n: f"{d}.{v.key}" for d in LAW for v in values(d) for n in _numbers(v.value) if n not in COMMON}


def _written(tree: ast.AST, inside: str = "") -> Iterator[tuple[str, float, int]]:
    """Every number of a module with the name of what it is part of: constant, function, argument."""
    for node in ast.iter_child_nodes(tree):
        name = inside
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            name = ast.unparse(target)
        elif isinstance(node, ast.FunctionDef):
            name = node.name
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        elif isinstance(node, ast.keyword) and node.arg:
            name = node.arg
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield name, float(node.value), node.lineno
        yield from _written(node, name)


def _modules(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    for package in packages:
        for path in sorted((SOURCE / package).rglob("*.py")):
            yield str(path.relative_to(SOURCE)), ast.parse(path.read_text(encoding="utf-8"))


def _draws(tree: ast.Module) -> bool:
    """Whether a module draws: its numbers are sizes and places."""
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    }
    return any(
        str(name).startswith(("matplotlib", "seaborn", "dewak_research.page.marks")) for name in imported
    )


def test_no_number_of_law_is_written_again_where_the_law_is_applied():
    law = _law()
    again = [
        f"{module}:{line} {name} = {number} stands in {law[number]}"
        for module, tree in _modules(*APPLIES_THE_LAW)
        if not _draws(tree)
        for name, number, line in _written(tree)
        if number in law and (name, number) not in NOT_LAW
    ]
    assert again == [], "\n".join(again)


def test_the_scan_finds_a_number_that_was_written_again():
    law = _law()
    tree = ast.parse("N1_SHARE = 0.25\nRELIEF = {'least': 0.411}\ndef f(x, u=35.0): return x < 0.05")
    assert {number for _, number, _ in _written(tree) if number in law} == {0.25, 0.411, 35.0, 0.05}


def test_no_year_of_law_is_written_into_a_call_that_reads_the_law():
    fixed = [
        f"{module}:{node.lineno} {ast.unparse(node)}"
        for module, tree in _modules(*EVERYWHERE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)) in READERS
        and any(isinstance(a, ast.Constant) and isinstance(a.value, int) for a in node.args)
    ]
    assert fixed == []


def _refund() -> np.ndarray:
    book = replace(case.book(4), refund_split=Gfg.of_year(2024).refund_split)
    change = np.zeros((*book.result_eur.shape, len(KEYS)))
    change[0, :, POSITION["gewst"]] = -0.2
    return own_effects_eur(book, change, Settings(rule_set(2010)), own_loss=True)["transfers"]


def test_the_refund_follows_the_split_of_the_data(changed):
    halves = _refund()
    np.testing.assert_allclose(halves[1], halves[2], rtol=1e-6)
    assert halves[1].max() > 0
    changed("land/05/equalisation", "refund_split", [0.2, 0.3, 0.5])
    split = _refund()
    total = 2 * halves[1]
    np.testing.assert_allclose(split[1:], [0.2 * total, 0.3 * total, 0.5 * total], rtol=1e-6)


def test_a_loss_is_carried_as_long_as_the_data_say(changed):
    def charged() -> list[float]:
        reserves, found = Reserves.opening(np.array([5.0]), np.array([100.0])), []
        for result in (-8.0, 0.0, 0.0, 0.0, 0.0):
            reserves, outcome = step(
                np.array([result]), reserves, rule_set(2024), carry_forward_approved=True
            )
            found.append(float(outcome.reduction_eur[0]))
        return found

    assert charged() == [0, 0, 0, 3, 0]
    changed("land/05/budget_law", "carry_forward_years", 2)
    assert charged() == [0, 0, 3, 0, 0]
    changed("land/05/budget_law", "carry_forward_years", 4)
    assert charged() == [0, 0, 0, 0, 3]


@pytest.mark.parametrize(("key", "trigger"), [("n1_share", "n1"), ("n2_share", "n2")])
def test_triggers_follow_the_thresholds_of_the_data(changed, key, trigger):
    reduction = np.array([[30.0], [30.0]])
    general = np.array([[100.0], [90.0], [80.0]])

    def hit() -> bool:
        return bool(getattr(triggers(reduction, general, general[1:], rule_set(2024)), trigger)[1])

    assert hit()
    changed("land/05/budget_law", key, 0.4)
    assert not hit()


def test_the_plan_test_shows_the_headroom_to_the_line_of_the_data(changed):
    import pandas as pd

    plan = pd.DataFrame({"year": [2024], "result_eur": [0.0]})
    before = plan_test(plan, rule_set(2024), 0.0, 100.0)["headroom_n1_eur"][0]
    changed("land/05/budget_law", "n1_share", 0.4)
    assert (before, plan_test(plan, rule_set(2024), 0.0, 100.0)["headroom_n1_eur"][0]) == (25.0, 40.0)


def test_the_equalisation_and_interest_follow_the_data(changed):
    changed("land/05/equalisation", "levy_multiplier_pct", 70)
    changed("land/05/equalisation", "equalisation_share", 0.8)
    changed("land/05/equalisation", "integration_assistance_share", 0.6)
    changed("land/05/credit", "short_term_share", 0.4)
    gfg = Gfg.of_year(2024)
    assert (gfg.levy_multiplier_pct, gfg.equalisation_share) == (70.0, 0.8)
    assert Settings(rule_set(2010)).integration_assistance_share == 0.6
    assert Maturities.of_year(2010).short_term_share == 0.4


def test_the_fall_of_2009_is_the_one_of_the_episode(monkeypatch):
    """Twice the fall: half of it, so the same loss, crosses the line; a second value in code would show."""
    told = scenario("GFK2009")
    assert told.first_fall_share == -told.overlay.growth["gewst"][0] == 0.21
    once, twice = (
        replace(told, overlay=told.overlay.model_copy(update={"growth": {"gewst": (-fall, 0.0)}}))
        for fall in (0.2, 0.4)
    )
    run = case.run()
    found = []
    for episode in (once, twice):
        monkeypatch.setattr(frontier, "scenario", lambda name, chosen=episode: chosen)
        found.append(frontier.frontier(run))
    city = [table[table["ags"] == "05101000"].iloc[0] for table in found]
    assert city[0]["lambda_star"] == pytest.approx(2 * city[1]["lambda_star"], rel=1e-2)
    assert city[0]["fall_share"] == pytest.approx(city[1]["fall_share"], rel=1e-2)
    assert city[0]["fall_share"] == 0.2 * city[0]["lambda_star"]
