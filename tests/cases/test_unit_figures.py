"""Published unit figures: prices of one year, inputs that are what they say, and what stays outside the cash."""

import numpy as np
import pandas as pd
import pytest

from dewak_research.cases.cost import INPUTS, ITEMS, volunteer_values
from dewak_research.cases.library import Library
from dewak_research.cases.unit_figures import (
    base_year,
    figure_problems,
    figures_frame,
    published_value,
    used_frame,
)


@pytest.fixture(scope="module")
def figures(library: Library) -> pd.DataFrame:
    return figures_frame(library.unit_figures["figures"], library.prices)


def test_every_figure_has_a_source_and_both_languages(figures: pd.DataFrame) -> None:
    assert len(figures) >= 95 and figures["figure"].is_unique
    assert (figures[["text_de", "text_en", "title", "publisher"]] != "").all(axis=None)
    assert (figures["low"].fillna(-np.inf) <= figures["high"].fillna(np.inf)).all()


def test_amounts_are_carried_to_one_year_and_rates_of_law_are_not(
    library: Library, figures: pd.DataFrame
) -> None:
    table, level = figures.set_index("figure"), library.prices.set_index("year")["cpi_2020_100"]
    year = base_year(library.prices)
    expected = 135_000 * level[year] / level[2018]
    assert table.loc["mgh_cost_per_house", "carried"] == pytest.approx(expected, rel=1e-12)
    for rate in ("nrw_hour_value_grant", "tvoed_s12_step3_2025", "treff_area", "hall_cost_recovery"):
        assert table.loc[rate, "carried"] == table.loc[rate, "value"]
    assert np.isnan(table.loc["muenchen_treff_cost", "carried"])  # undated


def test_inputs_are_what_their_figures_give(library: Library, figures: pd.DataFrame) -> None:
    assert list(figure_problems(library)) == []
    used = used_frame(library, figures).set_index(["part", "input"])
    price = used.loc[("price", "fte_cost_eur")]
    assert price["published"] == pytest.approx(4465.71 * 12 * 1.28) and price["assumed_times"] == 1.28


def test_another_value_and_an_unknown_figure_are_told(library: Library) -> None:
    item = library.criteria["prices"]["fte_cost_eur"]
    before = dict(item)
    try:
        item["value"] = 70_000
        (problem,) = figure_problems(library)
        assert "68593" in problem.render("en") and problem.where.startswith("criteria.yaml:")
        item["figures"] = ["tvoed_s12_step3_2026"]
        (problem,) = figure_problems(library)
        assert "tvoed_s12_step3_2025" in problem.render("de")
    finally:
        item.clear()
        item.update(before)


def test_an_undated_amount_carries_nothing(figures: pd.DataFrame) -> None:
    carried = figures.set_index("figure")["carried"]
    assert np.isnan(published_value({"figures": ["muenchen_treff_cost", "treff_area"]}, carried))


def test_notional_hours_are_no_cash_and_enter_no_cost() -> None:
    worth = volunteer_values(1000, 13.9, 24, 0.21, 20, 15)
    assert worth["grant_eur"] == 15_000
    assert not {"grant_hour_eur", "own_wage_eur"} & {*INPUTS, *ITEMS}
