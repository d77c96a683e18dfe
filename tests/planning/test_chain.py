"""The chain from people to who bears the cost: every step fits the one before, and the Land's own totals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.config import PlanningParams
from dewak_research.data.result import Result
from dewak_research.planning.ages import GROUPS
from dewak_research.planning.chain import NeedGrowth
from dewak_research.planning.rates import SERVICES, UNKNOWN

KNOWN = set(SERVICES) - set(UNKNOWN)


def _towns(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["ags"].str.len() == 8]


def test_need_of_the_land_in_2024_follows_the_counts_of_2023(plan: Result) -> None:
    """A year of ageing at constant rates: within three per cent of what was counted."""
    need = plan.tables["need"].query("variant == 'base' and scenario == 'constant' and year == 2024")
    sums = _towns(need).groupby("service")["need"].sum()
    counted = {"care_allowance": 818_023, "care_ambulatory": 240_078, "care_residential": 169_213,
               "all_day_school": 372_930, "child_raising_help": 93_480,
               "integration_help_minors": 82_200, "integration_help_adults": 178_550}  # fmt: skip
    for service, persons in counted.items():
        assert sums[service] == pytest.approx(persons, rel=0.03), service


def test_every_known_service_reaches_every_unit_and_year_and_no_unknown_one(plan: Result) -> None:
    need = plan.tables["need"].query("variant == 'base' and scenario == 'damped'")
    assert set(need["service"]) == KNOWN
    assert len(need) == 427 * len(KNOWN) * (PlanningParams().shown_year - 2024 + 1)
    assert need["need"].notna().all()


def test_a_kreis_needs_and_costs_what_its_towns_do(plan: Result) -> None:
    for name, column in (("need", "need"), ("cost", "gross_eur"), ("net_cost", "net_eur")):
        table = plan.tables[name].query("year == 2035 and scenario == 'damped'")
        table = table[table["variant"] == "base"] if "variant" in table else table
        towns = _towns(table)
        sums = towns.assign(ags=towns["ags"].str[:5]).groupby(["ags", "service"])[column].sum()
        kreise = table[table["ags"].str.len() == 5].set_index(["ags", "service"])[column]
        assert np.allclose(sums.reindex(kreise.index), kreise, rtol=1e-6), name


def test_the_split_of_need_is_exact_and_constant_rates_are_all_demography(plan: Result) -> None:
    split = plan.tables["need_split"]
    change = split["need_last"] - split["need_first"]
    assert np.allclose(split["demography"] + split["rate"], change, rtol=0, atol=1e-6)
    assert split.query("scenario == 'constant'")["rate"].abs().max() == 0


def test_the_allowance_is_split_as_the_golden_says(plan: Result) -> None:
    row = plan.tables["care_split"].query("service == 'care_allowance' and first_year == 2021").iloc[0]
    assert row["persons_last"] / row["persons_first"] - 1 == pytest.approx(0.2484, abs=0.0001)
    assert row["demography_share"] == pytest.approx(0.0164, abs=0.0005)
    assert row["demography"] + row["rate"] == pytest.approx(row["persons_last"] - row["persons_first"])


def test_gross_cost_is_held_against_the_statistics_of_the_land(plan: Result) -> None:
    """Facilities, care and integration help within ten per cent; single help holds child minders in the statistics."""
    ratio = plan.tables["cost_check"].set_index("part")["ratio"]
    assert ratio[["facilities", "help_for_care", "integration_help"]].between(0.9, 1.1).all()
    assert ratio["single_help"] == pytest.approx(0.76, abs=0.03)
    # spending of 2024 over people of 2024: the first year costs what was published, to the last euro
    assert ratio[["help_for_care", "integration_help"]].to_numpy() == pytest.approx(1.0, rel=1e-9)


def test_growth_among_minors_is_paid_at_the_price_of_minors(plan: Result) -> None:
    """Priced at the average of all ages the damped growth cost four times as much."""
    table = plan.tables["need_of_land"].query("scenario == 'damped'").set_index("service")
    need = table[table.index.str.startswith("integration_help")]
    more = need["need_last"] - need["need_first"]
    assert more["integration_help_minors"] > 20_000 > more["integration_help_adults"]
    price = plan.tables["unit_costs"].query("area == '05'").set_index("service")["eur_per_need"]
    average = 7_428_712_000 / need["need_first"].sum()
    assert price["integration_help_minors"] < 0.6 * average
    assert price["integration_help_minors"] < 0.5 * price["integration_help_adults"]


def test_what_municipalities_bear_is_below_the_gross_cost_and_adds_up(plan: Result) -> None:
    net = plan.tables["net_cost"]
    whole = net.dropna()
    parts = whole[["direct_eur", "through_kreis_eur", "through_landschaftsverband_eur"]].sum(axis=1)
    assert np.allclose(parts, whole["net_eur"], rtol=1e-9)
    gross = _towns(plan.tables["cost"]).groupby(["scenario", "service"])["gross_eur"].sum()
    borne = _towns(net).groupby(["scenario", "service"])["net_eur"].sum()
    assert (borne <= gross.reindex(borne.index) * (1 + 1e-9)).all()
    assert borne["constant", "childcare_u3"] / gross["constant", "childcare_u3"] == pytest.approx(
        0.5, abs=0.05
    )


def test_the_policy_path_needs_the_all_day_places_that_the_land_expects(plan: Result) -> None:
    """The Land expects knapp 590,000 places in primary schools from 2029/30: our children of 6 to 9 are fewer."""
    need = plan.tables["need"].query("scenario == 'policy' and service == 'all_day_school' and year == 2029")
    assert _towns(need)["need"].sum() == pytest.approx(590_000, rel=0.12)


def test_every_unit_has_a_band_of_need(plan: Result) -> None:
    growth = plan.tables["need_growth"]
    assert len(growth) == 427 * len(KNOWN)
    assert (growth["p05"] <= growth["p95"]).all()
    middle = plan.tables["need"].query("variant == 'base' and scenario == 'constant' and year == 2040")
    both = growth.merge(middle, on=["ags", "service"])
    assert (both["p50"] / both["need"]).median() == pytest.approx(1, abs=0.02)


def test_growth_comes_from_the_draws(plan: Result) -> None:
    rates = plan.tables["rates"]
    units = pd.DataFrame({"ags": ["05954032", "05954036"], "kreis": ["05954", "05954"]})
    people = np.random.default_rng(1).uniform(900, 1100, (40, 3, 2, 2, len(GROUPS)))
    people[:, 2] *= 1.2
    growth = NeedGrowth(rates, units, 2024, 2026)
    growth(units["ags"].tolist()[::-1], people[:, :, ::-1])
    found = growth.table()
    assert found["ags"].is_monotonic_increasing
    assert set(found["service"]) == KNOWN
    assert (found["growth_low_share"] < found["growth_share"]).all()
    assert (found["growth_share"] < found["growth_high_share"]).all()
    assert found["growth_share"].mean() == pytest.approx(0.2, abs=0.03)


def test_the_kreise_that_are_open_are_those_whose_own_part_of_child_care_is_missing(plan: Result) -> None:
    gaps = plan.tables["office_gaps"].iloc[0]
    cost = plan.tables["net_cost"].query("service == 'childcare_u3' and ags.str.len() == 5")
    lacking = cost.loc[cost["through_kreis_eur"].isna(), "ags"].nunique()
    assert lacking == gaps["kreise_open"] and gaps["kreise"] == cost["ags"].nunique()
