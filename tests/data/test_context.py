"""The context frame holds the published figures, one row per unit, and invents none."""

import numpy as np
import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.data.context import FACTORS, factor_table, factors, kreis_context, town_context

NAMES = sorted({f.table for f in FACTORS} | {"towns"})


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return {name: read_table(name) for name in NAMES}


@pytest.fixture(scope="module")
def towns(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return town_context(tables)


def test_every_town_once_with_text_keys(towns: pd.DataFrame) -> None:
    assert len(towns) == 396
    assert towns["ags"].is_unique and towns["ags"].is_monotonic_increasing
    assert towns["ags"].str.fullmatch(r"05\d{6}").all()
    assert list(towns.columns) == ["ags", "kind", *factors("town")]
    assert (towns["kind"] == "kreisfreie_stadt").sum() == 22


def test_figures_are_those_of_the_source(tables: dict[str, pd.DataFrame], towns: pd.DataFrame) -> None:
    herten = towns.set_index("ags").loc["05562020"]
    census = tables["census"].set_index("ags").loc["05562020"]
    register = tables["towns"].set_index("ags").loc["05562020"]
    assert herten["rent_eur_m2"] == census["rent_eur_m2"]
    assert np.exp(herten["log_population"]) == pytest.approx(register["population_2021"])
    age = tables["town_age"].query("ags == '05562020'")
    share = 100 * age.loc[age["age"] == "75+", "persons"].sum() / age["persons"].sum()
    assert herten["age_75plus_pct"] == pytest.approx(share)


def test_changes_do_not_span_the_census_break(towns: pd.DataFrame) -> None:
    """Old extrapolation to Census 2011: NRW lost 1.7 % overnight; no factor compares across that day."""
    assert min(min(f.years) for f in FACTORS if "change" in f.name) == 2011
    assert towns["population_change_2011_2021_pct"].median() == pytest.approx(0.9, abs=1.0)


def test_unknown_stays_unknown(tables: dict[str, pd.DataFrame]) -> None:
    gap = dict(tables)
    tax = gap["tax_panel"]
    gap["tax_panel"] = tax[~((tax["ags"] == "05562020") & (tax["year"] == 2018))]
    assert np.isnan(town_context(gap).set_index("ags").loc["05562020", "log_tax_capacity_eur_pc"])


def test_31_kreise(tables: dict[str, pd.DataFrame]) -> None:
    kreise = kreis_context(tables)
    assert len(kreise) == 31 and set(kreise["kind"]) == {"kreis"}
    assert {"05334", "05954"} <= set(kreise["ags"])
    assert list(kreise.columns) == ["ags", "kind", *factors("kreis")]


def test_factor_table_names_source_and_year() -> None:
    table = factor_table()
    assert len(table) == len(FACTORS)
    assert table.notna().all(axis=None) and (table["years"].str.len() >= 4).all()
