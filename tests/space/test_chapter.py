"""The stage of space on the official figures: whole, repeatable, and honest about what agrees."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.data.result import Result
from dewak_research.space import chapter
from dewak_research.space.needs import NEEDS
from dewak_research.space.supply import kinds_of_school
from space.conftest import PARAMS


def test_every_town_stands_once_in_every_kind(space: Result) -> None:
    access = space.tables["access"]
    assert len(access) == 396 * len(kinds_of_school())
    assert access.groupby("kind")["ags"].nunique().eq(396).all()
    assert np.isfinite(access[["nearest_km", "count", "per_1000", "children"]].to_numpy(float)).all()


def test_shared_schools_add_up_to_those_of_the_directory(space: Result) -> None:
    access = space.tables["access"]
    schools = read_table("schools")
    operating = schools[schools["operating"]].groupby("school_form").size()
    shared = (access["children"] * access["per_1000"] / 1000).groupby(access["kind"]).sum()
    assert shared["gymnasium"] == pytest.approx(operating["gymnasium"])
    assert shared["gesamtschule"] == pytest.approx(operating["gesamtschule"])
    assert shared["primary"] == pytest.approx(operating[["primary", "primus", "volksschule"]].sum())


def test_children_of_the_land_are_those_of_the_kreise(space: Result) -> None:
    counted = read_table("kreise_age")
    newest = counted[(counted["year"] == counted["year"].max()) & counted["ags"].str.startswith("05")]
    children = space.tables["access"].groupby("kind")["children"].sum()
    assert children["primary"] == pytest.approx(newest.loc[newest["age"] == "6-9", "persons"].sum())


def test_children_of_towns_fit_those_counted_in_2015_where_nothing_moved_much(space: Result) -> None:
    now = space.tables["access"].query("kind == 'lower_secondary'").set_index("ags")["children"]
    then = read_table("town_age").query("age == '10-14'").groupby("ags")["persons"].sum()
    assert np.corrcoef(np.log(now), np.log(then.reindex(now.index)))[0, 1] > 0.99


def test_one_point_per_town_hardly_follows_the_driving_times(space: Result) -> None:
    check = space.tables["drive_check"].set_index(["kind", "measure"])["rho"]
    assert abs(check["primary", "nearest_km"]) < 0.2
    assert check["lower_secondary", "nearest_km"] == pytest.approx(0.26, abs=0.05)
    assert check["primary", "count"] < -0.6


def test_needs_are_the_published_ones(space: Result) -> None:
    need = space.tables["need"].set_index(["need", "ags"])
    assert list(space.tables["need"]["need"].unique()) == list(NEEDS)
    assert need.loc[("deprivation", "05562020"), "value"] == pytest.approx(0.578, abs=5e-4)
    assert need.loc[("core_debt", "05954032"), "value"] == 3222
    assert (need["value"] >= 0).all()
    assert need.loc[("deprivation", "05562020"), "fifth"] == 5


def test_debt_whose_publisher_is_not_confirmed_can_be_left_out(inputs: dict[str, pd.DataFrame]) -> None:
    without = chapter.run(inputs, PARAMS.model_copy(update={"show_unconfirmed_debt": False}), 1)
    for name in ("need", "need_access", "equity", "quadrants", "clusters"):
        assert "core_debt" not in set(without.tables[name]["need"])


def test_intervals_hold_their_values(space: Result) -> None:
    equity = space.tables["equity"]
    assert (
        (equity["index_low"] <= equity["index"]) & (equity["index"] <= equity["index_high"])
    ).mean() > 0.95
    links = space.tables["need_access"]
    assert ((links["low"] <= links["rho"]) & (links["rho"] <= links["high"])).mean() > 0.95


def test_the_same_seed_gives_the_same_tables(space: Result, inputs: dict[str, pd.DataFrame]) -> None:
    again = chapter.run(inputs, PARAMS, 1, ("05562020", "05954"))
    for name, table in space.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name], check_exact=True)


def test_clusters_that_are_shown_keep_the_false_discovery_rate(space: Result) -> None:
    local = space.tables["clusters"]
    assert (local.loc[local["cluster"] != "not_significant", "q_value"] <= 0.05).all()
    assert local.groupby(["need", "kind"]).size().eq(396).all()


def test_sites_stand_in_the_kreise_of_the_run(space: Result) -> None:
    sites = space.tables["sites"]
    assert set(sites["kreis"]) == {"05562", "05954"}
    assert sites["gap"].max() < 1e-9
    for kreis, part in sites.groupby("kreis"):
        by = part.set_index(["number", "aim"])
        for number in (1, 2, 3):
            assert by.loc[(number, "most_reach"), "reached_share"] == by.loc[number, "reached_share"].max()
            assert by.loc[(number, "shortest_mean"), "mean_km"] == by.loc[number, "mean_km"].min()
            assert by.loc[(number, "shortest_longest"), "longest_km"] == by.loc[number, "longest_km"].min()
        assert part["ags"].str.startswith(str(kreis)).all()


def test_the_number_of_versions_is_that_of_reaches_times_detours_and_zones(space: Result) -> None:
    factors = len(PARAMS.reach_factors) * (1 + len(PARAMS.other_detours))
    assert space.tables["run_versions"]["versions"].tolist() == [factors + 1]
