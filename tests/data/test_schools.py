"""The directory of schools is the one that was published, and every school lies near the centre of its town."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.data.catalogue import source_html


@pytest.fixture(scope="module")
def schools() -> pd.DataFrame:
    return read_table("schools")


def test_counts_are_those_of_the_directory(schools: pd.DataFrame) -> None:
    assert len(schools) == 5507 and schools["school_id"].is_unique
    assert (~schools["operating"]).sum() == 83
    assert schools["school_form"].isna().sum() == 62
    operating = schools[schools["operating"]].groupby("school_form").size()
    assert operating["primary"] == 2787 and operating["gymnasium"] == 623 and operating["gesamtschule"] == 356


def test_every_town_of_the_register_has_a_school(schools: pd.DataFrame) -> None:
    assert set(schools["ags"]) == set(read_table("towns")["ags"])


def test_no_school_lies_further_than_20_km_from_the_centre_of_its_town(schools: pd.DataFrame) -> None:
    towns = read_table("towns").set_index("ags")
    centre = towns.loc[schools["ags"], ["longitude", "latitude"]].to_numpy(float)
    kilometre_per_degree = 40_075.0 / 360.0
    for (x, y), school in zip(centre, schools.itertuples(), strict=True):
        east = (school.longitude - x) * kilometre_per_degree * math.cos(math.radians(y))
        north = (school.latitude - y) * kilometre_per_degree
        assert math.hypot(east, north) < 20.0, school.school_id


def test_no_name_is_carried_over_and_the_licence_is_said_to_be_confirmed(schools: pd.DataFrame) -> None:
    assert "name" not in schools.columns
    assert "zu bestätigen" in source_html(["schools"], "de")
    assert "to be confirmed" in source_html(["schools"], "en")
