"""One number per thing: what chapter 30 says of a budget is what chapters 20 and 50 and the profiles say of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from dewak_research.cases.cost import EUROS_OF
from dewak_research.cases.library import Library
from dewak_research.cases.resilience import budget_prices
from dewak_research.cases.unit_figures import base_year
from dewak_research.config import StressParams
from dewak_research.data.result import Result
from dewak_research.stress.distribution import count_hits, probability_table
from dewak_research.stress.one_unit import unit_shocks
from dewak_research.stress.run import Run, prepare
from dewak_research.stress.what_if import with_interest

from .conftest import DRAWN, SEED

Inputs = Mapping[str, pd.DataFrame]
UNITS = ("05954", "05954024", "05562020", "05370032")
"""A Kreis close to a threshold, a town over one, the town of a case, a town whose light the prices change."""


@pytest.fixture(scope="module")
def run(inputs: Inputs) -> Run:
    return prepare(inputs, DRAWN, SEED)


def then(library: Library) -> float:
    level = library.prices.set_index("year")["cpi_2020_100"]
    return float(level[2009] / level[2024])


def test_models_are_priced_in_the_last_year_whose_prices_are_known(library: Library) -> None:
    assert base_year(library.prices) == EUROS_OF, "unit figures are carried to this year"
    found = budget_prices(StressParams().budget_year, library.prices)
    assert (found.euros_of, found.prices_of) == (2024, 2009)
    assert found.price_factor == then(library) == pytest.approx(0.731, abs=0.001)


def test_headroom_of_the_old_budget_is_said_in_the_euros_of_the_cost(
    result: Result, run: Run, library: Library
) -> None:
    """Set against each other at the prices of one year: a tenth of the room in 2009 is not a tenth of it in 2024."""
    table = result.tables["transfer"].query("case == 'herten'").set_index("ags")
    cost = result.tables["verdict"].set_index("case").loc["herten", "winner_cost_eur"]
    for ags in UNITS:
        room = unit_shocks(run, ags).bearable_loss_eur()[0]
        row = table.loc[ags]
        assert row["headroom_eur"] == pytest.approx(room / then(library), rel=1e-3), ags
        if room > 0:
            assert row["cost_share"] == pytest.approx(cost * then(library) / room, rel=1e-3), ags
    waldfeucht = table.loc["05370032"]
    assert waldfeucht["feasibility_reason"] == "bears" and waldfeucht["cost_share"] < 0.10
    assert waldfeucht["cost_share"] / then(library) > 0.10, "undeflated it would be tight"


def test_the_probability_is_that_of_the_stress_test_and_of_the_plan(
    result: Result, run: Run, library: Library
) -> None:
    """Same draws, weighted by the crisis frequency; a yearly amount in the prices of the budget, with its interest."""
    effect = result.tables["resilience"].set_index(["ags", "variant"])
    common = run.shocks()
    places = np.array([run.ags.index(ags) for ags in UNITS])
    hits = run.simulate(common, lambda paths: count_hits(paths, common.crisis_years), units=places)
    chapter = probability_table(hits, run.ags, run.has_balance, DRAWN.budget_year)
    for ags in UNITS:
        last = chapter.query("ags == @ags and trigger == 'any'")["probability"].iloc[-1]
        unit = unit_shocks(run, ags)
        for variant in ("herten", "relief"):
            row = effect.loc[(ags, variant)]
            assert row["probability_without"] == unit.probability() == last, ags
            path = with_interest(np.full(unit.book.years, then(library) * row["change_eur"]), 0.03)
            assert row["probability_with"] == unit.probability(path), (ags, variant)
    kreis = effect.loc[("05954", "herten"), "probability_without"]
    counted_alike = unit_shocks(run, "05954").walk().triggers.any_year.any(axis=0).mean()
    assert kreis != counted_alike, "the weights matter here"


def test_the_prices_stand_beside_the_amounts(result: Result, library: Library) -> None:
    row = result.tables["budget_prices"].iloc[0]
    assert row.to_dict() == {"euros_of": 2024, "prices_of": 2009, "price_factor": then(library)}
