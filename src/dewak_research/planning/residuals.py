"""What the counts of towns and Kreise leave after births and deaths, and by how much the censuses moved them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.planning.known import EXCEPTIONAL, KREIS_DIGITS, Known
from dewak_research.planning.past import OF_CENSUS_2022, OwnRates, names_of


def _with_kreise(of_towns: pd.DataFrame, weights: pd.DataFrame | None = None) -> pd.DataFrame:
    """Append Kreise of several towns, sorted by key: sums, or means weighted by ``weights``."""
    kreis = of_towns.index.str[:KREIS_DIGITS]
    several = kreis.value_counts().loc[lambda count: count > 1].index
    if weights is None:
        of_kreise = of_towns.groupby(kreis).sum()
    else:
        of_kreise = (of_towns * weights).groupby(kreis).sum() / weights.groupby(kreis).sum()
    return pd.concat([of_towns, of_kreise.loc[several]]).sort_index()


def residual_table(known: Known, natural: pd.DataFrame, own: OwnRates) -> pd.DataFrame:
    """Return net migration of every town and Kreis by year: what the counts leave after births and deaths.

    Parameters
    ----------
    natural : DataFrame
        Towns by year, as in ``past.Carried``.
    own : OwnRates
        As from ``past.own_rates``.

    Returns
    -------
    DataFrame
        ags (8 digits a town, 5 a Kreis of several towns), year (2012–2025), net_migration_pct and natural_pct (percent
        of the people a year), exceptional (left out of the level), break_removed (the census of 2022 lies between the
        counts and was taken out), averaged (mean of 2023–2025), derived (a count is density times area). Nothing is
        known across the census of 2011: the table begins after it.
    """
    years = [int(year) for year in known.persons.columns[1:]]
    since = list(range(OF_CENSUS_2022[0] + 1, OF_CENSUS_2022[1] + 1))
    people = _with_kreise(known.persons)
    weights = known.persons[years].copy()
    for year in since:
        weights[year] = known.today
    births = _with_kreise(natural[weights.columns], weights)
    change = pd.DataFrame(np.diff(np.log(people.to_numpy(float)), axis=1), index=people.index, columns=years)
    moved = change - births[years]
    after = pd.DataFrame(
        np.repeat(own.after[:, None], len(since), axis=1), index=known.persons.index, columns=since
    )
    moved = pd.concat([moved, _with_kreise(after, weights[since])], axis=1)
    shown, derived = [*years, *since], set(known.derived)
    rows = np.tile(shown, len(moved))
    return pd.DataFrame(
        {
            "ags": np.repeat(moved.index.to_numpy(), len(shown)),
            "year": rows,
            "net_migration_pct": 100 * moved.to_numpy(float).ravel(),
            "natural_pct": 100 * births.to_numpy(float).ravel(),
            "exceptional": np.isin(rows, EXCEPTIONAL),
            "break_removed": rows > OF_CENSUS_2022[0],
            "averaged": rows > OF_CENSUS_2022[0],
            "derived": [bool({year, year - 1} & derived) for year in rows.tolist()],
        }
    )


def census_breaks(known: Known, panel: pd.DataFrame) -> pd.DataFrame:
    """Return by how much each census moved the count: census less the count carried on to it.

    Parameters
    ----------
    panel : DataFrame
        ``kreise_panel`` of the Land: ags, year, population; 2011 on the count before the census.

    Returns
    -------
    DataFrame
        ags, census (2011: Kreise and kreisfreie Städte; 2022: all), break_persons, break_pct, assumed (2022: how
        much of that year's growth had come by the census day is an assumption).
    """
    first = int(known.persons.columns[0])
    before = panel[panel["year"] == first].set_index("ags")["population"].reindex(names_of(known))
    after = known.persons[first].groupby(known.persons.index.str[:KREIS_DIGITS]).sum()
    carried = _with_kreise((known.census / np.exp(known.break_log)).to_frame())[0]
    counted = _with_kreise(known.census.to_frame(0))[0]
    kinds = [(2011, before, after.reindex(before.index), False), (2022, carried, counted, True)]
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "ags": old.index,
                    "census": year,
                    "break_persons": (new - old).to_numpy(float),
                    "break_pct": 100 * (new / old - 1).to_numpy(float),
                    "assumed": assumed,
                }
            )
            for year, old, new, assumed in kinds
        ],
        ignore_index=True,
    )
