import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.data.register import (
    build_units,
    landschaftsverband,
    population_of_units,
    resolve,
    size_class,
    tidy_kreis_name,
)


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    return build_units(
        read_table("towns"),
        read_table("kreise"),
        read_table("town_population"),
        read_table("booked_payments"),
        read_table("balance_sheets"),
    )


def test_the_register_holds_396_towns_and_31_kreise(units: pd.DataFrame) -> None:
    assert units["kind"].value_counts().to_dict() == {
        "kreisangehoerige_gemeinde": 374,
        "kreis": 31,
        "kreisfreie_stadt": 22,
    }
    assert units["ags"].is_unique
    assert units["ags"].is_monotonic_increasing
    assert units["kreis"].nunique() == 53
    assert units["reported_any"].sum() == 405


def test_a_kreis_is_the_sum_of_its_towns(units: pd.DataFrame) -> None:
    kreis = units.set_index("ags").loc["05954"]
    towns = units[(units["kreis"] == "05954") & (units["kind"] != "kreis")]
    assert len(towns) == 9
    assert kreis["population"] == towns["population"].sum()
    assert kreis["area_km2"] == pytest.approx(towns["area_km2"].sum())
    assert towns["longitude"].min() < kreis["longitude"] < towns["longitude"].max()
    assert pd.isna(kreis["size_class"])


def test_every_unit_has_a_name_and_a_landschaftsverband(units: pd.DataFrame) -> None:
    assert units["name"].notna().all()
    people = units[units["kind"] != "kreis"].groupby("landschaftsverband")["population"].sum()
    assert people["LVR"] == pytest.approx(9.57e6, rel=0.01)
    assert people["LWL"] == pytest.approx(8.31e6, rel=0.01)


def test_every_unit_is_found_by_its_key_and_by_its_name(units: pd.DataFrame) -> None:
    for row in units.itertuples():
        assert resolve(row.ags, units) == row.ags
        assert resolve(row.name, units) == row.ags


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        ("Recklinghausen", "Kreis Recklinghausen"),
        ("Ennepe-Ruhr-Kreis", "Ennepe-Ruhr-Kreis"),
        ("Rhein-Kreis Neuss", "Rhein-Kreis Neuss"),
        ("Städteregion Aachen", "Städteregion Aachen"),
        ("Hagen, Stadt der FernUniversität", "Hagen"),
        ("Märkischer Kreis", "Märkischer Kreis"),
    ],
)
def test_names_are_tidied(raw: str, tidy: str) -> None:
    assert tidy_kreis_name(raw) == tidy


@pytest.mark.parametrize(
    ("ags", "body"),
    [("05111000", "LVR"), ("05334", "LVR"), ("05562020", "LWL"), ("05754", "LWL"), ("05954", "LWL")],
)
def test_landschaftsverband_follows_the_regierungsbezirk(ags: str, body: str) -> None:
    assert landschaftsverband(ags) == body


def test_size_classes_are_closed_below() -> None:
    classes = size_class(pd.Series([9_999, 10_000, 24_999, 25_000, 59_999, 60_000, None]))
    assert classes.iloc[:6].tolist() == [
        "under_10k",
        "10k_25k",
        "10k_25k",
        "25k_60k",
        "25k_60k",
        "over_60k",
    ]
    assert pd.isna(classes.iloc[6])


def test_a_kreis_with_a_missing_town_has_no_population(units: pd.DataFrame) -> None:
    people = population_of_units(read_table("town_population"), units).set_index(["ags", "year"])[
        "population"
    ]
    assert pd.isna(people.loc[("05334", 2008)])
    assert people.loc[("05334", 2009)] > 500_000
