"""Rank correlation with intervals, and what the disagreement with driving times goes with."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from dewak_research.disparities.inequality import stratified_counts
from dewak_research.space.driving import drive_differences, drive_reasons, drive_table, rank_correlation


def test_the_interval_is_that_of_resampled_units() -> None:
    rng = np.random.default_rng(7)
    one, other = rng.normal(size=40), rng.integers(0, 9, 40).astype(float)
    counts = stratified_counts(["a"] * 25 + ["b"] * 15, 200, 3)
    drawn = [
        spearmanr(np.repeat(one, times), np.repeat(other, times)).statistic for times in counts.astype(int)
    ]
    rho, low, high = rank_correlation(one, other, counts)
    assert rho == pytest.approx(spearmanr(one, other).statistic)
    assert [low, high] == pytest.approx(list(np.quantile(drawn, [0.025, 0.975])))


def _towns() -> tuple[pd.DataFrame, pd.DataFrame, dict[str, np.ndarray]]:
    """Twelve towns whose points all lie near a school; the larger the town, the longer people drive."""
    area = np.arange(1.0, 13.0) * 10
    access = pd.DataFrame(
        {
            "ags": [f"050{i:02d}000" for i in range(12)],
            "kind": "primary",
            "nearest_km": np.linspace(1.2, 0.1, 12),
            "own_schools": 1.0,
        }
    )
    towns = pd.DataFrame({"name": list("abcdefghijkl"), "area_km2": area, "population": 1000.0})
    return access, towns, {"primary": area / 10, "supermarket": area}


def test_large_towns_look_nearer_than_they_are_driven() -> None:
    access, towns, drives = _towns()
    found = drive_reasons(access, drives, towns, np.ones((5, 12))).set_index("trait")
    assert found.loc["area_km2", "rho"] == pytest.approx(1.0)
    assert found.loc["people_per_km2", "rho"] == pytest.approx(-1.0)
    assert set(found["kind"]) == {"primary"}


def test_the_towns_that_disagree_most_stand_first_in_both_directions() -> None:
    access, towns, drives = _towns()
    found = drive_differences(access, drives, towns)
    assert found["name"].tolist() == [*"lkjih", *"abcde"]
    assert found["looks"].tolist() == ["nearer"] * 5 + ["further"] * 5
    assert found["rank_gap"].iloc[0] == pytest.approx((12 - 1) / 12)


def test_fifths_of_drives_count_the_people_they_are_for() -> None:
    towns = list("abcde")
    drives = {
        "primary": np.array([5.0, 1.0, 2.0, 3.0, 4.0]),
        "supermarket": np.array([5.0, 1.0, 2.0, 3.0, 4.0]),
    }
    people = {"primary": np.ones(5), "supermarket": np.array([6.0, 1.0, 1.0, 1.0, 1.0])}
    found = drive_table(drives, people, towns).set_index(["kind", "ags"])
    assert found.loc["primary", "fifth"].to_dict() == {"a": 5, "b": 1, "c": 2, "d": 3, "e": 4}
    assert found.loc[("supermarket", "e"), "fifth"] == 2, (
        "35 of 100 people drive no longer than the middle of e"
    )
    assert found.loc[("primary", "a"), "minutes"] == 5.0
