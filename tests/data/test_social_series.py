"""Social spending and its recipients since 2014 fit each other and older tables: one overlap each."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.data.catalogue import table


def _by_year(name: str) -> pd.DataFrame:
    return read_table(name).set_index("year")


def _points(area: str, series: str, item: str) -> pd.Series:
    rows = read_table("checkpoints").query("area == @area and series == @series and item == @item")
    return rows.set_index("year")["value"]


def test_youth_welfare_adds_up_and_grew_as_published() -> None:
    spent = _by_year("youth_welfare")
    parts = spent["facilities_keur"] + spent["individual_and_group_keur"]
    assert (parts - spent["gross_keur"]).abs().max() <= 1
    assert (spent["gross_keur"] - spent["income_keur"] - spent["net_keur"]).abs().max() <= 1
    growth = spent.loc[2024] / spent.loc[2015] - 1
    assert growth[["gross_keur", "net_keur"]].tolist() == pytest.approx([0.976, 0.992], abs=0.001)


def test_youth_welfare_of_the_land_is_a_part_of_that_of_germany() -> None:
    # Germany counts social benefits of core budgets only: without day care, staff and grants
    germany = _points("DE", "municipal_core_budgets", "youth_welfare")[2024]
    individual = _by_year("youth_welfare").loc[2024, "individual_and_group_keur"]
    assert 0.2 < individual / germany < 0.5


def test_chapters_of_social_assistance_add_up() -> None:
    spent = _by_year("social_assistance")
    chapters = ["subsistence_keur", "health_keur", "integration_keur", "care_keur", "special_keur"]
    rest = spent["without_basic_security_keur"] - spent[chapters].sum(axis=1)
    assert rest.abs().max() <= 1
    both = spent["basic_security_keur"] + spent["without_basic_security_keur"]
    assert (both - spent["net_spending_keur"]).abs().max() <= 1
    assert spent["integration_keur"].isna().tolist() == [year >= 2020 for year in spent.index]


def test_net_help_for_care_is_below_its_gross_spending() -> None:
    gross = _points("05", "help_for_care_sgb12", "gross_spending")[2024]
    assert 0.9 < _by_year("social_assistance").loc[2024, "care_keur"] / gross < 1


def test_integration_help_goes_on_in_another_law() -> None:
    spent = _by_year("social_assistance")["integration_keur"]
    net, gross, income = (
        _points("05", "integration_sgb9", item) for item in ("net_spending", "gross_spending", "income")
    )
    assert (gross - income - net).abs().max() <= 1
    assert 1.0 < net[2022] / spent[2019] < 1.3
    assert net[[2022, 2024]].tolist() == pytest.approx([5.8e6, 7.2e6], rel=0.01)


def test_kinds_of_integration_help_are_parts_of_the_whole_and_grow_as_the_office_says() -> None:
    gross, education, curative = (
        _points("05", "integration_sgb9", item)
        for item in ("gross_spending", "education_participation", "curative_education")
    )
    assert ((education + curative) / gross).between(0.15, 0.18).all()
    assert education[2024] / education[2023] - 1 == pytest.approx(0.194, abs=0.0005)


def test_recipients_of_minimum_security_are_those_of_the_kreise() -> None:
    land = _by_year("minimum_security")
    kinds = land.drop(columns="total").sum(axis=1)
    assert (kinds - land["total"]).abs().max() == 0
    panel = read_table("kreise_panel")
    nrw = panel[panel["ags"].str.startswith("05") & panel["year"].between(2014, 2021)]
    persons = (nrw["minimum_security_pct"] / 100 * nrw["population"]).groupby(nrw["year"]).sum()
    assert (persons / land["total"].reindex(persons.index) - 1).abs().max() < 0.006
    asylum = (nrw["asylum_benefit_recipients_per_1k"] / 1000 * nrw["population"]).groupby(nrw["year"]).sum()
    assert (asylum / land["asylum"].reindex(asylum.index) - 1).abs().max() < 0.1


def test_atlas_of_the_kreise_fits_the_years_around_it() -> None:
    atlas, panel = read_table("kreise_atlas_2022").set_index("kreis"), read_table("kreise_panel")
    assert set(atlas.index) == set(panel["ags"])
    by_year = {year: panel[panel["year"] == year].set_index("ags") for year in (2019, 2021, 2022)}
    later = read_table("kreise_debt_2023").set_index("kreis")["liquidity_credit_eur_pc"]
    for known, here, least in (
        (by_year[2019]["liquidity_credit_eur_pc"], "liquidity_credit_2022_eur_pc", 0.97),
        (later, "liquidity_credit_2022_eur_pc", 0.98),
        (by_year[2022]["old_age_basic_security_pct"], "old_age_basic_security_2022_pct", 0.999),
        (by_year[2021]["minimum_security_pct"], "minimum_security_2022_pct", 0.99),
    ):
        pair = pd.concat([known, atlas[here]], axis=1).dropna()
        assert len(pair) > 390
        assert np.corrcoef(pair.to_numpy().T)[0, 1] > least


def test_the_column_that_is_not_open_is_left_out() -> None:
    assert not [name for name in table("kreise_atlas_2022").fields if "debted" in name]
    assert not [name for name in read_table("kreise_atlas_2022") if "debted" in name]


def test_checkpoints_meet_the_tables_they_are_to_check() -> None:
    age = read_table("kreise_age")
    persons = age.loc[(age["year"] == 2024) & age["ags"].str.startswith("05"), "persons"].sum()
    assert _points("05", "population", "total")[2024] == persons
    # the share of social spending quoted for 2024: 84.5 of 362.7 billion euros
    spent = _points("DE", "municipal_core_budgets", "social_benefits")[2024]
    assert spent / _points("DE", "municipal_core_budgets", "adjusted_spending")[2024] == pytest.approx(
        0.233, abs=5e-4
    )
    debt = _points("05", "core_debt", "total")[2024]
    assert 1.0 < debt / _by_year("land_debt").loc[2023, "total_keur"] < 1.2


def test_checkpoints_are_single_values() -> None:
    points = read_table("checkpoints")
    assert not points.duplicated(["area", "series", "item", "year"]).any()
    assert not table("checkpoints").licence.verified


def test_the_office_says_how_many_recipients_of_integration_help_were_not_reported() -> None:
    """Footnote of the table: about 3,600 in 2020, 3,300 in 2021, 1,000 in 2022, 1,300 in 2023."""
    missing = _points("05", "integration_sgb9", "recipients_not_reported")
    assert missing.to_dict() == {2020: 3_600, 2021: 3_300, 2022: 1_000, 2023: 1_300}
    counted = _points("05", "integration_sgb9", "recipients_total")
    assert (missing / counted).max() < 0.02
