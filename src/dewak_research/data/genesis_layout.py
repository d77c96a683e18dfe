"""The layout of a GENESIS table: where head, header, data and key column lie."""

from __future__ import annotations

import csv
import io
import re

import pandas as pd

from dewak_research.data.encoding import LONGEST_CELL, MOST_COLUMNS
from dewak_research.errors import InputError, Problem
from dewak_research.language import Text

CODE = re.compile(r"^\W*(?:GENESIS-)?Tabelle:\s*([0-9A-Z][0-9A-Z_.-]{3,40})\s*;*\s*$", re.I)
TIME = re.compile(
    r"^(?:\d{2}\.\d{2}\.)?(?:19|20)\d{2}$|^(?:WS|SS|Jahr)?\s?(?:19|20)\d{2}(?:/\d{2,4})?$|^\d{4}-\d{2}(?:-\d{2})?$"
)
KEY = re.compile(r"^(?:DG|DINSG|\d{1,12}[A-Z]?)$")
UNIT = re.compile(
    r"^(?:Anzahl|EUR|Euro|€|Tsd\.? ?(?:EUR|Personen)?|1000(?: EUR)?|Mio\.? ?(?:EUR)?|Mrd\.? ?EUR|Prozent|%|Promille|"
    r"EUR je .{1,30}|je .{1,30}|q?km[²2]?|ha|m[²2³3]?|t|kWh|MWh|Jahre|Index|Personen|\d{4}=100)$",
    re.I,
)
FOOT = re.compile(r"^\W*_{5,}")


def table_problem(where: str, what: Text, right: Text) -> Problem:
    """Return a problem whose next step is to download the table again."""
    return Problem(
        what,
        where,
        right,
        Text(
            "Tabelle erneut als CSV herunterladen und wiederholen",
            "download the table again as CSV and retry",
        ),
    )


def _cells(line: str) -> list[str]:
    try:
        row = next(csv.reader([line], delimiter=";"), [])
    except csv.Error:
        row = line.split(";")
    return [cell.strip() for cell in row]


def split_head(lines: list[str], begin: int, end: int, where: str) -> tuple[list[str], list[list[str]], int]:
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
    raise InputError(
        table_problem(
            f"{where}: Zeile {begin + len(head) + 1}",
            Text("der Tabellenkopf fehlt", "the header of the table is missing"),
            Text(
                "Kopfzeilen, die mit leeren Zellen beginnen, danach Daten",
                "header rows that begin with empty cells, then data",
            ),
        )
    )


def leading_empty(header: list[list[str]]) -> int:
    """Return how many columns hold labels: those that are empty in every header row."""

    def leading(row: list[str]) -> int:
        return next((i for i, cell in enumerate(row) if cell), len(row))

    return min(leading(row) for row in header)


def read_body(
    lines: list[str], labels: int, width: int, where: str, start: int, closed: bool
) -> pd.DataFrame:
    """Return the data cells as text; every row must have the width of the header."""
    kept = [line for line in lines if line.strip(" ;\t")]
    if not kept:
        raise InputError(
            table_problem(
                where,
                Text("die Tabelle hat keine Datenzeilen", "the table has no data rows"),
                Text("mindestens eine Datenzeile", "at least one data row"),
            )
        )
    limit = csv.field_size_limit(LONGEST_CELL)
    try:
        rows = list(csv.reader(io.StringIO("\n".join(kept)), delimiter=";"))
    except csv.Error as error:
        raise InputError(
            table_problem(
                where,
                Text("ein Anführungszeichen wird nicht geschlossen", "a quotation mark is never closed"),
                Text("eine unveränderte Datei", "an unchanged file"),
            )
        ) from error
    finally:
        csv.field_size_limit(limit)
    problems = []
    for number, row in enumerate(rows):
        if len(row) != width and not (len(row) > width and not any(cell.strip() for cell in row[width:])):
            last = number == len(rows) - 1 and not closed
            what = (
                Text("die Datei bricht mitten in der Zeile ab", "the file breaks off in the middle of a row")
                if last and len(row) < width
                else Text(
                    f"die Zeile hat {len(row)} Zellen statt {width}",
                    f"the row has {len(row)} cells instead of {width}",
                )
            )
            right = Text(f"{width} Zellen je Zeile", f"{width} cells in each row")
            problems.append(table_problem(f"{where}: Zeile {start + number + 1}", what, right))
    if problems:
        raise InputError(problems)
    return pd.DataFrame([row[:width] for row in rows], dtype=object)


def key_column(body: pd.DataFrame, labels: int, where: str) -> int:
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
                    table_problem(
                        f"{where}: Datenzeile {i + 1}",
                        Text(
                            f"»{str(body[c][i])[:40]}« ist kein Schlüssel",
                            f"“{str(body[c][i])[:40]}” is no key",
                        ),
                        Text("ein amtlicher Schlüssel wie 05911", "an official key such as 05911"),
                    )
                    for i in bad
                ]
            )
    raise InputError(
        table_problem(
            where,
            Text("keine Spalte mit amtlichen Schlüsseln gefunden", "no column with official keys found"),
            Text(
                "Schlüssel wie DG, 05 oder 05911 in einer der ersten Spalten",
                "keys such as DG, 05 or 05911 in one of the first columns",
            ),
        )
    )
