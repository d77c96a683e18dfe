"""The census of 2011: in which year it breaks which series, and what it moves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.data.result import Result
from dewak_research.disparities.census import census_step, people, rebased
from dewak_research.disparities.census_effects import TREATMENTS
from disparities.conftest import row


def toy() -> pd.DataFrame:
    """Two Kreise, one corrected by −10 % in 2011, the other not; the column of inhabitants follows in 2012."""
    rows = []
    for ags, factor in (("05111", 0.9), ("05112", 1.0)):
        for year in range(2009, 2014):
            true = 1000.0 * 1.01 ** (year - 2009)
            old = true / factor
            density = (old if year < 2011 else true) / 10
            rows.append(
                (ags, year, old if year < 2012 else true, density, 50.0 / (old if year < 2011 else true))
            )
    return pd.DataFrame(rows, columns=["ags", "year", "population", "density_per_km2", "recipients_share"])


def test_the_step_is_the_correction_without_the_growth() -> None:
    step = census_step(toy())
    assert step.to_numpy() == pytest.approx([np.log(0.9), 0.0], abs=1e-12)


def test_people_stand_on_the_base_of_the_per_head_figures() -> None:
    frame = toy()
    counted = (people(frame) * frame["recipients_share"]).to_numpy()
    assert counted == pytest.approx(50.0)
    assert (frame["population"] * frame["recipients_share"]).max() > 55


def test_rebasing_keeps_the_amounts_and_removes_the_step() -> None:
    frame = toy()
    for name in ("kdu_eur_pc", "ln_kdu", "ln_recipients", "ln_gdp_pc", "ln_tax_capacity_lag"):
        frame[name] = 0.0
    frame["weight"] = people(frame)
    out = rebased(frame)
    assert (out["weight"] * out["recipients_share"]).to_numpy() == pytest.approx(50.0)
    growth = np.log(out["weight"]).groupby(out["ags"]).diff().dropna()
    assert growth.to_numpy() == pytest.approx(np.log(1.01))
    assert out.loc[out["year"] >= 2011, "census_step"].eq(0).all()


def test_per_head_figures_break_in_2011_and_inhabitants_in_2012(chapter: Result) -> None:
    table = chapter.tables["census_break"].assign(size=lambda d: d["slope"].abs())
    largest = table.loc[table.groupby("variable")["size"].idxmax()].set_index("variable")
    assert largest.loc["population", "year"] == 2012
    assert set(largest.drop("population")["year"]) == {2011}
    assert largest["size"].between(0.7, 1.7).all()


def test_no_series_up_to_2022_stands_on_the_census_of_2022(panel: pd.DataFrame) -> None:
    age = read_table("kreise_age")
    later = age[age["year"] == 2023].groupby("ags")["persons"].sum().astype(float)
    last = panel[panel["year"] == 2022].set_index("ags")["weight"]
    before = panel[panel["year"] == 2021].set_index("ags")["weight"]
    # the population fell by 0.9 million on paper in 2023, though more people came than left
    assert last.sum() > before.sum()
    assert last.sum() - later.sum() > 0.8e6
    # the movement into 2022 follows that of the year before, the one into 2023 does not
    assert np.log(last / before).std() < 0.5 * np.log(later / last).std()


def test_the_census_does_not_move_the_main_finding(chapter: Result) -> None:
    models = chapter.tables["census_models"].query("term == 'unemployment_pct'").set_index("treatment")
    assert list(models.index) == list(TREATMENTS)
    assert (models["low"] > 0).all()
    main = row(chapter, "ladder", model="two_way", term="unemployment_pct")["estimate"]
    assert models.loc["as_printed", "estimate"] == pytest.approx(main)
    assert (models["estimate"] / main - 1).abs().max() < 0.1
    step = row(chapter, "census_models", treatment="step_as_regressor", term="census_step")
    assert step["high"] < -1


def test_what_the_prose_says_of_people_and_need(chapter: Result) -> None:
    measures = chapter.tables["census_measures"].set_index(["measure", "treatment"])["value"]
    assert measures["lmdi_people", "rebased"] > measures["lmdi_people", "as_printed"]
    assert measures["lmdi_need", "rebased"] < measures["lmdi_need", "as_printed"]
    assert measures["cv_last", "rebased"] == pytest.approx(measures["cv_last", "as_printed"])
