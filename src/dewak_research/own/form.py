"""The form on the first sheet and the list sheets (services, measures, overrides, sources)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from dewak_research.errors import InputError, nearest
from dewak_research.language import LANGUAGES, Text
from dewak_research.own.bookable_lines import bookable_lines, line_named
from dewak_research.own.contents import Finding, Reading, finding
from dewak_research.own.grid import MOST_ROWS, anchor, cells_of
from dewak_research.own.list_fields import UNREAD, check_field, names_of
from dewak_research.own.official import official_table
from dewak_research.own.planning_sheets import check_planning
from dewak_research.own.room_sheets import check_rooms
from dewak_research.own.safety import LONGEST_TEXT, check_key, clean_text
from dewak_research.own.template import Column, Template, load_template
from dewak_research.rules import HOME, NEUTRAL, land, land_of, lands

MOST_REGISTER_ROWS = 6_000  #: some fifty districts by single year of age


def read_form(shown: Worksheet, sheet: Worksheet, reading: Reading) -> None:
    """Read the fields of the first sheet, each two cells beside its mark, into the reading."""
    for row in cells_of(sheet):
        for index, cell in enumerate(row):
            if isinstance(cell.value, str) and cell.value.startswith("form:"):
                target = row[index + 2] if index + 2 < len(row) else None
                name = cell.value.removeprefix("form:")
                value = None if target is None else target.value
                if target is not None and value is None and shown[target.coordinate].data_type == "f":
                    reading.odd("formula_unsaved", shown.title, target.coordinate)
                if isinstance(value, float) and value.is_integer():
                    value = int(value)
                reading.form[name] = "" if value is None else clean_text(value, 300)
                reading.form_cells[name] = "" if target is None else target.coordinate


def read_list(
    name: str, shown: Worksheet, values: Worksheet, template: Template, reading: Reading, key: str
) -> None:
    """Read the rows of one list sheet into the reading; headings are found by their marks."""
    most = MOST_REGISTER_ROWS if name == "register" else MOST_ROWS
    rows = cells_of(values, most)
    if _goes_on(values, most):
        reading.odd("rows_too_many", shown.title, f"B{most + 1}", number=most)
    place = anchor(rows, "#columns")
    specs = {f"column:{column.id}": column for column in template.lists[name]}
    top = place[0] if place else 0
    places = {c: specs[str(cell.value)] for c, cell in enumerate(rows[top]) if str(cell.value) in specs}
    wanted = {column.id for column in specs.values() if not column.added}
    if place is None or not wanted <= {column.id for column in places.values()}:
        reading.odd("list_headings_missing", shown.title, key=key)
        return
    _beside(rows[top + 1 :], max(places), shown.title, reading)
    _headings(
        {rows[top + 1][c]: column for c, column in places.items()} if top + 1 < len(rows) else {},
        reading,
        shown,
    )
    for r in range(top + 2, len(rows)):
        entry: dict[str, object] = {}
        for c, column in places.items():
            value: object = rows[r][c].value
            if value is None and shown.cell(r + 1, c + 1).data_type == "f":
                reading.odd("formula_unsaved", shown.title, rows[r][c].coordinate)
                value = UNREAD
            elif column.unit == "pct" and isinstance(value, int | float) and not isinstance(value, bool):
                value = round(100 * value, 9) if "%" in str(rows[r][c].number_format) else value
            if value is None or (isinstance(value, str) and not value.strip()):
                continue
            if isinstance(value, str) and len(value) > LONGEST_TEXT:
                reading.odd("text_cut", shown.title, rows[r][c].coordinate, number=LONGEST_TEXT)
            entry[column.id] = clean_text(value) if isinstance(value, str) else value
        if entry:
            entry["_row"] = r + 1
            entry["_cells"] = {column.id: rows[r][c].coordinate for c, column in places.items()}
            reading.lists[name].append(entry)


def lines_today(reading: Reading) -> None:
    """Give the lines that overrides and measures name their ids of today; a measure is one of the result plan."""
    template = load_template()
    for name, sheet in (("overrides", ""), ("measures", "result_plan")):
        for row in reading.lists[name]:
            if isinstance(row.get("line"), str | int | float):
                named, line = clean_text(row.get("sheet") or sheet, 60), clean_text(row["line"], 80)
                row["line"] = template.line_today(reading.version, template.sheet_of(named) or named, line)


def _headings(headings: dict[Cell, Column], reading: Reading, shown: Worksheet) -> None:
    """Name an entry that was typed over the headings: a number, or words in more than half of them."""
    number = [c for c in headings if isinstance(c.value, int | float) and not isinstance(c.value, bool)]
    words = [
        cell
        for cell, column in headings.items()
        if isinstance(cell.value, str) and cell.value.strip() not in (column.label.de, column.label.en)
    ]
    over = number or (words if 2 * len(words) > len(headings) else [])
    if over:
        said = {"value": clean_text(over[0].value, 60), "line": headings[over[0]].label}
        reading.odd("label_overwritten", shown.title, over[0].coordinate, **said)


def _beside(rows: list[list[Cell]], last: int, title: str, reading: Reading) -> None:
    """Note columns beside the table that hold something: it is not read."""
    for c in range(last + 1, len(rows[0]) if rows else 0):
        cell = next((row[c] for row in rows if str(row[c].value or "").strip()), None)
        if cell is not None:
            reading.odd("column_extra", title, cell.coordinate, value=clean_text(cell.value, 40))


def _goes_on(sheet: Worksheet, most: int) -> bool:
    """Whether rows with content follow at once below the last row that is read."""
    if (sheet.max_row or 0) <= most:
        return False
    below = sheet.iter_rows(most + 1, min(sheet.max_row, most + 5), 1, 30, values_only=True)
    return any(value is not None for row in below for value in row)


def check_form(reading: Reading, key: str) -> Iterator[Finding]:
    """Check name, key, rule set and peers against the folder and the register."""
    form = {column.id: reading.form.get(column.id, "") for column in load_template().form}
    own, rules = form["key"], load_template().rules_of(form["rule_set"])
    register = set(official_table("towns")["ags"])

    def found(code: str, field: str, **values: object) -> Finding:
        return finding(code, reading.titles["readme"], reading.form_cells.get(field), **values)

    if not form["name"]:
        yield found("name_empty", "name")
    if not own:
        yield found("key_empty", "key", key=key)
    elif own.isdigit() and len(own) in (4, 7) and f"0{own}" == key:
        yield found("key_number", "key", value=own)
    elif own != key:
        yield found("key_mismatch", "key", value=clean_text(own, 60), key=key)
    if len(key) == 8 and land_of(key).key == HOME and key not in register:
        yield found("key_unregistered", "key", key=key)
    if rules is None:
        known = _named([land(one).rules for one in lands()])
        yield found("rule_set_invalid", "rule_set", value=clean_text(form["rule_set"], 60), known=known)
    elif rules not in (allowed := _laws(key, reading.layout)):
        law = load_template().options[rules]
        yield found("rule_set_foreign", "rule_set", key=key, law=law, known=_named(allowed))
    yield from _choices(form, found)
    peers = peers_of(form["peers"])
    for index, peer in enumerate(peers):
        shown = clean_text(peer, 30)
        if peer == key:
            yield found("peer_self", "peers")
        elif peer in peers[:index]:
            yield found("peer_duplicate", "peers", value=shown)
        elif peer not in register and not _own_peer(peer):
            near = nearest(peer, sorted(register)) or "05562020"
            yield found("peer_unknown", "peers", value=shown, near=near)


def _laws(key: str, layout: str) -> list[str]:
    """Return the laws that may judge a workbook: those of its Land, if its lines are that Land's, and none."""
    told = land_of(key)
    own = land(layout) if told.key == NEUTRAL and not key.isdigit() and layout != HOME else told
    return list(dict.fromkeys([*([own.rules] if own.layout == layout else []), land(NEUTRAL).rules]))


