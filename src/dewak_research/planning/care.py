"""Who needs care, by age and by Kreis: published persons over the people of the same basis.

The Land's rates by age are taken to a Kreis by indirect standardisation: its persons in need of care of 2021, by kind,
over those whom the Land's rates would give its ages. The spread is wide (allowance from half to one and a half times).
"""

from __future__ import annotations

import pandas as pd

from dewak_research.planning.ages import bounds
from dewak_research.rules import HOME

CARE_KINDS = {
    "allowance_only": "care_allowance",
    "ambulatory": "care_ambulatory",
    "residential": "care_residential",
}
CARE_AGES = ("0-64", "65-69", "70-74", "75-79", "80-84", "85-89", "90+")
KREIS_YEAR = 2021
_KREIS_PCT = {
    "care_allowance": "care_allowance_2021_pct",
    "care_ambulatory": "care_ambulatory_2021_pct",
    "care_residential": "care_residential_2021_pct",
}
_OPEN, _STEP = 90, 2


def _single(old_age: pd.DataFrame, year: int) -> pd.Series:
    """Persons by single year of age from 60 on; the last entry is 90 and over."""
    rows = old_age[(old_age["year"] == year) & (old_age["age"] != "0-59")]
    ages = rows["age"].str.removesuffix("+").astype(int)
    return pd.Series(rows["persons"].to_numpy(float), index=ages.to_numpy()).sort_index()


def _in_groups(single: pd.Series, total: float) -> dict[str, float]:
    found = {
        age: float(single[(single.index >= first) & (single.index <= last)].sum())
        for age, (first, last) in ((age, bounds(age)) for age in CARE_AGES[1:])
    }
    return {CARE_AGES[0]: total - sum(found.values())} | found


def two_years_on(before: pd.Series, now: pd.Series) -> pd.Series:
    """Carry single years of age two years on by the cohort ratios of the last two years.

    Parameters
    ----------
    before, now : Series
        Persons by age, two years apart, up to the open group of ``90`` (Hamilton and Perry 1962).

    Returns
    -------
    Series
        Persons from 65 on, two years after ``now``.
    """
    closed = range(65, _OPEN)
    found = {age: now[age] / before[age - _STEP] * now[age - _STEP] for age in closed}
    into = [age for age in now.index if age >= _OPEN - _STEP]
    found[_OPEN] = now[_OPEN] / before[into].sum() * now[into].sum()
    return pd.Series(found)


def care_population(old_age: pd.DataFrame, age_groups: pd.DataFrame, kreis_age: pd.DataFrame) -> pd.DataFrame:
    """Return the people of the Land whom the care statistics count among, by age, year and basis.

    Parameters
    ----------
    old_age : DataFrame
        year (2019, 2021), age (0-59, single years, 90+), persons.
    age_groups : DataFrame
        year, age (six groups, with 65-74 and 75+), persons; 2023 is used.
    kreis_age : DataFrame
        ags (five digits), year, sex, age (17 groups), persons; the Kreise of the Land in 2023 are used.

    Returns
    -------
    DataFrame
        year, basis (2011 or 2022: the census carried on), age (``CARE_AGES``), persons, estimated. In 2023 only
        65-74 and 75+ are printed: finer ages are carried on by cohort ratios and scaled to them.
    """
    years = sorted(old_age["year"].unique())
    rows = []
    for year in years:
        total = float(old_age.loc[old_age["year"] == year, "persons"].sum())
        parts = _in_groups(_single(old_age, year), total)
        rows += [(year, 2011, age, persons, False) for age, persons in parts.items()]
    carried = two_years_on(*(_single(old_age, year) for year in years[-2:]))
    printed = age_groups[age_groups["year"] == years[-1] + _STEP].set_index("age")["persons"].astype(float)
    home = kreis_age[(kreis_age["year"] == years[-1] + _STEP) & kreis_age["ags"].str.startswith(HOME)]
    counted = home.groupby("age")["persons"].sum().astype(float)
    for basis, known in ((2011, printed), (2022, counted)):
        scaled = carried.copy()
        for age in ("65-74", "75+"):
            first, last = bounds(age)
            inside = (scaled.index >= first) & (scaled.index <= last)
            scaled[inside] *= known[age] / scaled[inside].sum()
        parts = _in_groups(scaled, float(known.sum()))
        rows += [
            (years[-1] + _STEP, basis, age, persons, age != CARE_AGES[0]) for age, persons in parts.items()
        ]
    return pd.DataFrame(rows, columns=["year", "basis", "age", "persons", "estimated"])


