"""The data of a profile as files: CSV and JSON of every unit, and the one schema of all."""

from __future__ import annotations

import json
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pandas as pd

from dewak_research import __version__
from dewak_research.page.files import csv_text, write_whole
from dewak_research.unit.prices import PRICE_INDEX, PRICES_OF, price_factors
from dewak_research.unit.sheet_data import columns, schema, sheet_rows
from dewak_research.unit.view import Profile

DATA_FOLDER = "profile_data"
SCHEMA = "schema.json"
SHARED = ("section", "key", "name_de", "name_en", "unit", "sources")
"""Columns that the JSON says once for all values of a figure."""


def json_text(profile: Profile) -> str:
    """Return the file for machines: unit, version, price factors, every figure with its values; unknown is left out."""
    unit = {
        "ags": profile.ags, "name": str(profile.unit["name"]), "kind": str(profile.unit["kind"]),
        "kreis": str(profile.unit["kreis"]), "area_km2": float(profile.unit["area_km2"]),
    }  # fmt: skip
    own = [name for name in columns() if name not in SHARED]
    figures = [
        {**{name: value for name, value in zip(SHARED, shared, strict=True) if value is not None}, "values": [
            {name: line[name] for name in own if line[name] is not None or name == "value"} for line in lines
        ]}
        for shared, lines in groupby(sheet_rows(profile), key=itemgetter(*SHARED))
    ]  # fmt: skip
    years = [int(row["year"]) for row in (*profile.tax, *profile.kdu)]
    prices = {"index": PRICE_INDEX, "prices_of": PRICES_OF, "factors": price_factors(years)}
    whole = {"$schema": SCHEMA, "version": __version__, "unit": unit, "prices": prices, "figures": figures}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n"


def write_data(profile: Profile, folder: Path) -> None:
    """Write ``<ags>.csv`` and ``<ags>.json`` of one unit; only the latter names the sources of every figure."""
    frame = pd.DataFrame(sheet_rows(profile), columns=columns()).drop(columns="sources")
    write_whole(folder / f"{profile.ags}.csv", csv_text(frame))
    write_whole(folder / f"{profile.ags}.json", json_text(profile))


def write_schema(folder: Path) -> None:
    """Write the schema beside the files."""
    write_whole(folder / SCHEMA, json.dumps(schema(), ensure_ascii=False, indent=1) + "\n")
