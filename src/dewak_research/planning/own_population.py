"""A town's own register in place of the estimated base: the same births, deaths and moves, by district.

Every district has the births per woman of its town and its part of the town's moves, by sex and age: nothing is known
of districts alone. The districts therefore add up to the town (as long as none runs out of people to leave).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from dewak_research.errors import InputError, Problem, messages
from dewak_research.planning.age_misses import AgeMisses
from dewak_research.planning.ages import AGES, SEXES
from dewak_research.planning.draws import Floats32, group_draws, reaction
from dewak_research.planning.outlook import Outlook
from dewak_research.planning.population import Array, Rates, project
from dewak_research.planning.single_unit import UnitPopulation

EARLIEST = 2011
"""Counts before this year rest on an earlier census."""
_problem = messages(__package__)


@dataclass(frozen=True)
class Register:
    """Persons of a town by single year of age, as its register of residents counts them.

    Attributes
    ----------
    ags : str
        Key of the town.
    year : int
        At whose end they were counted.
    districts : mapping of str to array (2, 101)
        Persons by sex and age; a single entry for the whole town where there are no districts.
    total : float, optional
        Persons of the town as stated beside the ages.
    """

    ags: str
    year: int
    districts: Mapping[str, Array]
    total: float | None = None


def register_problems(register: Register, outlook: Outlook) -> list[Problem]:
    """Return everything that keeps a register from being projected."""
    where = f"register {register.ags}"
    problems = []
    if register.ags not in outlook.base.towns:
        problems.append(_problem("register_no_town", where, ags=register.ags))
    last = outlook.base.year + len(outlook.rates["base"])
    if not EARLIEST <= register.year < last:
        problems.append(_problem("register_year", where, year=register.year, first=EARLIEST, last=last - 1))
    for district, persons in register.districts.items():
        place = f"{where} {district}".rstrip()
        if persons.shape != (len(SEXES), len(AGES)):
            problems.append(_problem("register_ages", place, shape=" × ".join(map(str, persons.shape))))
        elif not (np.isfinite(persons) & (persons >= 0)).all():
            problems.append(_problem("register_persons", place))
    counted = sum(float(persons.sum()) for persons in register.districts.values())
    if register.total is not None and abs(counted - register.total) > 0.5:
        problems.append(
            _problem("register_total", where, counted=f"{counted:,.0f}", total=f"{register.total:,.0f}")
        )
    if not problems and counted <= 0:
        problems.append(_problem("register_persons", where))
    return problems


def _parts(persons: Array) -> Array:
    """Each district's part of the town by sex and age; of all its people where the town has nobody of that age."""
    town = persons.sum(axis=0)
    overall = persons.sum(axis=(1, 2)) / persons.sum()
    part: Array = np.divide(
        persons, town, out=np.broadcast_to(overall[:, None, None], persons.shape).copy(), where=town > 0
    )
    return part


def register_path(register: Register, outlook: Outlook, variant: str = "base") -> Array:
    """Return the population of the districts by year from that of the register on.

    Parameters
    ----------
    register : Register
    outlook : Outlook
        A year before its first one has the rates of its first.
    variant : str
        One of ``outlook.rates``.

    Returns
    -------
    array (years + 1, districts, 2, 101)
        The register first; districts in its order.

    Raises
    ------
    InputError
        The unit is no town of the Land, the year lies before 2011 or beyond the outlook, ages are not 0 to 100 by sex,
        a number is below 0 or missing, or the ages do not add up to the total.
    """
    if problems := register_problems(register, outlook):
        raise InputError(problems)
    persons = np.stack([np.asarray(p, dtype=float) for p in register.districts.values()])
    town, parts = outlook.base.towns.index(register.ags), _parts(persons)

    def of_district(rates: Rates) -> Rates:
        return replace(
            rates,
            births=rates.births[town] if rates.births.ndim > 1 else rates.births,
            net_migration=parts * rates.net_migration[town],
        )

    yearly, first = outlook.rates[variant], outlook.base.year + 1
    years = range(register.year + 1, first + len(yearly))
    return project(persons, [of_district(yearly[max(year - first, 0)]) for year in years], len(years))


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
