"""Calibration, measures of fit, truth table and solutions against goldens and published results."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.cases.library import Library
from dewak_research.cases.published import calibrated, raw_data, robustness
from dewak_research.cases.qca import (
    calibrate,
    few_cases,
    fit_table,
    necessity,
    necessity_table,
    solve,
    sufficiency,
    truth_table,
)

X, Y = (0.9, 0.8, 0.3, 0.6, 0.2), (0.8, 0.9, 0.4, 0.7, 0.5)
LIPSET = ["DEV", "URB", "LIT", "IND", "STB"]
ANCHORS = {"DEV": (400, 550, 900), "URB": (25, 50, 65), "LIT": (50, 75, 90), "IND": (20, 30, 40),
           "STB": (15, 9.5, 5), "SURV": (-9, 0, 10)}  # fmt: skip


@pytest.fixture(scope="session")
def raw(library: Library) -> pd.DataFrame:
    return raw_data(library.qca["datasets"]["lipset_raw"])


@pytest.fixture(scope="session")
def fuzzy(raw: pd.DataFrame) -> pd.DataFrame:
    """Ragin publishes the memberships with two digits."""
    return calibrated(raw, ANCHORS).round(2)


def test_golden_calibration() -> None:
    found = calibrate([10, 15, 20, 30, 40], 10, 20, 40)
    assert found == pytest.approx([0.0474, 0.1824, 0.5, 0.8176, 0.9526], abs=5e-5)


def test_golden_fit() -> None:
    found = sufficiency(X, Y)
    assert found["consistency"] == pytest.approx(0.9643, abs=5e-5)
    assert found["coverage"] == pytest.approx(0.8182, abs=5e-5)
    assert found["pri"] == pytest.approx(0.9412, abs=5e-5)
    assert necessity(X, Y)["ron"] == pytest.approx(0.9565, abs=5e-5)


def test_anchors_must_be_in_order() -> None:
    with pytest.raises(ValueError, match="anchors"):
        calibrate([1.0], 10, 5, 20)


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=20))
def test_calibration_keeps_the_order(values: list[float]) -> None:
    found = calibrate(sorted(values), -10, 3, 40)
    assert (np.diff(found) >= 0).all() and ((found >= 0) & (found <= 1)).all()
    turned = calibrate(sorted(values), 40, 3, -10)
    assert (np.diff(turned) <= 0).all()


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=15))
def test_sufficiency_and_necessity_mirror_each_other(pairs: list[tuple[float, float]]) -> None:
    x, y = (np.array(v) for v in zip(*pairs, strict=True))
    if x.sum() > 0 and y.sum() > 0:
        assert sufficiency(x, y)["consistency"] == pytest.approx(necessity(y, x)["consistency"])
        assert 0 <= sufficiency(x, y)["pri"] <= sufficiency(x, y)["consistency"] + 1e-9


@pytest.mark.parametrize(
    ("case", "published"),
    [
        ("AT", (0.81, 0.12, 0.99, 0.73, 0.43, 0.05)),
        ("BE", (0.99, 0.89, 0.98, 1.00, 0.98, 0.95)),
        ("CZ", (0.58, 0.98, 0.98, 0.90, 0.91, 0.89)),
        ("EE", (0.16, 0.07, 0.98, 0.01, 0.91, 0.12)),
        ("FI", (0.58, 0.03, 0.99, 0.08, 0.58, 0.77)),
        ("FR", (0.98, 0.03, 0.99, 0.81, 0.95, 0.95)),
    ],
)
def test_memberships_are_the_published_ones(
    fuzzy: pd.DataFrame, case: str, published: tuple[float, ...]
) -> None:
    assert fuzzy.loc[case].to_numpy() == pytest.approx(published)


def test_published_solutions_at_consistency_080(fuzzy: pd.DataFrame) -> None:
    """As R's QCA 3.25 on the same data (Ragin 2009), all conditions expected present."""
    found = solve(truth_table(fuzzy, LIPSET, "SURV", consistency=0.8), LIPSET, dict.fromkeys(LIPSET, True))
    assert found["conservative"].texts() == ["DEV*URB*LIT*IND*STB + DEV*~URB*LIT*~IND*STB"]
    assert found["parsimonious"].texts() == ["DEV*~IND + URB*STB"]
    assert found["intermediate"].texts() == ["DEV*LIT*~IND*STB + DEV*URB*LIT*STB"]


