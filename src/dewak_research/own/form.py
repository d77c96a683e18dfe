"""The form on the first sheet (name, key, rule set, peers) and the list sheets (services, overrides, sources)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from dewak_research.data.text_files import parse_number
from dewak_research.errors import InputError, nearest
from dewak_research.language import LANGUAGES, Text
from dewak_research.own.contents import Finding, Reading, finding
from dewak_research.own.grid import anchor, cells_of
from dewak_research.own.official import official_table
from dewak_research.own.safety import LONGEST_TEXT, check_key, clean_text
from dewak_research.own.template import Column, Template, load_template
from dewak_research.rules import HOME, NEUTRAL, land, land_of


def read_form(sheet: Worksheet, reading: Reading) -> None:
    """Read the fields of the first sheet, each two cells beside its mark, into the reading."""
    for row in cells_of(sheet):
        for index, cell in enumerate(row):
            if isinstance(cell.value, str) and cell.value.startswith("form:"):
                target = row[index + 2] if index + 2 < len(row) else None
                name = cell.value.removeprefix("form:")
                value = None if target is None else target.value
                if isinstance(value, float) and value.is_integer():
                    value = int(value)
                reading.form[name] = "" if value is None else clean_text(value, 300)
                reading.form_cells[name] = "" if target is None else target.coordinate


def read_list(
    name: str, shown: Worksheet, values: Worksheet, template: Template, reading: Reading, key: str
) -> None:
    """Read the rows of one list sheet into the reading; headings are found by their marks."""
    rows = cells_of(values)
    place = anchor(rows, "#columns")
    reading.lists[name] = []
    specs = {f"column:{column.id}": column for column in template.lists[name]}
    if place is None:
        reading.odd("list_headings_missing", shown.title, key=key)
        return
    top = place[0]
    places = {c: specs[str(cell.value)] for c, cell in enumerate(rows[top]) if str(cell.value) in specs}
    if len(places) < len(specs):
        reading.odd("list_headings_missing", shown.title, key=key)
        return
    for r in range(top + 2, len(rows)):
        entry: dict[str, object] = {}
        for c, column in places.items():
            value = rows[r][c].value
            if value is None or (isinstance(value, str) and not value.strip()):
                continue
            if isinstance(value, str) and len(value) > LONGEST_TEXT:
                reading.odd("text_cut", shown.title, rows[r][c].coordinate, number=LONGEST_TEXT)
            entry[column.id] = clean_text(value) if isinstance(value, str) else value
        if entry:
            entry["_row"] = r + 1
            entry["_cells"] = {column.id: rows[r][c].coordinate for c, column in places.items()}
            reading.lists[name].append(entry)


def check_form(reading: Reading, key: str) -> Iterator[Finding]:
    """Check name, key, rule set and peers against the folder and the register."""
    form, cells, title = reading.form, reading.form_cells, reading.titles["readme"]
    register = set(official_table("towns")["ags"])
    if not form.get("name"):
        yield finding("name_empty", title, cells.get("name"))
    own = form.get("key", "")
    if not own:
        yield finding("key_empty", title, cells.get("key"), key=key)
    elif own.isdigit() and len(own) in (4, 7) and f"0{own}" == key:
        yield finding("key_number", title, cells.get("key"), value=own)
    elif own != key:
        yield finding("key_mismatch", title, cells.get("key"), value=clean_text(own, 60), key=key)
    if len(key) == 8 and land_of(key).key == HOME and key not in register:
        yield finding("key_unregistered", title, cells.get("key"), key=key)
    rules = load_template().rules_of(form.get("rule_set", ""))
    if rules is None:
        yield finding(
            "rule_set_invalid", title, cells.get("rule_set"), value=clean_text(form.get("rule_set", ""), 60)
        )
    elif rules not in (land_of(key).rules, land(NEUTRAL).rules):
        yield finding("rule_set_foreign", title, cells.get("rule_set"), key=key)
    seen: set[str] = set()
    for peer in peers_of(form.get("peers", "")):
        where = (title, cells.get("peers"))
        if peer == key:
            yield finding("peer_self", *where)
        elif peer in seen:
            yield finding("peer_duplicate", *where, value=clean_text(peer, 30))
        elif peer not in register and not _own_peer(peer):
            yield finding(
                "peer_unknown",
                *where,
                value=clean_text(peer, 30),
                near=nearest(peer, sorted(register)) or "05562020",
            )
        seen.add(peer)


def _own_peer(peer: str) -> bool:
    """Whether a peer is an own identifier (not German), which cannot be looked up."""
    if peer.isdigit():
        return False
    try:
        return check_key(peer) == peer
    except InputError:
        return False


def peers_of(text: str) -> list[str]:
    """Split the field of peers at commas, semicolons and spaces."""
    return [part for part in re.split(r"[,;\s]+", text) if part]


def _allowed(column: Column) -> Text:
    options = load_template().options
    return Text(*(", ".join(options[o][language] for o in column.options) for language in LANGUAGES))


def check_lists(reading: Reading) -> Iterator[Finding]:
    """Check the rows of services, overrides and sources; options are turned into their ids on the way."""
    for sheet, columns in load_template().lists.items():
        title = reading.titles[sheet]
        seen: dict[tuple[object, ...], int] = {}
        for row in reading.lists.get(sheet, []):
            cells = row["_cells"]
            assert isinstance(cells, dict)
            for column in columns:
                yield from _field(row, column, title, str(cells[column.id]))
            content = tuple(str(row.get(c.id, "")) for c in columns)
            if content in seen:
                yield finding("list_duplicate", title, str(cells[columns[0].id]), row=str(seen[content]))
            seen.setdefault(content, int(str(row["_row"])))
            if sheet == "overrides":
                yield from _override(row, reading, title, cells)


def _field(row: dict[str, object], column: Column, title: str, cell: str) -> Iterator[Finding]:
    value = row.get(column.id)
    if value is None:
        if column.need == "required":
            yield finding("list_field_missing", title, cell, column=column.label)
        return
    shown = clean_text(value, 60)
    if column.type == "choice":
        option = load_template().option_of(str(value), column.options)
        if option is None:
            allowed = _allowed(column)
            yield finding("list_choice", title, cell, value=shown, column=column.label, allowed=allowed)
        row[column.id] = option
    elif column.type == "number":
        low = -1e12 if column.low is None else column.low
        high = 1e12 if column.high is None else column.high
        number = _number(value)
        if number is None:
            yield finding("not_a_number", title, cell, value=shown)
        elif not low <= number <= high:
            as_year = column.id == "year"
            given = {"value": number, "low": low, "high": high}
            shown_as: dict[str, Any] = {k: str(int(v)) if as_year else v for k, v in given.items()}
            yield finding("list_range", title, cell, column=column.label, **shown_as)
            number = None
        row[column.id] = number


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    number = parse_number(value) if isinstance(value, str) else None
    return number.value if number is not None and number.ok else None


def _override(
    row: dict[str, object], reading: Reading, title: str, cells: dict[str, str]
) -> Iterator[Finding]:
    template, sheet = load_template(), row.get("sheet")
    if not isinstance(sheet, str):
        return
    lines, tab = template.grids[sheet], template.sheets[sheet]
    line = clean_text(row.get("line", ""), 60)
    if line.isdigit() and len(line) == 1:
        line = f"0{line}"
    if line and line not in lines:
        near = nearest(line, lines) or next(iter(lines))
        yield finding("override_line", title, cells["line"], value=line, tab=tab, near=near)
    row["line"] = line
    years = sorted({year for year, _ in reading.years.get(sheet, [])})
    year = row.get("year")
    if isinstance(year, float) and years and int(year) not in years:
        near = ", ".join(map(str, years))
        yield finding("override_year", title, cells["year"], value=str(int(year)), tab=tab, near=near)
