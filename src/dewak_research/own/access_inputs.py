"""Own districts, facilities and ways: their faults, all at once, and the tables they become."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dewak_research.errors import InputError, nearest_or
from dewak_research.language import Text
from dewak_research.own.access_case import DISTRICTS, FACILITIES, GROUPS, OwnAccess, kinds_of
from dewak_research.own.access_files import PLACED, FileRows, layouts, read_files
from dewak_research.own.contents import Finding, Reading, finding
from dewak_research.own.list_fields import was_read
from dewak_research.own.planning_places import Row, cell_of, entered_twice, number_of
from dewak_research.own.planning_sheets import inhabitants
from dewak_research.own.register_extract import ODD_SHARE, extract_of
from dewak_research.own.room_sheets import own_rooms
from dewak_research.own.template import load_template
from dewak_research.space.distances import coordinate_problems, ways_from_table
from dewak_research.space.district_need import INDICATORS

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


def read_access(folder: Path, reading: Reading) -> tuple[OwnAccess, list[Finding]]:
    """Read and check the files beside a workbook that was read and whose lists were checked.

    Returns
    -------
    OwnAccess
        Empty where a finding is an error.
    list of Finding
    """
    read = read_files(folder)
    findings = [one for rows in read.values() for one in rows.findings]
    files = {key: rows.file for key, rows in read.items()}
    if not any(files.values()):
        return OwnAccess(), findings
    own = Reading(reading.language, lists={k: rows.rows for k, rows in read.items()}, titles=files)
    for key, name in (("districts", "district"), ("facilities", "facility")):
        findings += [*entered_twice(own, key, (name,)), *_points(read[key])]
    for rows in (read["districts"], read["facilities"]):
        if len({shape.geom_type == "Point" for shape in rows.shapes if shape is not None}) > 1:
            findings.append(finding("shapes_mixed", rows.file))
    counted = _register_counts(reading)
    findings += [*_people(read["districts"], counted), *_facilities(read["facilities"])]
    findings += [*_same_districts(read["districts"], counted), *_odd_sum(read["districts"], reading)]
    if any(one.severity == "error" for one in findings):
        return OwnAccess(files=files), findings
    access = _tables(read, counted, reading, files)
    findings += [*_groups(access, read["facilities"])]
    if not any(one.severity == "error" for one in findings):
        findings += [*_ways(access, read["ways"])]
    if any(one.severity == "error" for one in findings):
        return OwnAccess(files=files), findings
    return access, [*findings, *_unreached(access)]


def _points(read: FileRows) -> Iterator[Finding]:
    """Check coordinates: of a point itself, of an area the first corner that is wrong."""
    points, numbers = [], []
    for at, row in enumerate(read.rows):
        shape = read.shapes[at] if read.shapes else None
        if read.shapes:
            if shape is None:
                continue  # said with the shape
            corners = _corners(shape)
            frame = pd.DataFrame(corners, columns=list(PLACED))
            wrong = next((i for i in range(len(frame)) if coordinate_problems(frame.iloc[[i]], "")), 0)
            row.update(zip(PLACED, corners[wrong].tolist(), strict=True))
        elif row.get("_unread"):
            continue
        points.append([number_of(row, name) for name in PLACED])
        numbers.append(int(str(row["_row"])))
    frame = pd.DataFrame(points, columns=list(PLACED), dtype="float64")
    if read.file and not (read.broken and not read.shapes and not points):
        for problem in coordinate_problems(frame, read.file, np.array(numbers, int)):
            yield Finding("file_coordinates", "error", problem, read.file)


def _corners(shape: BaseGeometry) -> np.ndarray:
    """Return the corners of the outlines of an area, or the point: array (corners, 2)."""
    parts = getattr(shape, "geoms", [shape])
    return np.vstack([np.asarray(getattr(part, "exterior", part).coords)[:, :2] for part in parts])


def _register_counts(reading: Reading) -> pd.DataFrame:
    """Return people, 65 and older and under 18 by district of the register; a count that its ages cut is missing."""
    extract = extract_of(reading)
    rows = {}
    for district, part in extract[extract["district"] != ""].groupby("district", sort=False):
        found = {"people": float(part["persons"].sum())}
        for name, (first, last) in GROUPS.items():
            inside = (part["age_first"] >= first) & (part["age_last"] <= last)
            apart = (part["age_last"] < first) | (part["age_first"] > last)
            found[name] = float(part["persons"][inside].sum()) if (inside | apart).all() else float("nan")
        rows[str(district)] = found
    return pd.DataFrame.from_dict(rows, orient="index", columns=["people", *GROUPS])


def _people(read: FileRows, counted: pd.DataFrame) -> Iterator[Finding]:
    """Ask for the people of every district, and compare counts with them and with the register."""
    lost = [row for row in read.rows if row.get("people") is None and was_read(row, "people")]
    if lost and not (len(lost) == len(read.rows) and len(counted)):
        names = ", ".join(str(row.get("district"))[:60] for row in lost[:20])
        yield finding("district_people_missing", read.file, cell_of(lost[0], "people"), value=names)
    labels, people_of = load_template().options, counted["people"].to_dict()
    for row in read.rows:
        people = number_of(row, "people")
        if people == 0:
            yield finding(
                "district_empty", read.file, cell_of(row, "people"), value=str(row.get("district"))[:60]
            )
        for name in INDICATORS:
            if number_of(row, name) > people:
                values = {"value": number_of(row, name), "number": people, "group": labels[name]}
                yield finding("district_part_larger", read.file, cell_of(row, name), **values)
        known = people_of.get(str(row.get("district")), float("nan"))
        if abs(people / known - 1.0) > ODD_SHARE if known else False:
            values = {"value": people, "number": known, "district": str(row["district"])[:60]}
            yield finding("district_people_differ", read.file, cell_of(row, "people"), **values)
    for name in (*INDICATORS, "need"):
        some = [row for row in read.rows if row.get(name) is None]
        if some and len(some) < len(read.rows):
            listed = ", ".join(str(row.get("district"))[:60] for row in some[:20])
            column = labels[name] if name in labels else _need_label()
            yield finding(
                "district_count_gaps", read.file, cell_of(some[0], name), value=listed, column=column
            )


def _need_label() -> Text:
    return next(column.label for column in layouts()["districts"].columns if column.id == "need")


def _odd_sum(read: FileRows, reading: Reading) -> Iterator[Finding]:
    """Compare the people of all districts with those of the municipality."""
    known, count = inhabitants(reading), sum(number_of(row, "people") for row in read.rows)
    if known and count > 0:
        year = max(known)
        if abs(count / known[year] - 1.0) > ODD_SHARE:
            values = {"value": count, "number": known[year], "year": str(year)}
            cell = cell_of(read.rows[0], "people")
            yield finding("districts_people_odd", read.file, cell, **values)


def _same_districts(read: FileRows, counted: pd.DataFrame) -> Iterator[Finding]:
    """Compare the districts with those of the register of residents: they are the same ones."""
    known = [str(name) for name in counted.index]
    here = {str(row.get("district")) for row in read.rows}
    for row in read.rows if known else []:
        given = row.get("district")
        if given is not None and str(given) not in known:
            near = nearest_or(str(given), known)
            cell = cell_of(row, "district")
            yield finding("district_not_registered", read.file, cell, value=str(given)[:60], near=near)
    if lost := [name for name in known if read.rows and name not in here]:
        yield finding("district_left_out", read.file, value=", ".join(lost))


def _facilities(read: FileRows) -> Iterator[Finding]:
    """Check capacities, and that a kind has one reach and one group of users."""
    first: dict[tuple[str, str], Row] = {}
    for row in read.rows:
        name, kind = str(row.get("facility"))[:60], str(row.get("kind"))
        for column in ("capacity", "reach"):
            if number_of(row, column) == 0:
                yield finding(f"facility_{column}_zero", read.file, cell_of(row, column), value=name)
        for column in ("reach", "users"):
            if row.get(column) is None:
                continue
            before = first.setdefault((kind, column), row)
            if before[column] != row[column]:
                values = {"kind": kind[:60], "row": str(before["_row"])}
                yield finding(f"kind_{column}_differs", read.file, cell_of(row, column), **values)
    for kind in dict.fromkeys(str(row.get("kind")) for row in read.rows):
        rows = [row for row in read.rows if str(row.get("kind")) == kind]
        lost = [row for row in rows if row.get("capacity") is None and was_read(row, "capacity")]
        if lost and len(lost) < len(rows):
            listed = ", ".join(str(row.get("facility"))[:60] for row in lost[:20])
            cell = cell_of(lost[0], "capacity")
            yield finding("capacity_gaps", read.file, cell, value=listed, kind=kind[:60])


def _tables(
    read: dict[str, FileRows], counted: pd.DataFrame, reading: Reading, files: dict[str, str]
) -> OwnAccess:
    rows, places = read["districts"], read["facilities"]
    districts = _frame(rows, DISTRICTS, ("district",))
    areas = None
    if rows.shapes and rows.shapes[0] is not None and rows.shapes[0].geom_type != "Point":
        import geopandas as gpd

        areas = gpd.GeoSeries(rows.shapes, crs="EPSG:4326")
        inside = areas.representative_point()
        districts = districts.assign(longitude=inside.x.to_numpy(), latitude=inside.y.to_numpy())
    known = counted.reindex(districts["district"])
    taken = [str(n) for n in known if len(known) and districts[n].isna().all() and known[n].notna().all()]
    for name in taken:
        districts[name] = known[name].to_numpy(float)
    facilities = _frame(places, FACILITIES, ("facility", "kind", "users"))
    by_kind = facilities.groupby("kind")
    facilities["reach"] = by_kind["reach"].transform("first")
    facilities["users"] = by_kind["users"].transform("first").fillna("everybody")
    ways = None
    if files["ways"]:
        entered = _frame(read["ways"], ("from", "to", "minutes"), ("from", "to"))
        ways = _with_own(entered, districts["district"].tolist())
    rooms = own_rooms(reading)
    given = rooms.settings.set_index("setting")["assumed"].to_dict()
    return OwnAccess(
        districts,
        areas,
        facilities,
        ways,
        rooms.setting("detour"),
        bool(given["detour"]),
        files,
        tuple(taken),
    )


def _with_own(ways: pd.DataFrame, districts: list[str]) -> pd.DataFrame:
    """Where ways lead to districts, add one of no length from each to itself unless it was entered."""
    if not ways["to"].isin(districts).any():
        return ways
    entered = set(ways.loc[ways["from"] == ways["to"], "from"])
    own = [name for name in districts if name not in entered]
    return pd.concat([ways, pd.DataFrame({"from": own, "to": own, "minutes": 0.0})], ignore_index=True)


def _frame(read: FileRows, columns: tuple[str, ...], texts: tuple[str, ...]) -> pd.DataFrame:
    rows = [{n: row.get(n) if n in texts else number_of(row, n) for n in columns} for row in read.rows]
    frame = pd.DataFrame(rows, columns=list(columns))
    return frame.astype({name: "object" if name in texts else "float64" for name in columns})


def _groups(access: OwnAccess, read: FileRows) -> Iterator[Finding]:
    """Ask for the counts of a group that a kind of facility is for."""
    options = load_template().options
    for row in read.rows:
        group = str(row.get("users"))
        if group in GROUPS and len(access.districts) and access.districts[group].isna().any():
            values = {"value": options[group], "kind": str(row["kind"])[:60]}
            yield finding("users_not_counted", read.file, cell_of(row, "users"), **values)
        elif group in GROUPS and len(access.districts) and not access.districts[group].sum() > 0:
            values = {"value": options[group], "kind": str(row["kind"])[:60]}
            yield finding("users_nobody", read.file, cell_of(row, "users"), **values)


def _ways(access: OwnAccess, read: FileRows) -> Iterator[Finding]:
    if access.ways is None or not access.filled:
        return
    homes, places = access.districts["district"].tolist(), access.facilities["facility"].tolist()
    both = sorted(set(homes) & set(places))
    if both:
        yield finding("names_of_both", read.file, value=", ".join(both)[:200])
        return
    try:
        ways_from_table(access.ways, homes, places + homes * access.between_districts, read.file)
    except InputError as error:
        for problem in error.problems:
            yield Finding("file_ways", "error", problem, read.file)


def _unreached(access: OwnAccess) -> Iterator[Finding]:
    """Say which facilities no district lies within reach of."""
    for kind in kinds_of(access) if access.filled else []:
        if lost := kind.lost():
            names, kept = ", ".join(lost)[:200], kind.kind[:60]
            file = access.files["facilities"]
            yield finding("facility_unreached", file, value=names, kind=kept, reach=kind.reach)