def test_published_solutions_and_fit_at_consistency_070(fuzzy: pd.DataFrame) -> None:
    found = solve(truth_table(fuzzy, LIPSET, "SURV", consistency=0.7), LIPSET, dict.fromkeys(LIPSET, True))
    fit = fit_table(fuzzy, found["conservative"], "SURV").set_index("path")
    expected = {
        "DEV*~URB*LIT*STB": (0.809, 0.761, 0.433, 0.196),
        "DEV*LIT*IND*STB": (0.843, 0.821, 0.622, 0.385),
    }
    for path, numbers in expected.items():
        row = fit.loc[path, ["consistency", "pri", "coverage", "unique_coverage"]].to_numpy(float)
        assert row == pytest.approx(numbers, abs=5e-4)
    assert fit.loc["total", ["consistency", "pri", "coverage"]].to_numpy(float) == pytest.approx(
        (0.871, 0.851, 0.818), abs=5e-4
    )
    assert found["parsimonious"].texts() == ["DEV*STB"]
    assert found["intermediate"].texts() == ["DEV*LIT*STB"]


def test_negated_outcome_of_the_crisp_data(library: Library) -> None:
    data = raw_data(library.qca["datasets"]["lipset_crisp"])
    table = truth_table(data, LIPSET, "SURV", consistency=1.0, negate=True)
    found = solve(table, LIPSET)
    assert found["conservative"].texts() == ["DEV*LIT*IND*~STB + ~DEV*~URB*~IND"]
    assert found["parsimonious"].texts() == ["~DEV + ~STB"]


def test_model_ambiguity_is_shown(library: Library) -> None:
    """Krook 2010: two parsimonious models fit equally well."""
    conditions = ["ES", "QU", "WS", "WM", "LP"]
    data = raw_data(library.qca["datasets"]["krook"])
    found = solve(truth_table(data, conditions, "WNP", consistency=1.0), conditions)
    assert len(found["parsimonious"].models) == 2


def test_truth_table_counts_every_case_once(fuzzy: pd.DataFrame) -> None:
    table = truth_table(fuzzy, LIPSET, "SURV")
    assert table["n"].sum() == 18 and len(table) == 32
    assert (table.loc[table["n"] == 0, "out"] == "?").all()
    assert table.loc[0b11111, "cases"] == "BE, CZ, NL, GB"


def test_a_case_at_one_half_is_in_no_configuration(fuzzy: pd.DataFrame) -> None:
    half = fuzzy.copy()
    half.loc["FI", "STB"] = 0.5
    assert truth_table(half, LIPSET, "SURV")["n"].sum() == 17


def test_memberships_must_be_known_and_in_range(fuzzy: pd.DataFrame) -> None:
    gap = fuzzy.copy()
    gap.loc["FI", "STB"] = np.nan
    with pytest.raises(ValueError, match="known"):
        truth_table(gap, LIPSET, "SURV")
    gap.loc["FI", "STB"] = 1.2
    with pytest.raises(ValueError, match="between 0 and 1"):
        truth_table(gap, LIPSET, "SURV")


def test_nothing_leads_to_the_outcome(fuzzy: pd.DataFrame) -> None:
    found = solve(truth_table(fuzzy, LIPSET, "SURV", consistency=0.999), LIPSET)
    assert all(s.models == () for s in found.values())
    assert fit_table(fuzzy, found["conservative"], "SURV").empty


def test_necessity_lists_presence_and_absence(fuzzy: pd.DataFrame) -> None:
    table = necessity_table(fuzzy, LIPSET, "SURV")
    assert len(table) == 10 and table["consistency"].is_monotonic_decreasing
    assert table["ron"].between(0, 1).all()


def test_robustness_varies_cut_anchor_and_case(raw: pd.DataFrame) -> None:
    table = robustness(raw, LIPSET, "SURV", base_consistency=0.8, anchors=ANCHORS)
    assert set(table["runs"]) == {4 * 3 * 19}
    assert table["found_share"].between(0, 1).all() and table["found_share"].max() < 1
    for varied, runs in (("by_consistency_share", 4), ("by_anchor_share", 3), ("by_case_share", 18)):
        found = table[varied] * runs
        assert found.to_numpy() == pytest.approx(found.round().to_numpy()), varied
    assert (table[["by_consistency_share", "by_anchor_share"]] > 0).all(axis=None)  # the base itself is one
    firm = table.set_index(["kind", "path"])["found_share"]
    assert firm["conservative", "DEV*URB*LIT*IND*STB"] > firm["conservative", "DEV*~URB*LIT*~IND*STB"]


@pytest.mark.parametrize(
    ("cases", "conditions", "few"), [(2, 5, True), (18, 5, False), (18, 6, True), (40, 6, False)]
)
def test_few_cases(cases: int, conditions: int, few: bool) -> None:
    assert few_cases(cases, conditions) is few