def care_rates(care: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Return persons in need of care per person, by kind of care and age.

    Parameters
    ----------
    care : DataFrame
        ``care_by_age``: year, care_type, age, persons.
    population : DataFrame
        From :func:`care_population`.

    Returns
    -------
    DataFrame
        service, year, basis, age, in_need, persons, rate, estimated. 90-94 and 95+ are one group, because the
        population by age ends at 90.
    """
    joined = care.assign(
        service=care["care_type"].map(CARE_KINDS),
        age=care["age"].where(~care["age"].isin(["90-94", "95+"]), CARE_AGES[-1]),
    )
    summed = joined.groupby(["service", "year", "age"])["persons"].sum().rename("in_need").reset_index()
    found = summed.merge(population, on=["year", "age"])
    found["rate"] = found["in_need"] / found["persons"]
    order = ["service", "basis", "year", "age"]
    return found.sort_values(order, ignore_index=True)[[*order, "in_need", "persons", "rate", "estimated"]]


def kreis_rates(level: pd.DataFrame, factors: pd.DataFrame) -> pd.DataFrame:
    """Take the Land's rates to the Kreise, and leave no age more people in care than there are.

    Parameters
    ----------
    level : DataFrame
        service, age, year, rate of the Land.
    factors : DataFrame
        From :func:`care_factors`.

    Returns
    -------
    DataFrame
        kreis, service, age, year, rate; together: the kinds' sum before they were reduced in proportion to 1 at most.
    """
    found = factors.merge(level[["service", "age", "year", "rate"]], on="service")
    found["rate"] *= found["factor"]
    found["together"] = found.groupby(["kreis", "age"])["rate"].transform("sum")
    found["rate"] /= found["together"].clip(lower=1.0)
    return found.drop(columns="factor")


def care_factors(
    found: pd.DataFrame, kreis_age: pd.DataFrame, panel: pd.DataFrame, atlas: pd.DataFrame
) -> pd.DataFrame:
    """Return how far care in a Kreis lies from what the Land's rates give its ages.

    Parameters
    ----------
    found : DataFrame
        From :func:`care_rates`.
    kreis_age : DataFrame
        ags, year, sex, age, persons; those of the newest year of care. 65-74 and 75+ are split as in the Land.
    panel : DataFrame
        ags, year, population, care_dependency_per_10k (persons per 100 people, whatever its name) of 2021.
    atlas : DataFrame
        kreis, share of the kinds among those in need of care in 2021 (per cent).

    Returns
    -------
    DataFrame
        kreis, service, factor; weighted with the persons expected, the factors of the Land average 1.
    """
    level = found[(found["basis"] == 2022) & (found["year"] == found["year"].max())]
    people = level[level["service"] == "care_residential"].set_index("age")["persons"]
    rows = kreis_age[(kreis_age["year"] == level["year"].max()) & kreis_age["ags"].str.startswith(HOME)]
    groups = rows.pivot_table(index="ags", columns="age", values="persons", aggfunc="sum")
    ages = pd.DataFrame(index=groups.index, columns=[*CARE_AGES], dtype=float)
    for age in CARE_AGES:
        first, last = bounds(age)
        coarse = [group for group in groups.columns if bounds(group)[0] <= first and last <= bounds(group)[1]]
        inside = [group for group in groups.columns if first <= bounds(group)[0] and bounds(group)[1] <= last]
        parts = [
            a for a in CARE_AGES if coarse and bounds(coarse[0])[0] <= bounds(a)[0] <= bounds(coarse[0])[1]
        ]
        share = float(people[age] / people[parts].sum()) if coarse else 1.0
        ages[age] = groups[coarse or inside].sum(axis=1) * share
    home = panel[(panel["year"] == KREIS_YEAR) & panel["ags"].str.startswith(HOME)].set_index("ags")
    in_need = home["care_dependency_per_10k"] / 100 * home["population"]
    kinds = atlas.set_index("kreis")
    found_ = []
    for service, column in _KREIS_PCT.items():
        rate = level[level["service"] == service].set_index("age")["rate"]
        expected = ages @ rate.reindex([*CARE_AGES])
        ratio = in_need.reindex(ages.index) * kinds[column].reindex(ages.index) / 100 / expected
        ratio *= float(expected.sum() / (ratio * expected).sum())
        found_.append(
            pd.DataFrame({"kreis": ages.index, "service": service, "factor": ratio.to_numpy(float)})
        )
    return pd.concat(found_, ignore_index=True)
