"""The text of an official table before it is read: encoding, separator, width of rows, words instead of figures."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import re
from pathlib import Path

import pandas as pd

from dewak_research.data.catalogue import Table
from dewak_research.errors import InputError, Problem, messages

_problem = messages(__package__)
_SHOWN = 5
_MARK = b"\xef\xbb\xbf"
_GARBLED = re.compile("[\u00c2\u00c3][\u0080-\u00bf\u2018-\u2122]|\ufffd|[\u0000-\u0008\u000b-\u001f]")
"""Two letters where UTF-8 was read as Windows-1252 ("DÃ¼sseldorf"), and signs that stand for nothing."""
_BLANKS = re.compile(r"(?:^|,)[ \t]|[ \t](?:,|$)", re.MULTILINE)
_DIGITS = re.compile(r"(?:^|,)(?:[+]|-?(?:inf|Inf|INF|nan|NaN|NA|None|null)\b)", re.MULTILINE)


def _bytes(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def read_text_table(path: Path, table: Table) -> pd.DataFrame:
    """Return a CSV table as text, one column per field; an empty cell is missing.

    Raises
    ------
    InputError
        The bytes are no UTF-8 text without mark, the last row breaks off, a row is wider or narrower than the
        heading, a cell has blanks at its ends, holds garbled letters or a word for a missing or infinite figure.
    """
    try:
        data = _bytes(path)
    except (OSError, EOFError) as error:
        raise InputError(_said("text_unpacked", table)) from error
    problems = [_said("text_mark", table)] if data.startswith(_MARK) else []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError([*problems, _said("text_encoding", table, line=line)]) from error
    if not text.endswith("\n"):
        problems.append(_said("text_breaks_off", table, line=text.count("\n") + 1))
    problems += _said_of_lines(text, table)
    if problems:
        raise InputError(problems)
    return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, na_values=[""])


def _said_of_lines(text: str, table: Table) -> list[Problem]:
    """Return rows of another width than the heading, garbled letters, blanks at ends of cells, words for figures."""
    lines = text.splitlines()
    quoted = list(csv.reader(lines)) if '"' in text else []
    widths = [len(row) for row in quoted] if quoted else [line.count(",") + 1 for line in lines]
    width = widths[0] if widths else 0
    odd = [i + 1 for i, cells in enumerate(widths) if cells != width or not lines[i]]
    values = {"lines": _lines(odd), "width": width, "columns": ", ".join(table.fields)}
    problems = [_said("text_width", table, **values)] if odd else []
    bare = "\n".join(",".join(cell.replace(", ", ",") for cell in row) for row in quoted) if quoted else text
    for key, pattern in (("text_garbled", _GARBLED), ("text_blanks", _BLANKS), ("text_figure", _DIGITS)):
        found = [match.start() for match in itertools.islice(pattern.finditer(bare), _SHOWN)]
        if found:
            places = [bare.count("\n", 0, start + 1) + (bare[start] != "\n") for start in found]
            shown = "; ".join(f"{place}: {lines[place - 1][:80]}" for place in dict.fromkeys(places))
            columns = dict.fromkeys(_column(bare, start, lines[0]) for start in found)
            where = f"{table.path}: {', '.join(columns)}"
            problems.append(_problem(key, where, shown=shown, path=f"data/raw/{table.path}"))
    return problems


def _column(text: str, start: int, heading: str) -> str:
    """Return the name of the column that a place of the text lies in."""
    begin = text.rfind("\n", 0, start + 1) + 1
    place = text.count(",", begin, start + 1)
    names = heading.split(",")
    return names[place] if place < len(names) else names[-1]


def _said(key: str, table: Table, **values: object) -> Problem:
    return _problem(key, table.path, path=f"data/raw/{table.path}", **values)


def _lines(lines: list[int]) -> str:
    more = f" (+{len(lines) - _SHOWN})" if len(lines) > _SHOWN else ""
    return ", ".join(map(str, lines[:_SHOWN])) + more
