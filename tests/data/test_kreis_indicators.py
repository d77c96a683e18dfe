"""The figures of all 400 Kreise of Germany, held against the raw files, and their register."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from dewak_research.data.kreis_indicators import CITY_STATES, KREIS_INDICATORS
from dewak_research.language import LANGUAGES
from dewak_research.page.labels import label
from dewak_research.paths import RAW
from dewak_research.rules.dated import value as law

CATALOGUE = {indicator.key: indicator for indicator in KREIS_INDICATORS}


@pytest.fixture(scope="module")
def found(tables: dict[str, pd.DataFrame]) -> pd.Series:
    return tables["kreis_indicators"].set_index(["ags", "indicator", "year"])["value"]


def _raw(path: str, key: str, **wanted: str) -> list[dict[str, str]]:
    with (RAW / path).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if all(row[name] == v for name, v in wanted.items())]
    return sorted(rows, key=lambda row: row[key])


def test_the_register_holds_400_kreise_of_16_lands_and_tells_city_and_kreis_apart(
    tables: dict[str, pd.DataFrame],
) -> None:
    register = tables["kreis_register"].set_index("ags")
    assert register.index.is_unique and register.index.is_monotonic_increasing
    assert len(register) == 400 and register["land"].nunique() == 16
    assert register["kind"].value_counts().to_dict() == {"kreis": 294, "kreisfreie_stadt": 106}
    assert (
        register["name"].is_unique or register.loc[register["name"].duplicated(False), "name"].tolist() == []
    )
    names = {"06611": "Kassel", "06633": "Landkreis Kassel", "09162": "München", "09184": "Landkreis München",
             "14626": "Landkreis Görlitz", "01051": "Kreis Dithmarschen", "13003": "Rostock",
             "13072": "Landkreis Rostock", "03241": "Region Hannover", "05562": "Kreis Recklinghausen"}  # fmt: skip
    assert register["name"].reindex(names).to_dict() == names
    assert register.loc["09161", "kind"] == "kreisfreie_stadt" and register.loc["03241", "kind"] == "kreis"


def test_the_kreise_of_the_report_are_called_as_in_its_own_register(tables: dict[str, pd.DataFrame]) -> None:
    own = tables["units"].set_index("ags")
    register = tables["kreis_register"].query("land == '05'").set_index("unit")
    assert register["name"].to_dict() == own.loc[register.index, "name"].to_dict()
    assert register["kind"].to_dict() == own.loc[register.index, "kind"].to_dict()
    assert len(register) == (own["kind"] != "kreisangehoerige_gemeinde").sum() == 53


def test_values_are_those_of_the_raw_tables(found: pd.Series) -> None:
    panel = _raw("inkar/kreise_panel.csv", "year", ags="06633")
    for row in panel:
        for key in (
            "population",
            "unemployment_pct",
            "core_debt_eur_pc",
            "sgb2_rate_pct",
            "tax_capacity_eur_pc",
        ):
            known = found.get(("06633", key, int(row["year"])))
            assert (known is None) == (row[key] == ""), (key, row["year"])
            assert known is None or known == float(row[key])
    [atlas] = _raw("deutschlandatlas/kreise_atlas_2022.csv", "kreis", kreis="14626")
    assert found["14626", "minimum_security_pct", 2022] == float(atlas["minimum_security_2022_pct"])
    assert found["14626", "unemployment_pct", 2023] == float(atlas["unemployment_2023_pct"])
    assert found["14626", "care_residential_pct", 2021] == float(atlas["care_residential_2021_pct"])
    [work] = _raw("regionalstatistik/kreise_unemployment.csv", "ags", ags="14626")
    assert found["14626", "unemployment_pct", 2025] == float(work["unemployment_pct"])
    share = 100 * int(work["long_term_unemployed"]) / int(work["unemployed"])
    assert found["14626", "longterm_unemployed_pct", 2025] == pytest.approx(share)
    income = float(work["household_income_2021_eur_pc"])
    assert found["14626", "household_income_eur_pc_month", 2021] == pytest.approx(income / 12)
    [debt] = _raw("statistische_aemter/kreise_debt_2023.csv", "kreis", kreis="14626")
    assert found["14626", "core_debt_eur_pc", 2023] == float(debt["core_debt_eur_pc"])
    ages = _raw("regionalstatistik/kreise_age.csv", "age", ags="14626", year="2024")
    people = sum(int(row["persons"]) for row in ages)
    assert found["14626", "population", 2024] == people
    old = sum(int(row["persons"]) for row in ages if row["age"] in ("65-74", "75+"))
    assert found["14626", "age_65plus_pct", 2024] == pytest.approx(100 * old / people)
    [care] = _raw("inkar/kreise_panel.csv", "year", ags="14626", year="2021")
    assert found["14626", "care_dependency_per_100", 2021] == float(care["care_dependency_per_10k"])


def test_the_federal_share_is_that_of_the_land(found: pd.Series) -> None:
    assert found["14626", "kdu_federal_share_pct", 2024] == pytest.approx(72.4)
    shares = law("kdu_federal_share", "share", 2026).value
    assert found["09162", "kdu_federal_share_pct", 2026] == pytest.approx(100 * shares["09"])


def test_city_states_show_no_municipal_figure(found: pd.Series) -> None:
    keys = found.index.get_level_values("indicator")
    of_city_state = found.index.get_level_values("ags").str[:2].isin(CITY_STATES)
    municipal = [key for key, indicator in CATALOGUE.items() if indicator.municipal]
    assert municipal and not (of_city_state & keys.isin(municipal)).any()
    assert ("11000", "kdu_eur_pc", 2019) in found.index


def test_the_catalogue_says_the_years_and_every_name_is_known_in_both_languages(found: pd.Series) -> None:
    assert set(found.index.get_level_values("indicator")) == set(CATALOGUE)
    assert found.index.is_unique and found.notna().all()
    for key, indicator in CATALOGUE.items():
        years = found.xs(key, level="indicator").index.get_level_values("year")
        first, last = years.min(), years.max()
        assert indicator.years == (f"{first}–{last}" if first < last else f"{first}")
        for language in LANGUAGES:
            assert label(indicator.label_key, language) and label(f"kreis_theme_{indicator.theme}", language)
    newest = found.groupby("indicator").apply(
        lambda s: s[s.index.get_level_values("year").max() == s.index.get_level_values("year")].size
    )
    assert newest[[key for key, i in CATALOGUE.items() if not i.municipal]].min() == 400
    assert newest[[key for key, i in CATALOGUE.items() if i.municipal]].min() == 396


@pytest.mark.parametrize(
    ("key", "before", "after", "least"),
    [
        ("unemployment_pct", 2021, 2023, 0.97), ("unemployment_pct", 2023, 2025, 0.97),
        ("minimum_security_pct", 2021, 2022, 0.98), ("childcare_under3_pct", 2020, 2022, 0.97),
        ("childcare_3to6_pct", 2020, 2022, 0.8), ("longterm_unemployed_pct", 2022, 2025, 0.9),
        ("liquidity_credit_eur_pc", 2019, 2022, 0.96), ("liquidity_credit_eur_pc", 2022, 2023, 0.98),
        ("core_debt_eur_pc", 2019, 2023, 0.94), ("age_65plus_pct", 2022, 2023, 0.99), ("population", 2021, 2023, 0.99),
        ("household_income_eur_pc_month", 2019, 2021, 0.94),
    ],
)  # fmt: skip
def test_figures_of_another_table_continue_the_series(
    found: pd.Series, key: str, before: int, after: int, least: float
) -> None:
    both = pd.concat([found.xs((key, year), level=("indicator", "year")) for year in (before, after)], axis=1)
    assert both.dropna().shape[0] >= 396
    assert both.corr().iloc[0, 1] > least
    ratio = both.iloc[:, 1].mean() / both.iloc[:, 0].mean()
    assert 0.75 < ratio < 1.25  # liquidity credit: Saarland and others took over debt
