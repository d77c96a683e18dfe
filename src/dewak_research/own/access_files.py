"""Files of districts, facilities and ways beside the workbook: found, and read from CSV or GeoJSON as rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from dewak_research.data.text_files import decode, guess_separator, read_bytes, split_rows
from dewak_research.errors import InputError, entries
from dewak_research.language import LANGUAGES, Language, Text
from dewak_research.own.contents import Finding, finding
from dewak_research.own.list_fields import as_text, check_field
from dewak_research.own.planning_places import Row
from dewak_research.own.safety import clean_text
from dewak_research.own.template import Column, column_of
from dewak_research.page.files import write_whole

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

CSV, GEOJSON = ".csv", ".geojson"
PLACED = ("longitude", "latitude")
COMMENT = "#"
_DEGREES = re.compile(r"[-+]?\d{1,2}[.,]\d+")
_METRES = re.compile(r"\d{3}[.,]\d{3}|\d{1,3}(?:[.,]\d{3}){2}")


@dataclass(frozen=True)
class Layout:
    """What a file holds: its names, its columns, other headings for them, shapes it may have as GeoJSON."""

    key: str
    names: tuple[str, ...]
    columns: tuple[Column, ...]
    headings: dict[str, str]
    shapes: tuple[str, ...]
    hint: Text | None


@cache
def layouts() -> dict[str, Layout]:
    """Return the layouts of the files: districts, facilities, ways."""
    found = {}
    for key, entry in entries(__package__, "access_files.yaml").items():
        columns = tuple(column_of(one) for one in entry["columns"])
        headings = {
            word.casefold(): one.id for one in columns for word in (one.id, one.label.de, one.label.en)
        }
        headings |= {str(word).casefold(): name for name, words in entry["also"].items() for word in words}
        hint = Text.of(entry["hint"]) if "hint" in entry else None
        found[key] = Layout(key, tuple(entry["names"]), columns, headings, tuple(entry["shapes"]), hint)
    return found


@dataclass
class FileRows:
    """Rows of one file as the sheets have them, with ``_row`` and ``_cells``; ``file`` is "" where there is none.

    ``shapes`` are those of GeoJSON, in the order of the rows; ``given`` are the columns that the file has.
    """

    file: str = ""
    rows: list[Row] = field(default_factory=list)
    shapes: list[BaseGeometry | None] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    @property
    def broken(self) -> bool:
        """Whether something stops the use of the file."""
        return any(one.severity == "error" for one in self.findings)


def read_files(folder: Path) -> dict[str, FileRows]:
    """Read the files that a folder has; each key of :func:`layouts` has an entry, empty where nothing is filled in."""
    return {key: _read(folder, layout) for key, layout in layouts().items()}


def _read(folder: Path, layout: Layout) -> FileRows:
    endings = (GEOJSON, CSV) if layout.shapes else (CSV,)
    paths = [folder / f"{name}{ending}" for ending in endings for name in layout.names]
    read = []
    for path in (one for one in paths if one.is_file()):
        found = FileRows(path.name)
        try:
            data = read_bytes(path)
            (_csv if path.suffix == CSV else _geojson)(data, layout, found)
        except InputError as error:
            found.findings += [Finding("file_unread", "error", one, path.name) for one in error.problems]
        if found.rows or found.findings:
            read.append(found)
    if len(read) > 1:
        names = {"value": read[0].file, "other": ", ".join(one.file for one in read[1:])}
        read[0].findings.append(finding("file_twice", read[0].file, **names))
    return read[0] if read else FileRows()


def _csv(data: bytes, layout: Layout, found: FileRows) -> None:
    text = decode(data, found.file).text
    told = "\n".join(line for line in text.splitlines() if not line.lstrip('"').startswith(COMMENT))
    rows = split_rows(text, guess_separator(told), found.file)
    numbered = [(number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    kept = [(number, row) for number, row in numbered if not row[0].startswith(COMMENT)]
    if not kept:
        found.findings.append(finding("file_no_heading", found.file, known=_known(layout)))
        return
    places = _headings([cell.strip() for cell in kept[0][1]], layout, found, kept[0][0])
    for number, row in kept[1:]:
        entry: Row = {
            name: row[at].strip() for name, at in places.items() if at < len(row) and row[at].strip()
        }
        if entry:
            cells = {c.id: f"{get_column_letter(places.get(c.id, 0) + 1)}{number}" for c in layout.columns}
            _add(entry, number, cells, found)
    _check(layout, found)


def _headings(heads: Sequence[str], layout: Layout, found: FileRows, row: int) -> dict[str, int]:
    """Return where every column stands; say which are missing, there twice or not read."""
    places: dict[str, int] = {}
    for at, head in enumerate(heads):
        name, cell = layout.headings.get(head.casefold()), f"{get_column_letter(at + 1)}{row}"
        shown = clean_text(head, 60)
        if name is None and head:
            found.findings.append(
                finding("file_column_unread", found.file, cell, value=shown, known=_known(layout))
            )
        elif name in places:
            found.findings.append(finding("file_column_twice", found.file, cell, value=shown))
        elif name:
            places[name] = at
    needed = [c for c in layout.columns if c.need == "required" or (c.id in PLACED)]
    for column in needed:
        if column.id not in places:
            values = {"value": column.label, "known": _known(layout)}
            found.findings.append(finding("file_column_missing", found.file, f"A{row}", **values))
    found.given = set(places)
    return {} if found.broken else places


def _known(layout: Layout) -> Text:
    return Text(*(", ".join(column.label[language] for column in layout.columns) for language in LANGUAGES))


def _geojson(data: bytes, layout: Layout, found: FileRows) -> None:
    from dewak_research.own.geojson import features_of

    features, findings = features_of(decode(data, found.file).text, found.file, layout.shapes)
    found.findings += findings
    for number, (properties, shape) in enumerate(features, 1):
        entry: Row = {}
        cells = {column.id: f"#{number}" for column in layout.columns}
        for word, value in properties.items():
            name = layout.headings.get(word.strip().casefold())
            if name and name not in PLACED and name not in entry and value not in (None, ""):
                entry[name] = value
                cells[name] = f"#{number} {clean_text(word, 40)}"
        _add(entry, number, cells, found)
        found.shapes.append(shape)
        found.given |= set(entry)
    _check(layout, found)


def _add(entry: Row, number: int, cells: dict[str, str], found: FileRows) -> None:
    found.rows.append({**entry, "_row": number, "_cells": cells})


def _check(layout: Layout, found: FileRows) -> None:
    """Turn the fields of every row into text and numbers, and say what cannot be read."""
    for row in found.rows:
        cells: dict[str, str] = row["_cells"]  # type: ignore[assignment]
        for column in layout.columns:
            value = row.get(column.id)
            if column.type == "text" and value is not None:
                row[column.id] = clean_text(as_text(value), 120)
            elif isinstance(value, str):
                row[column.id] = _degrees(value) if column.id in PLACED else _endless(value, column)
            found.findings += check_field(row, column, found.file, cells.get(column.id, ""))


def _degrees(value: str) -> object:
    """Read a coordinate: after one or two digits a mark is that of decimals, in metres it parts thousands."""
    if _METRES.fullmatch(value):
        return float(re.sub(r"[.,]", "", value))
    return float(value.replace(",", ".")) if _DEGREES.fullmatch(value) else value


def _endless(value: str, column: Column) -> object:
    """Read "inf" where there is no way."""
    return float("inf") if column.high == float("inf") and value.casefold() in ("inf", "∞") else value


def new_files(folder: Path, language: Language) -> list[Path]:
    """Write empty files of districts and facilities, each with a line that says what goes in; none is overwritten."""
    return [*_new(folder, language)]


def _new(folder: Path, language: Language) -> Iterator[Path]:
    for layout in layouts().values():
        there = any((folder / f"{name}{end}").exists() for name in layout.names for end in (CSV, GEOJSON))
        if layout.hint is None or there:
            continue
        path = folder / f"{layout.names[LANGUAGES.index(language)]}{CSV}"
        heads = ";".join(column.label[language] for column in layout.columns)
        write_whole(path, f"\ufeff{COMMENT} {layout.hint[language]}\n{heads}\n")
        yield path
