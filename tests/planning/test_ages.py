"""Groups of age: every age in exactly one, and groups add up to the published ones."""

from __future__ import annotations

import numpy as np
import pytest

from dewak_research.planning.ages import AGES, GROUPS, bounds, membership

OF_KREISE = [
    "0-2",
    "3-5",
    "6-9",
    "10-14",
    "15-17",
    "18-19",
    "20-24",
    "25-29",
    "30-34",
    "35-39",
    "40-44",
    "45-49",
    "50-54",
    "55-59",
    "60-64",
    "65-74",
    "75+",
]
OF_CARE = ["0-64", "65-69", "70-74", "75-79", "80-84", "85-89", "90-94", "95+"]


def test_every_age_lies_in_exactly_one_group() -> None:
    assert (membership().sum(axis=1) == 1).all()
    assert membership().sum() == len(AGES)


@pytest.mark.parametrize("published", [OF_KREISE, OF_CARE], ids=["kreise", "care"])
def test_published_groups_are_sums_of_the_groups_of_planning(published: list[str]) -> None:
    fine, coarse = membership(), membership(published)
    within = fine.T @ coarse
    assert ((within > 0).sum(axis=1) == 1).all()
    persons = np.arange(len(AGES), dtype=float)
    assert np.allclose((persons @ fine) @ (within > 0), persons @ coarse)


def test_ends_of_a_group() -> None:
    assert bounds("0-2") == (0, 2)
    assert bounds("95+") == (95, 100)
    assert bounds("7") == (7, 7)
    assert len(GROUPS) == 22


@pytest.mark.parametrize("wrong", ["9-3", "101+", "-4", "ab"])
def test_what_is_no_group_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"group|invalid"):
        bounds(wrong)
