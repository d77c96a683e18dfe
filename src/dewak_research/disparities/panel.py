"""The panel of 400 Kreise that the whole chapter works on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dewak_research.disparities import refuse
from dewak_research.disparities.areas import people_by_density
from dewak_research.disparities.census import people
from dewak_research.errors import InputError, messages, nearest

_problem = messages(__package__)
LARGE_CITY = 100_000
DENSE_PER_KM2 = 150.0
#: regressor → (block, expected sign for KdU per inhabitant; METHODS D.6)
REGRESSORS: dict[str, tuple[str, str]] = {
    "unemployment_pct": ("economy", "+"),
    "longterm_unemployed_pct": ("economy", "+"),
    "ln_gdp_pc": ("economy", "-"),
    "ln_tax_capacity_lag": ("economy", "-"),
    "age_65plus_pct": ("demography", "-"),
    "foreign_pct": ("demography", "+"),
    "ln_asking_rent": ("settlement", "+"),
    "ln_density": ("settlement", "+"),
    "kreisfrei": ("settlement", "+"),
}
TIME_CONSTANT = ("ln_density", "kreisfrei")
#: Columns without which there is no panel; the other indicators may be missing until a model asks for them.
NEEDED = (
    "ags", "name", "land", "kdu_eur_pc", "population", "capital_spending_eur_pc", "capital_grants_eur_pc",
    "housing_benefit_eur_per_unit_month", "persons_in_benefit_units_per_1k", "density_per_km2",
)  # fmt: skip
#: Rules by which a record counts as unknown, see :func:`implausible`.
RULES = ("below_half_of_median", "zero_means_unknown", "part_of_the_area", "another_area")
#: Median investment of the Kreise (or cities) of a Land in a year below this share of its usual one: a part is missing.
PART_OF_USUAL = 0.4


def require_columns(frame: pd.DataFrame, columns: Sequence[str], where: str) -> None:
    """Raise one InputError naming every column that is absent or wholly empty.

    Raises
    ------
    InputError
        A column does not exist (the nearest existing one is named) or holds no number at all.
    """
    problems = []
    for column in columns:
        if column not in frame.columns:
            have = nearest(column, map(str, frame.columns)) or ", ".join(map(str, frame.columns))
            problems.append(_problem("missing_column", where, column=column, have=have))
        elif frame[column].isna().all():
            problems.append(_problem("empty_column", where, column=column))
    if problems:
        raise InputError(problems)


def require_year(frame: pd.DataFrame, where: str) -> None:
    """Raise InputError if ``year`` is not a whole number (for example text)."""
    require_columns(frame, ["year"], where)
    if not pd.api.types.is_integer_dtype(frame["year"]):
        raise refuse("year_not_whole", f"{where}: year", example=repr(frame["year"].iloc[0]))


def require_unique(frame: pd.DataFrame, keys: Sequence[str], where: str) -> None:
    """Raise InputError naming up to five keys that occur more than once."""
    twice = frame.loc[frame.duplicated(list(keys)), list(keys)].drop_duplicates().head(5)
    if len(twice):
        shown = "; ".join(" ".join(map(str, row)) for row in twice.to_numpy())
        raise refuse("key_twice", f"{where}: {', '.join(keys)}", shown=shown)


def _log(values: pd.Series) -> pd.Series:
    """Natural logarithm; 0 and below become missing, never minus infinity."""
    return pd.Series(np.log(values.where(values > 0).to_numpy(dtype=float)), index=values.index)


def settlement_type(kind: pd.Series, population: pd.Series, density: pd.Series) -> pd.Series:
    """Return the settlement type of each Kreis.

    Parameters
    ----------
    kind : Series of str
        ``kreisfreie_stadt`` or ``kreis``.
    population : Series of float
    density : Series of float
        Inhabitants per km².

    Returns
    -------
    Series of str
        ``city_large`` (kreisfrei, 100,000 and more), ``city_small``, ``kreis_dense`` (150 per km² and more),
        ``kreis_sparse``. An assumption of this project modelled on the four BBSR types, which also use
        the share of people in larger towns; that share is not among the figures.
    """
    city = kind.to_numpy() == "kreisfreie_stadt"
    large, dense = population.to_numpy() >= LARGE_CITY, density.to_numpy() >= DENSE_PER_KM2
    values = np.where(
        city, np.where(large, "city_large", "city_small"), np.where(dense, "kreis_dense", "kreis_sparse")
    )
    return pd.Series(values, index=kind.index)


def kreisfrei_by_key(ags: pd.Series) -> pd.Series:
    """Return which 5-digit keys are kreisfreie Städte (106 of 400 at 31.12.2021), by the rules of the key.

    The fourth digit tells them apart: up to 2 in North Rhine-Westphalia and Rhineland-Palatinate, 5 in
    Brandenburg and Thuringia, 6 in Bavaria, up to 1 elsewhere; in Baden-Württemberg also the last digit
    (below 5), and Saarland has none.
    """
    land, fourth, last = ags.str[:2], ags.str[3].astype(int), ags.str[4].astype(int)
    usual = fourth <= land.map({"05": 2, "07": 2, "10": -1}).fillna(1)
    usual = usual.where(~land.isin(["12", "16"]), fourth == 5).where(land != "09", fourth == 6)
    return usual.where(land != "08", last < 5)


def implausible(kreise: pd.DataFrame) -> pd.DataFrame:
    """Return the records that cannot be true and are treated as missing, each with its reason.

    Four computed rules, no list of names: :func:`people_by_density`; housing benefit per unit below half of its median
    over all years (everywhere else it lies between 0.69 and 1.51 of it); investment *and* investment grants
    of exactly 0, which is how the source writes city states and whole Länder without a figure; and all Kreise (or all
    cities) of a Land in a year whose median investment is below 0.4 of the usual one of that Land (0.12 to 0.33 of
    it where the source holds the Kreis administrations without their municipalities; everywhere else 0.43 and more).

    Returns
    -------
    DataFrame
        ``ags``, ``name``, ``year``, ``variable``, ``value`` as printed, ``rule`` (one of
        :data:`RULES`); sorted.
    """
    benefit = kreise["housing_benefit_eur_per_unit_month"]
    low = benefit < 0.5 * benefit.groupby(kreise["ags"]).transform("median")
    zero = (kreise["capital_spending_eur_pc"] == 0) & (kreise["capital_grants_eur_pc"] == 0)
    cities = pd.Series(kreisfrei_by_key(kreise["ags"]), index=kreise.index)
    spending = kreise["capital_spending_eur_pc"].where(~zero)
    land = kreise["ags"].str[:2]
    together = spending.groupby([land, cities, kreise["year"]])
    middle, several = together.transform("median"), together.transform("count") >= 3
    usual = middle.groupby([land, cities]).transform("median")
    partial = spending.notna() & several & (middle < PART_OF_USUAL * usual)
    parts = []
    for rows, variable, rule in (
        (low, "housing_benefit_eur_per_unit_month", "below_half_of_median"),
        (zero, "capital_spending_eur_pc", "zero_means_unknown"),
        (partial, "capital_spending_eur_pc", "part_of_the_area"),
        (people_by_density(kreise)[1], "population", "another_area"),
    ):
        if variable not in kreise:
            continue
        found = kreise.loc[rows, ["ags", "name", "year"]].copy()
        parts.append(found.assign(variable=variable, value=kreise.loc[rows, variable], rule=rule))
    return pd.concat(parts).sort_values(["variable", "ags", "year"], ignore_index=True)


def counted(values: pd.Series, order: Sequence[str], column: str) -> pd.DataFrame:
    """Return how often (``column``) each value of ``order`` occurs, 0 included, under the name of the values."""
    counts = values.value_counts().reindex(list(order), fill_value=0)
    return pd.DataFrame({values.name: list(order), column: counts.to_numpy()})


def build_panel(kreise: pd.DataFrame) -> pd.DataFrame:
    """Return the Kreis panel with the variables of the models.

    Parameters
    ----------
    kreise : DataFrame
        Kreis × year with ``ags``, ``year``, ``name``, ``land``, ``land_name``, ``kdu_eur_pc`` and the
        INKAR indicators.

    Returns
    -------
    DataFrame
        Sorted by ``ags``, ``year``; records of :func:`implausible` are missing. Added: ``weight``
        (inhabitants on the base that the per-head figures stand on, from
        :func:`dewak_research.disparities.census.people`), ``kind``,
        ``recipients_share`` (persons in benefit units per inhabitant, 0–1),
        ``cost_eur_per_recipient`` (KdU per recipient and year; their product is ``kdu_eur_pc``), ``settlement``,
        and the regressors of :data:`REGRESSORS` (logs in natural logarithms; tax capacity of the year before;
        density as its mean over the years, so constant in time).

    Raises
    ------
    InputError
        A column is missing or empty, the year is text, or a Kreis-year occurs twice.
    """
    require_year(kreise, "kreise")
    require_columns(kreise, NEEDED, "kreise")
    require_unique(kreise, ["ags", "year"], "kreise")
    out = kreise.sort_values(["ags", "year"], ignore_index=True)
    derived, elsewhere = people_by_density(out)
    unknown = implausible(out).set_index(["ags", "year"])["rule"]
    keys = pd.MultiIndex.from_frame(out[["ags", "year"]])
    low = keys.isin(unknown.index[unknown == "below_half_of_median"])
    unbooked = keys.isin(unknown.index[unknown.isin(["zero_means_unknown", "part_of_the_area"])])
    out.loc[low, ["housing_benefit_eur_per_unit_month", "kdu_eur_pc"]] = np.nan
    out.loc[unbooked, ["capital_spending_eur_pc", "capital_grants_eur_pc"]] = np.nan
    out["population"] = out["population"].mask(elsewhere, derived)
    out["kind"] = np.where(kreisfrei_by_key(out["ags"]), "kreisfreie_stadt", "kreis")
    out["weight"] = people(out)
    out["recipients_share"] = out["persons_in_benefit_units_per_1k"] / 1000
    out["cost_eur_per_recipient"] = out["kdu_eur_pc"] / out["recipients_share"].where(
        out["recipients_share"] > 0
    )
    density = out["density_per_km2"].groupby(out["ags"]).transform("mean")
    usual = out["population"].groupby(out["ags"]).transform("median")
    out["settlement"] = settlement_type(out["kind"], usual, density)
    out["ln_density"] = _log(density)
    out["kreisfrei"] = (out["kind"] == "kreisfreie_stadt").astype(float)
    out["ln_kdu"] = _log(out["kdu_eur_pc"])
    out["ln_recipients"] = _log(out["recipients_share"])
    out["ln_cost"] = _log(out["cost_eur_per_recipient"])
    out["ln_gdp_pc"] = _log(out["gdp_keur_pc"])
    out["ln_asking_rent"] = _log(out["asking_rent_eur_m2"])
    out["ln_tax_capacity_lag"] = _log(lagged(out, "tax_capacity_eur_pc"))
    out["land_year"] = out["land"].astype(str) + "-" + out["year"].astype(str)
    return out


def lagged(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return the value of the calendar year before within each Kreis; missing where that year is absent."""
    before = frame[["ags", "year", column]].assign(year=frame["year"] + 1)
    merged = frame[["ags", "year"]].merge(before, on=["ags", "year"], how="left")
    return pd.Series(merged[column].to_numpy(), index=frame.index)


