"""What the plan is held against: the migration that would explain the difference does explain it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dewak_research.planning.checks import (
    base_check,
    children_check,
    components_check,
    kreise_check,
    land_check,
    migration_check,
)
from dewak_research.planning.outlook import Outlook
from dewak_research.planning.population import Rates, project


def test_the_migration_left_over_explains_the_official_change(
    outlook: Outlook, planning_inputs: dict[str, pd.DataFrame]
) -> None:
    path = outlook.path("base")
    table = migration_check(path, outlook.rates["base"], planning_inputs["projection"], 2024)
    assert table["first_year"].tolist() == [2024, 2025, 2030, 2035, 2040, 2045]
    natural = table["births"] - table["deaths"]
    assert (natural + table["net_migration"]).to_numpy() == pytest.approx(table["change"].to_numpy())
    assert (natural + table["official_net_migration"]).to_numpy() == pytest.approx(
        table["official_change"].to_numpy()
    )
    whole = np.average(table["change"], weights=table["last_year"] - table["first_year"]) * 26
    assert whole == pytest.approx(path[-1].sum() - path[0].sum())


def test_an_official_projection_equal_to_ours_leaves_our_migration(outlook: Outlook) -> None:
    path = outlook.path("base")
    ours = pd.DataFrame(
        {"year": [2024, 2030, 2040], "age": "total", "persons": path[[0, 6, 16]].sum(axis=(1, 2, 3))}
    )
    table = migration_check(path, outlook.rates["base"], ours, 2024)
    assert table["net_migration_difference"].abs().max() < 1e-6


def made_up(years: int) -> np.ndarray:
    """Paths of three towns, two of them of one Kreis: (years, towns, 2, ages)."""
    return np.random.default_rng(1).uniform(10, 20, (years, 3, 2, 101))


def test_the_land_and_its_children_stand_beside_the_official_ones_by_hand() -> None:
    paths = {"low": made_up(3), "base": 2 * made_up(3)}
    cut = {"0-2": slice(0, 3), "25-39": slice(25, 40), "80+": slice(80, None), "total": slice(0, None)}
    official = {
        (year, age): 100.0 * n for n, (year, age) in enumerate(((y, a) for y in (2024, 2026) for a in cut), 1)
    }
    projection = pd.DataFrame(
        [(*key, value) for key, value in official.items()], columns=["year", "age", "persons"]
    )
    found = land_check(paths, projection, 2024)
    assert len(found) == 2 * 2 * 4
    table = found.set_index(["variant", "year", "age"])
    for variant, path in paths.items():
        for (year, age), there in official.items():
            persons = path[year - 2024][..., cut[age]].sum()
            row = table.loc[(variant, year, age)]
            assert row[["persons", "official"]].tolist() == pytest.approx([persons, there])
            assert row["difference_pct"] == pytest.approx(100 * (persons - there) / there)
    children = children_check(found).set_index("year")
    for year in (2024, 2026):
        now = paths["base"][year - 2024]
        ours = 100 * now[..., :3].sum() / now[..., 25:40].sum()
        theirs = 100 * official[year, "0-2"] / official[year, "25-39"]
        row = children.loc[year, ["children_per_100", "official_children_per_100", "difference_pct"]]
        assert row.tolist() == pytest.approx([ours, theirs, 100 * (ours - theirs) / theirs])


def test_kreise_are_held_against_their_published_change_by_hand() -> None:
    path, towns = made_up(27), ("05111000", "05154004", "05154008")
    official = pd.DataFrame(
        {"ags": ["05154", "05111"], "population": [6000.0, 2900.0], "change_to_2050_pct": [1.5, -2.0]}
    )
    found = kreise_check(path, towns, official, 2024).set_index("ags")
    for ags, at, then, change in (("05154", [1, 2], 6000.0, 1.5), ("05111", [0], 2900.0, -2.0)):
        persons = path[26, at].sum()
        own = 100 * (persons - then) / then
        row = found.loc[ags, ["persons", "change_pct", "official_change_pct", "difference_points"]]
        assert row.tolist() == pytest.approx([persons, own, change, own - change])
    assert kreise_check(path[:26], towns, official, 2024).empty


def test_births_deaths_and_moves_of_the_first_year_by_hand() -> None:
    base, births = made_up(1)[0], np.zeros(101)
    births[20:40] = 0.05
    survival, moved = np.full((2, 101), 0.97), np.full((3, 2, 101), 0.1)
    rates = [Rates(survival, births, moved, np.array([0.51, 0.48]))]
    path = project(base, rates, 1)
    points = {
        "births": 50.0,
        "deaths": 200.0,
        "moves_in_over_land_border": 90.0,
        "moves_out_over_land_border": 20.0,
    }
    tables = {
        "checkpoints": pd.DataFrame(
            {"series": "population", "year": 2024, "item": [*points], "value": [*points.values()]}
        )
    }
    found = components_check(path, rates, tables, 2024).set_index("component")
    women = (base[:, 1, 20:40] + path[1][:, 1, 20:40]).sum() / 2
    born = 0.05 * women
    died = 0.03 * base.sum() + born * 0.01  # of the newborn 51 + 48 per cent are alive at the end of the year
    assert found["persons"].tolist() == pytest.approx([born, died, 0.1 * 606])
    assert found["counted"].tolist() == [50.0, 200.0, 70.0]
    by_hand = [100 * (born / 50 - 1), 100 * (died / 200 - 1), 100 * (60.6 / 70 - 1)]
    assert found["difference_pct"].tolist() == pytest.approx(by_hand)


def test_a_base_that_is_off_in_one_place_is_found_there(
    outlook: Outlook, planning_inputs: dict[str, pd.DataFrame]
) -> None:
    base = outlook.base
    city = base.towns.index("05111000")  # alone in its Kreis: its share of it stays
    off = base.persons.copy()
    off[city] *= 1.01
    found = base_check(replace(base, persons=off), planning_inputs).set_index("check")["worst_share"]
    assert found["kreis_ages"] == pytest.approx(0.01) and found["town_share_of_kreis"] < 1e-8
    old = base.persons[..., 80:]
    assert found["land_80plus"] == pytest.approx(0.01 * old[city].sum() / old.sum())
    shifted = base.persons.copy()
    one, other = (base.towns.index(ags) for ags in ("05562020", "05562032"))
    shifted[one] += 0.02 * base.persons[other]
    shifted[other] *= 0.98
    moved = base_check(replace(base, persons=shifted), planning_inputs).set_index("check")
    assert (
        moved.loc["kreis_ages", "worst_share"] < 1e-8 < 0.01 < moved.loc["town_share_of_kreis", "worst_share"]
    )
    census = (
        planning_inputs["census"].set_index("ags")["age_67plus_pct"].reindex(list(base.towns)).astype(float)
    )
    gap = [100 * p[:, 67:].sum() / p.sum() - share for p, share in zip(shifted, census, strict=True)]
    known = [one for one in gap if one == one]
    row = moved.loc["census_age_67plus", ["units", "mean_difference_points", "spread_points"]]
    assert row.tolist() == pytest.approx([len(known), np.mean(known), np.std(known)])
