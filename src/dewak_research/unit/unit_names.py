"""The names of all units that have a profile, as one small script that search boxes load when they are first used."""

from __future__ import annotations

import json
from pathlib import Path

from dewak_research.page.files import write_whole
from dewak_research.unit.sheet_files import DATA_FOLDER, SCHEMA

NAMES = "units.js"
KINDS_OF_NAMES = ("kreis", "kreisfreie_stadt", "kreisangehoerige_gemeinde")
"""Order of the kinds in the script, which names them by number."""


def write_names(html: Path) -> Path:
    """Write ``profile_data/units.js``: key, name and number of the kind of every unit whose data lie beside it.

    It is a script and no JSON, so that it can be read from a folder without a server too.

    Parameters
    ----------
    html : Path
        Folder with ``profile_data``.
    """
    folder = html / DATA_FOLDER
    found = [
        json.loads(path.read_text(encoding="utf-8"))["unit"]
        for path in sorted(folder.glob("*.json"))
        if path.name != SCHEMA
    ]
    names = [[unit["ags"], unit["name"], KINDS_OF_NAMES.index(unit["kind"])] for unit in found]
    text = json.dumps(names, ensure_ascii=False, separators=(",", ":")).replace("],[", "],\n[")
    write_whole(folder / NAMES, f"window.dewakUnits = {text};\n")
    return folder / NAMES
