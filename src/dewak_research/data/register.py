"""The register of the 427 units of North Rhine-Westphalia (396 towns, 31 Kreise) and their keys (AGS).

A key is text. Five digits name a Kreis or a Gesamtkreis, eight digits a town; a kreisfreie Stadt has both
(``05911`` and ``05911000``). A number is refused, because ``05911000`` without quotes is another number.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

import numpy as np
import pandas as pd

from dewak_research.data.measures import kdu_eur_pc
from dewak_research.errors import InputError, messages
from dewak_research.rules import HOME, land_of

_problem = messages(__package__)
_OFFERED = 5
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
REFERENCE_YEAR = 2009
KINDS = ("kreisfreie_stadt", "kreisangehoerige_gemeinde", "kreis")
SIZE_CLASSES = ("under_10k", "10k_25k", "25k_60k", "over_60k")
_SIZE_BOUNDS = (-np.inf, 10_000, 25_000, 60_000, np.inf)
LAND_NAMES = {
    "01": "Schleswig-Holstein", "02": "Hamburg", "03": "Niedersachsen", "04": "Bremen",
    "05": "Nordrhein-Westfalen", "06": "Hessen", "07": "Rheinland-Pfalz", "08": "Baden-Württemberg",
    "09": "Bayern", "10": "Saarland", "11": "Berlin", "12": "Brandenburg", "13": "Mecklenburg-Vorpommern",
    "14": "Sachsen", "15": "Sachsen-Anhalt", "16": "Thüringen",
}  # fmt: skip


def tidy_kreis_name(name: str, title: str = "Kreis") -> str:
    """Return a Kreis's plain name: ``Recklinghausen`` becomes ``Kreis Recklinghausen``, titles are dropped."""
    plain = name.split(",")[0].strip()
    if "," in name or "kreis" in plain.casefold() or plain.startswith(("Städteregion", "Region")):
        return plain
    return f"{title} {plain}"


def landschaftsverband(ags: str) -> str | None:
    """Return the Landschaftsverband of a unit, ``LVR`` or ``LWL``; None outside NRW (``rules/land``)."""
    return land_of(ags).association(ags)


def size_class(population: pd.Series) -> pd.Series:
    """Return the size class of each town by its population (METHODS C.7); missing stays missing."""
    return (
        pd.cut(population, list(_SIZE_BOUNDS), labels=list(SIZE_CLASSES), right=False)
        .astype("str")
        .where(population.notna())
    )


def _towns(gemeinden: pd.DataFrame) -> pd.DataFrame:
    kind = np.where(gemeinden["kreisfrei"], KINDS[0], KINDS[1])
    columns = ["ags", "name", "kreis", "population_2021", "area_km2", "longitude", "latitude"]
    return gemeinden[columns].astype({"population_2021": "float64"}).assign(kind=kind)


def _kreise(towns: pd.DataFrame, names: pd.DataFrame) -> pd.DataFrame:
    within = towns[towns["kind"] == KINDS[1]]
    weighted = within.assign(
        longitude=within["longitude"] * within["population"],
        latitude=within["latitude"] * within["population"],
    )
    sums = weighted.groupby("kreis")[["area_km2", "population", "longitude", "latitude"]].sum(min_count=1)
    sums["population_2021"] = within.groupby("kreis")["population_2021"].agg(lambda s: s.sum(skipna=False))
    sums["longitude"] /= sums["population"]
    sums["latitude"] /= sums["population"]
    known = names.set_index("ags")["name"].map(tidy_kreis_name)
    return (
        sums.reset_index()
        .assign(ags=lambda d: d["kreis"], name=lambda d: d["kreis"].map(known), kind=KINDS[2])
        .reset_index(drop=True)
    )


