"""The names of all units that have a profile, as one small script that search boxes load when they are first used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from dewak_research.data.other_names import other_names
from dewak_research.language import Language
from dewak_research.page.files import compact_json, write_whole
from dewak_research.page.html import templates
from dewak_research.page.labels import label
from dewak_research.unit.sheet_places import DATA_FOLDER

NAMES = "units.js"
KINDS_OF_NAMES = ("kreis", "kreisfreie_stadt", "kreisangehoerige_gemeinde")
"""Order of the kinds in the script, which names them by number."""


def write_names(units: Iterable[Mapping[str, Any]], html: Path) -> Path:
    """Write ``profile_data/units.js``: key, name, number of the kind and other names of every unit, by key.

    It is a script and no JSON, so that it can be read from a folder without a server too.

    Parameters
    ----------
    units : iterable of mapping
        ags, name and kind.
    html : Path
        Folder that holds ``profile_data``.
    """
    also = other_names()
    names = sorted(
        [unit["ags"], unit["name"], KINDS_OF_NAMES.index(unit["kind"]), *also.get(unit["ags"], ())]
        for unit in units
    )
    text = compact_json(names).replace("],[", "],\n[")
    write_whole(html / DATA_FOLDER / NAMES, f"window.dewakUnits = {text};\n")
    return html / DATA_FOLDER / NAMES


def unit_search(language: Language, root: str, key: str = "unit_search", name: str = "unit-search") -> Markup:
    """Return the field that finds a municipality by its typed name or key; hidden until its script acts.

    Parameters
    ----------
    language : {"de", "en"}
        Language of the field, and of the profile it leads to.
    root : str
        Where the folder of both editions lies, seen from the page.
    key : str
        Label of the field.
    name : str
        Id of the field on the page.
    """
    template = templates("dewak_research.unit").get_template("unit_search.html")
    return Markup(template.render(t=partial(label, language=language), root=root, key=key, name=name))