def balanced(frame: pd.DataFrame, column: str, years: Sequence[int]) -> pd.DataFrame:
    """Return the units that have ``column`` in every one of ``years``, restricted to these years.

    Raises
    ------
    InputError
        No unit is complete.
    """
    part = frame[frame["year"].isin(list(years)) & frame[column].notna()]
    complete = part.groupby("ags")["year"].nunique()
    keep = complete.index[complete == len(years)]
    if len(keep) == 0:
        raise refuse("no_complete_unit", "panel", column=column, first=min(years), last=max(years))
    return part[part["ags"].isin(keep)].sort_values(["ags", "year"], ignore_index=True)


def wide(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return units × years of a balanced panel."""
    return frame.set_index(["ags", "year"])[column].unstack("year").sort_index()  # noqa: PD010


def estimation_sample(
    frame: pd.DataFrame,
    dependent: str,
    regressors: Sequence[str],
    years: tuple[int, int],
    alone_in_land: bool = False,
) -> tuple[pd.DataFrame, list[str]]:
    """Return the complete rows of a model, and the units dropped because they have a single year.

    Parameters
    ----------
    frame : DataFrame
        Panel with ``ags``, ``year`` and the variables.
    years : (int, int)
        First and last year, both included.
    alone_in_land : bool
        Also drop rows that are alone in their Land and year (Berlin, Hamburg): Land × year effects fit them
        perfectly.

    Returns
    -------
    DataFrame
        Complete rows of units with two or more years; the panel may be unbalanced.
    list of str
        Keys of the singletons: a fixed effect fits them perfectly, they would only make the standard
        errors look smaller.

    Raises
    ------
    InputError
        A variable is absent or empty, the year is text, no row is complete, or only one year remains.
    """
    require_year(frame, "panel")
    columns = [dependent, *regressors]
    period = frame[frame["year"].between(*years)]
    require_columns(period, columns, f"panel {years[0]}–{years[1]}")
    complete = period.dropna(subset=columns)
    before = -1
    sample = complete
    while len(sample) != before:
        before = len(sample)
        sample = sample[sample.groupby("ags")["year"].transform("size") > 1]
        if alone_in_land:
            sample = sample[sample.groupby("land_year")["year"].transform("size") > 1]
    singletons = sorted(set(complete["ags"]) - set(sample["ags"]))
    sample = sample.sort_values(["ags", "year"], ignore_index=True)
    if sample["year"].nunique() < 2:
        raise refuse("too_few_years", f"panel {years[0]}–{years[1]}")
    return sample, singletons
