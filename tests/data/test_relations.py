import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.data.quality import corrected, correction_log
from dewak_research.data.relations import check_relations
from dewak_research.data.tables import table_names
from dewak_research.errors import InputError


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return {name: read_table(name, correct=False) for name in table_names()}


def test_the_official_tables_fit_each_other(tables: dict[str, pd.DataFrame]) -> None:
    check_relations(tables)


def test_every_misfit_is_named_at_once(tables: dict[str, pd.DataFrame]) -> None:
    age = tables["town_age"].copy()
    age.loc[0, "persons"] += 3
    gisd = tables["deprivation"].copy()
    gisd.loc[0, "ags"] = "05999000"
    suppressed = pd.DataFrame({"ags": ["05111000"], "year": [2009], "suppressed_cells": [1]})
    broken = {**tables, "town_age": age, "deprivation": gisd, "suppressed_payments": suppressed}
    with pytest.raises(InputError) as found:
        check_relations(broken)
    text = found.value.render("en")
    assert "05111000: +3" in text
    assert "unknown: 05999000" in text
    assert "both reported and suppressed: 05111000 2009" in text


def test_cells_that_cannot_be_right_become_missing_with_a_reason(tables: dict[str, pd.DataFrame]) -> None:
    log = correction_log(tables)
    assert len(log) == 18
    assert log["reason_de"].str.len().min() > 20
    panel = corrected("kreise_panel", tables["kreise_panel"]).set_index(["ags", "year"])
    assert pd.isna(panel.loc[("16066", 2010), "housing_benefit_eur_per_unit_month"])
    assert panel.loc[("16066", 2012), "housing_benefit_eur_per_unit_month"] > 100


def test_a_correction_that_finds_nothing_fails(tables: dict[str, pd.DataFrame]) -> None:
    mended = tables["unemployment"].assign(population_15_64=1.0)
    with pytest.raises(InputError, match="finds no wrong value any more"):
        corrected("unemployment", mended)
