"""What the unshocked path costs by itself: a Kreis's deficit reaches its towns, new liquidity credit bears interest.

A Kreis covers its deficit from the Ausgleichsrücklage first; what is left its towns pay through the general
Kreisumlage, by the same share and lag as a shock. Source: METHODS C.1 (layer rule), § 56 KrO NRW [K].
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dewak_research.stress.book import Book
from dewak_research.stress.kreis_levy import Raised, passed_on

Floats = NDArray[np.float64]


def uncovered_deficit_eur(result_eur: Floats, ausgleichsruecklage_eur: Floats) -> Floats:
    """Deficit that the Ausgleichsrücklage does not cover, ≥ 0.

    Parameters
    ----------
    result_eur : ndarray, shape (T, n)
    ausgleichsruecklage_eur : ndarray, shape (n,)
        Before the first year; NaN = unknown, nothing is taken to be covered. A surplus does not fill it up.
    """
    deficit = np.maximum(-result_eur, 0.0)
    reserve = np.maximum(np.nan_to_num(ausgleichsruecklage_eur), 0.0)
    beyond = np.maximum(np.cumsum(deficit, axis=0) - reserve, 0.0)
    return np.asarray(np.diff(beyond, axis=0, prepend=0.0))


def with_kreis_deficits(book: Book, pass_through_share: float, lag_years: int) -> Book:
    """Let the towns pay for the unshocked deficits of their Kreise, and the Kreise receive it."""
    kreise = book.layers.kreise
    deficit = uncovered_deficit_eur(book.result_eur[:, kreise], book.ausgleichsruecklage_eur[kreise])
    raised = Raised.by(-deficit[:, :, None].astype(np.float32), None, pass_through_share, lag_years)
    change = np.zeros_like(book.result_eur)
    change[:, kreise] = raised.total_eur[:, :, 0]
    towns = np.flatnonzero(~book.layers.member)
    change[:, towns] = passed_on(book, raised, towns)[:, :, 0]
    return _changed(book, change)


def new_credit_eur(book: Book, rate_share: float) -> Floats:
    """Liquidity credit beyond that before the first year, at the end of each year, interest on it included; (T, n).

    Cash is used up first; a unit without a balance sheet is taken to have none.
    """
    before = np.nan_to_num(book.liquidity_credit_eur)
    stock, opening = before.copy(), np.maximum(before, 0.0)
    new = np.zeros(book.size)
    out = np.zeros_like(book.result_eur)
    for t, flow in enumerate(book.liquidity_flow_eur):
        stock = stock - flow + rate_share * new
        new = np.maximum(np.maximum(stock, 0.0) - opening, 0.0)
        out[t] = new
    return out


def with_interest_on_new_credit(book: Book, rate_share: float) -> Book:
    """Charge interest on new liquidity credit of the path the year after; a rise of rates meets it as well."""
    last_year = np.zeros_like(book.result_eur)
    last_year[1:] = new_credit_eur(book, rate_share)[:-1]
    charged = _changed(book, -rate_share * last_year)
    return replace(charged, exposed_eur=book.exposed_eur + last_year)


def complete(book: Book, pass_through_share: float, lag_years: int, rate_share: float) -> Book:
    """Charge both to the unshocked path: interest first, so that a Kreis passes its interest on as well.

    Parameters
    ----------
    book : Book
        With the path as booked and grown.
    pass_through_share, lag_years, rate_share
        As the settings of the engine have them.
    """
    kreise = book.layers.kreise
    result = book.result_eur.copy()
    result[:, kreise] = with_interest_on_new_credit(book, rate_share).result_eur[:, kreise]
    seen = with_kreis_deficits(replace(book, result_eur=result), pass_through_share, lag_years)
    return with_interest_on_new_credit(_changed(book, seen.result_eur - result), rate_share)


def _changed(book: Book, change_eur: Floats) -> Book:
    return replace(
        book,
        result_eur=book.result_eur + change_eur,
        liquidity_flow_eur=book.liquidity_flow_eur + change_eur,
    )