def build_units(
    gemeinden: pd.DataFrame,
    kreise: pd.DataFrame,
    population: pd.DataFrame,
    payments: pd.DataFrame,
    balance: pd.DataFrame,
) -> pd.DataFrame:
    """Build the register.

    Parameters
    ----------
    gemeinden : DataFrame
        ``towns``: 396 towns with centre, area and Kreis.
    kreise : DataFrame
        ``kreise`` of INKAR: names of the Kreise.
    population : DataFrame
        ``town_population``: ags, year, population at 31 December.
    payments, balance : DataFrame
        Tables with a column ``ags``: who reported at all.

    Returns
    -------
    DataFrame
        427 rows sorted by ``ags``: ags, name, kind, kreis, landschaftsverband, size_class (missing for a
        Kreis), population (31.12.2009), population_2021 (31.12.2021), area_km2, longitude, latitude,
        reported_any, has_balance_2009. The centre of a Kreis is the mean of its towns' centres weighted by population.
    """
    people = population[population["year"] == REFERENCE_YEAR].set_index("ags")["population"]
    towns = _towns(gemeinden)
    towns["population"] = towns["ags"].map(people).astype("float64")
    units = pd.concat([towns, _kreise(towns, kreise)], ignore_index=True)
    units["landschaftsverband"] = units["ags"].map(landschaftsverband)
    units["size_class"] = size_class(units["population"]).where(units["kind"] != KINDS[2])
    units["reported_any"] = units["ags"].isin(payments["ags"].unique())
    units["has_balance_2009"] = units["ags"].isin(balance["ags"].unique())
    columns = [
        "ags", "name", "kind", "kreis", "landschaftsverband", "size_class", "population",
        "population_2021", "area_km2", "longitude", "latitude", "reported_any", "has_balance_2009",
    ]  # fmt: skip
    return units[columns].sort_values("ags", ignore_index=True)


def population_of_units(population: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Return the population of every unit and year; a Kreis has the sum of its towns.

    A Kreis's sum is missing where one of its towns is missing.
    """
    towns = population.merge(units[["ags", "kind", "kreis"]], on="ags", how="inner")
    within = towns[towns["kind"] == KINDS[1]]
    sums = within.groupby(["kreis", "year"])["population"].agg(lambda s: s.sum(skipna=False)).reset_index()
    both = pd.concat(
        [towns[["ags", "year", "population"]], sums.rename(columns={"kreis": "ags"})], ignore_index=True
    )
    return both.sort_values(["ags", "year"], ignore_index=True)


def kreis_panel(kreise: pd.DataFrame, panel: pd.DataFrame, first_year: int = 2007) -> pd.DataFrame:
    """Return the Kreis panel with name, Land and KdU per inhabitant.

    Columns: ags, year, name, land, land_name, the indicators, ``kdu_eur_pc`` (`measures.kdu_eur_pc`); sorted by
    ags and year.
    """
    table = panel[panel["year"] >= first_year].merge(kreise, on="ags", how="left")
    table["land"] = table["ags"].str[:2]
    table["land_name"] = table["land"].map(LAND_NAMES)
    table["kdu_eur_pc"] = kdu_eur_pc(table)
    first = ["ags", "year", "name", "land", "land_name"]
    return table[first + [c for c in table.columns if c not in first]].sort_values(
        ["ags", "year"], ignore_index=True
    )


def validate_ags(value: object, where: str = "AGS") -> str:
    """Return a well-formed key of five or eight digits.

    Parameters
    ----------
    value : object
        What the user gave; only text is accepted.
    where : str
        Named in the message.

    Raises
    ------
    InputError
        The value is a number, or text of another shape.
    """
    if isinstance(value, bool) or not isinstance(value, str):
        shown = f"{value:08d}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
        raise InputError(_problem("key_is_number", where, value=value, shown=shown))
    key = value.strip()
    if not re.fullmatch(r"\d{5}(\d{3})?", key):
        raise InputError(_problem("key_malformed", where, value=value))
    return key


def kreis_of(ags: str) -> str:
    """Return the five-digit key of the Gesamtkreis a town or Kreis belongs to."""
    return validate_ags(ags)[:5]


def fold(name: str) -> str:
    """Return a name as searches compare it: small letters, no umlauts, single spaces (as in ``finder.js``)."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", name.lower().translate(_LETTERS)).split())


