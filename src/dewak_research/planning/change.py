"""What the projection says in one row: how a group of ages changes from the base to the year shown."""

from __future__ import annotations

import pandas as pd

TOWN_DIGITS = 8
_PERCENTILES = ("p05", "p50", "p95")


def population_change(population: pd.DataFrame, shown_year: int) -> pd.DataFrame:
    """Return how every unit changes by group of ages.

    Parameters
    ----------
    population : DataFrame
        ags, year, age, p05, p50, p95 (persons), as ``population_range``; its first year is the base.
    shown_year : int

    Returns
    -------
    DataFrame
        ags, age, first_year, shown_year, persons (of the base), p05, p50, p95 (of the year shown), change_low_pct,
        change_pct, change_high_pct (of these against the base; missing where nobody of that age lives there).
    """
    first_year = int(population["year"].min())
    base = population.loc[population["year"] == first_year, ["ags", "age", "p50"]]
    later = population.loc[population["year"] == shown_year, ["ags", "age", *_PERCENTILES]]
    found = base.rename(columns={"p50": "persons"}).merge(later, on=["ags", "age"], validate="one_to_one")
    known = found["persons"].where(found["persons"] > 0)
    for name, of in zip(("change_low_pct", "change_pct", "change_high_pct"), _PERCENTILES, strict=True):
        found[name] = 100.0 * (found[of] / known - 1.0)
    found.insert(2, "first_year", first_year)
    found.insert(3, "shown_year", shown_year)
    return found.sort_values(["ags", "age"], ignore_index=True)


def change_among_towns(change: pd.DataFrame) -> pd.DataFrame:
    """Return how the towns' changes spread: age, towns, growing, shrinking (P50), lower, median and upper change.

    Returns
    -------
    DataFrame
        One row per group of ages: first_year, shown_year, towns, growing, shrinking, surely_growing and
        surely_shrinking (the whole band lies above or below the base), p10_pct, median_pct, p90_pct of the towns' P50.
    """
    rows = []
    for age, some in change[change["ags"].str.len() == TOWN_DIGITS].groupby("age", sort=True):
        low, middle, high = some["change_pct"].quantile([0.1, 0.5, 0.9])
        rows.append(
            {
                "age": age,
                "first_year": int(some["first_year"].iloc[0]),
                "shown_year": int(some["shown_year"].iloc[0]),
                "towns": len(some),
                "growing": int((some["change_pct"] > 0).sum()),
                "shrinking": int((some["change_pct"] < 0).sum()),
                "surely_growing": int((some["change_low_pct"] > 0).sum()),
                "surely_shrinking": int((some["change_high_pct"] < 0).sum()),
                "p10_pct": low,
                "median_pct": middle,
                "p90_pct": high,
            }
        )
    return pd.DataFrame(rows)
