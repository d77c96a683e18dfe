"""Text files of unknown encoding: bytes in, lines out, within limits."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from dewak_research.errors import InputError, Problem
from dewak_research.language import Text

LARGEST_FILE_BYTES = 60_000_000
MOST_ROWS = 400_000
MOST_COLUMNS = 3_000
LONGEST_CELL = 20_000
_NEXT = Text(
    "Datei in Excel oder im Fachverfahren neu als CSV speichern und den Befehl wiederholen",
    "save the file again as CSV from Excel or the source system and run the command again",
)


@dataclass(frozen=True)
class Decoded:
    """Text of a file and the encoding that was recognised."""

    text: str
    encoding: str


def _problem(where: str, what: Text, right: Text, next_step: Text = _NEXT) -> InputError:
    return InputError(Problem(what, where, right, next_step))


def decode(data: bytes, where: str) -> Decoded:
    """Recognise the encoding: byte order mark, else UTF-8 where it fits, else Windows-1252.

    Raises
    ------
    InputError
        The bytes are empty, binary, or no text in one of these encodings.
    """
    if not data.strip():
        raise _problem(
            where, Text("die Datei ist leer", "the file is empty"), Text("eine Tabelle", "a table")
        )
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return Decoded(data.decode(encoding), encoding)
            except UnicodeDecodeError as error:
                raise _not_text(where) from error
    if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0" or data[:4] == b"%PDF":
        raise _problem(
            where,
            Text(
                "das ist keine CSV-Datei, sondern Excel, ein Archiv oder PDF",
                "this is no CSV file but Excel, an archive or PDF",
            ),
            Text("eine CSV-Datei (Trennzeichen Semikolon)", "a CSV file (separated by semicolons)"),
        )
    control = sum(data.count(bytes([b])) for b in (*range(9), 11, *range(14, 32)))
    if control > 0:
        raise _not_text(where)
    for encoding in ("utf-8", "cp1252"):
        try:
            return Decoded(data.decode(encoding), encoding)
        except UnicodeDecodeError:
            continue
    raise _not_text(where)


def _not_text(where: str) -> InputError:
    return _problem(
        where,
        Text("die Datei enthält Bytes, die kein Text sind", "the file has bytes that are no text"),
        Text("Text in UTF-8 oder Windows-1252", "text in UTF-8 or Windows-1252"),
    )


def read_bytes(path: Path) -> bytes:
    """Read a regular file within the size limit or say why not."""
    where = path.name
    if not path.is_file():
        raise _problem(
            where,
            Text("diese Datei gibt es nicht", "there is no such file"),
            Text("der Pfad einer vorhandenen Datei", "the path of an existing file"),
            Text("Pfad und Schreibweise prüfen", "check path and spelling"),
        )
    size = path.stat().st_size
    if size > LARGEST_FILE_BYTES:
        raise _problem(
            where,
            Text(f"die Datei ist {size / 1e6:.0f} MB groß", f"the file has {size / 1e6:.0f} MB"),
            Text(
                f"höchstens {LARGEST_FILE_BYTES / 1e6:.0f} MB", f"at most {LARGEST_FILE_BYTES / 1e6:.0f} MB"
            ),
            Text("nur die benötigte Tabelle ausgeben lassen", "export only the table that is needed"),
        )
    return path.read_bytes()


def split_rows(text: str, separator: str, where: str) -> list[list[str]]:
    """Split text into cells; rows may differ in length.

    Raises
    ------
    InputError
        Too many rows or columns, an overlong cell, or a quotation mark that is never closed.
    """
    limit = csv.field_size_limit(LONGEST_CELL)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(row)
            if len(rows) > MOST_ROWS or len(row) > MOST_COLUMNS:
                raise _problem(
                    f"{where}: Zeile {len(rows)}",
                    Text("die Tabelle ist zu groß", "the table is too large"),
                    Text(
                        f"höchstens {MOST_ROWS} Zeilen und {MOST_COLUMNS} Spalten",
                        f"at most {MOST_ROWS} rows and {MOST_COLUMNS} columns",
                    ),
                )
    except csv.Error as error:
        raise _problem(
            f"{where}: Zeile {len(rows) + 1}",
            Text(
                f"eine Zelle ist länger als {LONGEST_CELL} Zeichen oder ein Anführungszeichen wird nicht geschlossen",
                f"a cell is longer than {LONGEST_CELL} characters or a quotation mark is never closed",
            ),
            Text("eine Tabelle mit kurzen Zellen", "a table with short cells"),
        ) from error
    finally:
        csv.field_size_limit(limit)
    return rows


def guess_separator(text: str) -> str:
    """Return the separator that splits the first lines most evenly (semicolon, tab, comma, bar)."""
    lines = [line for line in text.splitlines()[:60] if line.strip()]
    best, score = ";", 0.0
    for candidate in (";", "\t", "|", ","):
        counts = [line.count(candidate) for line in lines]
        filled = [count for count in counts if count]
        if not filled:
            continue
        common = max(set(filled), key=lambda n, c=filled: (c.count(n), n))  # type: ignore[misc]
        quality = filled.count(common) / len(lines) * min(common, 4)
        if quality > score * 1.05:
            best, score = candidate, quality
    return best
