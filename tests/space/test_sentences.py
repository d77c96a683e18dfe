"""What the chapter on space says in words holds for the computed values; a sentence that moves is to be rewritten."""

from __future__ import annotations

import pandas as pd
import pytest

from dewak_research.config import SpaceParams
from dewak_research.space import chapter


@pytest.fixture(scope="module")
def tables(inputs: dict[str, pd.DataFrame], whole_stage: None) -> dict[str, pd.DataFrame]:
    found = chapter.run(inputs, SpaceParams(draws=1_000, permutations=499), 20260101, ("05562020", "05954"))
    return dict(found.tables)


def _link(tables: dict[str, pd.DataFrame], need: str, kind: str, measure: str = "minutes") -> pd.Series:
    table = tables["need_access"].set_index(["need", "kind", "measure"])
    return table.loc[(need, kind, measure)]


def test_one_point_per_town_is_not_enough_for_places_of_everyday_life(
    tables: dict[str, pd.DataFrame],
) -> None:
    check = tables["drive_check"].set_index(["kind", "measure"])
    assert check.loc[("primary", "nearest_km"), "low"] < 0 < check.loc[("primary", "nearest_km"), "high"]
    assert (check["rho"].xs("count", level="measure") < -0.6).all()
    reasons = tables["drive_reasons"].query("trait == 'area_per_school'")
    assert (reasons["low"] > 0).all()


def test_deprivation_and_driving_time_are_not_related(tables: dict[str, pd.DataFrame]) -> None:
    for kind in ("primary", "lower_secondary"):
        found = _link(tables, "deprivation", kind)
        assert found["low"] < 0 < found["high"]


def test_unemployment_and_debt_go_with_density_only(tables: dict[str, pd.DataFrame]) -> None:
    for need in ("unemployment", "core_debt"):
        found = _link(tables, need, "primary")
        assert found["low"] > 0.2
        assert found["given_low"] < 0 < found["given_high"]


def test_where_many_old_people_live_the_drive_is_longer(tables: dict[str, pd.DataFrame]) -> None:
    over_all = _link(tables, "old_age", "lower_secondary")
    assert over_all["low"] < 0 < over_all["high"]
    assert over_all["given_high"] < 0
    gap = tables["equity"].query("need == 'old_age' and kind == 'lower_secondary' and measure == 'minutes'")
    assert gap["gap_low"].iloc[0] > 1


def test_fewer_gymnasien_where_deprivation_is_high_and_no_difference_for_gesamtschulen(
    tables: dict[str, pd.DataFrame],
) -> None:
    found = tables["equity"].query("need == 'deprivation' and measure == 'per_1000'").set_index("kind")
    assert found.loc["gymnasium", "gap_high"] < 1
    assert found.loc["gesamtschule", "gap_low"] < 1 < found.loc["gesamtschule", "gap_high"]


def test_how_access_is_measured_matters_more_than_reach_and_detour(tables: dict[str, pd.DataFrame]) -> None:
    found = tables["access_agreement"]
    assert (abs(found["same_towns"] / found["chance_towns"] - 1.0) < 0.05).all()  # no more than by chance
    assert (found["same_reach_share"] > 0.7).all()


def test_no_town_is_unusual_in_gymnasien_per_child(tables: dict[str, pd.DataFrame]) -> None:
    found = tables["clusters"].query("kind == 'gymnasium'")
    assert (found["cluster"] == "not_significant").all()


def test_deprivation_differs_between_kreise_and_hardly_within_them(tables: dict[str, pd.DataFrame]) -> None:
    found = tables["need_between"].set_index("need")["between_share"]
    assert found["deprivation"] > 0.95 > found.drop("deprivation").max()


def test_three_aims_give_three_answers(tables: dict[str, pd.DataFrame]) -> None:
    sites = tables["sites"].query("kreis == '05954' and number == 2").set_index("aim")
    assert sites["ags"].nunique() == 3
    assert sites.loc["most_reach", "equal_choices"] > 1  # the sentence speaks of equally good choices
    assert (sites["equal_choices"].drop("most_reach") == 1).all()  # and of none for the two others
