"""Regional reforms and changes of key: the panel of Kreise stands on the boundaries of the end of 2021 throughout."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.disparities.panel import implausible

#: New Kreis and the former ones that it took up, with the year in which it began.
MERGED = {
    "03159": (2016, ("03152", "03156")),  # Göttingen and Osterode am Harz
    "16063": (2021, ("16056",)),  # Eisenach into the Wartburgkreis
    "13071": (2011, ("13002", "13052", "13055", "13056")),  # Mecklenburgische Seenplatte
    "13072": (2011, ("13051", "13053")),  # Landkreis Rostock
    "13073": (2011, ("13005", "13057", "13061")),  # Vorpommern-Rügen
    "13074": (2011, ("13006", "13058")),  # Nordwestmecklenburg
    "13075": (2011, ("13001", "13059", "13062")),  # Vorpommern-Greifswald
    "13076": (2011, ("13054", "13060")),  # Ludwigslust-Parchim
    "05334": (2009, ("05313", "05354")),  # Städteregion Aachen
}
LARGEST_STEP = 0.12


@pytest.mark.parametrize("key", list(MERGED))
def test_a_merged_kreis_is_there_in_every_year_and_its_parts_in_none(panel: pd.DataFrame, key: str) -> None:
    years = sorted(panel["year"].unique())
    assert panel.loc[panel["ags"] == key, "year"].tolist() == years
    assert not panel["ags"].isin(MERGED[key][1]).any()


def test_there_are_four_hundred_kreise_in_every_year(panel: pd.DataFrame) -> None:
    assert panel.groupby("year")["ags"].nunique().eq(400).all()
    assert not panel.duplicated(["ags", "year"]).any()
    assert panel["ags"].str.fullmatch(r"\d{5}").all()


@pytest.mark.parametrize("key", list(MERGED))
def test_a_reform_makes_no_step(panel: pd.DataFrame, key: str) -> None:
    """People before the reform are those of the later Kreis."""
    path = panel[panel["ags"] == key].set_index("year")["population"].dropna()
    assert np.log(path).diff().abs().max() < LARGEST_STEP


def test_the_towns_of_a_reform_carry_its_later_people(panel: pd.DataFrame) -> None:
    people = panel.set_index(["ags", "year"])["population"]
    assert people[("03159", 2015)] == pytest.approx(people[("03159", 2017)], rel=0.03)
    assert people[("03159", 2015)] > 300_000  # Göttingen alone had about 250,000
    assert people[("16063", 2020)] > 155_000  # the Wartburgkreis without Eisenach about 118,000


def test_no_kreis_changes_its_share_of_a_land_by_a_reform(panel: pd.DataFrame) -> None:
    """A key that meant another area in some year would move in one step what is slow everywhere else."""
    whole = panel.groupby(["land", "year"])["population"].transform("sum")
    share = np.log(panel["population"] / whole)
    step = share.groupby(panel["ags"]).diff().abs()
    assert step.max() < LARGEST_STEP, panel.loc[step.idxmax(), ["ags", "name", "year"]].tolist()


def test_people_of_another_area_are_found_and_replaced(
    panel: pd.DataFrame, tables: dict[str, pd.DataFrame]
) -> None:
    found = implausible(tables["kreise"].sort_values(["ags", "year"])).query("rule == 'another_area'")
    assert list(zip(found["ags"], found["year"], strict=True)) == [
        *[(ags, year) for ags in ("16054",) for year in (2016, 2017, 2018)],
        ("16063", 2020),
        *[(ags, year) for ags in ("16066", "16072") for year in (2016, 2017, 2018)],
    ]
    people = panel.set_index(["ags", "year"])["population"]
    assert people[("16054", 2017)] == pytest.approx(35_000, rel=0.1)
    assert people[("16063", 2020)] == pytest.approx(160_000, rel=0.02)
