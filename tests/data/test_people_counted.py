"""Inhabitants over all years: which count goes first, which census it stands on, what a Kreis is the sum of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.data.people_counted import census_of, people_counted

UNITS = pd.DataFrame(
    {
        "ags": ["05999004", "05999008", "05999"],
        "kind": ["kreisangehoerige_gemeinde"] * 2 + ["kreis"],
        "kreis": "05999",
    }
)
TOWNS = ["05999004", "05999008"]


def counted() -> pd.DataFrame:
    published = pd.DataFrame({"ags": TOWNS, "year": 2015, "population": [100.0, np.nan]})
    register = pd.DataFrame({"ags": TOWNS, "population_2021": [110, 50]})
    derived = pd.DataFrame(
        {
            "ags": np.repeat(TOWNS, 4),
            "year": [2004, 2015, 2016, 2021] * 2,
            "population_derived": [9, 101, 104, 111, 9, 49, 48, 51],
        }
    )
    today = pd.DataFrame({"ags": TOWNS, "year": 2025, "population": [120, 40]})
    return people_counted(published, register, derived, today, UNITS).set_index(["ags", "year"])


def test_a_published_count_goes_before_a_derived_one_and_a_kreis_is_the_sum() -> None:
    found = counted()
    assert found.loc["05999004", "population"].to_dict() == {
        2015: 100.0,
        2016: 104.0,
        2021: 110.0,
        2025: 120.0,
    }
    kreis = found.loc["05999"]
    assert kreis["population"].drop(2015).to_dict() == {2016: 152.0, 2021: 160.0, 2025: 160.0}
    assert np.isnan(kreis["population"][2015]), "one of its towns is missing"
    assert kreis["derived"].to_dict() == {2015: False, 2016: True, 2021: False, 2025: False}


def test_every_year_names_the_census_it_stands_on() -> None:
    assert counted().loc["05999", "census"].to_dict() == {2015: 2011, 2016: 2011, 2021: 2011, 2025: 2022}
    assert [census_of(year) for year in (2010, 2011, 2022, 2023)] == [1987, 2011, 2011, 2022]


def test_the_line_of_every_unit_ends_with_the_latest_count(tables: dict[str, pd.DataFrame]) -> None:
    found = tables["people_counted"]
    last = found.groupby("ags").tail(1).set_index("ags")
    today = read_table("town_population_today").set_index("ags")
    assert len(last) == 427
    assert (last.loc[today.index, "population"] == today["population"]).all()
    assert set(last["year"]) == set(today["year"])
    within = tables["units"].query("kreis == '05954' and kind != 'kreis'")["ags"]
    assert last.loc["05954", "population"] == pytest.approx(today.loc[within, "population"].sum())
