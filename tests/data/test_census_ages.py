"""What the two age columns of the census 2022 are: towns weighted by population against the ages of the Kreise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.data.relations import census_age_means, check_relations, kreis_age_shares
from dewak_research.data.tables import table_names
from dewak_research.errors import InputError
from dewak_research.page.labels import label

UNDER_15 = ["0-2", "3-5", "6-9", "10-14"]
TOLERANCE = 1.0  #: percentage points; the two sources are 19 months apart


@pytest.fixture(scope="module")
def means() -> pd.DataFrame:
    return census_age_means(read_table("census"))


@pytest.fixture(scope="module")
def shares(means: pd.DataFrame) -> pd.DataFrame:
    return kreis_age_shares(read_table("kreise_age")).loc[means.index]


def test_the_columns_fit_every_kreis_under_16_and_from_67(means: pd.DataFrame, shares: pd.DataFrame) -> None:
    under_16 = shares[UNDER_15].sum(axis=1) + shares["15-17"] / 3
    from_67 = shares["75+"] + shares["65-74"] * 8 / 10
    assert len(means) == 53
    assert (means["age_under16_pct"] - under_16).abs().max() < TOLERANCE
    assert (means["age_67plus_pct"] - from_67).abs().max() < TOLERANCE


def test_the_former_labels_fit_no_kreis(means: pd.DataFrame, shares: pd.DataFrame) -> None:
    under_18, from_65 = shares[[*UNDER_15, "15-17"]].sum(axis=1), shares["65-74"] + shares["75+"]
    assert (under_18 - means["age_under16_pct"]).min() > TOLERANCE
    assert (from_65 - means["age_67plus_pct"]).min() > TOLERANCE
    panel = read_table("kreise_panel").query("year == 2022").set_index("ags")["age_65plus_pct"]
    assert (panel.reindex(means.index) - means["age_67plus_pct"]).min() > TOLERANCE


def test_ages_of_the_same_words_say_the_same_of_towns_and_their_kreis(
    tables: dict[str, pd.DataFrame],
) -> None:
    units = tables["units"].set_index("ags")
    wide = tables["unit_indicators"].pivot_table(index="ags", columns="indicator", values="value")
    ages = [str(name) for name in wide if str(name).startswith("age_")]
    of_kreis = {label(f"profile_{name}", "de"): name for name in ages if wide[name].notna()["05562"]}
    assert len(ages) == 3
    assert len(of_kreis) == 1
    for name in ages:
        other = of_kreis.get(label(f"profile_{name}", "de"))
        towns = wide[(units["kind"] == "kreisangehoerige_gemeinde").reindex(wide.index)][name].dropna()
        for kreis, own in towns.groupby(towns.index.str[:5]):
            mean = np.average(own, weights=units.loc[own.index, "population_2021"])
            assert other is None or mean == pytest.approx(wide.loc[kreis, other], abs=TOLERANCE)


def test_a_census_whose_ages_do_not_fit_is_refused() -> None:
    found = {name: read_table(name, correct=False) for name in table_names()}
    census = found["census"].assign(age_67plus_pct=found["census"]["age_67plus_pct"] + 5)
    with pytest.raises(InputError) as caught:
        check_relations({**found, "census": census})
    assert "05111" in caught.value.render("en")
    assert "67 and over" in caught.value.render("en")
