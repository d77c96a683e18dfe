"""Write ``data/raw/<source>/datapackage.json`` (Frictionless Data Package) from the catalogue and the files.

``python -m dewak_research.data.datapackage`` writes them; ``--check`` only says whether they are current.
The same catalogue and files always give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from dewak_research.data.catalogue import Column, Table, catalogue
from dewak_research.data.tables import PACKAGE, sha256_of
from dewak_research.paths import RAW

_MEDIA = {
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".geojson": "application/geo+json",
}


def _constraints(column: Column, *, is_key: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if column.required or is_key:
        found["required"] = True
    for name in ("pattern", "minimum", "maximum"):
        value = getattr(column, name)
        if value is not None:
            found[name] = int(value) if column.type == "integer" and name != "pattern" else value
    if column.enum:
        found["enum"] = list(column.enum)
    return found


def _field(name: str, column: Column, table: Table) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": column.type, "title": column.en, "title_de": column.de}
    if column.unit:
        field["unit"] = column.unit.en
        field["unit_de"] = column.unit.de
    if column.type == "boolean":
        field |= {"trueValues": ["True"], "falseValues": ["False"]}
    if column.note:
        field |= {"description": column.note.en, "description_de": column.note.de}
    constraints = _constraints(column, is_key=name in table.keys)
    return field | ({"constraints": constraints} if constraints else {})


def _resource(table: Table, raw: Path) -> dict[str, Any]:
    path = raw / table.path
    suffixes = path.suffixes
    resource: dict[str, Any] = {
        "name": table.name,
        "path": table.file,
        "type": "table" if table.fields else "file",
        "format": suffixes[0][1:],
        "mediatype": _MEDIA[suffixes[0]],
        "title": table.title.en,
        "title_de": table.title.de,
        "description": f"{table.number.en}. Change: {table.changed.en}."
        + (f" {table.note.en}." if table.note else ""),
        "description_de": f"{table.number.de}. Änderung: {table.changed.de}."
        + (f" {table.note.de}." if table.note else ""),
        "vintage": table.vintage.en,
        "vintage_de": table.vintage.de,
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256_of(path)}",
        "sources": [{"title": f"{table.publisher.de}, {table.number.de}", "path": table.link}],
        "licenses": [{"name": table.licence.id, "title": table.licence.name.de, "path": table.licence.url}],
    }
    if suffixes[-1] == ".gz":
        resource |= {"compression": "gz"}
    if table.licence.note:
        resource |= {"licence_note": table.licence.note.en, "licence_note_de": table.licence.note.de}
    if table.fields:
        fields = [_field(name, column, table) for name, column in table.fields.items()]
        resource["schema"] = {"fields": fields, "missingValues": [""], "primaryKey": list(table.keys)}
    return resource


def describe(source: str, raw: Path = RAW) -> str:
    """Return the data package of one source as JSON text."""
    tables = [t for t in catalogue().values() if t.source == source]
    first = tables[0]
    package = {
        "name": source.replace("_", "-"),
        "title": first.publisher.en,
        "title_de": first.publisher.de,
        "homepage": first.link,
        "resources": [_resource(t, raw) for t in tables],
    }
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def sources() -> list[str]:
    """Return the names of all sources, sorted."""
    return sorted({t.source for t in catalogue().values()})


def stale(raw: Path = RAW) -> list[str]:
    """Return the sources whose data package is missing or not current."""
    found = []
    for source in sources():
        path = raw / source / PACKAGE
        if not path.is_file() or path.read_text(encoding="utf-8") != describe(source, raw):
            found.append(source)
    return found


def write(raw: Path = RAW) -> None:
    """Write the data package of every source."""
    for source in sources():
        (raw / source / PACKAGE).write_text(describe(source, raw), encoding="utf-8", newline="\n")


def main(arguments: list[str] | None = None) -> int:
    """Write all data packages, or with ``--check`` name those that are not current (exit code 1)."""
    parser = argparse.ArgumentParser(prog="python -m dewak_research.data.datapackage", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say which data packages are not current")
    if not parser.parse_args(arguments).check:
        write()
        return 0
    found = stale()
    for source in found:
        sys.stderr.write(f"data/raw/{source}/{PACKAGE} is not current\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
