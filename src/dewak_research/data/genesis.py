"""Read tables of the German statistical offices in the GENESIS layout; one reader for every table.

The layout: a line ``GENESIS-Tabelle: <code>``, title lines, perhaps a line with the year, header rows that begin
with empty cells (the last may hold units), data, underscores, footnotes, licence and date. The time stands in a
line of its own, in the first column, or as a group of columns. Values and their status (symbols) are kept apart. A
further label column (age groups beside the places) becomes part of the column's name; a column of quality marks goes
to the values before it. Flat files are read by ``genesis_flat``.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from itertools import groupby

import numpy as np
import pandas as pd

from dewak_research.data.genesis_flat import looks_flat, read_flat
from dewak_research.data.genesis_table import GenesisTable
from dewak_research.data.genesis_time import TIME, year_of
from dewak_research.data.genesis_values import is_quality_column, read_values
from dewak_research.data.text_files import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, decode
from dewak_research.errors import InputError, messages

_problem = messages(__package__)
_CODE = re.compile(r"^\W*(?:GENESIS-)?Tabelle:\s*([0-9A-Z][0-9A-Z_.-]{3,40})\s*;*\s*$", re.I)
KEY = re.compile(r"^(?:DG|DINSG|\d{1,12}[A-Z]?)$")
_UNIT = re.compile(
    r"^(?:Anzahl|EUR|Euro|€|Tsd\.? ?(?:EUR|Personen)?|1000(?: EUR)?|Mio\.? ?(?:EUR)?|Mrd\.? ?EUR|Prozent|%|Promille|"
    r"EUR je .{1,30}|je .{1,30}|q?km[²2]?|ha|m[²2³3]?|t|kWh|MWh|Jahre|Index|Personen|\d{4}=100)$",
    re.I,
)
_FOOT = re.compile(r"^\W*_{5,}")


def looks_like_genesis(text: str) -> bool:
    """Whether the first lines carry the mark of a GENESIS table."""
    return looks_flat(text) or any(_CODE.match(line) for line in text[:2_000].splitlines()[:5])


def read_genesis(data: bytes, where: str = "GENESIS") -> GenesisTable:
    """Read one table.

    Parameters
    ----------
    data : bytes
        The file as it was downloaded, UTF-8 or Windows-1252.
    where : str
        Named in messages.

    Raises
    ------
    InputError
        No GENESIS table, no header, no data, rows of different width, a cut-off file.
    """
    decoded = decode(data, where)
    if looks_flat(decoded.text):
        return read_flat(decoded, where)
    lines = decoded.text.splitlines()
    if len(lines) > MOST_ROWS:
        raise InputError(_problem("genesis_too_long", where, most=MOST_ROWS))
    code = next((m[1] for line in lines[:5] if (m := _CODE.match(line))), None)
    if code is None:
        raise InputError(_problem("genesis_none", f"{where}: Zeile 1"))
    begin = next(i for i, line in enumerate(lines[:5]) if _CODE.match(line)) + 1
    foot = next((i for i in range(begin, len(lines)) if _FOOT.match(lines[i])), None)
    end = len(lines) if foot is None else foot
    head, header, start = _split_head(lines, begin, end, where)
    labels = _leading_empty(header)
    width = max(len(row) for row in header)
    body = _read_body(lines[start:end], width, where, start, closed=foot is not None)
    titles = [row for row in head if not TIME.match(row)]
    time_line = next((row for row in head if TIME.match(row)), None)
    key_at = _key_column(body, labels, where)
    table = _assemble(titles or [code], time_line, header, labels, width, body, key_at)
    footnotes, licence, as_of = _foot(lines[end + 1 :])
    return replace(
        table,
        code=code,
        encoding=decoded.encoding,
        complete=foot is not None,
        footnotes=footnotes,
        licence=licence,
        as_of=as_of,
    )


def _foot(lines: list[str]) -> tuple[str, str, str]:
    text = "\n".join(lines)
    note, mark, rest = text.partition("©")
    as_of = re.search(r"Stand:\s*([\d.]+)", rest or text)
    licence = f"{mark}{rest}".replace('"', "").split("Stand:")[0]
    return note.strip().strip('"').strip(), " ".join(licence.split()), as_of[1] if as_of else ""


def _assemble(
    titles: list[str],
    time_line: str | None,
    header: list[list[str]],
    labels: int,
    width: int,
    body: pd.DataFrame,
    key_at: int,
) -> GenesisTable:
    padded = [row + [""] * (width - len(row)) for row in header]
    units = _units(padded, labels, width, titles)
    levels = padded[:-1] if len(padded) > 1 and _is_unit_row(padded[-1], labels) else padded
    times = next(
        (row for row in levels if all(TIME.match(c) for c in row[labels:] if c) and any(row[labels:])), None
    )
    marks_at = _quality_columns(padded, labels, width, body)
    kept = [c for c in range(labels, width) if c not in marks_at]
    names = [
        " | ".join(cell for cell, _ in groupby(row[c] for row in levels if row is not times and row[c]))
        or titles[-1]
        for c in kept
    ]
    time_at = next(
        (c for c in range(labels) if c != key_at and body[c].str.strip().str.match(TIME).all()), None
    )
    free = [c for c in range(labels) if c not in (key_at, time_at)]
    name_at = next((c for c in free if c > key_at), next(iter(free), None))
    place = (
        "columns"
        if times is not None
        else "first_column"
        if time_at is not None
        else "line"
        if time_line
        else "none"
    )
    n, m = len(body), len(kept)
    marks = np.full((n, m), "", dtype=object)
    for c in marks_at:
        marks[:, kept.index(c - 1)] = body[c].str.strip().to_numpy(dtype=object)
    raw = body[kept].to_numpy(dtype=object).ravel()
    value, status, numbers = read_values(raw, marks.ravel() if marks_at else None)
    printed = (
        np.repeat(body[name_at].to_numpy(dtype=object), m) if name_at is not None else np.repeat("", n * m)
    )
    if times is not None:
        time = np.tile(np.array([times[c] for c in kept], dtype=object), n)
    elif time_at is not None:
        time = np.repeat(body[time_at].str.strip().to_numpy(dtype=object), m)
    else:
        time = np.repeat(np.array([time_line or ""], dtype=object), n * m)
    name_text = pd.Series(printed, dtype="str")
    columns = _with_rows(names, body[[c for c in free if c != name_at]])
    data = pd.DataFrame(
        {
            "key": pd.Series(np.repeat(body[key_at].str.strip().to_numpy(dtype=object), m), dtype="str"),
            "name": name_text.str.strip(),
            "level": name_text.str.len() - name_text.str.lstrip().str.len(),
            "time": pd.Series(time, dtype="str"),
            "column": pd.Categorical(columns),
            "unit": pd.Categorical(
                np.tile(np.array([units[c - labels] if units else "" for c in kept], dtype=object), n)
            ),
            "value": value,
            "status": pd.Categorical(status),
        }
    )
    years = {printed_time: year_of(printed_time) for printed_time in data["time"].unique()}
    data.insert(4, "year", data["time"].map(years).astype("Int64"))
    return GenesisTable(
        "", " ".join(titles), place, list(dict.fromkeys(columns)), units or [], data, numbers=numbers
    )


def _quality_columns(header: list[list[str]], labels: int, width: int, body: pd.DataFrame) -> list[int]:
    """Return the columns of marks: no heading of their own, or that of the values before them, and marks only."""
    found: list[int] = []
    for c in range(labels + 1, width):
        heading, before = [row[c] for row in header], [row[c - 1] for row in header]
        if (
            c - 1 not in found
            and (not any(heading) or heading == before)
            and is_quality_column(body[c].str.strip())
        ):
            found.append(c)
    return found


def _with_rows(names: list[str], rows: pd.DataFrame) -> np.ndarray:
    """Return the name of every cell's column, further label columns of its row appended."""
    further = rows[[c for c in rows if rows[c].str.strip().any()]]
    columns = np.tile(np.array(names, dtype=object), len(rows))
    for c in further:
        label = further[c].str.strip().replace("", "(ohne Angabe)").to_numpy(dtype=object)
        columns = columns + " | " + np.repeat(label, len(names))
    return columns


