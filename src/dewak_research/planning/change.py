"""What the plan says in one row: how ages, need and cost change from the base to the year shown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dewak_research.planning.draws import PERCENTILES, SHOWN_AGES, Floats32, by_coarse_age
from dewak_research.planning.known import TOWN_DIGITS
from dewak_research.rules import HOME

_PERCENTILES = ("p05", "p50", "p95")
_CHANGES = ("change_low_pct", "change_pct", "change_high_pct")


class PeopleChange:
    """Bands of the change of people, gathered while populations are drawn Kreis by Kreis.

    Every draw is held against its own beginning: the ages of a town are estimated there as well, and an error of the
    base is no change. So the band of children of an age is that of the places they need at constant rates.

    Parameters
    ----------
    first_year, shown_year : int
        Draws begin with the first.
    """

    def __init__(self, first_year: int, shown_year: int) -> None:
        self._ahead = shown_year - first_year
        self._parts: list[pd.DataFrame] = []

    def __call__(self, keys: Sequence[str], drawn: Floats32) -> None:
        """Take the draws of one Kreis: persons (draws, years, units, 2, groups)."""
        before, after = (by_coarse_age(drawn[:, year]).astype(float) for year in (0, self._ahead))
        ratio = np.divide(after, before, out=np.full_like(after, np.nan), where=before > 0)
        found = 100.0 * (np.percentile(ratio, PERCENTILES, axis=0) - 1.0)
        unit, age = (index.ravel() for index in np.indices(found.shape[1:]))
        columns = {name: found[i].ravel() for i, name in enumerate(_CHANGES)}
        keyed = {"ags": np.array(keys, dtype=object)[unit], "age": np.array(SHOWN_AGES, dtype=object)[age]}
        self._parts.append(pd.DataFrame(keyed | columns))

    def table(self) -> pd.DataFrame:
        """Return ags, age, change_low_pct, change_pct, change_high_pct: P05, P50, P95 of the draws' own change.

        Missing where nobody of that age lives there in a draw.
        """
        return pd.concat(self._parts, ignore_index=True)


def population_change(population: pd.DataFrame, shown_year: int, change: pd.DataFrame) -> pd.DataFrame:
    """Return how every unit changes by group of ages.

    Parameters
    ----------
    population : DataFrame
        ags, year, age, p05, p50, p95 (persons), as ``population_range``; its first year is the base.
    shown_year : int
    change : DataFrame
        From :meth:`PeopleChange.table`.

    Returns
    -------
    DataFrame
        ags, age, first_year, shown_year, persons (of the base), p05, p50, p95 (of the year shown), change_low_pct,
        change_pct, change_high_pct (percentiles of the draws' own change).
    """
    first_year = int(population["year"].min())
    base = population.loc[population["year"] == first_year, ["ags", "age", "p50"]]
    later = population.loc[population["year"] == shown_year, ["ags", "age", *_PERCENTILES]]
    found = base.rename(columns={"p50": "persons"}).merge(later, on=["ags", "age"], validate="one_to_one")
    found = found.merge(
        change[["ags", "age", *_CHANGES]], on=["ags", "age"], how="left", validate="one_to_one"
    )
    found.insert(2, "first_year", first_year)
    found.insert(3, "shown_year", shown_year)
    return found.sort_values(["ags", "age"], ignore_index=True)


def change_among_towns(change: pd.DataFrame) -> pd.DataFrame:
    """Return how the towns' changes spread: age, towns, growing, shrinking (P50), lower, median and upper change.

    Returns
    -------
    DataFrame
        One row per group of ages: first_year, shown_year, towns, growing, shrinking, surely_growing and
        surely_shrinking (the whole band of the change lies above or below 0), p10_pct, median_pct, p90_pct of the
        towns' P50.
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


def of_the_land(need_split: pd.DataFrame, cost: pd.DataFrame, net_cost: pd.DataFrame) -> pd.DataFrame:
    """Return need and cost of all towns together, by scenario and service.

    Parameters
    ----------
    need_split : DataFrame
        scenario, ags, service, first_year, last_year, need_first, need_last, demography, rate.
    cost, net_cost : DataFrame
        scenario, ags, service, year, gross_eur or net_eur.

    Returns
    -------
    DataFrame
        scenario, service, first_year, last_year, need_first, need_last, change_pct, demography_pct and rate_pct (of the
        first need; they add up to the change), gross_first_eur, net_first_eur, net_share (missing where no cost is
        known).
    """
    keys = ["scenario", "service"]
    towns = {
        name: table[table["ags"].str.len() == TOWN_DIGITS]
        for name, table in (("need", need_split), ("gross", cost), ("net", net_cost))
    }
    parts = ["need_first", "need_last", "demography", "rate"]
    found = towns["need"].groupby([*keys, "first_year", "last_year"], sort=False)[parts].sum().reset_index()
    gained = {
        "change": found["need_last"] - found["need_first"],
        "demography": found["demography"],
        "rate": found["rate"],
    }
    for name, part in gained.items():
        found[f"{name}_pct"] = 100.0 * part / found["need_first"]
    first = int(found["first_year"].min())
    for name in ("gross", "net"):
        table = towns[name].loc[towns[name]["year"] == first]
        sums = table.groupby(keys)[f"{name}_eur"].sum(min_count=1).rename(f"{name}_first_eur")
        found = found.merge(sums.reset_index(), on=keys, how="left")
    found["net_share"] = found["net_first_eur"] / found["gross_first_eur"]
    return found.drop(columns=["demography", "rate"])


def rates_spread(need_split: pd.DataFrame) -> pd.DataFrame:
    """Return how far the assumptions about rates part: the change of need under each of them.

    No probability belongs to them: nobody knows how rates go on. The population is that of the base variant throughout.

    Parameters
    ----------
    need_split : DataFrame
        scenario, ags, service, first_year, last_year, need_first, need_last.

    Returns
    -------
    DataFrame
        ags (towns, Kreise and the Land as the sum of its towns), service, first_year, last_year, need_first (at
        constant rates), constant_pct, damped_pct, policy_pct (need of the last year against it), low_pct, high_pct
        (the lowest and the highest of them); missing where nobody has a need in the first year.
    """
    keys = ["ags", "service", "first_year", "last_year"]
    towns = need_split[need_split["ags"].str.len() == TOWN_DIGITS].assign(ags=HOME)
    sums = ["need_first", "need_last"]
    whole = towns.groupby(["scenario", *keys], sort=False)[sums].sum().reset_index()
    rows = pd.concat([whole, need_split[["scenario", *keys, *sums]]], ignore_index=True)
    first = rows[rows["scenario"] == "constant"].set_index(keys)["need_first"]
    last = rows.pivot_table(index=keys, columns="scenario", values="need_last")
    known = first.where(first > 0)
    found = pd.DataFrame(
        {f"{name}_pct": 100.0 * (last[name].reindex(first.index) / known - 1.0) for name in last}
    )[["constant_pct", "damped_pct", "policy_pct"]]
    ends = found.assign(low_pct=found.min(axis=1), high_pct=found.max(axis=1))
    return ends.assign(need_first=first).reset_index()[[*keys, "need_first", *ends.columns]]
