"""Tables of net migration and of the censuses' breaks: known answers on three towns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.planning.known import Known
from dewak_research.planning.past import OwnRates
from dewak_research.planning.residuals import census_breaks, residual_table

AGS = ["05111000", "05154004", "05154008"]
YEARS = range(2011, 2023)
RATES = np.array([0.004, 0.001, -0.002])
START = np.array([100_000.0, 20_000.0, 50_000.0])


@pytest.fixture
def known() -> Known:
    """Towns that grow by fixed rates; the census finds 3 % fewer than carried on."""
    frame = pd.DataFrame(
        np.stack([START * np.exp(RATES * (y - 2011)) for y in YEARS], axis=1), index=AGS, columns=list(YEARS)
    )
    counted = 0.97 * frame[2021] * (frame[2022] / frame[2021]) ** 0.6
    return Known(frame, (2016, 2022), counted, counted * 1.01)


@pytest.fixture
def table(known: Known) -> pd.DataFrame:
    """Natural change of -0.3 % everywhere; own rates after the census."""
    natural = pd.DataFrame(-0.003, index=AGS, columns=list(range(2012, 2026)))
    own = OwnRates(RATES + 0.003, np.array([0.01, 0.02, 0.03]))
    return residual_table(known, natural, own).set_index(["ags", "year"])


def test_residuals_are_growth_less_natural_growth(table: pd.DataFrame) -> None:
    assert len(table) == 4 * 14
    assert table.loc[("05154004", 2017), "net_migration_pct"] == pytest.approx(0.4)
    assert table.loc[("05111000", 2013), "net_migration_pct"] == pytest.approx(0.7)
    people = START[1:] @ np.exp(RATES[1:] * 0), START[1:] @ np.exp(RATES[1:])
    of_kreis = 100 * (np.log(people[1] / people[0]) + 0.003)
    assert table.loc[("05154", 2012), "net_migration_pct"] == pytest.approx(of_kreis)
    assert 2 < table.loc[("05154", 2023), "net_migration_pct"] < 3


def test_the_table_says_what_is_exceptional_derived_and_across_a_census(table: pd.DataFrame) -> None:
    assert table.loc[("05154004", 2017), "derived"]  # 2016 is density times area
    assert not table.loc[("05154004", 2018), "derived"]
    flagged = table.xs("05111000")
    assert flagged.index[flagged["exceptional"]].tolist() == [2015, 2016, 2022]
    assert flagged.index[flagged["break_removed"]].tolist() == [2023, 2024, 2025]
    assert flagged.index[flagged["averaged"]].tolist() == [2023, 2024, 2025]


def test_breaks_are_census_over_the_count_carried_on(known: Known) -> None:
    panel = pd.DataFrame({"ags": ["05111", "05154"], "year": 2011, "population": [102_000.0, 70_000.0]})
    found = census_breaks(known, panel).set_index(["census", "ags"])
    assert found.loc[2022, "break_pct"].to_numpy() == pytest.approx(-3)
    assert found.loc[2022].index.tolist() == ["05111000", "05154", "05154004", "05154008"]
    assert found.loc[(2011, "05111"), "break_persons"] == pytest.approx(-2000)
    assert found.loc[(2011, "05154"), "break_pct"] == pytest.approx(0)
    assert found.loc[2022, "assumed"].all() and not found.loc[2011, "assumed"].any()