def _is_unit_row(row: list[str], labels: int) -> bool:
    cells = [cell for cell in row[labels:] if cell]
    return bool(cells) and all(_UNIT.match(cell) for cell in cells)


def _units(header: list[list[str]], labels: int, width: int, titles: list[str]) -> list[str] | None:
    if _is_unit_row(header[-1], labels):
        return header[-1][labels:width]
    for title in reversed(titles):
        found = re.search(r"\(([^()]+)\)\s*$", title)
        if found and _UNIT.match(found[1]):
            return [found[1]] * (width - labels)
    return None


def _cells(line: str) -> list[str]:
    try:
        row = next(csv.reader([line], delimiter=";"), [])
    except csv.Error:
        row = line.split(";")
    return [cell.strip() for cell in row]


def _split_head(lines: list[str], begin: int, end: int, where: str) -> tuple[list[str], list[list[str]], int]:
    """Return the title lines, the header rows and the number of the first data line."""
    head: list[str] = []
    header: list[list[str]] = []
    for i in range(begin, min(end, begin + 60)):
        row = _cells(lines[i])
        if len(row) > MOST_COLUMNS:
            break
        filled = [cell for cell in row if cell]
        if not filled:
            continue
        if not row[0]:
            header.append(row)
            continue
        if header:
            return head, header, i
        if len(filled) > 1 and len(row) > 2:
            break
        head.append(row[0])
    raise InputError(_problem("genesis_no_header", f"{where}: Zeile {begin + len(head) + 1}"))


