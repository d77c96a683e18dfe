"""The engine's inputs and answers for single units: computed again by hand, by a plain loop or by a plain search."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, norm
from stress import engine_case as case

from dewak_research.config import StressParams
from dewak_research.rules import rule_set
from dewak_research.stress.baseline import Path
from dewak_research.stress.book import build_book, build_layers, exposed_stock, net_share
from dewak_research.stress.distribution import band_ends_pct
from dewak_research.stress.frontier import breaking, frontier, social_change, unit_covariance
from dewak_research.stress.items import BLOCKS, KEYS, POSITION
from dewak_research.stress.reverse import episode_direction, reverse
from dewak_research.stress.run import settings_of
from dewak_research.stress.samplers import full_covariance
from dewak_research.stress.scenarios import scenario
from dewak_research.stress.sensitivity import drawn_lights
from dewak_research.stress.simulation import Settings
from dewak_research.stress.transmission import Gfg, Maturities
from dewak_research.stress.what_if import Effects, effects_eur, revenue_eur, run_once, run_scaled

GFG = Gfg(0.9, 35.0, 414.0, (0.5, 0.5))
CITY, CITY_KEY = 4, "05101000"
FALL = (0.79, 0.79 * 1.10, 0.79 * 1.10 * 1.13, 0.79 * 1.10 * 1.13, 0.79 * 1.10 * 1.13)
"""What is left of the trade tax in the years of the episode GFK2009: −21 %, +10 %, +13 %, then no further news."""


def start() -> pd.DataFrame:
    """What `baseline` says of the made-up Land, with amounts that show which column an array came from."""
    return case.table().assign(
        kreis=["05001", "05001", "05001", "05002", "05101"],
        trade_tax_multiplier_pct=[np.nan, 400.0, 450.0, 480.0, 500.0],
        start_ausgleichsruecklage_eur=[1.0, 2, 3, np.nan, 5],
        start_allgemeine_ruecklage_eur=[10.0, 20, 30, np.nan, 50],
        opening_amount_eur=[4.0, 5, 6, np.nan, 8],
        start_liquidity_credit_eur=[100.0, 200, 300, np.nan, 500],
        start_liquid_funds_eur=[1.0, 20, 0, np.nan, 7],
        start_investment_credit_eur=[120.0, 240, 0, np.nan, 60],
        quota_2009_share=[0.0, 0.1, 0.2, np.nan, 0.3],
        zins_eur=[9.0, 9, 9, 6, 9],
    )


def shares_of_towns() -> pd.DataFrame:
    """Parts in the levies of the Kreis; a third town of it did not report."""
    rows = {"05001001": (0.3, 0.6, 0.4), "05001002": (0.5, 0.0, 0.4), "05001003": (0.2, 0.4, 0.2)}
    rows |= {"05002001": (1.0, 1.0, 1.0)}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["share", "youth_share", "booked_share"])


def test_old_debt_meets_the_new_rate_as_it_falls_due() -> None:
    """Liquidity credit: a quarter at once, the rest over five years; investment credit over twelve; without a
    balance sheet all debt is investment credit, 6 of interest at 3 % being 200."""
    found = exposed_stock(start(), 7, Maturities(0.25, 5, 12), 0.03)
    for t in range(7):
        five, twelve = min(t / 5, 1), min(t / 12, 1)
        debts = [(100, 120), (200, 240), (300, 0), (0, 200), (500, 60)]
        by_hand = [0.25 * credit + 0.75 * credit * five + rest * twelve for credit, rest in debts]
        assert found[t].tolist() == pytest.approx(by_hand)


def test_the_levy_takes_its_points_of_the_multiplier_from_a_trade_tax_euro() -> None:
    found = net_share(start(), GFG).tolist()
    assert found == pytest.approx([1.0, 365 / 400, 415 / 450, 445 / 480, 465 / 500])


def test_links_of_towns_to_their_kreis() -> None:
    found = build_layers(start(), shares_of_towns())
    assert found.kreis_of.tolist() == [-1, 0, 0, -1, -1] and found.kreise.tolist() == [0]
    assert found.share.tolist() == [0.0, 0.3, 0.5, 1.0, 0.0]
    assert found.youth_share.tolist() == [0.0, 0.6, 0.0, 1.0, 0.0]
    assert found.booked_share.tolist() == [0.0, 0.4, 0.4, 1.0, 0.0]
    assert found.estimated.tolist() == [False, False, False, True, False]
    assert found.member.tolist() == [True, False, False, False, True]
    assert found.outside_share.tolist() == pytest.approx([0.2])  # the town that did not report
    assert found.received_eur.tolist() == [75.0]


def test_the_book_holds_the_start_of_every_unit_and_refunds_who_receives_key_grants() -> None:
    base = case.book()
    planned = Path(base.items_eur, base.result_eur, base.liquidity_flow_eur)
    layers = build_layers(start(), shares_of_towns())
    book = build_book(start(), planned, layers, case.moves(), GFG, Maturities(0.25, 5, 12), 0.03)
    np.testing.assert_array_equal(book.items_eur, base.items_eur)
    np.testing.assert_array_equal(book.ausgleichsruecklage_eur, [1, 2, 3, np.nan, 5])
    np.testing.assert_array_equal(book.allgemeine_ruecklage_eur, [10, 20, 30, np.nan, 50])
    np.testing.assert_array_equal(book.opening_amount_eur, [4, 5, 6, np.nan, 8])
    np.testing.assert_array_equal(book.liquidity_credit_eur, [99, 180, 300, np.nan, 493])
    np.testing.assert_array_equal(book.quota_before, [0.0, 0.1, 0.2, np.nan, 0.3])
    by_hand = [0.0, 0.9 * 379 / 400, 0.0, 0.9 * 379 / 480, 0.9 * 379 / 500]  # Kreis and abundant town: none
    assert book.refund_share.tolist() == pytest.approx(by_hand)
    assert book.taxes.known.tolist() == [False, True, True, True, True]
    assert book.exposed_eur[0].tolist() == pytest.approx([25.0, 50.0, 75.0, 0.0, 125.0])


def test_revenue_is_taxes_after_the_levy_key_grants_and_the_levy_of_the_kreis() -> None:
    found = revenue_eur(case.book(), np.array([75.0, 1, 1, 1, 1]))  # what towns would receive counts for none
    assert found[0].tolist() == pytest.approx(
        [8 + 75, *(n * (20 * (1 - 35 / 480) + 15 + 2) + 6 * n * (n != 2) for n in (1, 2, 3)),
         90 * (1 - 35 / 480) + 60 + 8 + 40]
    )  # fmt: skip


def test_a_scaled_effect_walks_year_by_year_with_interest_on_new_credit() -> None:
    book, rng = case.book(), np.random.default_rng(1)
    blocks: Effects = {name: rng.normal(-2, 3, book.result_eur.shape) for name in BLOCKS}
    units, scale, points = np.array([1, 4]), np.array([[0.0, 0.5, 2.0], [1.0, -1.0, 3.0]]), np.full(5, 0.01)
    paths = run_scaled(
        book, units, blocks, points, scale, Settings(rule_set(2010), borrowing_rate_share=0.03)
    )
    for c, unit in enumerate(units):
        for d in range(scale.shape[1]):
            credit = 0.0
            for t in range(book.years):
                moved = scale[c, d] * sum(part[t, unit] for part in blocks.values())
                moved -= 0.01 * book.exposed_eur[t, unit] + 0.04 * credit
                credit -= moved
                assert paths.result_eur[t, c, d] == pytest.approx(book.result_eur[t, unit] + moved, abs=1e-4)
                assert paths.extra_credit_eur[t, c, d] == pytest.approx(credit, abs=1e-4)


def test_an_episode_takes_its_part_of_the_trade_tax_after_the_levy() -> None:
    found = episode_direction(case.run(), scenario("GFK2009"))
    net = 90 * (1 - 35 / 480)
    assert found["taxes"][:, CITY].tolist() == pytest.approx([net * (left - 1) for left in FALL])
    assert not found["taxes"][:, 0].any() and not found["social"].any()


def crosses(run, blocks: Effects, unit: int) -> bool:
    paths = run_once(run.book, blocks, np.zeros(run.book.years), run.settings)
    return bool(paths.triggers.any_year[:, unit].any())


def test_the_reverse_test_finds_what_a_search_in_small_steps_finds() -> None:
    run = case.run()
    years = range(2000, 2011)
    level = [100.0, 90, 95, 60, 80, 85, 84, 50, 70, 75, 80]
    panel = pd.DataFrame({"ags": CITY_KEY, "year": years, "trade_tax_eur_pc": level})
    found = reverse(run, panel).set_index(["direction", "ags"])
    for name in ("GFK2009", "COST2024"):
        towards = episode_direction(run, scenario(name))
        for unit, ags in enumerate(case.UNITS):
            star = found.loc[(name, ags), "lambda_star"]
            if unit == 3:
                assert math.isnan(star)  # no balance sheet
                continue
            steps = np.arange(0.0, 10.0, 0.02)
            scaled = ({block: size * part for block, part in towards.items()} for size in steps)
            first = next(
                (s for s, blocks in zip(steps, scaled, strict=True) if crosses(run, blocks, unit)), None
            )
            assert star == math.inf if first is None else first - 0.02 <= star <= first + 1e-3
    row = found.loc[("GFK2009", CITY_KEY)]
    assert row["trade_tax_fall_share"] == pytest.approx(0.21 * row["lambda_star"])
    falls = [before / after - 1 for after, before in pairwise(level)]
    at_least = sum(-one >= row["trade_tax_fall_share"] for one in falls)
    assert row["return_period_years"] == (pytest.approx(10 / at_least) if at_least else math.inf)
    assert row["bearable_eur_pc"] == pytest.approx(row["bearable_eur"] / 3000)


def test_social_items_alone_are_higher() -> None:
    change = social_change(case.book(), 0.1)
    social = [POSITION[key] for key in ("kdu", "hzp", "egh", "sgb8", "asyl")]
    assert (change[:, :, social] == 0.1).all() and change.sum() == pytest.approx(0.1 * 5 * 5 * 5)


def test_on_the_frontier_both_shocks_together_just_cross_the_line() -> None:
    """Both cost interest on the credit that they make: run together they cross where the frontier says."""
    run = case.run()
    assert run.settings.borrowing_rate_share > 0
    table = frontier(run)
    crisis, checked = episode_direction(run, scenario("GFK2009")), 0
    for row in table.itertuples():
        unit, change = case.UNITS.index(row.ags), np.zeros((5, 5, len(KEYS)))
        for key in ("kdu", "hzp", "egh", "sgb8", "asyl"):
            change[:, :, POSITION[key]] = row.social_growth_share
        burden = effects_eur(run.book, change, run.settings)

        def at(size: float, burden: Effects = burden) -> Effects:
            return {name: burden[name] + size * crisis[name] for name in BLOCKS}

        if 0 < row.lambda_star < 10:
            assert crosses(run, at(row.lambda_star + 0.01), unit)
            assert not crosses(run, at(row.lambda_star - 0.01), unit)
            checked += 1
        elif row.lambda_star == 0:
            assert crosses(run, burden, unit)
    assert checked > 10 and set(table["ags"]) == set(case.UNITS) - {"05002001"}


def test_the_breaking_scenario_crosses_the_line_at_its_distance_and_no_single_item_does_sooner() -> None:
    run = case.run()
    found = breaking(run, [CITY_KEY])
    keys, common = full_covariance(run.pool, dict(run.params.cost_spread), run.params.cost_correlation)
    inverse = np.linalg.inv(unit_covariance(common, run.book.taxes.covariance(CITY)))
    shock = found.set_index("item")["change_share"].reindex(list(keys)).to_numpy(float)
    distance = found["distance"].iloc[0]
    assert distance == pytest.approx(math.sqrt(shock @ inverse @ shock), rel=1e-3)

    def breaks(sizes: np.ndarray) -> bool:
        change = np.zeros((5, 5, len(KEYS)))
        change[:, :, [POSITION[key] for key in keys]] = sizes
        return crosses(run, effects_eur(run.book, change, run.settings), CITY)

    assert breaks(1.01 * shock) and not breaks(0.98 * shock)
    for one in np.eye(len(keys)):
        for sign in (-1, 1):
            nearer = sign * one * 0.97 * distance / math.sqrt(one @ inverse @ one)
            assert not breaks(nearer)


def test_the_light_of_few_draws_is_the_weighted_share_of_draws_over_a_line() -> None:
    run = case.run()
    units = run.table.assign(name="x", kreis="y")
    found = drawn_lights(run, units, draws=120)
    common = run.shocks(120)
    crises, rate = common.crisis_years[-1], run.frequencies[0]
    for paths in run.simulate(common, lambda paths: paths):
        for c, unit in enumerate(paths.units):
            hit = paths.triggers.any_year[:, c].any(axis=0)
            groups = {n: hit[crises == n].mean() for n in range(6) if (crises == n).any()}
            weight = {n: binom.pmf(n, 5, rate) for n in groups}
            by_hand = sum(weight[n] * groups[n] for n in groups) / sum(weight.values())
            row = found.loc[case.UNITS[unit]]
            if unit == 3:
                assert row["light"] == "no_data" and math.isnan(row["probability"])
                continue
            assert row["probability"] == pytest.approx(by_hand)
            free = 1 - by_hand
            assert row["light"] == ("green" if free >= 0.9 else "amber" if free >= 0.7 else "red")


def test_the_middle_of_a_normal_distribution_lies_between_the_ends_of_its_band() -> None:
    for band in (50, 80, 95):
        low, high = (norm.ppf(end / 100) for end in band_ends_pct(band))
        assert (low, high) == pytest.approx(norm.interval(band / 100))


def test_the_engine_behaves_as_the_parameters_ask() -> None:
    asked = StressParams(pass_through_share=0.7, pass_through_lag_years=2, borrowing_rate_pp=4.0,
                         landschaft_pass_through_share=0.4, budget_year=2013)  # fmt: skip
    found = settings_of(asked)
    assert (found.pass_through_share, found.pass_through_lag_years) == (0.7, 2)
    assert (found.landschaft_pass_through_share, found.borrowing_rate_share) == (0.4, 0.04)
    assert found.rules == rule_set(2013) != rule_set(2010)
    other = asked.model_copy(update={"rule_set": rule_set(2010).name})
    assert settings_of(other) == replace(found, rules=rule_set(2010))
