"""Tables of the statistical offices: which columns are lines of the workbook, and how they compare with ours."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd
import yaml

from dewak_research.data.genesis import GenesisTable
from dewak_research.errors import InputError, Problem
from dewak_research.language import Text
from dewak_research.own.workbook_contents import figures_from

UNIT_FACTOR = {
    "": 1.0,
    "Anzahl": 1.0,
    "Personen": 1.0,
    "Prozent": 1.0,
    "%": 1.0,
    "EUR": 1.0,
    "Euro": 1.0,
    "Tsd. EUR": 1e3,
    "Tsd.EUR": 1e3,
    "1000 EUR": 1e3,
    "Mio. EUR": 1e6,
}
USABLE = ("value", "nil", "revised", "provisional", "estimated")


@cache
def column_lines() -> list[dict[str, Any]]:
    """Return the entries of ``importing_genesis.yaml``."""
    text = (files(__package__) / "importing_genesis.yaml").read_text(encoding="utf-8")
    loaded = yaml.safe_load(text)
    assert isinstance(loaded, list)
    return loaded


def population_lines(table: GenesisTable) -> pd.DataFrame:
    """Return the lines of the sheet Population for every municipality of a table.

    Returns
    -------
    DataFrame
        key (8 digits where the table has towns; a kreisfreie Stadt gets 000 added), line, year, value (euro, persons,
        percent), tolerance. Cells without a usable value are left out; several times in a year keep the last one.
    """
    parts = []
    columns = [str(name) for name in table.data["column"].cat.categories]
    for entry in column_lines():
        if not table.code.startswith(entry["statistic"]) or (
            "without" in entry and re.search(entry["without"], table.title)
        ):
            continue
        chosen = [name for name in columns if re.search(entry["column"], name)]
        if len(chosen) != entry.get("parts", 1):
            continue
        data = table.data[table.data["column"].isin(chosen) & table.data["year"].notna()]
        data = data.assign(factor=data["unit"].astype("str").map(UNIT_FACTOR))
        good = data["status"].isin(USABLE) & data["factor"].notna() & (data["key"].str.len() >= 5)
        data = data.assign(amount=(data["value"] * data["factor"]).where(good))
        parts_wanted = int(entry.get("parts", 1))
        summed = data.groupby(["key", "time", "year"], sort=False)["amount"].sum(min_count=parts_wanted)
        frame = summed.dropna().rename("value").reset_index()
        frame["line"] = entry["line"]
        frame["tolerance"] = entry["tolerance"] + frame["value"].abs() * entry.get("tolerance_share", 0.0)
        parts.append(frame)
    if not parts:
        return pd.DataFrame({"key": [], "line": [], "year": [], "value": [], "tolerance": []}).astype(
            {"key": "str", "line": "str"}
        )
    lines = pd.concat(parts, ignore_index=True).drop_duplicates(["key", "line", "year"], keep="last")
    return lines[["key", "line", "year", "value", "tolerance"]].astype({"year": "int64"})


def figures_of(table: GenesisTable, key: str, where: str) -> pd.DataFrame:
    """Return the figures of one municipality, ready for its workbook.

    Raises
    ------
    InputError
        The table has nothing the workbook asks for, or does not hold this municipality.
    """
    lines = population_lines(table)
    step = Text(
        "eine Tabelle mit Bevölkerung (12411) oder Realsteuern (71231) geben",
        "give a table with population (12411) or taxes (71231)",
    )
    if lines.empty:
        what = Text(
            f"die Tabelle {table.code} füllt keine Zeile der Arbeitsmappe",
            f"the table {table.code} fills no line of the workbook",
        )
        raise InputError(
            Problem(
                what,
                where,
                Text(
                    "Bevölkerung am 31.12., Altersgruppen, Steuern, Hebesätze",
                    "population on 31 December, age groups, taxes, multipliers",
                ),
                step,
            )
        )
    keys = {key, key[:5]} if key.endswith("000") else {key}
    own = lines[lines["key"].isin(keys)]
    if own.empty:
        what = Text(
            f"die Tabelle {table.code} enthält »{key}« nicht", f"the table {table.code} does not hold “{key}”"
        )
        raise InputError(
            Problem(
                what,
                where,
                Text(
                    "eine Tabelle der Gemeinden oder dieses Kreises",
                    "a table of municipalities or of this Kreis",
                ),
                step,
            )
        )
    rows = [
        ("population", str(line), int(year), "actual", float(value), "imported")
        for line, year, value in zip(own["line"], own["year"], own["value"], strict=True)
    ]
    return figures_from(rows)


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
