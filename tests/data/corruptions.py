"""Seeded corruptions of the official tables: slips of a hand, of a program, of a spreadsheet, with the hash renewed.

Every kind takes a table as text and gives it back with one thing wrong; which table, column, row and digit is drawn
from a seed. `seeded` gives so many of every kind.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.data.catalogue import Table, catalogue
from dewak_research.paths import RAW

Draw = np.random.Generator


@dataclass
class Slip:
    """One corruption: what was done to which table, where, and the bytes of the file after it.

    ``columns`` and ``rows`` (keys of the rows, or parts of them) are what a message has to name; empty where the whole
    file is wrong.
    """

    kind: str
    table: Table
    what: str
    data: bytes
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()

    def write(self, folder: Path) -> None:
        """Write the file and its data package with the hash renewed."""
        below = folder / self.table.source
        below.mkdir(parents=True, exist_ok=True)
        (below / self.table.file).write_bytes(self.data)
        package = json.loads((RAW / self.table.source / "datapackage.json").read_text(encoding="utf-8"))
        for resource in package["resources"]:
            if resource["path"] == self.table.file:
                resource["hash"] = f"sha256:{hashlib.sha256(self.data).hexdigest()}"
                resource["bytes"] = len(self.data)
        (below / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")


@dataclass
class Sheet:
    """A table as text."""

    table: Table
    cells: pd.DataFrame
    named: tuple[str, ...] = ()
    at: list[int] = field(default_factory=list)

    @property
    def figures(self) -> list[str]:
        """Columns of figures that are no keys and that vary."""
        return [
            name
            for name, column in self.table.fields.items()
            if column.type in ("integer", "number") and name not in self.table.keys
            and len(set(self.cells[name])) > 1
        ]  # fmt: skip

    @property
    def unit(self) -> str | None:
        """The key column of a unit."""
        return next((key for key in ("ags", "kreis") if key in self.table.keys), None)

    def numbers(self, column: str) -> pd.Series:
        return pd.to_numeric(self.cells[column], errors="coerce")

    def keys(self, rows: list[int]) -> tuple[str, ...]:
        """What names these rows: the key of the unit, or all keys, or nothing where there are many."""
        unit = self.unit
        if unit:
            return tuple(dict.fromkeys(self.cells.loc[rows, unit]))
        if len(rows) > 20:
            return ()
        return tuple(str(part) for row in rows for part in [self.cells.loc[row, self.table.keys[0]]])


@cache
def _cells_of(table: str) -> pd.DataFrame:
    entry = catalogue()[table]
    path = RAW / entry.path
    if path.suffix == ".parquet":
        return pd.read_parquet(path).astype("str")
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def read_sheet(table: Table) -> Sheet:
    """Return a table as text, as it lies in its file."""
    return Sheet(table, _cells_of(table.name).copy())


def packed(sheet: Sheet) -> bytes:
    """Return the bytes of the file that holds the sheet."""
    if sheet.table.file.endswith(".parquet"):
        frame, stream = sheet.cells.copy(), io.BytesIO()
        for name, column in sheet.table.fields.items():
            if column.type == "integer":
                frame[name] = pd.to_numeric(frame[name]).astype("int64")
        frame.to_parquet(stream, index=False)
        return stream.getvalue()
    text = sheet.cells.to_csv(index=False, lineterminator="\n").encode()
    return gzip.compress(text, mtime=0) if sheet.table.file.endswith(".gz") else text


Change = Callable[[Sheet, Draw], tuple[str, tuple[str, ...], list[int]] | None]
CHANGES: dict[str, Change] = {}


def kind(change: Change) -> Change:
    CHANGES[change.__name__] = change
    return change


def _text(value: float, like: str) -> str:
    """A number written as a neighbour is: whole, or with its decimals."""
    if "." not in like:
        return str(round(value))
    return f"{value:.{len(like.split('.')[1])}f}"


def _cell(sheet: Sheet, draw: Draw, least: float = 10.0) -> tuple[int, str] | None:
    """Draw a cell of figures of some size."""
    column = draw.choice(sheet.figures) if sheet.figures else None
    if column is None:
        return None
    rows = sheet.cells.index[sheet.numbers(column).abs() >= least]
    return (int(draw.choice(rows)), str(column)) if len(rows) else None


def _put(sheet: Sheet, row: int, column: str, new: str) -> tuple[str, tuple[str, ...], list[int]] | None:
    old = sheet.cells.loc[row, column]
    if new == old:
        return None
    sheet.cells.loc[row, column] = new
    return f"{old} → {new!r}", (column,), [row]


def _of_cell(least: float, change: Callable[[str, Draw], str]) -> Change:
    def apply(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
        at = _cell(sheet, draw, least)
        return None if at is None else _put(sheet, *at, change(str(sheet.cells.loc[at[0], at[1]]), draw))

    return apply


def _digit_dropped(old: str, draw: Draw) -> str:
    whole = old.split(".")[0]
    digits = [i for i, c in enumerate(whole) if c.isdigit()]
    i = int(draw.choice(digits))
    new = old[:i] + old[i + 1 :]
    return new.lstrip("0") or "0"


def _digit_added(old: str, draw: Draw) -> str:
    whole = old.split(".")[0]
    i = int(draw.integers(1, len(whole) + 1))
    return old[:i] + str(draw.integers(0, 10)) + old[i:]


def _digits_swapped(old: str, draw: Draw) -> str:
    digits = [i for i, c in enumerate(old[:-1]) if c.isdigit() and old[i + 1].isdigit() and c != old[i + 1]]
    if not digits:
        return old
    i = digits[0]
    return old[:i] + old[i + 1] + old[i] + old[i + 2 :]


def _leading_digit(old: str, draw: Draw) -> str:
    i = next(i for i, c in enumerate(old) if c in "123456789")
    return (
        old[:i] + str(draw.choice([d for d in "123456789" if abs(int(d) - int(old[i])) >= 2])) + old[i + 1 :]
    )


CHANGES |= {
    "digit dropped": _of_cell(10, _digit_dropped),
    "digit added": _of_cell(10, _digit_added),
    "digits swapped": _of_cell(10, _digits_swapped),
    "other leading digit": _of_cell(10, _leading_digit),
    "ten times": _of_cell(1, lambda old, _: _text(float(old) * 10, old)),
    "a tenth": _of_cell(10, lambda old, _: _text(float(old) / 10, old)),
    "thousand times": _of_cell(1, lambda old, _: _text(float(old) * 1000, old)),
    "sign": _of_cell(1, lambda old, _: old.removeprefix("-") if old.startswith("-") else f"-{old}"),
    "zero for a value": _of_cell(1, lambda old, _: "0"),
    "empty for a value": _of_cell(0, lambda old, _: ""),
    "nan for a value": _of_cell(0, lambda old, _: "nan"),
    "infinity for a value": _of_cell(0, lambda old, _: "inf"),
    "point for a value": _of_cell(0, lambda old, _: "."),
    "dash for a value": _of_cell(0, lambda old, _: "-"),
    "decimal comma": _of_cell(1, lambda old, _: old.replace(".", ",") if "." in old else f"{old},5"),
    "thousands point": _of_cell(1000, lambda old, _: f"{int(float(old)):,}".replace(",", ".") + ",0"),
    "blank in a figure": _of_cell(1, lambda old, _: f" {old}"),
}


def _units(sheet: Sheet, draw: Draw, n: int = 2) -> list[str] | None:
    if sheet.unit is None:
        return None
    known = sheet.cells[sheet.unit].unique()
    return [str(unit) for unit in draw.choice(known, n, replace=False)] if len(known) >= 2 * n else None


def _of_unit(sheet: Sheet, unit: str) -> list[int]:
    return sheet.cells.index[sheet.cells[sheet.unit] == unit].tolist()


@kind
def values_of_two_units_swapped(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    units = _units(sheet, draw)
    if units is None or not sheet.figures:
        return None
    a, b = (_of_unit(sheet, unit) for unit in units)
    n, figures = min(len(a), len(b)), sheet.figures
    one, two = sheet.cells.loc[a[:n], figures].to_numpy(), sheet.cells.loc[b[:n], figures].to_numpy()
    if (one == two).all():
        return None
    sheet.cells.loc[a[:n], figures], sheet.cells.loc[b[:n], figures] = two, one
    return f"{units}", (), [*a, *b]


@kind
def columns_swapped(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    if len(sheet.figures) < 2:
        return None
    a, b = (str(c) for c in draw.choice(sheet.figures, 2, replace=False))
    sheet.cells[[a, b]] = sheet.cells[[b, a]].to_numpy()
    return f"{a}, {b}", (a, b), []


@kind
def column_down_one_row(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    if not sheet.figures:
        return None
    column = str(draw.choice(sheet.figures))
    sheet.cells[column] = np.roll(sheet.cells[column].to_numpy(), 1)
    return column, (column,), []


@kind
def rows_moved(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    a, b = (int(i) for i in draw.choice(len(sheet.cells), 2, replace=False))
    rows = sheet.cells.to_numpy()
    rows[[a, b]] = rows[[b, a]]
    sheet.cells = pd.DataFrame(rows, columns=sheet.cells.columns)
    return f"rows {a}, {b}", (), []


@kind
def row_missing(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    row = int(draw.integers(len(sheet.cells)))
    sheet.named = sheet.keys([row])
    sheet.cells = sheet.cells.drop(index=row)
    return f"row {row}", (), []


@kind
def row_twice(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    row = int(draw.integers(len(sheet.cells)))
    sheet.named = sheet.keys([row])
    sheet.cells = pd.concat([sheet.cells, sheet.cells.loc[[row]]], ignore_index=True)
    return f"row {row}", (), []


@kind
def unit_for_another(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    """The rows of one unit stand under the key of another, whose rows are gone."""
    units = _units(sheet, draw)
    if units is None:
        return None
    keep = sheet.cells[sheet.unit] != units[1]
    sheet.named = tuple(units)
    sheet.cells = sheet.cells[keep].reset_index(drop=True)
    sheet.cells.loc[sheet.cells[sheet.unit] == units[0], sheet.unit] = units[1]
    return f"{units[0]} as {units[1]}", (), []


@kind
def keys_of_two_units_swapped(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    units = _units(sheet, draw)
    if units is None:
        return None
    rows = [*_of_unit(sheet, units[0]), *_of_unit(sheet, units[1])]
    swap = {units[0]: units[1], units[1]: units[0]}
    sheet.cells.loc[rows, sheet.unit] = sheet.cells.loc[rows, sheet.unit].map(swap)
    return f"{units}", (), rows


@kind
def key_of_nobody(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    units = _units(sheet, draw)
    if units is None:
        return None
    nobody = units[0][:2] + ("999" if len(units[0]) == 5 else "999999")
    sheet.named = (units[0], nobody)
    sheet.cells.loc[_of_unit(sheet, units[0]), sheet.unit] = nobody
    return f"{units[0]} as {nobody}", (), []


@kind
def leading_zero_lost(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    if sheet.unit is None:
        return None
    sheet.cells[sheet.unit] = sheet.cells[sheet.unit].str.lstrip("0")
    return sheet.unit, (sheet.unit,), []


@kind
def thousand_times_in_a_kreis(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    """Euro for thousand euro, or the other way round, in all rows of one Kreis."""
    if sheet.unit is None or not sheet.figures:
        return None
    column = str(draw.choice(sheet.figures))
    kreis = str(draw.choice(sheet.cells[sheet.unit].str[:5].unique()))
    rows = sheet.cells.index[
        (sheet.cells[sheet.unit].str[:5] == kreis) & (sheet.numbers(column) > 0)
    ].tolist()
    if not rows:
        return None
    factor = float(draw.choice([1000.0, 0.001]))
    sheet.cells.loc[rows, column] = [_text(float(old) * factor, old) for old in sheet.cells.loc[rows, column]]
    sheet.named = (kreis,)
    return f"{column} of {kreis} × {factor:g}", (column,), []


def _column_times(factor: float) -> Change:
    def apply(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
        if not sheet.figures:
            return None
        column = str(draw.choice(sheet.figures))
        sheet.cells[column] = [
            old
            if old == ""
            else str(round(float(old) * factor))
            if "." not in old and factor > 1
            else f"{float(old) * factor:.6g}"
            for old in sheet.cells[column]
        ]
        if sheet.table.fields[column].type == "integer" and factor < 1:
            sheet.cells[column] = [
                old if old == "" else str(round(float(old))) for old in sheet.cells[column]
            ]
        return f"{column} × {factor:g}", (column,), []

    return apply


CHANGES["whole column hundred times"] = _column_times(100.0)
CHANGES["share for percent"] = _column_times(0.01)


def _years(sheet: Sheet) -> list[str]:
    return sorted(sheet.cells["year"].unique()) if "year" in sheet.table.keys and sheet.figures else []


def _of_series(sheet: Sheet, draw: Draw) -> tuple[str, list[int]] | None:
    """Draw a column and the rows of one series over the years that have a value."""
    if len(_years(sheet)) < 4:
        return None
    column = str(draw.choice(sheet.figures))
    others = [key for key in sheet.table.keys if key != "year"]
    rows = sheet.cells[sheet.cells[column] != ""]
    if others:
        groups = list(rows.groupby(others).groups.values())
        rows = rows.loc[groups[int(draw.integers(len(groups)))]]
    found = rows.sort_values("year").index.tolist()
    return (column, found) if len(found) >= 4 else None


@kind
def series_a_year_late(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    drawn = _of_series(sheet, draw)
    if drawn is None:
        return None
    column, rows = drawn
    old = sheet.cells.loc[rows, column].to_numpy()
    sheet.cells.loc[rows, column] = np.append(old[:1], old[:-1])
    return column, (column,), rows


@kind
def frozen_for_four_years(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    drawn = _of_series(sheet, draw)
    if drawn is None:
        return None
    column, rows = drawn
    first = int(draw.integers(len(rows) - 3))
    held = rows[first : first + 4]
    sheet.cells.loc[held, column] = sheet.cells.loc[held[0], column]
    return column, (column,), held


@kind
def year_copied(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    """The figures of a year stand in the next year as well."""
    years = _years(sheet)
    if len(years) < 2:
        return None
    column = str(draw.choice(sheet.figures))
    filled = [year for year in years if (sheet.cells.loc[sheet.cells["year"] == year, column] != "").any()]
    pairs = list(pairwise(filled))
    if not pairs:
        return None
    before, year = pairs[int(draw.integers(len(pairs)))]
    old = sheet.cells.index[sheet.cells["year"] == before]
    new = sheet.cells.index[sheet.cells["year"] == year]
    if len(old) != len(new):
        return None
    sheet.cells.loc[new, column] = sheet.cells.loc[old, column].to_numpy()
    return f"{column} {before} → {year}", (column,), []


@kind
def year_thousand_times(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    years = _years(sheet)
    if len(years) < 2:
        return None
    column, year = str(draw.choice(sheet.figures)), str(draw.choice(years))
    rows = sheet.cells.index[(sheet.cells["year"] == year) & (sheet.numbers(column) > 0)]
    if not len(rows):
        return None
    sheet.cells.loc[rows, column] = [_text(float(old) * 1000, old) for old in sheet.cells.loc[rows, column]]
    return f"{column} {year}", (column,), []


@kind
def groups_swapped(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    """Two groups (ages, items) of one unit and year change places."""
    label = next((key for key in ("age", "item") if key in sheet.table.keys), None)
    if label is None or not sheet.figures:
        return None
    others = [key for key in sheet.table.keys if key not in (label, "side")]
    groups = list(sheet.cells.groupby(others).groups.values()) if others else [sheet.cells.index]
    rows = groups[int(draw.integers(len(groups)))]
    if len(rows) < 2:
        return None
    a, b = (int(row) for row in draw.choice(rows, 2, replace=False))
    column = str(draw.choice(sheet.figures))
    one, two = sheet.cells.loc[[a, b], column]
    low, high = sorted(abs(float(value or 0)) for value in (one, two))
    if high < 1.1 * low:
        return None
    sheet.cells.loc[a, column], sheet.cells.loc[b, column] = two, one
    return f"{column}: {one} ↔ {two}", (column,), [a, b]


@kind
def block_missing(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    n = min(30, len(sheet.cells) // 4)
    if n < 1:
        return None
    first = int(draw.integers(len(sheet.cells) - n))
    sheet.cells = sheet.cells.drop(index=range(first, first + n))
    return f"{n} rows from {first}", (), []


@kind
def block_of_zeros(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    if not sheet.figures:
        return None
    column, n = str(draw.choice(sheet.figures)), max(3, min(30, len(sheet.cells) // 4))
    first = int(draw.integers(max(1, len(sheet.cells) - n)))
    rows = range(first, min(first + n, len(sheet.cells)))
    if not (sheet.numbers(column).loc[list(rows)].abs() > 0).any():
        return None
    sheet.cells.loc[list(rows), column] = "0"
    return f"{column}, {n} rows from {first}", (column,), []


@kind
def names_swapped(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    if "name" not in sheet.cells:
        return None
    a, b = (int(i) for i in draw.choice(len(sheet.cells), 2, replace=False))
    rows = sheet.cells["name"].to_numpy()
    rows[[a, b]] = rows[[b, a]]
    sheet.cells["name"] = rows
    return f"{rows[a]}, {rows[b]}", ("name",), [a, b]


@kind
def name_of_another(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    if "name" not in sheet.cells:
        return None
    a, b = (int(i) for i in draw.choice(len(sheet.cells), 2, replace=False))
    return _put(sheet, a, "name", str(sheet.cells.loc[b, "name"]))


@kind
def umlauts_garbled(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    if "name" not in sheet.cells:
        return None
    sheet.cells["name"] = [name.encode().decode("cp1252", errors="replace") for name in sheet.cells["name"]]
    return "UTF-8 read as Windows-1252", ("name",), []


def _at(
    sheet: Sheet, draw: Draw, move: Callable[[float, float], tuple[float, float]]
) -> tuple[str, tuple[str, ...], list[int]] | None:
    if "longitude" not in sheet.cells:
        return None
    row = int(draw.integers(len(sheet.cells)))
    old = sheet.cells.loc[row, ["longitude", "latitude"]].tolist()
    new = [f"{value:.6g}" for value in move(float(old[0]), float(old[1]))]
    sheet.cells.loc[row, ["longitude", "latitude"]] = new
    return f"{old} → {new}", ("longitude", "latitude"), [row]


CHANGES["coordinates swapped"] = lambda sheet, draw: _at(sheet, draw, lambda x, y: (y, x))
CHANGES["half a degree off"] = lambda sheet, draw: _at(sheet, draw, lambda x, y: (x + 0.5, y))


@kind
def place_of_another(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    if "longitude" not in sheet.cells:
        return None
    other = sheet.cells.loc[int(draw.integers(len(sheet.cells)))]
    return _at(sheet, draw, lambda x, y: (float(other["longitude"]), float(other["latitude"])))


@kind
def area_in_hectares(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    if "area_km2" not in sheet.cells:
        return None
    rows = sheet.cells.index[sheet.cells["area_km2"] != ""]
    row = int(draw.choice(rows))
    return _put(sheet, row, "area_km2", f"{float(sheet.cells.loc[row, 'area_km2']) * 100:.6g}")


@kind
def another_word(sheet: Sheet, draw: Draw) -> tuple[str, tuple[str, ...], list[int]] | None:
    """A word of a list of words stands in another row."""
    listed = [name for name, column in sheet.table.fields.items() if column.enum and name in sheet.table.keys]
    if not listed:
        return None
    column = str(draw.choice(listed))
    row = int(draw.integers(len(sheet.cells)))
    others = [word for word in sheet.table.fields[column].enum or () if word != sheet.cells.loc[row, column]]
    return _put(sheet, row, column, str(draw.choice(others)))


FILES: dict[str, Callable[[bytes, Draw], bytes]] = {
    "cut off in a row": lambda data, draw: data[: data.rstrip().rfind(b"\n", 0, int(len(data) * 0.9)) + 6],
    "cut off between rows": lambda data, draw: data[: data.rfind(b"\n", 0, int(len(data) * 0.9)) + 1],
    "footnote at the end": lambda data, draw: data + "Quelle: Statistische Ämter\n".encode(),
    "empty line": lambda data, draw: data.replace(b"\n", b"\n\n", 1),
    "byte order mark": lambda data, draw: b"\xef\xbb\xbf" + data,
    "semicolons": lambda data, draw: data.replace(b",", b";"),
    "tabs": lambda data, draw: data.replace(b",", b"\t"),
    "UTF-16": lambda data, draw: data.decode().encode("utf-16"),
    "no heading": lambda data, draw: data.split(b"\n", 1)[1],
    "heading in other letters": lambda data, draw: data.split(b"\n", 1)[0].upper() + b"\n" + data.split(b"\n", 1)[1],
    "heading twice": lambda data, draw: data + data.split(b"\n", 1)[0] + b"\n",
    "a page of the web": lambda data, draw: b"<!DOCTYPE html><html><body>Wartung</body></html>\n",
    "nothing": lambda data, draw: b"",
    "zero bytes": lambda data, draw: data[: len(data) // 2] + b"\0" * 512 + data[len(data) // 2 + 512 :],
}  # fmt: skip


def _moved(data: bytes, draw: Draw, change: Callable[[list[dict[str, Any]], int], None]) -> bytes:
    """Change one feature of boundaries."""
    document = json.loads(data)
    change(document["features"], int(draw.integers(1, len(document["features"]))))
    return json.dumps(document, ensure_ascii=False).encode()


def _ten_km_east(features: list[dict[str, Any]], i: int) -> None:
    def east(part: Any) -> Any:
        return [part[0] + 0.15, part[1]] if isinstance(part[0], float) else [east(inner) for inner in part]

    features[i]["geometry"]["coordinates"] = east(features[i]["geometry"]["coordinates"])


def _key_of_neighbour(features: list[dict[str, Any]], i: int) -> None:
    here, there = features[i]["properties"], features[i - 1]["properties"]
    here["ags"], there["ags"] = there["ags"], here["ags"]


def _axes_swapped(features: list[dict[str, Any]], i: int) -> None:
    def turned(part: Any) -> Any:
        return [part[1], part[0]] if isinstance(part[0], float) else [turned(inner) for inner in part]

    for feature in features:
        feature["geometry"]["coordinates"] = turned(feature["geometry"]["coordinates"])


OUTLINES: dict[str, Callable[[list[dict[str, Any]], int], None]] = {
    "outline missing": lambda features, i: features.pop(i) and None,
    "outline twice": lambda features, i: features.append(features[i]),
    "outline moved": _ten_km_east,
    "outlines swapped": _key_of_neighbour,
    "outlines with axes swapped": _axes_swapped,
}


def _figures() -> list[Table]:
    return [entry for entry in catalogue().values() if entry.fields]


def of_figures(name: str, table: Table, draw: Draw, tries: int = 20) -> Slip | None:
    """Return one corruption of a kind in a table; None where the table has nothing of the kind."""
    for _ in range(tries):
        sheet = read_sheet(table)
        done = CHANGES[name](sheet, draw)
        if done is None:
            continue
        what, columns, rows = done
        keys = sheet.named or sheet.keys(rows)
        try:
            data = packed(sheet)
        except ValueError:
            return None  # a parquet file holds no text where figures belong
        return Slip(name.replace("_", " "), table, what, data, columns, keys if len(keys) <= 5 else ())
    return None


def seeded(seed: int, each: int = 4, heavy: bool = True) -> Iterator[Slip]:
    """Give ``each`` corruptions of every kind, tables and places drawn from a seed.

    ``heavy`` says whether the two tables of more than half a megabyte packed take part.
    """
    tables = [t for t in _figures() if heavy or not t.file.endswith((".parquet", ".gz"))]
    for i, name in enumerate(CHANGES):
        draw = np.random.default_rng([seed, i])
        found = 0
        for place in draw.permutation(len(tables) * 3):
            slip = of_figures(name, tables[place % len(tables)], draw)
            if slip is not None:
                yield slip
                found += 1
            if found == each:
                break
    text = [t for t in tables if t.file.endswith(".csv")]
    for i, (name, change) in enumerate(FILES.items()):
        draw = np.random.default_rng([seed, 1000 + i])
        for table in draw.choice(np.array(text, dtype=object), max(1, each // 2), replace=False):
            data = (RAW / table.path).read_bytes()
            yield Slip(name, table, name, change(data, draw))
    outlines = [t for t in catalogue().values() if not t.fields]
    for i, (name, change) in enumerate(OUTLINES.items()):
        draw = np.random.default_rng([seed, 2000 + i])
        for table in outlines[: max(1, each // 2)]:
            yield Slip(name, table, name, _moved((RAW / table.path).read_bytes(), draw, change))
