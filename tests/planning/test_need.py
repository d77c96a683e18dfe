"""Need is people times rates; its change is split exactly; bad input gets one clear message each."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.data import read_table
from dewak_research.errors import InputError
from dewak_research.planning.ages import GROUPS
from dewak_research.planning.care import CARE_AGES, care_population, care_rates
from dewak_research.planning.need import (
    SCENARIOS,
    carried_on,
    damped_growth,
    level_rates,
    need,
    policy_targets,
    rate_paths,
    recent_growth,
    split,
    yearly_growth,
)
from dewak_research.planning.rate_checks import rate_problems
from dewak_research.planning.rates import RAW_TABLES, SERVICES, rate_table
from dewak_research.planning.together import EXCLUSIVE, together, within_people

UNITS = pd.DataFrame({"ags": ["05562020", "05954"], "kreis": ["05562", "05954"]})
K = {service: i for i, service in enumerate(SERVICES)}
G = {group: i for i, group in enumerate(GROUPS)}


@pytest.fixture(scope="module")
def rates() -> pd.DataFrame:
    return rate_table({name: read_table(name) for name in RAW_TABLES})


def _row(**given_: object) -> pd.DataFrame:
    row = {"service": "childcare_u3", "sex": "all", "age": "0-2", "area": "05", "year": 2024, "use": "level",
           "rate": 0.3, "source": "own", "tag": "V", "assumed": False, "reason": ""}  # fmt: skip
    return pd.DataFrame([row | given_])


def test_need_is_people_times_rates_by_hand() -> None:
    groups = np.zeros((2, len(GROUPS)))
    groups[0, G["0-2"]], groups[1, G["0-2"]], groups[1, G["85-89"]] = 100, 50, 10
    found = need(
        groups,
        level_rates(pd.concat([_row(), _row(service="care_allowance", age="85-89", rate=0.5)]), UNITS)[0][0],
    )
    assert found[K["childcare_u3"]] == pytest.approx(45.0)
    assert found[K["care_allowance"]] == pytest.approx(5.0)
    assert np.isnan(found[K["debt_advice"]])


def test_a_unit_takes_its_own_rate_then_that_of_its_kreis_then_that_of_the_land() -> None:
    rows = pd.concat([_row(rate=0.1), _row(area="05562", rate=0.2), _row(area="05562020", rate=0.3)])
    found = level_rates(
        rows,
        pd.DataFrame({"ags": ["05562020", "05562024", "05954036"], "kreis": ["05562", "05562", "05954"]}),
    )[0]
    assert found[:, K["childcare_u3"], 0, G["0-2"]].tolist() == [0.3, 0.2, 0.1]


def test_own_figures_replace_what_is_not_known(rates: pd.DataFrame) -> None:
    own = _row(service="debt_advice", age="18-64", area="05562020", rate=0.01)
    found = level_rates(pd.concat([rates, own]), UNITS)[0]
    groups = np.full((2, 2, len(GROUPS)), 100.0)
    known = need(groups, found)[:, K["debt_advice"]]
    assert known[0] == pytest.approx(2 * 10 * 100 * 0.01)
    assert np.isnan(known[1])


def test_the_jump_of_care_allowance_is_a_matter_of_rates_and_hardly_of_demography() -> None:
    """+24.8 % from 2021 to 2023 (655,254 to 818,023): people and their ages explain a fifteenth of it."""
    tables = {name: read_table(name) for name in RAW_TABLES}
    people = care_population(tables["old_age"], tables["land_age_groups"], tables["kreise_age"])
    found = care_rates(tables["care_by_age"], people).query("service == 'care_allowance' and basis == 2011")
    wide = {
        name: found.pivot_table(index="year", columns="age", values=name)[list(CARE_AGES)]
        for name in ("rate", "persons")
    }
    before, after = (wide["persons"].loc[year].to_numpy()[None] for year in (2021, 2023))
    rate0, rate1 = (wide["rate"].loc[year].to_numpy()[None, None] for year in (2021, 2023))
    demography, use = split(before, after, rate0, rate1)
    assert demography[0] + use[0] == pytest.approx(818_023 - 655_254, abs=1e-6)
    change = wide["persons"].diff().loc[2023] * wide["rate"].loc[[2021, 2023]].mean()
    assert demography[0] == pytest.approx(change.sum())
    assert round((818_023 - 655_254) / 655_254, 3) == 0.248
    assert demography[0] / 655_254 == pytest.approx(DEMOGRAPHY, abs=0.0005)
    assert use[0] / 655_254 == pytest.approx(RATE, abs=0.0005)


DEMOGRAPHY, RATE = 0.0164, 0.2320
POSITIVE = st.floats(0, 1e6, allow_nan=False)


@given(st.data())
def test_demography_and_rate_add_up_to_the_change(data: st.DataObject) -> None:
    seed = data.draw(st.integers(0, 2**31))
    rng = np.random.default_rng(seed)
    before, after = rng.uniform(0, 1e5, (2, 3, 2, len(GROUPS)))
    rate0, rate1 = rng.uniform(0, 1, (2, 3, len(SERVICES), 2, len(GROUPS)))
    demography, use = split(before, after, rate0, rate1)
    change = need(after, rate1) - need(before, rate0)
    assert np.allclose(demography + use, change, rtol=1e-12, atol=1e-12 * need(after, rate1).max())


def test_no_change_of_rates_leaves_demography_alone() -> None:
    rng = np.random.default_rng(1)
    before, after = rng.uniform(0, 100, (2, 2, len(GROUPS)))
    rate = rng.uniform(0, 1, (len(SERVICES), 2, len(GROUPS)))
    demography, use = split(before, after, rate, rate)
    assert np.array_equal(use, np.zeros(len(SERVICES)))
    assert demography == pytest.approx(need(after, rate) - need(before, rate))


def test_draws_years_and_units_lie_before_sex_and_age(rates: pd.DataFrame) -> None:
    years = range(2024, 2028)
    paths = rate_paths(rates, UNITS, years, "constant")
    groups = np.random.default_rng(2).uniform(0, 100, (5, 4, 2, 2, len(GROUPS)))
    found = need(groups, paths)
    assert found.shape == (5, 4, 2, len(SERVICES))
    assert found[3, 2, 1] == pytest.approx(need(groups[3, 2, 1], paths[2, 1]), nan_ok=True)


def test_damping_sums_a_geometric_row_and_one_lets_growth_run() -> None:
    growth = np.full((1, 1), 0.1)
    ahead = np.array([[0], [1], [2]])
    damped = damped_growth(growth, ahead, 0.9)[:, 0, 0]
    assert np.log(damped) == pytest.approx([0.0, 0.09, 0.09 + 0.081])
    assert np.log(damped_growth(growth, ahead, 1.0)[:, 0, 0]) == pytest.approx([0.0, 0.1, 0.2])
    assert damped_growth(growth, np.array([[-3]]), 0.9).item() == 1.0


def test_growth_is_that_of_the_last_years_of_three_or_more_or_none(rates: pd.DataFrame) -> None:
    growth = yearly_growth(rates)
    allowance = rates.query("service == 'care_allowance' and use == 'history' and age == '80-84'")
    by_year = np.log(allowance.set_index("year")["rate"])
    byhand = (by_year[2023] - by_year[2021]) / 2
    assert growth[K["care_allowance"], G["80-84"]] == pytest.approx(byhand)
    assert byhand == pytest.approx(0.111, abs=0.002)
    assert (growth[K["child_raising_help"]] == 0).all()
    assert growth[K["care_allowance"], G["90-94"]] == growth[K["care_allowance"], G["95+"]]


def test_a_trend_starts_from_the_last_years_and_not_from_those_long_past(rates: pd.DataFrame) -> None:
    """Minors in integration help rose by 15 % in 2021, by 2 % in 2023: the slope of all years was 8 %."""
    history = rates.query("service == 'integration_help_minors' and use == 'history'")
    whole = np.polyfit(history["year"], np.log(history["rate"]), 1)[0]
    growth = yearly_growth(rates)[K["integration_help_minors"], G["6-9"]]
    assert whole == pytest.approx(0.080, abs=0.005)
    assert growth == pytest.approx(0.0486, abs=0.0005)
    years, falling = np.array([2010.0, 2015.0, 2016.0, 2017.0]), np.array([0.1, 0.4, 0.3, 0.2])
    assert recent_growth(years, falling) == pytest.approx(np.log(0.2 / 0.4) / 2)


def test_kinds_of_care_never_hold_more_people_than_there_are(rates: pd.DataFrame) -> None:
    """Before, 34 of 53 Kreise had more people of 90 and over in care in 2040 than people, four from the start."""
    kreise = sorted(rates.query("service == 'care_allowance' and use == 'level' and area != '05'")["area"])
    units = pd.DataFrame({"ags": kreise, "kreis": kreise})
    for scenario in SCENARIOS:
        assert together(rate_paths(rates, units, range(2024, 2051), scenario)).max() <= 1 + 1e-9, scenario
    level, measured = level_rates(rates, units)
    free = carried_on(rates, level, measured, np.array([2040]), 0.9)[0]
    bound = rate_paths(rates, units, range(2023, 2041), "damped")[-1]
    over = together(free) > 1
    assert over.any(axis=(-2, -1)).sum() > 20
    kinds = [K[name] for name in EXCLUSIVE]
    proportion = np.moveaxis((bound / free)[:, kinds], 1, -1)[over]
    assert proportion == pytest.approx(np.repeat(proportion[:, :1], 3, axis=1)), "in proportion"
    others = [k for name, k in K.items() if name not in EXCLUSIVE]
    assert np.array_equal(within_people(free)[:, others], free[:, others], equal_nan=True)


def test_a_table_with_more_people_in_care_than_people_is_refused_with_the_ages() -> None:
    crowd = pd.concat(
        [
            _row(service=name, age="90+", rate=0.4, sex=sex)
            for name in EXCLUSIVE[:2]
            for sex in ("male", "female")
        ]
        + [_row(service=EXCLUSIVE[2], age="95+", rate=0.3), _row(rate=1.5)]
    )
    with pytest.raises(InputError) as refused:
        level_rates(crowd, UNITS)
    assert len(refused.value.problems) == 2, "all at once"
    text = refused.value.render("en")
    assert "1.10" in text and "95+" in text and "90-94" not in text
    sound = crowd[crowd["rate"] < 0.35].assign(rate=0.2)
    assert rate_problems(pd.concat([crowd[crowd["rate"] == 0.4], sound])) == []


def test_a_damped_rate_stays_a_share(rates: pd.DataFrame) -> None:
    paths = rate_paths(rates, UNITS, range(2024, 2051), "damped", damping=1.0)
    assert np.nanmax(paths) <= 1.0
    assert np.nanmax(paths[-1][:, K["all_day_school"]]) == 1.0


def test_constant_and_damped_part_after_the_year_of_measurement(rates: pd.DataFrame) -> None:
    constant, damped = (rate_paths(rates, UNITS, range(2023, 2027), name) for name in ("constant", "damped"))
    k, g = K["care_allowance"], G["80-84"]
    assert damped[0, 0, k, 0, g] == constant[0, 0, k, 0, g]
    assert (np.diff(damped[:, 0, k, 0, g]) > 0).all()
    assert (np.diff(constant[:, 0, k, 0, g]) == 0).all()


def test_the_policy_path_reaches_its_target_and_stays_there(rates: pd.DataFrame) -> None:
    assert policy_targets()[["rate", "year"]].to_numpy().tolist() == [[0.8, 2029]]
    path = rate_paths(rates, UNITS, range(2023, 2033), "policy")[:, 0, K["all_day_school"], 0, G["6-9"]]
    level = rates.query("service == 'all_day_school' and use == 'level'")["rate"].item()
    assert path[[0, 3, 6, 9]] == pytest.approx([level, (level + 0.8) / 2, 0.8, 0.8])


def test_every_fault_is_named_at_once() -> None:
    wrong = pd.concat([_row(rate=1.2), _row(age="1-2"), _row(service="childcare_u33"), _row(rate=-0.1)])
    with pytest.raises(InputError) as refused:
        level_rates(wrong, UNITS)
    assert len(refused.value.problems) == 4
    text = refused.value.render("de")
    assert "1.2" in text
    assert "1-2" in text
    assert "childcare_u3" in text


@pytest.mark.parametrize("damping", [1.01, -0.1, np.nan, np.inf])
def test_a_damping_outside_its_range_is_refused(rates: pd.DataFrame, damping: float) -> None:
    with pytest.raises(InputError) as refused:
        rate_paths(rates, UNITS, [2024, 2025], "damped", damping=damping)
    assert len(refused.value.problems) == 1
    assert f"the damping is {damping:g}" in refused.value.render("en")


def test_an_unknown_scenario_is_refused_and_the_nearest_named(rates: pd.DataFrame) -> None:
    with pytest.raises(InputError) as refused:
        rate_paths(rates, UNITS, [2024, 2025], "dampened")  # type: ignore[arg-type]
    assert len(refused.value.problems) == 1
    assert "damped" in refused.value.render("en").replace("dampened", "")


def test_years_with_a_gap_are_refused_together_with_a_faulty_target(rates: pd.DataFrame) -> None:
    targets = pd.DataFrame([("childcare_u3", "0-2", 1.5, 2030)], columns=["service", "age", "rate", "year"])
    with pytest.raises(InputError) as refused:
        rate_paths(rates, UNITS, [2024, 2026], "policy", targets=targets)
    assert len(refused.value.problems) == 2
    assert "2025" in refused.value.render("en")
