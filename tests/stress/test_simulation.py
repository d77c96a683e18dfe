from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dewak_research.rules import rule_set
from dewak_research.stress.all_units import simulate
from dewak_research.stress.book import Layers
from dewak_research.stress.items import KEYS, POSITION
from dewak_research.stress.samplers import SAMPLERS
from dewak_research.stress.shocks import OwnTaxes
from dewak_research.stress.simulation import Paths, Settings, own_effects, total_of
from dewak_research.stress.transmission import refund_by_year
from dewak_research.stress.what_if import effects_eur, own_effects_eur, run_once, with_layers
from stress import engine_case as case

RULES = rule_set(2010)
ENGINE = Settings(RULES)


def everything(paths: Paths) -> Paths:
    return paths


def by_unit(chunks: list[Paths], name: str) -> np.ndarray:
    units = np.concatenate([c.units for c in chunks])
    values = np.concatenate([np.asarray(getattr(c, name)) for c in chunks], axis=1)
    return values[:, np.argsort(units)]


def run_all(chunk_size: int = 4, workers: int = 1, draws: int = 200, book=None, settings_=ENGINE):
    return simulate(
        book if book is not None else case.book(),
        case.common(draws),
        settings_,
        7,
        everything,
        chunk_size=chunk_size,
        workers=workers,
    )


@pytest.mark.parametrize(("chunk_size", "workers"), [(1, 1), (2, 2), (5, 1), (3, 4)])
def test_results_do_not_depend_on_chunks_or_workers(chunk_size: int, workers: int) -> None:
    reference, other = run_all(), run_all(chunk_size, workers)
    for name in ("result_eur", "equity_eur", "extra_credit_eur", "liquidity_credit_eur"):
        np.testing.assert_array_equal(by_unit(reference, name), by_unit(other, name))


def test_a_unit_draws_the_same_whatever_other_units_run() -> None:
    whole = by_unit(run_all(), "result_eur")
    city = case.book()
    alone = replace(
        city,
        taxes=city.taxes.only(4),
        items_eur=city.items_eur[:, 4:],
        result_eur=city.result_eur[:, 4:],
        liquidity_flow_eur=city.liquidity_flow_eur[:, 4:],
        ausgleichsruecklage_eur=city.ausgleichsruecklage_eur[4:],
        allgemeine_ruecklage_eur=city.allgemeine_ruecklage_eur[4:],
        liquidity_credit_eur=city.liquidity_credit_eur[4:],
        exposed_eur=city.exposed_eur[:, 4:],
        net_share=city.net_share[4:],
        refund_share=city.refund_share[4:],
        refund_split=city.refund_split,
        layers=Layers(
            np.array([-1]),
            *[np.zeros(1)] * 3,
            np.array([], int),
            np.zeros(1, bool),
            np.zeros(0),
            np.ones(1, bool),
            np.zeros(0),
        ),
    )
    np.testing.assert_array_equal(by_unit(run_all(book=alone), "result_eur")[:, 0], whole[:, 4])


def test_every_euro_of_a_draw_is_found_again() -> None:
    book = case.book()
    chunks = run_all(book=book)
    result, extra = by_unit(chunks, "result_eur"), by_unit(chunks, "extra_credit_eur")
    deviation = by_unit(chunks, "deviation_eur")
    np.testing.assert_allclose(result - book.result_eur[:, :, None], deviation, atol=1e-4)
    np.testing.assert_allclose(extra, -np.cumsum(deviation, axis=0), atol=1e-3)
    equity = by_unit(chunks, "equity_eur")
    opening = (book.ausgleichsruecklage_eur + book.allgemeine_ruecklage_eur)[:, None]
    known = ~np.isnan(opening[:, 0])
    moved = equity[-1] - opening
    np.testing.assert_allclose(moved[known], result.sum(axis=0)[known], atol=1e-6)


shares = st.floats(-0.9, 0.9)


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(shares, min_size=len(KEYS), max_size=len(KEYS)),
    passed=st.floats(0, 1),
    lag=st.integers(0, 2),
    rate=st.floats(0, 0.05),
    own=st.booleans(),
)
def test_conservation_over_layers(
    values: list[float], passed: float, lag: int, rate: float, own: bool
) -> None:
    """The shock on a Kreis and its towns = change of their results; the Umlage only moves it between them."""
    book = case.book()
    change = np.zeros((5, book.size, len(KEYS)))
    change[:] = values
    chosen = Settings(RULES, pass_through_share=passed, pass_through_lag_years=lag)
    before = total_of(own_effects_eur(book, change, chosen, own_loss=own))
    after = with_layers(book, own_effects_eur(book, change, chosen, own_loss=own), change, chosen)
    family = [0, 1, 2]
    scale = np.abs(before).max() + 1.0
    np.testing.assert_allclose(
        total_of(after)[:, family].sum(axis=1), before[:, family].sum(axis=1), atol=1e-5 * scale
    )
    paths = run_once(book, effects_eur(book, change, chosen, own_loss=own), np.full(5, rate), chosen)
    moved = (paths.result_eur[:, :, 0] - book.result_eur).sum(axis=0)
    interest_on_debt = paths.block_eur["interest"][:, :, 0].astype(float)
    direct = total_of(after) + interest_on_debt - after["interest"]
    np.testing.assert_allclose(moved, direct.sum(axis=0), atol=1e-4 * scale)
    np.testing.assert_allclose(paths.extra_credit_eur[-1, :, 0], -moved, atol=1e-4 * scale)
    known = ~np.isnan(book.allgemeine_ruecklage_eur)
    opening = book.ausgleichsruecklage_eur + book.allgemeine_ruecklage_eur
    np.testing.assert_allclose(
        (paths.equity_eur[-1, :, 0] - opening)[known],
        (moved + book.result_eur.sum(axis=0))[known],
        atol=1e-4 * scale,
    )


