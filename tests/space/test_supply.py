"""Access of towns to schools on three towns in a row, every value worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.config import SpaceParams
from dewak_research.space.supply import (
    Kind,
    access_summary,
    access_table,
    kinds_of_school,
    people_of_ages,
    supply_of,
    versions_of,
)

KM = 360.0 / (2.0 * np.pi * 6371.0088)
"""Degrees of latitude in a kilometre."""
WEST, MIDDLE, EAST = "05001000", "05002001", "05002002"
PARAMS = SpaceParams(detour=1.5, near_km=3.0, far_km=9.0, reach_factors=(1.0, 2.0), other_detours=(1.0,))
KIND = Kind(forms=("primary",), ages=("6-9",), way="near")


def _inputs() -> dict[str, pd.DataFrame]:
    """Three towns on a meridian; two schools in the first, one 1 km beyond the third, one closed."""
    schools = pd.DataFrame(
        {
            "school_id": ["000001", "000002", "000003", "000004", "000005"],
            "ags": [WEST, WEST, EAST, MIDDLE, MIDDLE],
            "school_form": ["primary", "primary", "primary", "primary", "gymnasium"],
            "operating": [True, True, True, False, True],
            "longitude": 7.0,
            "latitude": 51.0 + KM * np.array([0.0, -5.0, 9.0, 4.0, 4.0]),
        }
    )
    ages = [
        (key, "male", age, n) for key, n in ((WEST, 50), (MIDDLE, 30), (EAST, 10)) for age in ("6-9", "10-14")
    ]
    kreise = [("05001", 2023, 0), ("05001", 2024, 100), ("05002", 2023, 0), ("05002", 2024, 80)]
    return {
        "towns": pd.DataFrame(
            {"ags": [EAST, MIDDLE, WEST], "longitude": 7.0, "latitude": 51.0 + KM * np.array([8.0, 3.9, 0.0])}
        ),
        "schools": schools,
        "town_age": pd.DataFrame(ages, columns=["ags", "sex", "age", "persons"]),
        "kreise_age": pd.DataFrame(
            [(key, year, "male", "6-9", n) for key, year, n in kreise],
            columns=["ags", "year", "sex", "age", "persons"],
        ),
    }


def test_children_keep_their_share_of_the_kreis_and_the_newest_year_counts() -> None:
    inputs = _inputs()
    found = people_of_ages(inputs["town_age"], inputs["kreise_age"], [WEST, MIDDLE, EAST], ["6-9"])
    assert found.tolist() == [100.0, 80 * 30 / 40, 80 * 10 / 40]


def test_ways_go_from_the_point_of_a_town_to_operating_schools_of_the_kind() -> None:
    supply = supply_of(KIND, _inputs())
    assert supply.towns == (WEST, MIDDLE, EAST)
    assert supply.nearest_km(1.5) == pytest.approx([0.0, 5.85, 1.5])
    assert supply.own_schools().tolist() == [2.0, 0.0, 1.0]


def test_a_town_reaches_its_own_schools_wherever_they_stand() -> None:
    supply = supply_of(KIND, _inputs())
    # the second school of the first town lies 7.5 km of way from its point, the reach is 3
    assert supply.count(3.0, 1.5).tolist() == [2.0, 0.0, 1.0]
    assert supply.shared(3.0, 1.5) == pytest.approx([1000 * 2 / 100, 0.0, 1000 * 1 / 20])


def test_shared_access_adds_up_to_the_schools() -> None:
    supply = supply_of(KIND, _inputs())
    for reach, detour in ((6.0, 1.5), (9.0, 1.0), (30.0, 2.0)):
        assert supply.children @ supply.shared(reach, detour) / 1000 == pytest.approx(3.0)


def test_a_detour_is_another_reach_where_no_own_school_lies_at_its_end() -> None:
    found = versions_of(KIND, supply_of(KIND, _inputs()), PARAMS)
    assert list(found) == ["shown", "1_1", "2_1.5", "2_1", "zones"]
    # 6 km at a factor of 1.5: the middle town reaches the first school of the first town; a way of 7.5 km is too long
    assert found["2_1.5"] == pytest.approx([1000 * (1 / 160 + 1 / 100), 1000 / 160, 1000 / 20])


def test_nearer_zones_weigh_more() -> None:
    found = versions_of(KIND, supply_of(KIND, _inputs()), PARAMS)["zones"]
    # reach 3 km: weight 1 for the school at the point, 0.22 at the end of the reach, 0.68 at 1.5 km
    first = 1.0 * 1 / (1.0 * 100) + 0.22 * 1 / (0.22 * 100)
    assert found == pytest.approx([1000 * first, 0.0, 1000 * 0.68 / (0.68 * 20)])


def test_the_summary_counts_children_beyond_reach() -> None:
    found = {"primary": supply_of(KIND, _inputs())}
    access = access_table({"primary": KIND}, found, PARAMS)
    row = access_summary({"primary": KIND}, access, PARAMS).iloc[0]
    assert row["schools"] == 3 and row["towns_without"] == 1
    assert row["beyond_children"] == 60.0 and row["beyond_share"] == pytest.approx(60 / 180)
    assert row["median_km"] == pytest.approx(1.5)


def test_every_form_of_a_kind_is_one_of_the_directory() -> None:
    from dewak_research.data.catalogue import table

    forms = set(table("schools").fields["school_form"].enum or ())
    for kind in kinds_of_school().values():
        assert set(kind.forms) <= forms
