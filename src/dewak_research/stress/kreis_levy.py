"""What a Kreis lacks, on its way to the towns: each cost by the levy it belongs to.

The general levy falls on all towns of the Kreis by their Umlagegrundlagen; it carries whatever moves the result of the
Kreis: grants, social assistance, staff and goods, Landschaftsumlage, and its deficit without a shock. What the youth
office of the Kreis pays in child and youth welfare (item ``sgb8``) its Mehrbelastung takes from the towns without an
office of their own (§ 56(5) KrO NRW). Staff and goods of the youth office are not told apart from those of the rest of
the Kreis, and a deficit without a shock has no single cause: both are taken as general (assumption). Source: METHODS
C.1 (layer rule); shares: :mod:`dewak_research.data.levy`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dewak_research.stress.book import Book
from dewak_research.stress.items import POSITION
from dewak_research.stress.transmission import raised_umlage

Floats32 = NDArray[np.float32]
YOUTH_OFFICE = ("sgb8",)
"""Items that the Mehrbelastung pays for."""


@dataclass(frozen=True)
class Raised:
    """What the Kreise take more than on the path, each (T, kreise, D), EUR; positive = towns pay more.

    Parameters
    ----------
    total_eur : ndarray
        By both levies together.
    youth_eur : ndarray
        Of it for the youth offices of the Kreise.
    places : ndarray of int, shape (kreise,), optional
        Which of the Kreise of the book these are, sorted; None = all.
    """

    total_eur: Floats32
    youth_eur: Floats32
    places: NDArray[np.int64] | None = None

    @classmethod
    def nothing(cls, book: Book, draws: int) -> Raised:
        """Return arrays of zeros for all Kreise of the book, to be filled."""
        shape = (book.years, len(book.layers.kreise), draws)
        return cls(np.zeros(shape, np.float32), np.zeros(shape, np.float32))

    @classmethod
    def by(
        cls, own_eur: Floats32, youth_eur: Floats32 | None, pass_through_share: float, lag_years: int
    ) -> Raised:
        """Return what follows deviations of the Kreise's own results, negative = loss; see ``raised_umlage``.

        Parameters
        ----------
        own_eur : ndarray, shape (T, kreise, D)
            Of all items together.
        youth_eur : ndarray, optional
            Of it that of ``YOUTH_OFFICE``; None = none.
        """
        total = raised_umlage(own_eur, pass_through_share, lag_years)
        if youth_eur is None:
            return cls(total, np.zeros_like(total))
        return cls(total, raised_umlage(youth_eur, pass_through_share, lag_years))

    def put(self, kreise: NDArray[np.int64], part: Raised) -> None:
        """Fill in some of the Kreise, by their position among all."""
        self.total_eur[:, kreise] = part.total_eur
        self.youth_eur[:, kreise] = part.youth_eur

    def only(self, places: NDArray[np.int64]) -> Raised:
        """Return a copy of what some of all Kreise take, by their sorted positions."""
        return Raised(self.total_eur[:, places], self.youth_eur[:, places], places)

    def mean(self, received_eur: NDArray[np.float64]) -> Raised:
        """Return both relative to the Kreisumlage that the Kreise receive by year, shape (T,): each (T, 1, D)."""
        by_year = np.maximum(received_eur, 1.0).astype(np.float32)[:, None, None]
        return Raised(
            self.total_eur.sum(axis=1, keepdims=True) / by_year,
            self.youth_eur.sum(axis=1, keepdims=True) / by_year,
        )


def places_of(book: Book, units: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the positions of the Kreise of some towns among all, sorted; the first for a town without one."""
    return np.unique(np.maximum(book.layers.kreis_of[units], 0))


def mean_raised(book: Book, raised: Raised) -> Raised:
    """Return the mean rise of all reported Kreise, a share of the Kreisumlage, each (T, 1, D).

    It is that of the Kreisumlage the reported Kreise receive, which grows like the Umlage they pay.
    """
    layers = book.layers
    paid_above = book.items_eur[:, layers.kreise, POSITION["uml"]].sum(axis=1)
    growth = paid_above / paid_above[0] if paid_above[0] > 0 else np.ones(len(paid_above))
    return raised.mean(layers.received_eur.sum() * growth)


def passed_on(book: Book, raised: Raised, units: NDArray[np.int64], mean: Raised | None = None) -> Floats32:
    """What the Kreis layer costs c towns, (T, c, D): their shares of both rises; of the mean rises where unknown.

    A town whose Kreis did not report shares in the mean as it shares in the levy of its Kreis.

    Parameters
    ----------
    raised : Raised
        Of all Kreise, or of :func:`places_of` the towns.
    mean : Raised, optional
        From :func:`mean_raised`; by default it is computed here, for which all Kreise have to be there.
    """
    layers = book.layers
    if not raised.total_eur.shape[1]:
        return np.zeros((book.years, len(units), raised.total_eur.shape[2]), np.float32)
    kreise = layers.kreis_of[units]
    known = kreise >= 0
    at = np.maximum(kreise, 0)
    if raised.places is not None:
        at = np.searchsorted(raised.places, at)
    general, youth = (
        np.where(known, part[units], 0.0).astype(np.float32)[None, :, None]
        for part in (layers.share, layers.youth_share - layers.share)
    )
    cost = -general * raised.total_eur[:, at] - youth * raised.youth_eur[:, at]
    if layers.estimated[units].any():
        whole = mean_raised(book, raised) if mean is None else mean
        paid = (book.items_eur[:, units, POSITION["uml"]] * layers.estimated[units]).astype(np.float32)
        booked = np.where(layers.booked_share[units] > 0, layers.booked_share[units], 1.0)
        general, youth = (
            (part[units] / booked).astype(np.float32)[None, :, None]
            for part in (layers.share, layers.youth_share - layers.share)
        )
        cost = cost - paid[:, :, None] * (general * whole.total_eur + youth * whole.youth_eur)
    return np.asarray(cost, np.float32)
