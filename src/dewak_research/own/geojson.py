"""GeoJSON of districts and facilities (RFC 7946): features with properties and shapes, or what is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from dewak_research.own.contents import Finding, finding

WGS84 = ("crs84", "4326")
MOST_FEATURES = 20_000
Feature = tuple[dict[str, Any], BaseGeometry | None]


def features_of(text: str, file: str, shapes: Sequence[str]) -> tuple[list[Feature], list[Finding]]:
    """Return the features of a file and what is wrong with it.

    Parameters
    ----------
    text : str
        Content of the file.
    file : str
        Its name, for the messages.
    shapes : sequence of str
        Types of geometry that are taken.

    Returns
    -------
    features : list of tuple
        Properties, and the shape or None where it cannot be used; empty where the file is no GeoJSON.
    findings : list of Finding
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        where = {"line": str(error.lineno), "column": str(error.colno)}
        return [], [finding("geojson_broken", file, **where)]
    except (RecursionError, ValueError):  # nested, or a whole number, without end
        return [], [finding("geojson_broken", file, line="1", column="1")]
    rows = document.get("features") if isinstance(document, dict) else None
    if not isinstance(rows, list) or document.get("type") != "FeatureCollection":
        return [], [finding("geojson_no_features", file)]
    if not rows:
        return [], [finding("geojson_empty", file)]
    if len(rows) > MOST_FEATURES:
        return [], [finding("geojson_many", file, number=len(rows), most=MOST_FEATURES)]
    findings = _system(document, file)
    found: list[Feature] = []
    for number, row in enumerate(rows, 1):
        properties = row.get("properties") if isinstance(row, dict) else None
        geometry = row.get("geometry") if isinstance(row, dict) else None
        form, faults = _shape(geometry, f"#{number}", file, shapes)
        findings += faults
        found.append((properties if isinstance(properties, dict) else {}, form))
    return found, findings


def _system(document: dict[str, Any], file: str) -> list[Finding]:
    """Refuse coordinates that the file itself says are not in WGS 84."""
    named = document.get("crs")
    if named is None:
        return []
    properties = named.get("properties") if isinstance(named, dict) else None
    name = str(properties.get("name", "")) if isinstance(properties, dict) else ""
    if name.casefold().split(":")[-1] in WGS84:
        return []
    return [finding("geojson_system", file, value=name[:60] or "?")]


def _shape(
    geometry: object, place: str, file: str, shapes: Sequence[str]
) -> tuple[BaseGeometry | None, list[Finding]]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in shapes:
        values = {"value": str(kind or "null")[:40], "allowed": ", ".join(shapes)}
        return None, [finding("geojson_geometry", file, place, **values)]
    try:
        found = shape(geometry)
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return None, [finding("geojson_shape", file, place)]
    if found.is_empty:
        return None, [finding("geojson_shape", file, place)]
    if not found.is_valid:
        reason, _, at = explain_validity(found).partition("[")
        if "oordinate" not in reason:  # a number that is none is said with the coordinates
            where = at.rstrip("]").replace(" ", "; ") or "–"
            return None, [finding("geojson_crosses", file, place, value=where)]
    return found, []
