"""Tables, ages and choices of planning on made-up figures: each computed again by hand or case by case."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from dewak_research.planning.age_misses import AgeMisses
from dewak_research.planning.ages import GROUPS, SEXES, bounds
from dewak_research.planning.birth_misses import LEAD, BirthMisses
from dewak_research.planning.chapter import population_table
from dewak_research.planning.coverage import ages_table, birth_table, coverage_table, spread_table
from dewak_research.planning.draws import SHOWN_AGES, by_coarse_age
from dewak_research.planning.measures import shortlist
from dewak_research.planning.migration import Profile, Weights, level_table
from dewak_research.planning.net_path import scenario_paths
from dewak_research.planning.options import Option, stream
from dewak_research.planning.rate_checks import block, crowded_ages, groups_inside, positions
from dewak_research.planning.spread import Spread, Spreads

TOWNS = ("05111000", "05154004", "05154008")
KREIS = np.array([0, 1, 1])


def groups_within(age: str) -> list[int]:
    """Positions of the groups of age whose every year lies in a coarser one."""
    years = (
        set(range(101))
        if age == "total"
        else {a for a in range(101) if bounds(age)[0] <= a <= bounds(age)[1]}
    )
    return [i for i, g in enumerate(GROUPS) if set(range(bounds(g)[0], bounds(g)[1] + 1)) <= years]


def test_truths_in_their_bands_are_counted() -> None:
    rows = [
        ("a", 100.0, 90.0, 110.0, 98.0),
        ("b", 100.0, 101.0, 110.0, 105.0),
        ("c", 200.0, 150.0, 200.0, 190.0),
    ]
    table = pd.DataFrame(rows, columns=["ags", "truth", "p05", "p95", "plan"])
    table = pd.concat([table.assign(age=age, origin=2015, target=2024) for age in ("0-2", "total")])
    narrow = table.assign(
        p05=table["truth"] - 1, p95=np.where(table["ags"] == "c", 201, table["truth"] - 0.5)
    )
    found = coverage_table(table, narrow, "plan").set_index("age")
    assert found["coverage_pct"].tolist() == pytest.approx([200 / 3] * 2)
    assert found["coverage_before_pct"].tolist() == pytest.approx([100 / 3] * 2)
    assert found["shared_miss_pct"].tolist() == pytest.approx([(-2 + 5 - 5) / 3] * 2)
    assert found["width_pct"].tolist() == pytest.approx([(10 + 4.5 + 12.5) / 3] * 2)
    assert found["n"].tolist() == [3, 3] and found["ages_from_period"].tolist() == [True, False]


def test_widths_of_births_stay_or_grow_with_the_root_of_the_years() -> None:
    fresh, lasting = BirthMisses(0.0, 0.02, 0.01), BirthMisses(1.0, 0.02, 0.01)
    found = birth_table([(2015, fresh), (2023, lasting)]).set_index(["until", "component"])
    for h in (1, 5, 10, 15):
        for name, new in (("land", 2.0), ("kreis", 1.0)):
            assert found.loc[(2015, name), f"band_{h}_pct"] == pytest.approx(1.644854 * new)
            by_hand = 1.644854 * new * math.sqrt(h + LEAD)
            assert found.loc[(2023, name), f"band_{h}_pct"] == pytest.approx(by_hand)
            assert found.loc[(2023, name), "yearly_pct"] == new


def test_the_tables_of_widths_and_ages_say_what_is_drawn() -> None:
    spreads = Spreads(Spread(0.001, 0.002), Spread(0.003, 0.004), Spread(0.005, 0.006, 0.4))
    rng = np.random.default_rng(3)
    share = rng.random((2, 101))
    apart = rng.random((2, 101))
    misses = AgeMisses(rng.random(len(GROUPS)), rng.random(len(GROUPS)), movers=apart)
    found = spread_table({2015: spreads, 2022: spreads}, misses, 2024).set_index(
        ["until", "component", "age"]
    )
    assert len(found) == 2 * 3 + 2 * len(GROUPS)
    assert found.loc[(2022, "town", "total")].tolist() == pytest.approx([0.5, 0.6, 0.4])
    assert found.loc[(2015, "land", "total"), ["level_pct", "yearly_pct"]].tolist() == pytest.approx(
        [0.1, 0.2]
    )
    for g, group in enumerate(GROUPS):
        assert found.loc[(2024, "land_age", group), "level_pct"] == pytest.approx(100 * misses.land[g])
        assert found.loc[(2024, "kreis_age", group), "level_pct"] == pytest.approx(100 * misses.kreis[g])
    profile = Profile(share, np.zeros((1, 2, 101)), np.zeros(0))
    shown = ages_table(profile, misses).set_index("age")
    for group in GROUPS:
        first, last = bounds(group)
        for name, of in (("land_pct", share), ("apart_pct", apart)):
            assert shown.loc[group, name] == pytest.approx(100 * of[:, first : last + 1].sum())
    alone = ages_table(profile, AgeMisses(misses.land, misses.kreis))
    assert alone["apart_pct"].tolist() == alone["land_pct"].tolist()


def test_the_level_of_a_town_stands_beside_what_it_was_drawn_from() -> None:
    own, persons = np.array([0.01, -0.002, 0.004]), np.array([100.0, 50.0, 150.0])
    level = np.array([0.008, 0.001, 0.002])
    found = level_table(pd.Index(TOWNS), own, persons, KREIS, Weights(0.8, 0.2), level)
    kreis = 100 * (-0.002 * 50 + 0.004 * 150) / 200
    assert found["kreis_pct"].tolist() == pytest.approx([1.0, kreis, kreis])
    assert found["land_pct"].tolist() == pytest.approx([100 * (1.0 - 0.1 + 0.6) / 300] * 3)
    assert found["level_persons"].tolist() == pytest.approx([0.8, 0.05, 0.3])
    assert found[["own_pct", "level_pct"]].iloc[1].tolist() == pytest.approx([-0.2, 0.1])
    assert found[["weight_kreis", "weight_town"]].iloc[0].tolist() == [0.8, 0.2]


def test_every_scenario_adds_what_goes_beyond_its_own_first_year() -> None:
    paths = {"constant": (100.0, 110.0, 130.0), "damped": (200.0, 190.0, 210.0)}
    rows = [(name, 2024 + t, eur) for name, path in paths.items() for t, eur in enumerate(path)]
    table = pd.DataFrame(rows, columns=["scenario", "year", "net_eur"]).assign(
        ags="05154004",
        service="childcare_u3",
        direct_eur=0.0,
        through_kreis_eur=0.0,
        through_landschaftsverband_eur=0.0,
    )
    found = scenario_paths(table, 0.02).set_index(["scenario", "year"])["net_eur"]
    for name, path in paths.items():
        for t in (1, 2):
            assert found[name, 2024 + t] == pytest.approx(path[t] - path[0] * 1.02**t)
    assert len(found) == 4


def test_an_option_draws_the_same_whatever_other_options_there_are() -> None:
    first, again, other, seed = (
        stream(s, key).standard_normal(4000) for s, key in ((1, "a"), (1, "a"), (1, "b"), (2, "a"))
    )
    np.testing.assert_array_equal(first, again)
    for unlike in (other, seed):
        assert abs(np.corrcoef(first, unlike)[0, 1]) < 0.06


def test_no_option_left_out_is_better_than_one_kept() -> None:
    rng, laws = np.random.default_rng(4), ["yes", "conditional", "no"]
    options = [
        Option(
            f"o{n}",
            "instrument",
            np.full(3, float(rng.integers(-3, 4))),
            np.zeros(1),
            hsk_compatible=laws[n % 3],
        )
        for n in range(12)
    ]
    kept = shortlist(options, 5)
    for one in kept:
        for left in (o for o in options if o not in kept):
            better_law = laws.index(one.hsk_compatible) - laws.index(left.hsk_compatible)
            assert better_law < 0 or (better_law == 0 and one.net_eur.mean() >= left.net_eur.mean())
    assert len(kept) == 5 and len(shortlist(options, 40)) == 12


def test_groups_inside_an_age_are_those_whose_years_fill_it() -> None:
    for first in range(0, 30):
        for last in range(first, 40):
            inside = groups_within(f"{first}-{last}")
            filled = sum(bounds(GROUPS[i])[1] - bounds(GROUPS[i])[0] + 1 for i in inside) == last - first + 1
            assert groups_inside(f"{first}-{last}") == (tuple(inside) if filled else ()), (first, last)
    assert groups_inside("65+") == tuple(i for i, g in enumerate(GROUPS) if bounds(g)[0] >= 65)
    assert groups_inside("old") == groups_inside("12-3") == ()


def test_a_block_of_rates_and_the_ages_that_hold_too_many() -> None:
    assert (positions("all"), positions("male"), positions("female")) == ([0, 1], [0], [1])
    rows = pd.DataFrame(
        [("all", "0-5", 0.2, 2021), ("female", "65-74", 0.4, 2023)], columns=["sex", "age", "rate", "year"]
    )
    found, year = block(rows)
    for s, sex in enumerate(SEXES):
        for g, group in enumerate(GROUPS):
            old = sex == "female" and group in ("65-69", "70-74")
            assert found[s, g] == (0.2 if group in ("0-2", "3-5") else 0.4 if old else 0.0)
    unknown, none = block(rows.assign(rate=np.nan))
    assert year == 2023 and none == 0 and np.isnan(unknown).all()
    care = [("care_allowance", "all", 0.5), ("care_ambulatory", "male", 0.2), ("care_ambulatory", "female", 0.4),
            ("care_residential", "all", 0.25), ("open_elderly", "all", 0.9)]  # fmt: skip
    table = pd.DataFrame(care, columns=["service", "sex", "rate"]).assign(age="90+")
    assert crowded_ages(table) == {"90-94": pytest.approx(1.15), "95+": pytest.approx(1.15)}
    assert crowded_ages(table.assign(rate=0.8 * table["rate"])) == {}


def test_every_person_of_a_path_stands_in_the_table_of_the_population() -> None:
    paths = {
        name: np.random.default_rng(n).random((2, 3, 2, len(GROUPS)))
        for n, name in enumerate(("low", "base"))
    }
    table = population_table(paths, TOWNS, 2024).set_index(["variant", "year", "ags", "sex", "age"])[
        "persons"
    ]
    assert len(table) == 2 * 2 * 3 * 2 * len(GROUPS) and table.index.is_unique
    for name, path in paths.items():
        for (year, town, sex, age), value in np.ndenumerate(path):
            assert table[name, 2024 + year, TOWNS[town], SEXES[sex], GROUPS[age]] == value
    years = table.index.get_level_values("year").unique()
    assert [after - before for before, after in pairwise(sorted(years))] == [1]


def test_coarse_ages_hold_both_sexes_of_the_groups_inside_them() -> None:
    drawn = np.random.default_rng(2).uniform(0, 9, (2, 3, 2, len(GROUPS))).astype(np.float32)
    found = by_coarse_age(drawn)
    for draw, year in np.ndindex(2, 3):
        for place, age in enumerate(SHOWN_AGES):
            by_hand = sum(float(drawn[draw, year, sex, g]) for sex in range(2) for g in groups_within(age))
            assert found[draw, year, place] == pytest.approx(by_hand, rel=1e-5)
