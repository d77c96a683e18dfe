"""Need and access of six towns together, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.disparities.inequality import stratified_counts
from dewak_research.space.needs import between_kreise
from dewak_research.space.together import (
    Reach,
    access_agreement,
    correlations,
    drawn,
    looked_at_first,
    quadrant_counts,
    quadrant_table,
)

TOWNS = [f"050{i}000" for i in range(6)]
PEOPLE = np.ones(6)
NEED = {"deprivation": np.array([1.0, 2, 3, 4, 5, 6])}
MINUTES = Reach("primary", "minutes", {"published": -np.array([2.0, 3, 4, 9, 8, 1])}, PEOPLE)
SHARED = Reach(
    "primary",
    "per_1000",
    {"shown": np.array([9.0, 8, 7, 1, 2, 3]), "other": np.array([9.0, 8, 2, 1, 7, 3])},
    PEOPLE,
)


def test_minutes_are_read_as_they_are_published_and_count_as_less_is_better() -> None:
    assert MINUTES.published.tolist() == [2, 3, 4, 9, 8, 1]
    found = correlations(NEED, [MINUTES], np.array([1.0, 5, 2, 6, 3, 4]), np.ones((3, 6)))
    rank_minutes = np.array([2, 3, 4, 6, 5, 1.0])
    assert found["rho"].iloc[0] == pytest.approx(-np.corrcoef(np.arange(6.0), rank_minutes)[0, 1])


def test_quadrants_and_under_how_many_versions_they_stay() -> None:
    table = quadrant_table(NEED, [MINUTES, SHARED], TOWNS)
    minutes, shared = (table[table["measure"] == name] for name in ("minutes", "per_1000"))
    assert minutes["quadrant"].str.startswith("needs_much").tolist() == [False] * 3 + [True] * 3
    assert minutes["quadrant"].str.endswith("reaches_little").tolist() == [
        False,
        False,
        True,
        True,
        True,
        False,
    ]
    assert minutes["same_share"].isna().all()
    assert shared["quadrant"].str.endswith("reaches_little").tolist() == [False] * 3 + [True] * 3
    # of the one other reach: the version that is shown does not count for itself
    assert shared["same_share"].tolist() == [1.0, 1.0, 0.0, 1.0, 0.0, 1.0]


def test_counts_hold_all_four_quadrants_and_everybody_once() -> None:
    counts = quadrant_counts(quadrant_table(NEED, [MINUTES, SHARED], TOWNS))
    assert len(counts) == 8
    assert counts.groupby("measure")["towns"].sum().tolist() == [6, 6]
    assert counts.groupby("measure")["people_share"].sum().tolist() == pytest.approx([1.0, 1.0])
    worst = counts[counts["quadrant"] == "needs_much_reaches_little"].set_index("measure")
    assert worst["towns"].tolist() == [2, 3]
    assert worst.loc["per_1000", "steady_towns"] == 2 and np.isnan(worst.loc["minutes", "steady_towns"])


def test_first_looked_at_is_who_stands_there_by_every_measure() -> None:
    table = quadrant_table(NEED, [MINUTES, SHARED], TOWNS)
    towns = pd.DataFrame({"ags": TOWNS, "name": list("abcdef")})
    found = looked_at_first(table, towns, NEED, [MINUTES, SHARED])
    # the fifth town moves under another reach, the sixth drives one minute only
    assert found["name"].tolist() == ["d"]
    assert found[["need_value", "minutes", "per_1000"]].iloc[0].tolist() == [4.0, 9.0, 1.0]


def test_agreement_counts_the_side_of_the_middle() -> None:
    found = access_agreement(quadrant_table(NEED, [MINUTES, SHARED], TOWNS)).iloc[0]
    assert (found["towns"], found["same_towns"]) == (6, 4)
    assert found["same_reach_share"] == pytest.approx(4.0 / 6.0)
    # both put three of six towns on either side: half would agree without any relation
    assert found["chance_towns"] == pytest.approx(3.0)


def test_chance_counts_how_many_stand_on_each_side_and_not_always_half() -> None:
    people = np.array(
        [5.0, 1, 1, 1, 1, 1]
    )  # the first town alone is half of the people: one is little, five are much
    minutes = Reach("primary", "minutes", {"published": np.array([0.0, 1, 2, 3, 4, 5])}, people)
    shared = Reach("primary", "per_1000", {"a": np.array([0.0, 5, 4, 3, 2, 1])}, people)
    found = access_agreement(quadrant_table(NEED, [minutes, shared], TOWNS)).iloc[0]
    assert found["same_towns"] == 6
    assert found["chance_towns"] == pytest.approx(6 * (1 / 36 + 25 / 36))


def test_towns_of_a_kreis_are_drawn_together_and_as_many_kreise_as_there_are() -> None:
    counts = drawn(["05954", "05111", "05954", "05112"], 400, 1)
    assert (counts[:, 0] == counts[:, 2]).all()
    assert (counts[:, [0, 1, 3]].sum(axis=1) == 3).all()
    assert counts[:, 1].mean() == pytest.approx(1.0, abs=0.1) and len(np.unique(counts[:, 1])) > 2


def test_the_interval_knows_that_towns_of_a_kreis_are_alike() -> None:
    # ten Kreise of eight towns with one need and one access each: ten observations, not eighty
    kreise = np.repeat([f"05{i:03d}" for i in range(10)], 8)
    rng = np.random.default_rng(2)
    need = {"deprivation": np.repeat(rng.normal(size=10), 8)}
    reach = Reach("primary", "minutes", {"published": np.repeat(rng.normal(size=10), 8)}, np.ones(80))
    density = rng.normal(size=80)

    def width(counts: np.ndarray) -> float:
        found = correlations(need, [reach], density, counts).iloc[0]
        return float(found["high"] - found["low"])

    alone = np.asarray(stratified_counts(list(kreise), 300, 5))
    assert width(alone) < 0.02 < 0.5 < width(drawn(list(kreise), 300, 5))


def test_what_differs_within_a_kreis_and_between() -> None:
    needs = {
        "within": np.array([1.0, 3, 1, 3]),
        "between": np.array([1.0, 1, 3, 3]),
        "half": np.array([0.0, 2, 2, 4]),
    }
    found = between_kreise(needs, ["a", "a", "b", "b"]).set_index("need")["between_share"]
    assert found["within"] == 0.0 and found["between"] == 1.0
    assert found["half"] == pytest.approx(1.0 / 2.0)


def test_density_is_taken_out_as_residuals_would() -> None:
    rng = np.random.default_rng(4)
    density = rng.permutation(6).astype(float)
    found = correlations(NEED, [MINUTES], density, np.ones((3, 6))).iloc[0]
    line = np.column_stack([np.ones(6), density])
    left = [
        y - line @ np.linalg.lstsq(line, y, rcond=None)[0]
        for y in (np.arange(6.0), -np.array([1.0, 2, 3, 5, 4, 0]))
    ]
    assert found["given"] == pytest.approx(np.corrcoef(*left)[0, 1])
    assert found["given_low"] == pytest.approx(found["given"])
