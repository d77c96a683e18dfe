"""Files of districts, facilities and ways of the fictitious Musterstadt, and how they are put beside its workbook."""

from __future__ import annotations

import json
from pathlib import Path

Files = dict[str, str]
DISTRICTS = """# Kommentar; er wird nicht gelesen
Ortsteil;Länge;Breite;Einwohner;ab 65;Arbeitslose
Mitte;7,10;51,60;20.000;4000;900
Nordstadt;7,11;51,62;13000;2400;1200
Süd;7,10;51,585;10000;3000;300
West;7,07;51,60;3500;500;60
Ost;7,15;51,60;2000;900;40
"""
FACILITIES = """Einrichtung;Art;Länge;Breite;Plätze;Reichweite;Für
Treff;Treffpunkt;7,10;51,601;60;;
Haus;Treffpunkt;7,105;51,615;40;;
Kita A;Kita;7,10;51,60;;2;
"""
NAMES = ("Mitte", "Nordstadt", "Süd", "West", "Ost")
MINUTES = {  # to Treff, Haus, Kita A
    "Mitte": (3, 12, 2), "Nordstadt": (14, 6, 16), "Süd": (9, 19, 8), "West": (11, 21, 10), "Ost": (25, 30, 24),
}  # fmt: skip


def ways(rows: dict[tuple[str, str], object] | None = None, between: bool = False) -> str:
    """Return the file of ways; rows may be replaced, or left out with None."""
    found: dict[tuple[str, str], object] = {
        (home, place): minutes
        for home, some in MINUTES.items()
        for place, minutes in zip(("Treff", "Haus", "Kita A"), some, strict=True)
    }
    if between:
        found |= {(a, b): 7 * abs(i - j) for i, a in enumerate(NAMES) for j, b in enumerate(NAMES) if i != j}
    found |= rows or {}
    lines = [f"{home},{place},{value}" for (home, place), value in found.items() if value is not None]
    return "from,to,minutes\n" + "\n".join(lines) + "\n"


def square(west: float, south: float, east: float, north: float) -> list[list[list[float]]]:
    """Return the outline of a rectangle."""
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


SQUARES = {
    "Mitte": (7.095, 51.598, 7.105, 51.604), "Nordstadt": (7.10, 51.61, 7.12, 51.63),
    "Süd": (7.09, 51.575, 7.11, 51.59), "West": (7.05, 51.59, 7.08, 51.61), "Ost": (7.14, 51.59, 7.16, 51.61),
}  # fmt: skip
PEOPLE = {"Mitte": 20000, "Nordstadt": 13000, "Süd": 10000, "West": 3500, "Ost": 2000}


def geojson(changed: dict[str, object] | None = None, **top: object) -> str:
    """Return the districts as areas; a geometry may be replaced by name."""
    features = [
        {
            "type": "Feature",
            "properties": {"name": name, "Einwohner": PEOPLE[name]},
            "geometry": (changed or {}).get(name, {"type": "Polygon", "coordinates": square(*ends)}),
        }
        for name, ends in SQUARES.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **top}, ensure_ascii=False)


def put(folder: Path, files: Files) -> Path:
    """Write files into a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def both(**changed: str) -> Files:
    """Return districts and facilities as CSV; ``districts``, ``facilities`` and ``ways`` may be replaced."""
    found = {"ortsteile.csv": DISTRICTS, "einrichtungen.csv": FACILITIES}
    names = {"districts": "ortsteile.csv", "facilities": "einrichtungen.csv", "ways": "wege.csv"}
    return {**found, **{names[key]: text for key, text in changed.items()}}