def _leading_empty(header: list[list[str]]) -> int:
    """Return how many columns hold labels: those that are empty in every header row."""
    return min(next((i for i, cell in enumerate(row) if cell), len(row)) for row in header)


def _read_body(lines: list[str], width: int, where: str, start: int, closed: bool) -> pd.DataFrame:
    """Return the data cells as text; every row must have the width of the header."""
    kept = [line for line in lines if line.strip(" ;\t")]
    if not kept:
        raise InputError(_problem("genesis_no_rows", where))
    limit = csv.field_size_limit(LONGEST_CELL)
    try:
        rows = list(csv.reader(io.StringIO("\n".join(kept)), delimiter=";"))
    except csv.Error as error:
        raise InputError(_problem("genesis_open_quote", where)) from error
    finally:
        csv.field_size_limit(limit)
    problems = []
    for number, row in enumerate(rows):
        if len(row) != width and not (len(row) > width and not any(cell.strip() for cell in row[width:])):
            last = number == len(rows) - 1 and not closed
            kind = "genesis_cut_off" if last and len(row) < width else "genesis_width"
            place = f"{where}: Zeile {start + number + 1}"
            problems.append(_problem(kind, place, cells=len(row), width=width))
    if problems:
        raise InputError(problems)
    return pd.DataFrame([row[:width] for row in rows], dtype=object)


def _key_column(body: pd.DataFrame, labels: int, where: str) -> int:
    """Return the label column that holds the official keys."""
    for c in range(labels):
        cells = body[c].str.strip()
        if cells.str.match(KEY).all() and not cells.str.match(TIME).all():
            return c
    for c in range(labels):
        if body[c].str.strip().str.match(KEY).mean() > 0.9 and not body[c].str.match(TIME).all():
            bad = body.index[~body[c].str.strip().str.match(KEY)][:20]
            raise InputError(
                [
                    _problem("genesis_no_key", f"{where}: Datenzeile {i + 1}", key=str(body[c][i])[:40])
                    for i in bad
                ]
            )
    raise InputError(_problem("genesis_no_key_column", where))