def _described(units: pd.DataFrame) -> str:
    return ", ".join(f"{row.ags} {row.name_}" for row in units.rename(columns={"name": "name_"}).itertuples())


def _by_number(key: str, units: pd.DataFrame) -> pd.DataFrame:
    known = units["ags"].tolist()
    near = get_close_matches(key, known, n=_OFFERED, cutoff=0.6)
    if not near:
        number = int(key.ljust(8, "0"))
        near = sorted(known, key=lambda k: (abs(int(k.ljust(8, "0")) - number), k))[:_OFFERED]
    return units.set_index("ags", drop=False).loc[near]


def _unknown(query: str, near: pd.DataFrame, where: str, units: pd.DataFrame) -> InputError:
    outside = int((units["ags"].str[:2] != HOME).sum())
    key = "unit_unknown_in_germany" if outside else "unit_unknown"
    return InputError(_problem(key, where, query=query, n=427, outside=outside, near=_described(near)))


def _ambiguous(query: str, found: pd.DataFrame, where: str) -> InputError:
    return InputError(_problem("unit_ambiguous", where, query=query, n=len(found), near=_described(found)))


def resolve(query: object, units: pd.DataFrame, where: str = "AGS") -> str:
    """Return the key of the unit that a key or a name means.

    Parameters
    ----------
    query : object
        ``"05911000"``, ``"05911"`` (the kreisfreie Stadt), or a name such as ``"Bochum"``.
    units : DataFrame
        The register with columns ``ags`` and ``name``.
    where : str
        Named in the message.

    Raises
    ------
    InputError
        A number instead of text, an unknown key or name (the nearest are offered), or a name that several
        units bear (they are listed).
    """
    if not isinstance(query, str) or re.fullmatch(r"[\d\s]+", query):
        key = validate_ags(query, where)
        known = set(units["ags"])
        for candidate in (key, key + "000"):
            if candidate in known:
                return candidate
        raise _unknown(key, _by_number(key, units), where, units)
    wanted = fold(query)
    names = units["name"].map(fold)
    bare = names.str.replace(r"^(kreis|landkreis|stadt) | (stadt|kreis)$", "", regex=True)
    for found in (units[names == wanted], units[bare == wanted]):
        if len(found) == 1:
            return str(found["ags"].iloc[0])
        if len(found) > 1:
            raise _ambiguous(query, found, where)
    begins = units[names.str.startswith(wanted + " ")]
    if len(begins) == 1:
        return str(begins["ags"].iloc[0])
    if len(begins) > 1:
        raise _ambiguous(query, begins, where)
    near_names = get_close_matches(wanted, names.unique().tolist(), n=_OFFERED, cutoff=0.5)
    order = names.map({name: place for place, name in enumerate(near_names)})
    near = (
        units.loc[order.dropna().sort_values(kind="stable").index]
        if near_names
        else units[names.str[:3] == wanted[:3]].head(_OFFERED)
    )
    raise _unknown(query, near if len(near) else units.head(_OFFERED), where, units)


def resolve_in_germany(query: object, units: pd.DataFrame, kreise: pd.DataFrame, where: str = "AGS") -> str:
    """Return the key of the unit or, where none of the Land of the report is meant, of the Kreis outside it.

    Parameters
    ----------
    query : object
        As in `resolve`.
    units, kreise : DataFrame
        The register of the units, and ``kreis_register`` of all Kreise of Germany; columns ``ags`` and ``name``.

    Raises
    ------
    InputError
        As in `resolve`; the nearest of both registers are offered.
    """
    try:
        return resolve(query, units, where)
    except InputError:
        outside = kreise.loc[kreise["ags"].str[:2] != HOME, ["ags", "name"]]
        return resolve(query, pd.concat([units[["ags", "name"]], outside], ignore_index=True), where)
