"""Districts of a town's own register: the same births, deaths and moves as their town.

Every district has the births per woman of its town and its part of the town's moves, by sex and age: nothing is known
of districts alone. The districts therefore add up to the town (as long as none runs out of people to leave).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dewak_research.planning.age_misses import AgeMisses
from dewak_research.planning.draws import Floats32, group_draws, reaction
from dewak_research.planning.outlook import Outlook
from dewak_research.planning.population import Array
from dewak_research.planning.single_unit import UnitPopulation


def _parts(persons: Array) -> Array:
    """Each district's part of the town by sex and age; of all its people where the town has nobody of that age."""
    town = persons.sum(axis=0)
    overall = persons.sum(axis=(1, 2)) / persons.sum()
    part: Array = np.divide(
        persons, town, out=np.broadcast_to(overall[:, None, None], persons.shape).copy(), where=town > 0
    )
    return part


def district_draws(
    districts: Array, unit: UnitPopulation, outlook: Outlook, misses: AgeMisses | None, seed: int
) -> Floats32:
    """Draw the districts of a unit: each has the deviations per head of the unit, draw by draw.

    What sets a district apart from its unit is not known, so that its band is rather too narrow than too wide. The
    districts add up to the unit as long as none runs out of people to leave.

    Parameters
    ----------
    districts : array (districts, 2, 101)
        Persons in the year in which ``unit`` begins.
    unit : UnitPopulation
        The unit as a whole.
    misses : AgeMisses, optional
        The same as those of the unit.

    Returns
    -------
    array of float32 (draws, years + 1, districts, 2, groups)
    """
    parts, count = _parts(districts), len(districts)
    rates = [
        replace(yearly, births=yearly.births[0], net_migration=parts * yearly.net_migration[0])
        for yearly in unit.rates
    ]
    react = reaction(
        districts,
        rates,
        outlook.profile.land,
        None if misses is None else misses.movers,
        births="births" in unit.deviating,
        base_ages="base" in unit.deviating,
    )
    every, alone = np.repeat(unit.deviation, count, axis=2), np.zeros(count, dtype=np.int64)
    _, drawn = next(group_draws(react, every, [unit.stream] * count, alone, misses, seed))
    return drawn[:, :, :count]
