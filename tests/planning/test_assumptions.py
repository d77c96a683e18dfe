"""Assumptions: each moves the ages that it is about, in the direction that it should."""

from __future__ import annotations

import pandas as pd
import pytest

from dewak_research.data.result import Result
from dewak_research.page.labels import find_label
from dewak_research.planning.assumptions import AGES

pytestmark = pytest.mark.slow  # the stage is computed again for every assumption


@pytest.fixture
def effects(plan: Result) -> pd.DataFrame:
    return plan.tables["assumption_effects"]


def test_every_assumption_year_and_age_stands_once(effects: pd.DataFrame) -> None:
    assert len(effects) == 7 * 4 * (len(AGES) + 1)
    assert not effects.duplicated(["assumption", "year", "age"]).any()
    parts = effects[effects["age"] != "total"].groupby(["assumption", "year"])["persons"].sum()
    whole = effects[effects["age"] == "total"].set_index(["assumption", "year"])["persons"]
    assert parts.to_numpy() == pytest.approx(whole.reindex(parts.index).to_numpy())


def test_every_assumption_in_use_has_a_name_in_both_languages(effects: pd.DataFrame) -> None:
    for key in effects["assumption"].unique():
        text = find_label(f"assumption_{key}").text
        assert text.de and text.en and text.de != text.en


def test_directions(effects: pd.DataFrame) -> None:
    gap = effects.set_index(["assumption", "year", "age"])["difference_pct"]
    assert gap["mortality_constant", 2035, "80+"] < 0 < gap["mortality_falls_twice", 2035, "80+"]
    assert abs(gap["mortality_constant", 2035, "18-24"]) < 0.1
    assert gap["births_lower", 2035, "0-2"] == pytest.approx(-5, abs=0.1)
    assert gap["births_higher", 2035, "25-44"] == pytest.approx(0, abs=1e-9)
    assert gap["nobody_moves", 2040, "25-44"] < -5
    assert gap["migration_as_counted", 2040, "25-44"] > 0
    # a smaller break of the census leaves fewer people who came in 2023 and 2024
    assert -1.5 < gap["growth_of_2022_spread_evenly", 2035, "total"] < -0.1


def test_the_migration_that_was_counted_is_the_one_put_in(effects: pd.DataFrame) -> None:
    value = effects.set_index("assumption")["value"]
    assert value["migration_as_counted"].iloc[0] == 479_893 - 396_021
