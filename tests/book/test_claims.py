"""The bold sentences of the start page hold for the computed values; if one moves, its sentence is to be rewritten."""

from __future__ import annotations

from typing import Any

import pytest

from dewak_research.book.book import read_values
from dewak_research.page.results import open_results
from dewak_research.paths import PROCESSED

from .conftest import missing

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def values() -> dict[str, dict[str, Any]]:
    found = read_values(PROCESSED)
    if not {"ingest", "disparities", "stress", "cases"} <= set(found):
        missing("the stages have not run: run make report first")
    return found


def test_about_a_fifth_to_a_quarter(values: dict[str, dict[str, Any]]) -> None:
    shares = [values["disparities"][f"soc_transfer_share_all_{year}"] for year in (2009, 2010, 2011)]
    assert all(0.19 <= share <= 0.26 for share in shares)


def test_very_unequal_and_no_less_so_than_before(values: dict[str, dict[str, Any]]) -> None:
    found = values["disparities"]
    assert found["kdu_highest_to_lowest"] > 10
    assert found["kdu_gini_2019_high"] >= found["kdu_gini_2010"]


def test_it_is_the_number_of_people_not_the_price(values: dict[str, dict[str, Any]]) -> None:
    found = values["disparities"]
    assert found["variance_need_germany_2019"] > 0.75
    assert found["variance_need_germany_2019"] + found["variance_price_germany_2019"] == pytest.approx(
        1, abs=1e-6
    )


def test_many_budgets_would_not_have_withstood_a_slump(values: dict[str, dict[str, Any]]) -> None:
    found = values["stress"]
    assert found["grid_10_triggered_share"] > found["grid_0_triggered_share"]
    assert found["grid_10_triggered_share"] > 1 / 3


def test_no_model_is_clearly_best(values: dict[str, dict[str, Any]]) -> None:
    found = open_results("cases")["verdict"]
    assert len(found) == 2 and (found["first_share"] < 0.5).all()
