"""The sheet of places: what counts from which year on, in the whole municipality or in each of its districts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

import pandas as pd

from dewak_research.config import PlanningParams
from dewak_research.errors import nearest
from dewak_research.language import Text
from dewak_research.own.contents import Finding, Reading, finding
from dewak_research.own.register_extract import districts, is_filled
from dewak_research.own.template import load_template

Row = dict[str, object]


def cell_of(row: Row, column: str) -> str:
    """Return the address of a field."""
    cells: dict[str, str] = row["_cells"]  # type: ignore[assignment]
    return cells[column]


def number_of(row: Row, column: str) -> float:
    """Return a number of a row; NaN where none could be read."""
    value = row.get(column)
    return float(value) if isinstance(value, int | float) else float("nan")


def entered_twice(reading: Reading, sheet: str, columns: Sequence[str]) -> Iterator[Finding]:
    """Find rows that name what an earlier row of the sheet names already."""
    seen: dict[tuple[object, ...], object] = {}
    for row in reading.lists[sheet]:
        place = tuple(row.get(name) for name in columns)
        if row.get(columns[0]) is None:
            continue
        first = seen.setdefault(place, row["_row"])
        if first != row["_row"]:
            shown = load_template().options.get(str(place[0]), str(place[0]))
            where = (reading.titles[sheet], cell_of(row, columns[0]))
            yield finding("entry_twice", *where, value=shown, row=str(first))


def check_places(reading: Reading, assumed: Collection[str]) -> Iterator[Finding]:
    """Check the places row by row, then service by service.

    Parameters
    ----------
    assumed : collection of str
        Services for which the project assumes a lead time.
    """
    title, known = reading.titles["places"], districts(reading)
    yield from entered_twice(reading, "places", ("service", "district", "from_year"))
    yield from _districts_named(reading, known)
    seen: dict[tuple[object, bool], object] = {}
    last = PlanningParams().shown_year
    for row in reading.lists["places"]:
        number, district, year = number_of(row, "places"), row.get("district"), number_of(row, "from_year")
        if number < (district is None) or number % 1 > 0:
            yield finding("capacity_invalid", title, cell_of(row, "places"), value=number)
        if year > last:
            shown = {"value": f"{year:.0f}", "number": str(last)}
            yield finding("places_after_plan", title, cell_of(row, "from_year"), **shown)
        seen.setdefault((row.get("service"), district is None), row["_row"])
        other = seen.get((row.get("service"), district is not None))
        if row.get("service") is not None and other is not None:
            yield finding("places_mixed", title, cell_of(row, "district"), row=str(other))
    rows = [row for row in reading.lists["places"] if row.get("service") is not None]
    for service, some in groupby(sorted(rows, key=lambda r: str(r["service"])), lambda r: str(r["service"])):
        entered = list(some)
        if all(row.get("from_year") is not None for row in entered):
            yield from _service(entered, load_template().options[service], title, known)
        if not any(row.get("service") == service for row in reading.lists["lead_times"]):
            code = "lead_time_assumed" if service in assumed else "lead_time_missing"
            yield finding(code, title, cell_of(entered[0], "service"), value=load_template().options[service])


def _districts_named(reading: Reading, known: list[str]) -> Iterator[Finding]:
    """Compare the districts of places and rooms with those of the register."""
    for sheet, code in (("places", "district_unknown"), ("services", "district_of_room")):
        named = [row for row in reading.lists[sheet] if row.get("district") is not None]
        title = reading.titles[sheet]
        for row in named if known else []:
            given = str(row["district"])
            if given not in known:
                near = nearest(given, known) or known[0]
                yield finding(code, title, cell_of(row, "district"), value=given[:60], near=near)
        if sheet == "places" and named and not known:
            names = ", ".join(dict.fromkeys(str(row["district"])[:60] for row in named))
            code = "districts_unproved" if is_filled(reading) else "districts_no_register"
            yield finding(code, title, cell_of(named[0], "district"), value=names)


def _service(rows: list[Row], name: Text, title: str, known: list[str]) -> Iterator[Finding]:
    """Check that the places of a service begin with the plan, in every district in the same year."""
    starts: dict[str, float] = {}
    for row in rows:
        district = str(row.get("district") or "")
        starts[district] = min(starts.get(district, float("inf")), number_of(row, "from_year"))
    first, soon = min(starts.values()), PlanningParams().base_year + 1
    at = {name: _row_at(rows, name, year) for name, year in starts.items()}
    for district, year in starts.items():
        if year > first:
            years = {"value": district[:60], "number": f"{year:.0f}", "year": f"{first:.0f}"}
            cell = cell_of(at[district], "from_year")
            yield finding("places_first_years", title, cell, **years)
    whole = whole_places(_plain(rows))
    if "" not in starts and len(whole) and (whole["places"] < 1).any():
        yield finding("capacity_none", title, cell_of(rows[0], "places"), value=name)
    if first > soon:
        shown = {"value": name, "year": f"{first:.0f}"}
        yield finding("places_begin_late", title, cell_of(next(iter(at.values())), "from_year"), **shown)
    spelt = starts.keys() <= set(
        known
    )  # another name has its own finding, and there are no districts without one
    lost = [district for district in known if district not in starts] if spelt else []
    if lost:
        listed = {"value": ", ".join(lost), "service": name}
        yield finding("places_of_district", title, cell_of(rows[0], "district"), **listed)


def _row_at(rows: list[Row], district: str, year: float) -> Row:
    return next(
        r for r in rows if str(r.get("district") or "") == district and number_of(r, "from_year") == year
    )


def _plain(rows: list[Row]) -> pd.DataFrame:
    known = [row for row in rows if number_of(row, "places") >= 0]
    columns = ("service", "district", "places", "from_year")
    return pd.DataFrame(
        [{name: row.get(name) or 0 for name in columns} for row in known], columns=list(columns)
    )


def whole_places(places: pd.DataFrame) -> pd.DataFrame:
    """Return the places of the whole municipality: of all districts in each year in which one changes.

    Parameters
    ----------
    places : DataFrame
        ``OwnPlanning.places``: what a district has from a year on.

    Returns
    -------
    DataFrame
        service, from_year, places (sum over the districts of what each has by then).
    """
    rows = []
    for service, some in places.groupby("service", sort=False):
        for year in sorted(some["from_year"].unique()):
            until = some[some["from_year"] <= year].sort_values("from_year")
            rows.append((service, year, until.groupby("district")["places"].last().sum()))
    types = {"service": "str", "from_year": "float64", "places": "float64"}
    return pd.DataFrame(rows, columns=list(types)).astype(types)
