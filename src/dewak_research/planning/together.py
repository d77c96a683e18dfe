"""Kinds of care exclude each other: together no more people of an age can have them than there are.

Whoever is in need of care has an allowance alone, help at home or a place in a home (the counts take them apart so). A
rate that is taken to a Kreis or carried on may leave this limit; the kinds are then reduced in proportion.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dewak_research.planning.care import CARE_KINDS
from dewak_research.planning.rates import SERVICES

Array = NDArray[np.floating[Any]]
EXCLUSIVE = tuple(CARE_KINDS.values())
"""Services of which a person has one at most."""
PLACES = [SERVICES.index(service) for service in EXCLUSIVE]
ROUNDING = 1e-9


def together(rates: Array) -> Array:
    """Return the share of people who have any of the services that exclude each other.

    Parameters
    ----------
    rates : array (..., services, 2, groups)

    Returns
    -------
    array (..., 2, groups)
        A service whose rate is not known counts 0.
    """
    total: Array = np.nansum(rates[..., PLACES, :, :], axis=-3)
    return total


def within_people(rates: Array) -> Array:
    """Return rates of which those that exclude each other add up to 1 at most, reduced in proportion.

    Parameters
    ----------
    rates : array (..., services, 2, groups)

    Returns
    -------
    array as ``rates``
        The same values where no sum exceeds 1.
    """
    total = together(rates)
    if not (total > 1.0).any():
        return rates
    found = rates.copy()
    found[..., PLACES, :, :] /= np.maximum(total, 1.0)[..., None, :, :]
    return found