def _named(laws: list[str]) -> Text:
    options = load_template().options
    return Text(*(", ".join(options[law][language] for law in laws) for language in LANGUAGES))


def _choices(form: dict[str, str], found: Callable[..., Finding]) -> Iterator[Finding]:
    """Check the fields with a choice of words, but for the budget law."""
    template = load_template()
    for column in template.form:
        given = form[column.id]
        if not column.options or column.id == "rule_set" or not given:
            continue
        if template.option_of(given, column.options) is None:
            shown = {"value": clean_text(given, 60), "column": column.label}
            yield found("list_choice", column.id, **shown, allowed=names_of(column))


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


def check_lists(reading: Reading) -> Iterator[Finding]:
    """Check the rows of all list sheets; options, ages and days are turned into their ids on the way."""
    for sheet, columns in load_template().lists.items():
        title = reading.titles[sheet]
        seen: dict[tuple[str, ...], int] = {}
        for row in reading.lists[sheet]:
            cells: dict[str, str] = row["_cells"]  # type: ignore[assignment]
            for column in columns:
                yield from check_field(row, column, title, cells.get(column.id, ""))
            first = seen.setdefault(tuple(str(row.get(c.id, "")) for c in columns), int(str(row["_row"])))
            if first != row["_row"]:
                yield finding("list_duplicate", title, cells[columns[0].id], row=str(first))
            if sheet == "overrides":
                yield from _override(row, reading, title, cells)
            if sheet == "measures":
                yield from _measure(row, title, cells)
    yield from check_planning(reading)
    yield from check_rooms(reading)


def _measure(row: dict[str, object], title: str, cells: dict[str, str]) -> Iterator[Finding]:
    if row.get("line") is not None:
        given = clean_text(row["line"], 80)
        row["line"] = line_named(given)
        if row["line"] is None:
            near = nearest(given, bookable_lines()) or bookable_lines()[0]
            yield finding("measure_line", title, cells["line"], value=given, near=near)
    first, full = row.get("first_year"), row.get("full_year")
    if isinstance(first, float) and isinstance(full, float) and full < first:
        yield finding("measure_years", title, cells["full_year"], first=str(int(first)), full=str(int(full)))


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
    named = {spec.label[language].casefold(): name for name, spec in lines.items() for language in LANGUAGES}
    line = named.get(line.casefold(), line)
    if line and line not in lines:
        near = nearest(line, lines) or next(iter(lines))
        yield finding("override_line", title, cells["line"], value=line, tab=tab, near=near)
    row["line"] = line
    years = sorted({year for year, _ in reading.years.get(sheet, [])})
    year = row.get("year")
    if isinstance(year, float) and years and int(year) not in years:
        near = ", ".join(map(str, years))
        yield finding("override_year", title, cells["year"], value=str(int(year)), tab=tab, near=near)
