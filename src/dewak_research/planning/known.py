"""How many people are known to live where at the end of which year, and where two years cannot be compared.

The census of 2011 and that of 2022 set the count anew: the change from one count to the other is no migration. It is
taken out by never comparing two years across a census, and said (``break_removed``). The years 2015, 2016 and 2022
were exceptional (refugees); a level is the mean of the others (METHODS F.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.errors import InputError, messages

EXCEPTIONAL = (2015, 2016, 2022)
FIRST_OF_CENSUS_2011, LAST_OF_CENSUS_2011 = 2011, 2022
CENSUS_DAY = 134 / 365
"""15 May 2022 as a share of its year."""
GROWN_BY_CENSUS_DAY = 0.6
"""Share of the growth of 2022 that had come by 15 May: an assumption. Most refugees from Ukraine came from March to
May; growth spread evenly over the year would be 0.37 and the break of the Land smaller by about 50,000 persons."""
KREIS_DIGITS, TOWN_DIGITS = 5, 8
_problem = messages(__package__)


@dataclass(frozen=True)
class Known:
    """Persons of the towns of a Land by year.

    Attributes
    ----------
    persons : DataFrame
        Towns by key (sorted) × years from 2011 to 2022, all on the count of the census of 2011.
    derived : tuple of int
        Years among them that are density times area instead of a published count.
    census : Series
        Counted on 15 May 2022.
    today : Series
        Latest published count of the towns (presumably end of 2025), on the census of 2022.
    grown : float
        Share of the growth of 2022 that had come by the census day.
    """

    persons: pd.DataFrame
    derived: tuple[int, ...]
    census: pd.Series
    today: pd.Series
    grown: float = GROWN_BY_CENSUS_DAY

    @property
    def kreis(self) -> NDArray[np.integer[Any]]:
        """Number of each town's Kreis, from 0, in the order of the keys."""
        return np.unique(self.persons.index.str[:KREIS_DIGITS], return_inverse=True)[1]

    @property
    def break_log(self) -> pd.Series:
        """Log of the census of 2022 over what the count of 2011 carried on to that day says."""
        before, after = (np.log(self.persons[year]) for year in (2021, 2022))
        found: pd.Series = np.log(self.census) - (before + self.grown * (after - before))
        return found


def known(tables: Mapping[str, pd.DataFrame], grown: float = GROWN_BY_CENSUS_DAY) -> Known:
    """Put together what is known of the towns.

    Parameters
    ----------
    tables : mapping
        ``town_population`` (ags, year, population), ``town_population_derived`` (ags, year, population_derived),
        ``towns`` (ags, population_2021), ``census`` (ags, population), ``town_population_today`` (ags, population).
    grown : float
        As in ``Known``; an assumption.

    Raises
    ------
    InputError
        A town of the register lacks a year, a count is no positive number, or a table counts a town twice.
    """
    published = tables["town_population"].query("year >= @FIRST_OF_CENSUS_2011")
    derived = tables["town_population_derived"].rename(columns={"population_derived": "population"})
    register = tables["towns"].rename(columns={"population_2021": "population"}).assign(year=2021)
    rows = pd.concat(
        [published, register, derived[derived["year"] > FIRST_OF_CENSUS_2011 + 4]], ignore_index=True
    ).drop_duplicates(["ags", "year"])
    towns = sorted(tables["towns"]["ags"])
    years = range(FIRST_OF_CENSUS_2011, LAST_OF_CENSUS_2011 + 1)
    wide = rows.pivot_table(index="ags", columns="year", values="population").reindex(
        index=towns, columns=years
    )
    counts = {
        name: tables[name].set_index("ags")["population"] for name in ("census", "town_population_today")
    }
    problems = [
        _problem("person_twice", f"{name}.ags", towns=", ".join(sorted(s.index[s.index.duplicated()])))
        for name, s in counts.items()
        if s.index.duplicated().any()
    ]
    if problems:
        raise InputError(problems)
    census, today = (s.reindex(towns).astype(float) for s in counts.values())
    for name, frame in (
        ("town_population", wide),
        ("census", census.to_frame()),
        ("town_population_today", today.to_frame()),
    ):
        short = frame.index[~(frame > 0).all(axis=1)]
        if len(short):
            problems.append(_problem("person_gap", name, n=len(short), towns=", ".join(short[:5])))
    if problems:
        raise InputError(problems)
    own = set(published["year"]) | {2021}
    return Known(wide.astype(float), tuple(y for y in years if y not in own), census, today, grown)
