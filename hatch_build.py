"""What the wheel carries beside the code: official figures, the tables derived from them, case studies, parameters.

`dewak start`, `new`, `check`, `import` and the report of own figures work with these alone, outside a clone. The same
figures make the same bytes. The derived tables have to be there: ``make report`` makes them.
"""

from __future__ import annotations

import ast
import hashlib
import json
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TARGET = "dewak_research/shipped"
INGESTED = "src/dewak_research/own/ingested.py"
LEFT_OUT = ("data/raw/bkg", "data/raw/msb")  # boundaries and schools: no own report reads them
FILES = ("params.yaml", "book/_static/dewak.css")
FOLDERS = ("data/raw", "cases")


def carried(root: Path) -> list[str]:
    """Return the paths of what the wheel carries, relative to the root, sorted."""
    found = [path for folder in FOLDERS for path in (root / folder).rglob("*") if path.is_file()]
    listed = [path.relative_to(root).as_posix() for path in found]
    kept = [path for path in listed if not path.startswith(LEFT_OUT) and "/." not in path]
    return sorted([*kept, *FILES, *(f"data/processed/ingest/{name}.parquet" for name in derived(root))])


def derived(root: Path) -> list[str]:
    """Return the names of the derived tables, as the code that reads them lists them."""
    for node in ast.parse((root / INGESTED).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "TABLES":
            return list(ast.literal_eval(node.value))
    raise ValueError(f"{INGESTED} lists no TABLES")


def manifest(root: Path, paths: list[str]) -> dict[str, Any]:
    """Return the hash and size of every file, and the vintage of every official table from its data package."""
    files = {
        path: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for path in paths
        for content in ((root / path).read_bytes(),)
    }
    vintages = {
        resource["name"]: {"de": resource["vintage_de"], "en": resource["vintage"]}
        for path in paths
        if path.endswith("datapackage.json")
        for resource in json.loads((root / path).read_text(encoding="utf-8"))["resources"]
    }
    return {"files": files, "vintages": vintages}


class CustomBuildHook(BuildHookInterface):
    """Put the figures into the wheel; an editable installation reads those of the clone."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files and their manifest."""
        if version == "editable":
            return
        root = Path(self.root)
        paths = carried(root)
        missing = [path for path in paths if not (root / path).is_file()]
        if missing:
            raise FileNotFoundError(f"run `make report` first; not there: {', '.join(missing)}")
        told = root / "dist" / "manifest.json"
        told.parent.mkdir(exist_ok=True)
        text = json.dumps(manifest(root, paths), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        told.write_text(text, encoding="utf-8", newline="\n")
        into = build_data["force_include"]
        into[str(told)] = f"{TARGET}/manifest.json"
        into.update({str(root / path): f"{TARGET}/{path}" for path in paths})
