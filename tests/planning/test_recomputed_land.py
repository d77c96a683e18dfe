"""What the projection of the real Land rests on, computed again: rates of a unit, the past, draws, assumptions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dewak_research.data.result import Result
from dewak_research.planning.age_misses import AgeMisses
from dewak_research.planning.ages import GROUPS, membership
from dewak_research.planning.base import groups_of
from dewak_research.planning.base_misses import BaseMisses
from dewak_research.planning.birth_misses import BirthMisses
from dewak_research.planning.outlook import Outlook
from dewak_research.planning.population import BOYS_SHARE, step
from dewak_research.planning.population_range import deviation_parts
from dewak_research.planning.single_unit import unit_rates
from dewak_research.planning.spread import Spread
from dewak_research.planning.trials import break_by_age, truths, vital

Tables = dict[str, pd.DataFrame]


def test_a_kreis_has_the_births_of_its_women_and_the_moves_of_its_towns(outlook: Outlook) -> None:
    at = [i for i, town in enumerate(outlook.base.towns) if town[:5] == "05562"]
    found = unit_rates(outlook, at, 2022, 2027, size=0.5)
    assert len(found) == 5
    first = [0, 0, 0, 1, 2]  # 2023 and 2024 lie before the outlook and take the rates of 2025
    for rate, year in zip(found, first, strict=True):
        now = outlook.rates["base"][year]
        for age in (19, 30, 41):
            women = [outlook.base.persons[i, 1, age] for i in at]
            by_hand = np.average([now.births[i, age] for i in at], weights=women)
            assert rate.births[0, age] == pytest.approx(by_hand)
        moved = sum(now.net_migration[i] for i in at)
        np.testing.assert_allclose(rate.net_migration[0], moved / 2)
        np.testing.assert_array_equal(rate.survival, now.survival)


def test_the_life_table_of_the_past_is_the_published_one_and_births_are_at_each_towns_level(
    outlook: Outlook, planning_inputs: Tables
) -> None:
    found = vital(planning_inputs, outlook.base, 2015)
    published = (
        planning_inputs["life_expectancy"].query("period == '2019-2021' and age == 0").set_index("sex")
    )
    for place, (sex, share) in enumerate((("male", BOYS_SHARE), ("female", 1 - BOYS_SHARE))):
        years = [found.newborn[place] / share]  # lived by the newborn in each year of age
        for age in range(99):
            years.append(years[-1] * found.survival[place, age])
        open_age = years[-1] * found.survival[place, 99] / (1 - found.survival[place, 100])
        expected = published.loc[sex, "expected_age_years"]
        assert sum(years) + open_age == pytest.approx(expected, abs=0.02)
    germany = planning_inputs["germany_fertility_1972_2023"].set_index(["year", "age"])["births_per_1k_women"]
    for year, known in ((2011, 2011), (2015, 2015), (2021, 2015)):  # nothing later than 2015 was known
        level = found.births(year)[:, 28] / (germany[known, 28] / 1000)
        np.testing.assert_allclose(level, found.births(2015)[:, 33] / (germany[2015, 33] / 1000))
    then = np.mean([[germany[y, a] / 1000 for a in range(15, 50)] for y in (2013, 2014, 2015)], axis=0)
    women, ages = outlook.base.before[:, 1], np.arange(15, 50)
    exposed = sum((women[:, ages + ago] + women[:, ages + ago + 1]) / 2 for ago in range(3))
    children = (exposed * then).sum(axis=1) * found.newborn.sum() * level
    kreis = [town[:5] for town in outlook.base.towns]
    had = pd.Series(outlook.base.before[..., :3].sum(axis=(1, 2))).groupby(kreis).sum()
    np.testing.assert_allclose(pd.Series(children).groupby(kreis).sum(), had)


def test_what_came_in_a_kreis_by_hand(outlook: Outlook, planning_inputs: Tables) -> None:
    known, ages = outlook.history.known, planning_inputs["kreise_age"]
    groups = groups_of(ages)
    found = truths(planning_inputs, known, groups)
    kreise = sorted({town[:5] for town in outlook.base.towns})
    at, own = kreise.index("05562"), known.persons.index.str[:5] == "05562"
    panel = planning_inputs["kreise_panel"].query("ags == '05562'").set_index("year")

    def old_and_all(year: int) -> tuple[float, float]:
        return panel.loc[year, "population"] * panel.loc[year, "age_65plus_pct"] / 100, panel.loc[
            year, "population"
        ]

    _, came, trend = found[2021]
    (old, whole), (then, people), (early, few) = (old_and_all(year) for year in (2021, 2015, 2012))
    assert came[at].tolist() == pytest.approx([whole - old, old, whole])
    assert trend[at, 1:].tolist() == pytest.approx([then + 2 * (then - early), people + 2 * (people - few)])

    _, came, trend = found[2024]
    counted = (
        ages[(ages["ags"] == "05562") & (ages["year"] == 2024)].groupby("age")["persons"].sum()[list(groups)]
    )
    before = known.persons.loc[own, 2022]
    factor = (before * np.exp(known.break_log[own])).sum() / before.sum()
    assert came[at, -1] == pytest.approx(counted.sum() / factor)
    of_land = ages[ages["ags"].str.startswith("05") & (ages["year"] == 2023)]
    scaled = counted / break_by_age(planning_inputs["land_age_groups"], of_land, groups)
    np.testing.assert_allclose(came[at, :-1], scaled * came[at, -1] / scaled.sum())
    first, last = (known.persons.loc[own, year].sum() for year in (2011, 2015))
    assert trend[at, -1] == pytest.approx(last + 9 * (last - first) / 4) and np.isnan(trend[at, :-1]).all()


def test_what_deviates_is_what_is_asked_for_and_adds_up_to_nobody(outlook: Outlook) -> None:
    zero = np.zeros(len(GROUPS))
    wide = BaseMisses(0.05 * np.eye(len(GROUPS)), Spread(1.0, 0.0, 0.25))
    misses = AgeMisses(zero, zero, births=BirthMisses(0.9, 0.03, 0.01), base=wide)
    towns, wanted = len(outlook.base.towns), {"counted_years": 1}
    found = deviation_parts(outlook, misses, 40, 3, 7, **wanted)
    assert {name: part.shape for name, part in found.items()} == {
        "moves": (40, 3, towns), "births": (40, 3, towns), "base": (40, len(GROUPS), towns)}  # fmt: skip
    assert [*deviation_parts(outlook, None, 40, 3, 7, **wanted)] == ["moves"]
    assert [*deviation_parts(outlook, misses, 40, 3, 7, of_base=False, **wanted)] == ["moves", "births"]
    apart = deviation_parts(outlook, replace(misses, movers=outlook.profile.land), 40, 3, 7, **wanted)
    assert apart["moves"].shape == (40, 6, towns)  # with ages of their own, the Land first, then the Kreise
    assert not found["moves"][:, 0].any() and found["moves"][:, 1:].std(axis=0).min() > 0
    np.testing.assert_allclose(found["moves"][:20], -found["moves"][20:], atol=1e-7)  # mirrored pairs
    by_group = outlook.base.persons.sum(axis=1) @ membership()
    off = np.einsum("dgt,tg->dt", found["base"].astype(float), by_group)
    of_kreis = pd.DataFrame(off.T).groupby([town[:5] for town in outlook.base.towns]).sum()
    assert of_kreis.abs().max(axis=None) < 1.0 < np.abs(found["base"]).max() * by_group.max()


def test_assumptions_are_the_land_projected_again_with_another_value(plan: Result, outlook: Outlook) -> None:
    rates, base = outlook.rates["base"], outlook.base.persons
    effects = plan.tables["assumption_effects"].set_index(["assumption", "year", "age"])
    others = {
        "plan": (1.0, 1.0),
        "nobody_moves": (1.0, 0.0),
        "births_higher": (1.05, 1.0),
        "births_lower": (0.95, 1.0),
    }
    for name, (born, moved) in others.items():
        now = base
        for year, rate in enumerate(rates, 2025):
            now = step(now, rate.survival, born * rate.births, moved * rate.net_migration, rate.newborn)
            if year in (2030, 2040, 2050):
                ages = {
                    "0-2": slice(0, 3),
                    "25-44": slice(25, 45),
                    "80+": slice(80, None),
                    "total": slice(None),
                }
                for age, cut in ages.items():
                    key, column = ("nobody_moves", "plan") if name == "plan" else (name, "persons")
                    assert effects.loc[(key, year, age), column] == pytest.approx(now[..., cut].sum())
    gap = 100 * (effects["persons"] - effects["plan"]) / effects["plan"]
    pd.testing.assert_series_equal(effects["difference_pct"], gap, check_names=False)
