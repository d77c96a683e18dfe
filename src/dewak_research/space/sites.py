"""Where a place helps most: shortest way on average, most people within reach, nobody too far.

p-median (Hakimi 1964), maximal covering (Church and ReVelle 1974) and p-centre, as integer programmes; the p-centre
by covering sets at ever smaller distances (Daskin 1995). Distances may be minutes or kilometres; infinite is no way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from dewak_research.errors import InputError, Problem, messages
from dewak_research.space.programme import MOST_NODES, Array, Programme, solve

_problem = messages(__package__)


@dataclass(frozen=True)
class Sites:
    """Sites chosen (positions, rising), the value of the aim, and the share by which a better one could beat it."""

    chosen: tuple[int, ...]
    value: float
    gap: float


def _sites_problems(places: int, sites: int, existing: Sequence[int]) -> list[Problem]:
    problems, least = [], max(len(existing), 1)
    if len({*existing}) < len(existing) or any(not 0 <= one < places for one in existing):
        problems.append(
            _problem("sites_existing", "existing", listed=", ".join(map(str, existing)), most=places - 1)
        )
    if not least <= sites <= places:
        problems.append(_problem("sites_number", "sites", number=sites, least=least, most=places))
    return problems


def _people_problems(people: Array, rows: int) -> list[Problem]:
    gaps = int((~np.isfinite(people) | (people < 0)).sum())
    if not gaps and len(people) == rows:
        return []
    return [_problem("people_gap", "people", gaps=gaps, people=len(people), rows=rows)]


def _distance_problems(distance: Array, all_reach: bool = True) -> list[Problem]:
    if np.isnan(distance).any() or (distance < 0).any():
        return [_problem("distance_gap", "distance", gaps=int(np.isnan(distance).sum()))]
    if all_reach and (alone := np.flatnonzero((~np.isfinite(distance)).all(axis=1))).size:
        return [_problem("nobody_reaches", "distance", rows=", ".join(str(i + 1) for i in alone[:20]))]
    return []


def _refuse(*problems: Sequence[Problem]) -> None:
    if found := [one for some in problems for one in some]:
        raise InputError(found)


def _chosen(x: Array, places: int) -> tuple[int, ...]:
    return tuple(int(j) for j in np.flatnonzero(x[:places] > 0.5))


def _opened(places: int, existing: Sequence[int], sites: int) -> tuple[sparse.csr_array, Array, Array]:
    """Rows that say how many sites there are and that those that exist stay."""
    stay = sparse.csr_array(
        (np.ones(len(existing)), (np.arange(len(existing)), np.asarray(existing, int))),
        shape=(len(existing), places),
    )
    rows = sparse.vstack([sparse.csr_array(np.ones((1, places))), stay], format="csr")
    low = np.ones(1 + len(existing))
    low[0] = sites
    return rows, low, np.append(np.array([float(sites)]), np.ones(len(existing)))


def p_median(
    people: Array, distance: Array, sites: int, existing: Sequence[int] = (), nodes: int = MOST_NODES
) -> Sites:
    """Return the sites from which the way of all people together is shortest.

    Parameters
    ----------
    people : array (demand,)
        Persons, or hours, at every place of demand.
    distance : array (demand, sites)
        Infinite where there is no way.
    sites : int
        How many there shall be, those that exist included.
    existing : sequence of int
        Positions of sites that stay.
    nodes : int
        Branches at most.

    Returns
    -------
    Sites
        value: persons times distance to the nearest site.

    Raises
    ------
    InputError
        More sites than places or none, one that exists twice or nowhere, persons or a distance missing or below 0, or a
        place of demand that reaches nothing.
    """
    demand, places = distance.shape
    _refuse(
        _sites_problems(places, sites, existing),
        _people_problems(people, demand),
        _distance_problems(distance),
    )
    i, j = np.nonzero(np.isfinite(distance))
    ways = len(i)
    opened, low, high = _opened(places, existing, sites)
    served = sparse.csr_array((np.ones(ways), (i, np.arange(ways))), shape=(demand, ways))
    only_open = sparse.hstack(
        [
            sparse.csr_array((-np.ones(ways), (np.arange(ways), j)), shape=(ways, places)),
            sparse.eye_array(ways),
        ]
    )
    rows = sparse.vstack(
        [
            sparse.hstack([opened, sparse.csr_array((opened.shape[0], ways))]),
            sparse.hstack([sparse.csr_array((demand, places)), served]),
            only_open,
        ],
        format="csr",
    )
    programme = Programme(
        cost=np.concatenate([np.zeros(places), people[i] * distance[i, j]]),
        rows=rows,
        low=np.concatenate([low, np.ones(demand), np.full(ways, -np.inf)]),
        high=np.concatenate([high, np.ones(demand), np.zeros(ways)]),
        most=np.ones(places + ways),
        whole=np.arange(places + ways) < places,
    )
    found = solve(programme, nodes=nodes)
    chosen = _chosen(found.x, places)
    return Sites(chosen, float(people @ distance[:, list(chosen)].min(axis=1)), found.gap)


def maximal_cover(
    people: Array, reach: NDArray[np.bool_], sites: int, existing: Sequence[int] = (), nodes: int = MOST_NODES
) -> Sites:
    """Return the sites that most people reach.

    Parameters
    ----------
    people : array (demand,)
    reach : bool array (demand, sites)
        Whether a site is within reach.
    sites, existing, nodes
        As for :func:`p_median`.

    Returns
    -------
    Sites
        value: persons who reach a site.

    Raises
    ------
    InputError
        More sites than places, one that exists twice or nowhere, or persons missing or below 0.
    """
    demand, places = reach.shape
    _refuse(_sites_problems(places, sites, existing), _people_problems(people, demand))
    opened, low, high = _opened(places, existing, sites)
    covered = sparse.hstack([sparse.csr_array(-reach.astype(float)), sparse.eye_array(demand)])
    rows = sparse.vstack(
        [sparse.hstack([opened, sparse.csr_array((opened.shape[0], demand))]), covered], format="csr"
    )
    programme = Programme(
        cost=np.concatenate([np.zeros(places), -people]),
        rows=rows,
        low=np.concatenate([low, np.full(demand, -np.inf)]),
        high=np.concatenate([high, np.zeros(demand)]),
        most=np.ones(places + demand),
        whole=np.arange(places + demand) < places,
    )
    found = solve(programme, nodes=nodes)
    chosen = _chosen(found.x, places)
    return Sites(chosen, float(people[reach[:, list(chosen)].any(axis=1)].sum()), found.gap)


def fewest_sites(reach: NDArray[np.bool_], existing: Sequence[int] = (), nodes: int = MOST_NODES) -> Sites:
    """Return the fewest sites that everybody reaches one of (Toregas et al. 1971); value: their number."""
    demand, places = reach.shape
    _refuse(_sites_problems(places, places, existing), _distance_problems(np.where(reach, 0.0, np.inf)))
    stay, _, _ = _opened(places, existing, places)
    programme = Programme(
        cost=np.ones(places),
        rows=sparse.vstack([sparse.csr_array(reach.astype(float)), stay[1:]], format="csr"),
        low=np.ones(demand + len(existing)),
        high=np.full(demand + len(existing), np.inf),
        most=np.ones(places),
        whole=np.ones(places, bool),
    )
    found = solve(programme, nodes=nodes)
    return Sites(_chosen(found.x, places), round(found.cost), found.gap)


def p_centre(distance: Array, sites: int, existing: Sequence[int] = (), nodes: int = MOST_NODES) -> Sites:
    """Return the sites from which the longest way is shortest.

    Returns
    -------
    Sites
        value: the longest way to the nearest site; fewer sites than asked where fewer do as well.
    """
    _refuse(_sites_problems(distance.shape[1], sites, existing), _distance_problems(distance))
    lengths = np.unique(distance[np.isfinite(distance)])
    lengths = lengths[lengths >= distance.min(axis=1).max()]
    low, high = 0, len(lengths) - 1
    best: Sites | None = None
    while low <= high:
        middle = (low + high) // 2
        tried = fewest_sites(distance <= lengths[middle], existing, nodes)
        if tried.value <= sites:
            best, high = Sites(tried.chosen, float(lengths[middle]), tried.gap), middle - 1
        else:
            low = middle + 1
    if best is None:
        raise InputError(_problem("sites_too_few", "sites", number=sites))
    return best


def with_one_more(
    people: Array, distance: Array, within: float, existing: Sequence[int]
) -> tuple[Array, Array]:
    """Return for every site, as one more: the share of all people in reach, their mean distance to the nearest.

    Parameters
    ----------
    people, distance, within, existing
        As for :func:`gains`.

    Returns
    -------
    reached_share, mean : array (sites,)
        The mean is infinite where somebody reaches nothing.
    """
    today = distance[:, list(existing)].min(axis=1, initial=np.inf)
    nearest = np.minimum(distance, today[:, None])
    total = people.sum()
    return people @ (nearest <= within) / total, people @ nearest / total


def gains(
    people: Array, distance: Array, within: float, existing: Sequence[int], deprived: NDArray[np.bool_]
) -> pd.DataFrame:
    """Return what one more site brings: who reaches one only by it, and how many of them live in deprived places.

    Parameters
    ----------
    people : array (demand,)
    distance : array (demand, sites)
    within : float
        The distance that counts as reach.
    existing : sequence of int
    deprived : bool array (demand,)
        Places in the two most deprived fifths.

    Returns
    -------
    DataFrame
        site (position), persons_gained (criterion C7), deprived_share (C8; missing where nobody is gained).
    """
    _refuse(
        _sites_problems(distance.shape[1], distance.shape[1], existing),
        _people_problems(people, len(distance)),
        _distance_problems(distance, all_reach=False),
    )
    reach: NDArray[np.bool_] = np.asarray(distance <= within)
    before = np.asarray(reach[:, list(existing)].any(axis=1))
    new = reach & ~before[:, None]
    gained = people @ new
    poor = (people * deprived) @ new
    share = np.divide(poor, gained, out=np.full_like(gained, np.nan), where=gained > 0)
    return pd.DataFrame(
        {"site": np.arange(distance.shape[1]), "persons_gained": gained, "deprived_share": share}
    )
