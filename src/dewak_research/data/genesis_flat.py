"""Read flat files (ffcsv) of the statistical offices: one row per cell, every dimension in columns of its own.

Two layouts: with German column names and one column per measure (``BEVSTD__Bevoelkerungsstand__Anzahl``), and with
English names and one row per measure (``value``, ``value_unit``, ``value_variable_label``, perhaps ``value_q``). An
empty label of a dimension is its total.
"""

from __future__ import annotations

import re

import pandas as pd

from dewak_research.data.genesis_table import GenesisTable
from dewak_research.data.genesis_time import year_of
from dewak_research.data.genesis_values import read_values
from dewak_research.data.text_files import Decoded, guess_separator, split_rows
from dewak_research.errors import InputError, messages

_problem = messages(__package__)
TOTAL = "Insgesamt"
_FIRST = re.compile(r"^\W*(?:Statistik_Code|statistics_code)\b", re.I)
_REGION = re.compile(r"^F?(?:GEM|KREIS|DLAND|DINSG|DG|REGBEZ|STADT|LAND|SAMT|VERB|GEO|RB)", re.I)
_NAMES = {
    "statistik_code": "statistic", "statistik_label": "title", "zeit": "time",
    "statistics_code": "statistic", "statistics_label": "title", "time": "time",
}  # fmt: skip
_DIMENSION = re.compile(r"^(\d{1,2})_(merkmal|auspraegung|variable|variable_attribute)_(code|label)$")
_PART = {"merkmal": "name", "variable": "name", "auspraegung": "item", "variable_attribute": "item"}


def looks_flat(text: str) -> bool:
    """Whether the first line names the columns of a flat file."""
    return bool(_FIRST.match(text[:200]))


def read_flat(decoded: Decoded, where: str) -> GenesisTable:
    """Read a flat file.

    Parameters
    ----------
    decoded : Decoded
        Text of the file.
    where : str
        Named in messages.

    Raises
    ------
    InputError
        Rows of different width, no column of times, regions or values, no rows.
    """
    separator = guess_separator(decoded.text.splitlines()[0])
    heading, *body = split_rows(decoded.text, separator, where)
    names = [name.strip().lstrip("\ufeff") for name in heading]
    rows = [row for row in body if any(cell.strip() for cell in row)]
    if not rows:
        raise InputError(_problem("genesis_no_rows", where))
    if odd := [n for n, row in enumerate(body, 2) if any(row) and len(row) != len(names)][:20]:
        raise InputError(
            [
                _problem("genesis_width", f"{where}: Zeile {n}", cells=len(body[n - 2]), width=len(names))
                for n in odd
            ]
        )
    frame = pd.DataFrame(rows, columns=range(len(names)), dtype=object).apply(
        lambda column: column.str.strip()
    )
    found = {_NAMES[name.casefold()]: at for at, name in enumerate(names) if name.casefold() in _NAMES}
    dimensions: dict[int, dict[str, int]] = {}
    for at, name in enumerate(names):
        if part := _DIMENSION.match(name.casefold()):
            dimensions.setdefault(int(part[1]), {})[f"{_PART[part[2]]}_{part[3]}"] = at
    complete = [d for d in dimensions.values() if {"name_code", "item_code", "item_label"} <= d.keys()]
    region = next((d for d in complete if frame[d["name_code"]].str.match(_REGION).all()), None)
    if "time" not in found or region is None:
        raise InputError(_problem("genesis_flat_columns", where))
    others = [d for d in complete if d is not region]
    parts = [frame[d["item_label"]].where(frame[d["item_label"]] != "", TOTAL) for d in others]
    cells = _measures(frame, names, where)
    stacked = pd.concat(
        [
            pd.DataFrame(
                {
                    "key": frame[region["item_code"]],
                    "name": frame[region["item_label"]],
                    "level": 0,
                    "time": frame[found["time"]],
                    "column": [" | ".join(made) for made in zip(label, *parts, strict=True)],
                    "unit": unit,
                    "raw": raw,
                    "mark": mark,
                }
            )
            for label, unit, raw, mark in cells
        ],
        ignore_index=True,
    )
    value, status, numbers = read_values(
        stacked["raw"].to_numpy(dtype=object), stacked["mark"].to_numpy(dtype=object)
    )
    data = stacked.drop(columns=["raw", "mark"]).assign(value=value, status=pd.Categorical(status))
    data = data.astype({"key": "str", "name": "str", "time": "str", "column": "category", "unit": "category"})
    data.insert(
        4, "year", data["time"].map({time: year_of(time) for time in data["time"].unique()}).astype("Int64")
    )
    units = [str(unit) for unit in data["unit"].cat.categories]
    return GenesisTable(
        code=str(frame[found["statistic"]].iloc[0]),
        title=str(frame[found["title"]].iloc[0]) if "title" in found else "",
        time_place="column",
        columns=[str(name) for name in data["column"].unique()],
        units=units,
        data=data,
        encoding=decoded.encoding,
        numbers=numbers,
    )


_Measure = tuple[pd.Series, pd.Series, pd.Series, pd.Series]


def _measures(frame: pd.DataFrame, names: list[str], where: str) -> list[_Measure]:
    """Return label, unit, printed value and quality mark of every row, for each column of values."""
    at = {name.casefold(): i for i, name in enumerate(names)}
    empty = pd.Series("", index=frame.index, dtype=object)
    if "value" in at:
        columns = (at.get(name) for name in ("value_variable_label", "value_unit", "value", "value_q"))
        label, unit, raw, mark = (empty if i is None else frame[i] for i in columns)
        return [(label, unit, raw, mark)]
    found = []
    for i, name in enumerate(names):
        parts = name.split("__")
        if len(parts) >= 3:
            mark_at = at.get(f"{name.casefold()}_q")
            texts = (empty + "__".join(parts[1:-1]).replace("_", " "), empty + parts[-1].replace("_", " "))
            found.append((*texts, frame[i], empty if mark_at is None else frame[mark_at]))
    if not found:
        raise InputError(_problem("genesis_flat_columns", where))
    return found
