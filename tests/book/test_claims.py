"""The bold sentences of the start page hold for the computed values; if one moves, its sentence is to be rewritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from dewak_research.page.results import Cells, every_stage, open_results

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def cells(stages_run: Path) -> dict[str, Cells]:
    return every_stage(stages_run)


@pytest.fixture(scope="module")
def disparities(cells: dict[str, Cells]) -> Cells:
    return cells["disparities"]


def test_about_a_fifth_to_a_quarter(disparities: Cells) -> None:
    for year in (2009, 2010, 2011):
        headline = {"definition": "soc_transfer_share", "kind": "all", "year": year}
        assert 0.19 <= disparities.definition_shares(**headline).value_share <= 0.26


def test_very_unequal_and_no_less_so_than_before(disparities: Cells) -> None:
    assert disparities.kdu_range().highest_to_lowest > 10
    gini = {"measure": "gini", "sample": "all", "weighting": "units"}
    before, after = (disparities.inequality_path(year=year, **gini) for year in (2010, 2019))
    assert after.high >= before.value


def test_it_is_the_number_of_people_not_the_price(disparities: Cells) -> None:
    need, price = (
        disparities.variance_shares(factor=factor, scope="germany", year=2019).share
        for factor in ("need", "price")
    )
    assert need > 0.75
    assert need + price == pytest.approx(1, abs=1e-6)


def test_many_budgets_would_not_have_withstood_a_slump(cells: dict[str, Cells]) -> None:
    stress = cells["stress"]
    slump = stress.grid_counts(revenue_fall_share=0.1, interest_rise_pp=3).triggered_share
    assert slump > stress.grid_counts(revenue_fall_share=0, interest_rise_pp=0).triggered_share
    assert slump > 1 / 3


def test_no_model_is_clearly_best(stages_run: Path) -> None:
    found = open_results("cases", stages_run)["verdict"]
    assert len(found) == 2 and (found["first_share"] < 0.5).all()


def test_those_who_need_much_do_not_drive_further_and_the_answer_hangs_on_the_measure(
    cells: dict[str, Cells],
) -> None:
    space = cells["space"]
    found = space.need_access(need="deprivation", kind="lower_secondary", measure="minutes")
    assert found.low < 0 < found.high and abs(found.rho) < 0.1
    both = space.access_agreement(kind="lower_secondary")
    assert both.same_towns < 0.6 * both.towns
