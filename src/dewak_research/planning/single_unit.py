"""One municipality on a base of its own, such as its register: the Land's rates, its own people, the Land's draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dewak_research.planning.age_misses import AgeMisses
from dewak_research.planning.ages import membership
from dewak_research.planning.birth_misses import birth_deviations
from dewak_research.planning.counted import compensation
from dewak_research.planning.draws import deviations, group_draws, reaction
from dewak_research.planning.outlook import Outlook
from dewak_research.planning.population import Array, Rates, births_a_year, project
from dewak_research.planning.population_range import deviation_parts

Floats32 = NDArray[np.float32]
_FEMALE = 1
_ALONE = np.zeros(1, dtype=np.int64)


@dataclass(frozen=True)
class UnitPopulation:
    """Population of one unit.

    Attributes
    ----------
    year : int
        Year at whose end the projection starts.
    path : array (years + 1, 2, 101)
        Without deviation.
    drawn : array of float32 (draws, years + 1, 2, groups)
        Persons by group of age.
    rates : tuple of Rates
        What moves it, year by year; arrays with one unit.
    deviation : array of float32 (draws, columns, 1)
        By how much it deviates, in the columns of ``draws.Reaction.of_year``.
    deviating : tuple of str
        What deviates: "moves", "births", "base".
    stream : str
        Key whose streams its draws have.
    """

    year: int
    path: Array
    drawn: Floats32
    rates: tuple[Rates, ...]
    deviation: Floats32
    deviating: tuple[str, ...]
    stream: str

    @property
    def groups(self) -> Array:
        """Persons without deviation by group of age (years + 1, 2, groups)."""
        return np.asarray(self.path @ membership())


def places_of(towns: Sequence[str], key: str) -> list[int]:
    """Return where a unit's towns stand: the town itself, the towns of a Kreis (5 digits), or none."""
    return [i for i, town in enumerate(towns) if town == key or (len(key) == 5 and town[:5] == key)]


def official_base(outlook: Outlook, at: Sequence[int]) -> Array:
    """Return the estimated base of towns taken together (2, 101)."""
    return np.asarray(outlook.base.persons[list(at)].sum(axis=0))


def unit_rates(
    outlook: Outlook, at: Sequence[int], first_year: int, last_year: int, size: float = 1.0
) -> list[Rates]:
    """Return what moves a unit, one for each year after ``first_year``.

    Parameters
    ----------
    at : sequence of int
        Towns whose rates are taken together: births weighted by women, moves added.
    first_year, last_year : int
        A year before those of the outlook takes the first rates.
    size : float
        Part of the moves of the towns that is the unit's.

    Returns
    -------
    list of Rates
        Arrays with one unit.
    """
    places = list(at)
    official = outlook.base.persons[places]
    women = official[:, _FEMALE]
    yearly, first = outlook.rates["base"], outlook.base.year + 1
    found = []
    for year in range(first_year + 1, last_year + 1):
        now = yearly[min(max(year - first, 0), len(yearly) - 1)]
        births = (now.births[places] * women).sum(axis=0) / np.maximum(women.sum(axis=0), 1e-9)
        moved = now.net_migration[places].sum(axis=0) * size
        found.append(Rates(now.survival, births[None], moved[None], now.newborn))
    return found


def unit_population(
    outlook: Outlook,
    misses: AgeMisses | None,
    key: str,
    *,
    persons: Array | None,
    first_year: int,
    last_year: int,
    draws: int,
    seed: int,
) -> UnitPopulation:
    """Return the population of one unit, on its own base or on the estimated one.

    Parameters
    ----------
    key : str
        Eight digits of a town or five of a Kreis; a unit that the Land's tables do not hold takes the Land's rates per
        head and draws of its own.
    persons : array (2, 101), optional
        Own base; the estimated one without.
    first_year : int
        Year at whose end the own base stands; the outlook's own without one.
    draws, seed : int
        The same as those of the Land give the same draws of migration and births; an own base is not drawn.

    Raises
    ------
    ValueError
        The unit is in no table of the Land and has no base of its own.
    """
    towns = list(outlook.base.towns)
    at = places_of(towns, key)
    if persons is None and not at:
        raise ValueError(f"{key} is no municipality of the Land and has no own base")
    base = official_base(outlook, at) if persons is None else persons
    start = outlook.base.year if persons is None else first_year
    people = outlook.base.persons.sum(axis=(1, 2))
    size = 1.0 if at else float(base.sum() / people.sum())
    rates = unit_rates(outlook, at or range(len(towns)), start, last_year, size)
    years = len(rates)
    stream_key = key if key.isdigit() else towns[0][:2] + "000000"
    counted = outlook.counted_years if at and start == outlook.base.year else 0
    if at:
        moved = _of_towns(outlook, misses, at, draws, years, seed, counted=counted, of_base=persons is None)
    else:
        moved = _alone(outlook, misses, stream_key, base, rates[0], draws, years, seed)
    react = reaction(
        base[None],
        rates,
        outlook.profile.land,
        None if misses is None else misses.movers,
        births="births" in moved,
        base_ages="base" in moved,
    )
    every = np.concatenate(list(moved.values()), axis=1)
    every[:, :counted] += compensation(react, every, counted)
    _, drawn = next(group_draws(react, every, [stream_key], _ALONE, misses, seed))
    path = project(base[None], rates, years)[:, 0]
    own = np.asarray(drawn[:, :, 0])
    return UnitPopulation(start, path, own, tuple(rates), every, tuple(moved), stream_key)


def _of_towns(
    outlook: Outlook,
    misses: AgeMisses | None,
    at: Sequence[int],
    draws: int,
    years: int,
    seed: int,
    *,
    counted: int,
    of_base: bool,
) -> dict[str, Floats32]:
    """Draws of towns taken together: moves weighted by people, births by births, the base by the people of each age."""
    places, base = list(at), outlook.base
    parts = deviation_parts(outlook, misses, draws, years, seed, counted_years=counted, of_base=of_base)
    by_group = base.persons[places].sum(axis=1) @ membership()
    weights = {
        "moves": base.persons[places].sum(axis=(1, 2))[:, None],
        "births": births_a_year(base.persons[places], outlook.births[places])[:, None],
        "base": by_group,
    }
    found = {}
    for name, every in parts.items():
        share = (weights[name] / weights[name].sum(axis=0)).astype(np.float32).T
        found[name] = (every[:, :, places] * share).sum(axis=-1)[:, :, None]
    return found


def _alone(
    outlook: Outlook,
    misses: AgeMisses | None,
    key: str,
    base: Array,
    rates: Rates,
    draws: int,
    years: int,
    seed: int,
) -> dict[str, Floats32]:
    """Draws of a unit that the Land's tables do not hold; its base is its own."""
    apart = misses is not None and misses.movers is not None
    people = np.array([base.sum()])
    found = {
        "moves": deviations(outlook.history.spreads, [key], _ALONE, people, draws, years, seed, apart=apart)
    }
    if misses is not None and misses.births is not None:
        born = births_a_year(base[None], rates.births)
        found["births"] = birth_deviations(
            misses.births, [key], _ALONE, born, np.zeros(1), draws, years, seed
        )
    return found
