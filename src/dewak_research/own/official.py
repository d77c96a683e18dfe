"""What official statistics know about a municipality, embedded or as a GENESIS table, as lines of the workbook.

Cash figures of 2009–2011 (Finanzrechnungsstatistik) belong to the finance plan, never to the result plan. Records that
merely repeat the year before, and years with suppressed cells in a line, are left out.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pandas as pd

from dewak_research.data import read_table
from dewak_research.data.catalogue import table as catalogued
from dewak_research.data.genesis_table import GenesisTable
from dewak_research.data.genesis_time import period_of
from dewak_research.data.quality import CARRIED_FORWARD_ABOVE, identical_shares
from dewak_research.errors import InputError, entries, messages
from dewak_research.own.contents import figures_from
from dewak_research.own.statistical_columns import OPEN, columns_for
from dewak_research.own.template import load_template
from dewak_research.paths import RAW
from dewak_research.rules import HOME, land, land_of

_problem = messages(__package__)
MULTIPLIER_YEAR = AGE_YEAR = 2015
BALANCE_YEAR = 2009
FIRST_TAX_YEAR = 2008
TODAY = {"town_population_today": "people", "multipliers_today": "multipliers"}
"""Newest tables of the municipalities, each of one year → what they fill (``official.yaml``)."""
USABLE = ("value", "nil", "revised", "provisional", "estimated")


@cache
def official_table(name: str) -> pd.DataFrame:
    """Return an official table, read once in a process; callers do not change it."""
    return read_table(name, contract=False)  # a second of processor time that its checksum makes needless


def registered_name(key: str) -> str | None:
    """Return the name of a municipality in North Rhine-Westphalia or of a Kreis, or None."""
    register = official_table("towns" if len(key) == 8 else "kreise")
    return next(iter(register.loc[register["ags"] == key, "name"].astype("str")), None)


def account_lines() -> dict[str, dict[str, str]]:
    """Return account prefix → line for the result and the finance plan (``line_accounts`` of the Land)."""
    return {sheet: dict(entries) for sheet, entries in land(HOME).part("line_accounts").items()}


def line_of(account: str, prefixes: dict[str, str]) -> str | None:
    """Return the line of the longest prefix that fits the account, or None."""
    for length in range(min(len(account), 6), 1, -1):
        if account[:length] in prefixes:
            return prefixes[account[:length]]
    return None


def embedded_figures(key: str) -> pd.DataFrame:
    """Return all embedded figures of one municipality.

    Parameters
    ----------
    key : str
        8-digit municipality key; any other key has no embedded figures.

    Returns
    -------
    DataFrame
        sheet, line, year, kind (always actual), value, origin (always prefilled); empty for an unknown key.
    """
    if len(key) != 8 or land_of(key).key != HOME:
        return figures_from([])
    if key not in set(official_table("town_population")["ags"]):
        return figures_from([])  # nothing else need be read
    own = embedded_population()
    own = own[(own["key"] == key) & ((own["year"] >= FIRST_TAX_YEAR) | (own["line"] == "einwohner"))]
    if not (own["line"] == "einwohner").any():
        return figures_from([])
    counted = own["line"].isin([*official_lines()["taxes"].values(), "arbeitslose"])
    parts = {
        "population": own.assign(value=own["value"].mask(counted, own["value"].round())),
        "balance": _balance(key),
        "finance_plan": _cash(key),
    }
    rows = pd.concat([part.assign(sheet=sheet) for sheet, part in parts.items()])
    return figures_from(rows.assign(kind="actual", origin="prefilled"))


def _balance(key: str) -> pd.DataFrame:
    """Return line, year and value of the items of the opening balance sheet."""
    frame = official_table("balance_sheets")
    frame = frame[(frame["ags"] == key) & (frame["side"] == "current")]
    lines = {line.item: line.id for line in load_template().grids["balance"].values()}
    known = frame.assign(line=frame["item"].map(lines), value=frame["value_eur"], year=BALANCE_YEAR)
    return known.dropna(subset=["line", "value"])


def _cash(key: str) -> pd.DataFrame:
    """Return line, year and value of the payments, without years that repeat the year before."""
    import pyarrow.parquet as pq  # only towns with embedded payments need it

    path = RAW / catalogued("booked_payments").path
    table = pq.read_table(path, filters=[("ags", "==", key), ("product_group", "==", "999")])
    frame = table.to_pandas().astype({"account": str, "product_group": str}).dropna(subset="amount_eur")
    repeated = identical_shares(frame).set_index("year")["identical_share"]
    frame = frame[frame["year"].map(repeated).fillna(0.0) <= CARRIED_FORWARD_ABOVE]
    prefixes = account_lines()["finance_plan"]
    lines = frame["account"].map(
        {account: line_of(account, prefixes) for account in frame["account"].unique()}
    )
    paid = frame.assign(line=lines, value=frame["amount_eur"].astype("float64"))
    summed: pd.DataFrame = paid.groupby(["line", "year"], as_index=False)[["value"]].sum()
    return summed


@cache
def embedded_population() -> pd.DataFrame:
    """Return population, age, unemployed, taxes and multipliers of all municipalities as key, line, year, value.

    Series end in 2015; the newest inhabitants and multipliers stand beside them (``TODAY``), so that no plan of today
    is divided by the inhabitants of then. Taxes are EUR per inhabitant times the inhabitants on 31 December, so they
    carry the rounding of the cents.
    """
    people = official_table("town_population").dropna()
    taxes = official_table("tax_panel").merge(people, on=["ags", "year"])
    per_head = list(official_lines()["taxes"])
    taxes[per_head] = taxes[per_head].astype("float64").mul(taxes["population"].astype("float64"), axis=0)
    parts = [
        _by_line(people, official_lines()["people"]),
        _by_line(taxes, official_lines()["taxes"]),
        _by_line(official_table("multipliers").assign(year=MULTIPLIER_YEAR), official_lines()["multipliers"]),
    ]
    parts += [_by_line(official_table(name), official_lines()[lines]) for name, lines in TODAY.items()]
    unemployed = official_table("unemployment").rename(columns={"unemployed": "value"})
    parts.append(unemployed[unemployed["year"] <= AGE_YEAR].assign(line="arbeitslose"))
    age = official_table("town_age")
    first = pd.to_numeric(age["age"].astype(str).str.extract(r"(\d+)")[0])
    for line, chosen in {"unter_18": first < 18, "ab_65": first >= 65}.items():
        persons = age[chosen].groupby("ags")["persons"].agg(lambda ages: ages.sum(skipna=False))
        summed = persons.rename("value").reset_index()
        parts.append(summed.assign(line=line, year=AGE_YEAR))
    columns = ["ags", "line", "year", "value"]
    joined = pd.concat([part[columns] for part in parts], ignore_index=True).dropna()
    return joined.rename(columns={"ags": "key"}).astype({"year": "int64", "value": "float64"})


def _by_line(table: pd.DataFrame, lines: dict[str, str]) -> pd.DataFrame:
    """Return the columns of a table below each other: ags, year, line, value."""
    return table.rename(columns=lines).melt(["ags", "year"], list(lines.values()), "line")


def official_lines() -> dict[str, Any]:
    """Return which columns of official tables belong to which line (``official.yaml``)."""
    return entries(__package__, "official.yaml")


def population_lines(table: GenesisTable) -> pd.DataFrame:
    """Return the lines of the sheet Population for every municipality of a table.

    Returns
    -------
    DataFrame
        key (8 digits where the table has towns, 12 digits of the regional key shortened; a kreisfreie Stadt gets 000
        added), line, year, value (euro, persons, percent), tolerance, column (what was read; several are parts that
        make up the whole), time (as printed). Cells without a usable value, of another reporting date than the line
        asks for, or in rows that nothing tells apart are left out.
    """
    parts = []
    data = table.data[table.data["year"].notna() & (table.data["key"].str.len() >= 5)]
    data = data.assign(
        usable=data["value"].where(data["status"].isin(USABLE)), key=data["key"].map(municipality_of)
    )
    data = data[~data.duplicated(["key", "time", "column"], keep=False)]
    for entry, chosen in _entries_of(table):
        times = [time for time in data["time"].unique() if is_due(entry, time, table.title)]
        here = data[data["column"].isin(chosen) & data["time"].isin(times)]
        factors = official_lines()["units"][load_template().grids["population"][entry["line"]].unit]
        here = here.assign(amount=here["usable"] * here["unit"].astype("str").map(factors).astype("float64"))
        summed = here.groupby(["key", "time", "year"], sort=False)["amount"].sum(min_count=len(chosen))
        frame = summed.dropna().rename("value").reset_index()
        frame["line"], frame["column"] = entry["line"], " + ".join(chosen)
        frame["tolerance"] = entry["tolerance"] + frame["value"].abs() * entry.get("tolerance_share", 0.0)
        parts.append(frame)
    columns = ["key", "line", "year", "value", "tolerance", "column", "time"]
    if not parts:
        return pd.DataFrame(columns=columns)
    lines = pd.concat(parts, ignore_index=True).drop_duplicates(["key", "line", "year"], keep="last")
    return lines[columns].astype({"year": "int64"})


def _entries_of(table: GenesisTable) -> list[tuple[dict[str, Any], list[str]]]:
    """Return what the table can fill, with the columns whose sum it is."""
    columns = [str(name) for name in table.data["column"].cat.categories]
    found = []
    for entry in official_lines()["genesis"]:
        if not table.code.startswith(entry["statistic"]) or (
            "without" in entry and re.search(entry["without"], table.title)
        ):
            continue
        ages = tuple(entry["ages"]) if "ages" in entry else None
        chosen = columns_for(columns, entry["column"], None if ages is None else (ages[0], ages[1] or OPEN))
        if chosen:
            found.append((entry, chosen))
    return found


def is_due(entry: dict[str, Any], time: str, title: str) -> bool:
    """Whether a printed time is one that the line asks for: its day, or the whole year."""
    return period_of(time, title) in official_lines()["periods"][entry["period"]]


def other_times(table: GenesisTable) -> list[str]:
    """Return the printed times of a table that no line takes, such as 30.06. where a line stands for 31.12."""
    entries = [entry for entry, _ in _entries_of(table)]
    times = [str(time) for time in table.data["time"].unique() if time]
    return [time for time in times if entries and not any(is_due(e, time, table.title) for e in entries)]


def municipality_of(key: str) -> str:
    """Return the key of a municipality without the digits of its association (12 → 8 digits)."""
    return key[:5] + key[9:] if len(key) == 12 else key


def own_lines(table: GenesisTable, key: str, where: str) -> pd.DataFrame:
    """Return the rows of ``population_lines`` of one municipality.

    Raises
    ------
    InputError
        The table has nothing the workbook asks for, holds other reporting dates only, does not hold this municipality,
        has several rows for it that nothing tells apart, or no value that can be used.
    """
    keys = own_keys(key)
    mine = table.data[table.data["key"].map(municipality_of).isin(keys)]
    if not _entries_of(table):
        raise InputError(_problem("table_no_line", where, table=table.code))
    if mine.empty:
        raise InputError(_problem("table_without_key", where, table=table.code, key=key))
    twice = mine[mine.duplicated(["key", "time", "column"])]
    if not twice.empty:
        row = twice.iloc[0]
        raise InputError(
            _problem("table_row_twice", where, row=f"{row['key']} {row['time']} {row['column']}")
        )
    lines = population_lines(table)
    own = lines[lines["key"].isin(keys)]
    if own.empty and len(other := other_times(table)) == table.data["time"].nunique():
        raise InputError(_problem("table_other_times", where, times=", ".join(other[:6])))
    if own.empty:
        states = ", ".join(sorted(set(mine["status"].astype("str"))))
        units = ", ".join(sorted({str(unit) for unit in mine["unit"]} - {""})) or "–"
        raise InputError(_problem("table_no_value", where, key=key, states=states, units=units))
    exact = own.sort_values("key", key=lambda keys: keys != key, kind="stable")
    return exact.drop_duplicates(["line", "year"])


def own_keys(key: str) -> set[str]:
    """Return the keys under which a table lists a municipality; a kreisfreie Stadt has that of its Kreis too."""
    return {key, key[:5]} if key.endswith("000") else {key}


def differences(table: GenesisTable, embedded: pd.DataFrame) -> tuple[int, pd.DataFrame]:
    """Compare a table with the embedded figures where they overlap.

    Parameters
    ----------
    table : GenesisTable
        What was read.
    embedded : DataFrame
        key (8 digits), line, year, value: what the project holds.

    Returns
    -------
    tuple
        Number of compared values, and the ones that differ by more than rounding:
        key, line, year, value (read), embedded, difference.
    """
    lines = population_lines(table)
    towns = lines.assign(key=lines["key"].where(lines["key"].str.len() == 8, lines["key"] + "000"))
    both = towns.merge(embedded.rename(columns={"value": "embedded"}), on=["key", "line", "year"])
    both["difference"] = both["value"] - both["embedded"]
    off = both[both["difference"].abs() > both["tolerance"]]
    columns = ["key", "line", "year", "value", "embedded", "difference"]
    return len(both), off[columns].sort_values(["line", "key", "year"], ignore_index=True)
