"""The data of a profile as files: CSV and JSON of every unit, what all of them share, and the one schema of all."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dewak_research import __version__
from dewak_research.page.files import compact_json, csv_of_rows, write_whole
from dewak_research.unit.kreis_data import kreis_lines
from dewak_research.unit.kreis_view import KreisProfile
from dewak_research.unit.prices import PRICE_INDEX, PRICES_OF, price_factors
from dewak_research.unit.sheet_data import Line, columns, schema, sheet_rows, whole_rows
from dewak_research.unit.view import Profile

SCHEMA = "schema.json"
FIGURES = "figures.json"
DESCRIBED = ("name_de", "name_en", "unit", "sources")
"""What is said of a figure; it is the same in nearly all files and stands once in ``figures.json``."""
NOT_IN_CSV = ("name_en", "sources")
"""Columns that would be the heavier half of a CSV. It keeps the German name, for who opens it in a spreadsheet works in
a German administration; its keys are English words."""
PRICED = ("taxes", "kdu", "debt")
"""Sections whose amounts a reader may want in other prices."""
Descriptions = dict[str, dict[str, Line]]


@dataclass(frozen=True)
class UnitData:
    """What the files of one unit hold.

    Attributes
    ----------
    unit : mapping
        ags, name, kind, kreis, land, area_km2.
    figures : sequence of dict
        section, key, the members of `DESCRIBED`, and ``values``; what is unknown is left out, but for a value.
    years : frozenset of int
        Years of amounts of which a reader may want other prices.
    """

    unit: Mapping[str, Any]
    figures: Sequence[Line]
    years: frozenset[int]


def unit_data(profile: Profile) -> UnitData:
    """Return the data of a unit of the Land of the report."""
    return _data(profile.unit, sheet_rows(profile))


def kreis_unit_data(profile: KreisProfile) -> UnitData:
    """Return the data of a Kreis among all of Germany, with the same columns and schema."""
    unit = {**profile.unit, "kreis": profile.ags, "area_km2": profile.area_km2}
    return _data(unit, whole_rows(kreis_lines(profile)))


def _data(unit: Mapping[str, Any], rows: Iterable[Line]) -> UnitData:
    described = {
        "ags": str(unit["ags"]), "name": str(unit["name"]), "kind": str(unit["kind"]), "kreis": str(unit["kreis"]),
        "land": str(unit["kreis"])[:2], "area_km2": float(unit["area_km2"]),
    }  # fmt: skip
    about = ("section", "key", *DESCRIBED)
    own = [name for name in columns() if name not in about]
    values: defaultdict[tuple[Any, ...], list[Line]] = defaultdict(list)
    years = set()
    for row in rows:
        known = {name: row[name] for name in own if row[name] is not None or name == "value"}
        values[tuple(row[name] for name in about)].append(known)
        if row["section"] in PRICED:
            years.add(int(row["as_of"]))
    figures = [
        {
            **{name: said for name, said in zip(about, figure, strict=True) if said is not None},
            "values": found,
        }
        for figure, found in values.items()
    ]
    return UnitData(described, figures, frozenset(years))


def descriptions(units: Iterable[UnitData]) -> Descriptions:
    """Return what is said of each figure, by section and key: what most units say."""
    said: defaultdict[tuple[str, str], Counter[tuple[tuple[str, str], ...]]] = defaultdict(Counter)
    for one in units:
        for figure in one.figures:
            found = tuple((name, figure[name]) for name in DESCRIBED if name in figure)
            said[figure["section"], figure["key"]][found] += 1
    shared: Descriptions = {}
    for (section, key), counted in said.items():
        shared.setdefault(section, {})[key] = dict(counted.most_common(1)[0][0])
    return shared


def json_text(data: UnitData, shared: Descriptions) -> str:
    """Return the file of one unit for machines: version, unit, and the values of figures by section and key.

    Parameters
    ----------
    data : UnitData
        The unit.
    shared : mapping
        From `descriptions`; ``differs`` says of a figure only what is not the same there.
    """
    figures: dict[str, dict[str, list[Line]]] = {}
    differs: Descriptions = {}
    for figure in data.figures:
        section, key = figure["section"], figure["key"]
        figures.setdefault(section, {})[key] = figure["values"]
        said = shared[section][key]
        own = {name: figure[name] for name in DESCRIBED if name in figure and figure[name] != said.get(name)}
        if own:
            differs.setdefault(section, {})[key] = own
    whole = {
        "$schema": SCHEMA, "version": __version__, "described_in": FIGURES, "unit": data.unit,
        **({"differs": differs} if differs else {}), "figures": figures,
    }  # fmt: skip
    return compact_json(whole) + "\n"


def shared_text(shared: Descriptions, years: Iterable[int]) -> str:
    """Return the file that all others name: what is said of each figure, and the factors of prices by year."""
    prices = {"index": PRICE_INDEX, "prices_of": PRICES_OF, "factors": price_factors(years)}
    whole = {
        "$schema": f"{SCHEMA}#/$defs/described",
        "version": __version__,
        "prices": prices,
        "figures": shared,
    }
    return compact_json(whole) + "\n"


def _table(data: UnitData) -> Iterator[Line]:
    for figure in data.figures:
        for value in figure["values"]:
            yield {**figure, **value}


def write_tables(units: Iterable[UnitData], folder: Path) -> None:
    """Write ``<ags>.csv`` of units into a folder; made where it is missing."""
    kept = [name for name in columns() if name not in NOT_IN_CSV]
    for one in units:
        write_whole(folder / f"{one.unit['ags']}.csv", csv_of_rows(kept, _table(one)))


def write_data(units: Sequence[UnitData], folder: Path) -> None:
    """Write ``<ags>.json`` of units, ``figures.json`` that these share, and the schema of all.

    Parameters
    ----------
    units : sequence of UnitData
        All units whose files lie in the folder.
    folder : Path
        The folder; made where it is missing.
    """
    shared = descriptions(units)
    for one in units:
        write_whole(folder / f"{one.unit['ags']}.json", json_text(one, shared))
    write_whole(folder / FIGURES, shared_text(shared, {year for one in units for year in one.years}))
    write_whole(folder / SCHEMA, json.dumps(schema(), ensure_ascii=False, indent=1) + "\n")