def test_a_kreis_loss_reaches_its_towns_a_year_later_by_their_shares() -> None:
    book = case.book()
    change = np.zeros((5, book.size, len(KEYS)))
    change[:, 0, POSITION["hzp"]] = 0.2
    after = with_layers(book, own_effects_eur(book, change, ENGINE), change, ENGINE)
    cost = 0.2 * 15
    np.testing.assert_allclose(after["umlagen"][0], 0.0)
    np.testing.assert_allclose(after["umlagen"][1:, 1], -0.4 * cost, rtol=1e-6)
    np.testing.assert_allclose(after["umlagen"][1:, 2], -0.6 * cost, rtol=1e-6)
    np.testing.assert_allclose(total_of(after)[1:, 0], 0.0, atol=1e-6)


def test_integration_assistance_arrives_through_the_landschaftsumlage() -> None:
    book = case.book()
    change = np.zeros((5, book.size, len(KEYS)))
    change[:, :, POSITION["egh"]] = 0.1
    after = own_effects_eur(book, change, ENGINE)
    np.testing.assert_allclose(after["umlagen"][:, 4], -0.1 * 0.75 * 35)
    np.testing.assert_allclose(after["umlagen"][:, 1], 0.0)


def test_refund_comes_in_two_halves_and_never_to_an_abundant_town() -> None:
    loss = np.zeros((4, 2, 1), np.float32)
    loss[0] = -100.0
    paid = refund_by_year(loss, np.array([0.711, 0.0]), (0.5, 0.5), np.full((4, 2), 1000.0))
    np.testing.assert_allclose(paid[:, 0, 0], [0, 35.55, 35.55, 0], rtol=1e-6)
    assert not paid[:, 1].any()


def test_a_gain_cannot_cost_more_than_the_grants_there_are() -> None:
    gain = np.full((3, 1, 1), 1000.0, np.float32)
    paid = refund_by_year(gain, np.array([0.7]), (0.5, 0.5), np.full((3, 1), 50.0))
    assert paid.min() == -50.0


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_run_of_noise_moves_no_result_on_average(sampler: str) -> None:
    """Mean effect of all draws on the result of every unit, in every year and over all: 0 within its error.

    Own taxes move widely and key grants are few, so that the floor of the equalisation binds in many draws.
    """
    wide = replace(case.book(), taxes=OwnTaxes.of(case.UNITS, case.moves(width=0.5)))
    chunks = simulate(wide, case.common(40_000, sampler=sampler), ENGINE, 7, everything, workers=1)
    effect = by_unit(chunks, "deviation_eur")
    for moved in (*effect, effect.sum(axis=0)):
        error = moved.std(axis=1) / np.sqrt(moved.shape[1])
        assert (np.abs(moved.mean(axis=1)) <= 4.5 * error + 1e-6).all()


def test_the_floor_of_key_grants_is_what_is_left_of_them_in_the_draw() -> None:
    gain = np.zeros((3, 1, 2), np.float32)
    gain[0] = 1000.0
    left = np.array([50.0, 20.0], np.float32)
    grants = np.broadcast_to(left, (3, 1, 2)).astype(np.float32)
    paid = refund_by_year(gain, np.array([0.7]), (0.5, 0.5), grants)
    np.testing.assert_allclose(paid[1, 0], [-50.0, -20.0])
    kept = refund_by_year(gain, np.array([0.7]), (0.5, 0.5), grants, keep_mean=True)
    np.testing.assert_allclose(kept[1, 0], [-50.0 - 315.0, -20.0 - 315.0])


def test_a_unit_that_used_its_reserve_the_year_before_meets_n2_in_the_first_year() -> None:
    spent = replace(case.book(result=-25.0), quota_before=np.array([0.0, 0.06, 0.0, np.nan, 0.06]))
    calm = case.common(1)
    still = replace(calm, log_level=np.zeros_like(calm.log_level), rate_points=calm.rate_points * 0)
    own = replace(spent.taxes, scale=spent.taxes.scale * 0, mean_log=spent.taxes.mean_log * 0)
    chunks = simulate(replace(spent, taxes=own), still, ENGINE, 7, everything, workers=1)
    n2 = np.concatenate([c.triggers.n2[0, :, 0] for c in chunks])
    units = np.concatenate([c.units for c in chunks])
    assert n2[np.argsort(units)].tolist() == [False, True, False, False, False]


