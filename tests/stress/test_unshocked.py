from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dewak_research.stress.items import POSITION
from dewak_research.stress.unshocked import (
    complete,
    new_credit_eur,
    uncovered_deficit_eur,
    with_interest_on_new_credit,
    with_kreis_deficits,
)
from stress import engine_case as case


def test_a_kreis_uses_its_ausgleichsruecklage_before_its_towns_pay() -> None:
    deficits = np.array([[-2.0, -2.0, 5.0], [-2.0, -2.0, -1.0], [-2.0, -2.0, 0.0]])
    found = uncovered_deficit_eur(deficits, np.array([3.0, np.nan, 0.0]))
    np.testing.assert_allclose(found.T, [[0, 1, 2], [2, 2, 2], [0, 1, 0]])


def test_the_unshocked_deficit_of_a_kreis_reaches_its_towns_a_year_later() -> None:
    book = case.book(years=5, result=-2.0)
    found = with_kreis_deficits(book, 1.0, 1)
    change = found.result_eur - book.result_eur
    np.testing.assert_allclose(change[:, 0], [0, 0, 1, 2, 2])
    np.testing.assert_allclose(change[:, 1], [0, 0, -0.4, -0.8, -0.8])
    np.testing.assert_allclose(change[:, [0, 1, 2]].sum(axis=1), 0.0, atol=1e-6)
    assert (change[2:, 3] < 0).all()  # its Kreis did not report: the mean rise
    assert not change[:, 4].any()
    np.testing.assert_allclose(found.liquidity_flow_eur - book.liquidity_flow_eur, change)
    half = with_kreis_deficits(book, 0.5, 2).result_eur - book.result_eur
    np.testing.assert_allclose(half[:, 0], [0, 0, 0, 0.5, 1])


def test_a_town_of_an_unreported_kreis_pays_the_mean_rise_of_the_levy_it_pays() -> None:
    book = case.book(years=5, result=-2.0)
    change = with_kreis_deficits(book, 1.0, 1).result_eur - book.result_eur
    paid, received = book.items_eur[0, 3, POSITION["uml"]], book.layers.received_eur[0]
    assert paid == 75.0 and received == 75.0  # what the Kreis itself pays (30) is no base of the Kreisumlage
    np.testing.assert_allclose(change[:, 3], [0, 0, -1, -2, -2], atol=1e-6)


def test_a_surplus_of_a_kreis_is_not_passed_on() -> None:
    book = case.book(result=2.0)
    np.testing.assert_array_equal(with_kreis_deficits(book, 1.0, 1).result_eur, book.result_eur)


def test_new_credit_of_the_path_bears_interest_the_year_after() -> None:
    book = case.book(years=3, result=-10.0)
    stock = replace(book, liquidity_credit_eur=np.array([5.0, -12.0, 0.0, np.nan, 0.0]))
    new = new_credit_eur(stock, 0.1)
    np.testing.assert_allclose(new[:, 0], [10, 21, 33.1])
    np.testing.assert_allclose(new[:, 1], [0, 8, 18.8])  # cash first
    np.testing.assert_allclose(new[:, 3], [10, 21, 33.1])  # unknown: no cash taken
    found = with_interest_on_new_credit(stock, 0.1)
    np.testing.assert_allclose((found.result_eur - stock.result_eur)[:, 0], [0, -1, -2.1])
    np.testing.assert_allclose((found.exposed_eur - stock.exposed_eur)[:, 0], [0, 10, 21])


def test_a_surplus_makes_no_credit_and_no_interest() -> None:
    book = case.book(result=3.0)
    np.testing.assert_array_equal(complete(book, 1.0, 1, 0.03).result_eur, book.result_eur)


def test_a_kreis_passes_the_interest_on_its_new_credit_on() -> None:
    book = replace(case.book(years=4, result=-4.0), ausgleichsruecklage_eur=np.zeros(5))
    change = complete(book, 1.0, 1, 0.1).result_eur - book.result_eur
    plain = with_kreis_deficits(book, 1.0, 1).result_eur - book.result_eur
    assert change[2, 1] < plain[2, 1]
    assert np.isfinite(change).all()
    assert change[0] == pytest.approx(0.0)
