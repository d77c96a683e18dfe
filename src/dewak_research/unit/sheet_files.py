"""The data of a profile as files: CSV and JSON of every unit, and the one schema of all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pandas as pd

from dewak_research import __version__
from dewak_research.page.files import csv_text, write_whole
from dewak_research.unit.kreis_data import kreis_lines
from dewak_research.unit.kreis_view import KreisProfile
from dewak_research.unit.prices import PRICE_INDEX, PRICES_OF, price_factors
from dewak_research.unit.sheet_data import Line, columns, schema, sheet_rows, whole_rows
from dewak_research.unit.view import Profile

DATA_FOLDER = "profile_data"
SCHEMA = "schema.json"
SHARED = ("section", "key", "name_de", "name_en", "unit", "sources")
"""Columns that the JSON says once for all values of a figure."""
ONLY_IN_JSON = ("name_de", "name_en", "sources")
"""Columns that would be half of a CSV: they say the same in every row of a figure, and the JSON says it once."""
PRICED = ("taxes", "kdu", "debt")
"""Sections whose amounts a reader may want in other prices."""


def _json(unit: Mapping[str, Any], rows: Sequence[Line], years: Iterable[int]) -> str:
    """Return the file for machines: unit, version, price factors, every figure with its values; unknown is left out.

    Parameters
    ----------
    unit : mapping
        ags, name, kind, kreis, area_km2.
    rows : sequence of rows
        From `whole_rows`.
    years : iterable of int
        Years of amounts, of which a reader may want other prices.
    """
    own = [name for name in columns() if name not in SHARED]
    figures = [
        {**{name: value for name, value in zip(SHARED, shared, strict=True) if value is not None}, "values": [
            {name: line[name] for name in own if line[name] is not None or name == "value"} for line in lines
        ]}
        for shared, lines in groupby(rows, key=itemgetter(*SHARED))
    ]  # fmt: skip
    described = {
        "ags": str(unit["ags"]), "name": str(unit["name"]), "kind": str(unit["kind"]), "kreis": str(unit["kreis"]),
        "land": str(unit["kreis"])[:2], "area_km2": float(unit["area_km2"]),
    }  # fmt: skip
    prices = {"index": PRICE_INDEX, "prices_of": PRICES_OF, "factors": price_factors(years)}
    whole = {
        "$schema": SCHEMA,
        "version": __version__,
        "unit": described,
        "prices": prices,
        "figures": figures,
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n"


def json_text(profile: Profile) -> str:
    """Return the file of one unit for machines."""
    return _json(profile.unit, sheet_rows(profile), _priced_years(profile))


def _priced_years(profile: Profile) -> list[int]:
    return [int(row["year"]) for row in (*profile.tax, *profile.kdu)]


def write_data(profile: Profile, folder: Path) -> None:
    """Write ``<ags>.csv`` and ``<ags>.json`` of one unit; only the latter has names and sources."""
    _write(profile.unit, sheet_rows(profile), _priced_years(profile), folder)


def write_kreis_data(profile: KreisProfile, folder: Path) -> None:
    """Write the two files of a Kreis among all of Germany, with the same columns and schema."""
    rows = whole_rows(kreis_lines(profile))
    years = [int(row["as_of"]) for row in rows if row["section"] in PRICED]
    _write({**profile.unit, "kreis": profile.ags, "area_km2": profile.area_km2}, rows, years, folder)


def _write(unit: Mapping[str, Any], rows: list[Line], years: Iterable[int], folder: Path) -> None:
    frame = pd.DataFrame(rows, columns=columns()).drop(columns=list(ONLY_IN_JSON))
    write_whole(folder / f"{unit['ags']}.csv", csv_text(frame))
    write_whole(folder / f"{unit['ags']}.json", _json(unit, rows, years))


def write_schema(folder: Path) -> None:
    """Write the schema beside the files."""
    write_whole(folder / SCHEMA, json.dumps(schema(), ensure_ascii=False, indent=1) + "\n")