def test_without_a_balance_sheet_only_liquidity_is_answered() -> None:
    chunks = run_all()
    equity, extra = by_unit(chunks, "equity_eur"), by_unit(chunks, "extra_credit_eur")
    assert np.isnan(equity[:, 3]).all()
    assert np.isfinite(extra[:, 3]).all()
    assert not np.isnan(by_unit(chunks, "result_eur")).any()


def test_one_draw_is_a_run() -> None:
    assert by_unit(run_all(draws=1), "result_eur").shape == (5, 5, 1)


def test_zero_reserve_and_surplus_plan_are_defined() -> None:
    poor = replace(case.book(), ausgleichsruecklage_eur=np.zeros(5), allgemeine_ruecklage_eur=np.zeros(5))
    flags = np.concatenate([c.triggers.any_year.any(axis=0) for c in run_all(book=poor)])
    assert flags.any()
    rich = run_all(book=case.book(result=500.0))
    assert not any(c.triggers.any_year.any() for c in rich)


def test_neutral_rules_answer_cash_and_debt_only() -> None:
    chunks = run_all(settings_=Settings(rule_set("none")))
    assert not any(c.triggers.any_year.any() for c in chunks)
    np.testing.assert_array_equal(by_unit(chunks, "result_eur"), by_unit(run_all(), "result_eur"))


@pytest.mark.parametrize("unit", range(len(case.UNITS)))
def test_the_effect_of_every_item_of_a_unit_by_hand(unit) -> None:
    book, common = case.book(), case.common(draws=9)
    level = {key: common.log_level[POSITION[key]].astype(float) for key in KEYS}
    shares = {key: np.expm1(level[key]).astype(np.float32) for key in KEYS}
    found = own_effects(book, np.array([unit]), common, 7, ENGINE, shares)
    amount = {key: book.items_eur[:, unit, POSITION[key], None] for key in KEYS}
    moved = {key: amount[key] * np.expm1(level[key]) for key in KEYS}
    member = bool(book.layers.member[unit])
    expected = {
        "taxes": 0.0,
        "transfers": moved["sz"],
        "umlagen": -ENGINE.integration_assistance_share * amount["uml"] * np.expm1(level["egh"]) * member,
        "social": -(moved["kdu"] + moved["hzp"] + moved["sgb8"] + moved["asyl"]),
        "staff_goods": -(moved["pers"] + moved["sach"]),
        "interest": 0.0,
    }
    if unit:  # a Kreis has no own taxes
        own = book.taxes.draw(np.array([unit]), common, 7)[:, :, 0].astype(float)
        trade, income, sales = (
            amount[key] * np.expm1(own[k]) for k, key in enumerate(("gewst", "est", "ust"))
        )
        expected["taxes"] = book.net_share[unit] * trade + income + sales
        alone = amount["gewst"] * (np.exp(own[0]) - np.exp(level["gewst"]))
        refund = refund_by_year(
            alone[:, None].astype(np.float32),
            book.refund_share[[unit]],
            book.refund_split,
            (amount["sz"] * np.exp(level["sz"]))[:, None],
            keep_mean=True,
        )
        expected["transfers"] = expected["transfers"] + refund[:, 0]
    assert set(found) == set(expected)
    for block, effect in expected.items():
        np.testing.assert_allclose(found[block][:, 0], np.broadcast_to(effect, (5, 9)), rtol=1e-4, atol=1e-4)


def test_moves_belong_to_their_unit_and_a_unit_without_moves_has_none() -> None:
    moves = case.moves()
    moves = replace(moves, scale=moves.scale * np.arange(1.0, 5.0))
    taxes = OwnTaxes.of(["05101000", "05999999", "05001002"], moves)
    assert taxes.known.tolist() == [True, False, True]
    np.testing.assert_array_equal(taxes.scale[:, :, 0], moves.scale[:, :, 3].astype(np.float32))
    np.testing.assert_array_equal(taxes.scale[:, :, 2], moves.scale[:, :, 1].astype(np.float32))
    assert np.isnan(taxes.scale[:, :, 1]).all() and np.isnan(taxes.mean_log[:, :, 1]).all()


def test_the_covariance_of_one_unit_is_that_of_the_moves_it_draws() -> None:
    taxes = OwnTaxes.of(case.UNITS, case.moves())
    assert taxes.covariance(0) is None, "a Kreis has no own taxes"
    residuals, widest = taxes.residuals[:, 0].astype(float), taxes.widest[:, 0]
    moves = [np.clip(taxes.scale[k, 0, 2] * residuals[k], *widest[k]) for k in range(3)]
    by_hand = [[np.mean((a - a.mean()) * (b - b.mean())) * 300 / 299 for b in moves] for a in moves]
    np.testing.assert_allclose(taxes.covariance(2), by_hand, rtol=1e-5, atol=1e-9)
