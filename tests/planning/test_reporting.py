"""Growth of a count that is better reporting."""

from __future__ import annotations

import pandas as pd
import pytest

from dewak_research.planning.reporting import integration_reporting


def test_growth_is_parted_into_people_and_better_reporting(planning_inputs: dict[str, pd.DataFrame]) -> None:
    """Counted 235,805 in 2020 and 260,750 in 2023, of them 62,465 and 82,200 minors; 3,600 and 1,300 were missing."""
    one = integration_reporting(planning_inputs["checkpoints"]).iloc[0]
    assert (one["first_year"], one["last_year"]) == (2020, 2023)
    assert (one["missing_first"], one["missing_last"], one["reported_growth"]) == (3_600, 1_300, 2_300)
    assert one["counted_growth"] == 24_945
    assert one["reported_share"] == pytest.approx(2_300 / 24_945) == pytest.approx(0.092, abs=0.001)
    assert one["minors_share"] == pytest.approx(3_600 / 19_735), "all missing in 2020 minors, none in 2023"
