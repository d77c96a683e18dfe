"""The page on which a reader finds a town: a search field, a map, and the whole list, which works without a script."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import geopandas as gpd
import pandas as pd

from dewak_research.language import Language
from dewak_research.page.inline_svg import finder_map
from dewak_research.page.labels import label
from dewak_research.page.site import templates
from dewak_research.unit.sheet import FOLDER

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def fold(name: str) -> str:
    """Return a name as the search compares it: small letters, no umlauts, single spaces (as in ``finder.js``)."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", name.lower().translate(_LETTERS)).split())


def address(ags: str) -> str:
    """Return where the printable profile of a unit lies, seen from a page of the book."""
    return f"{FOLDER}/{ags}.html"


def groups(units: pd.DataFrame, language: Language) -> list[dict[str, Any]]:
    """Return the units by Kreis: first the cities outside districts, then the Kreise by name.

    Returns
    -------
    list of dict
        title, ags (of the Kreis, or None), entries (ags, name, words to search, reported).
    """
    of_kreise = units[units["kind"] == "kreis"]
    kreise = {str(ags): str(name) for ags, name in zip(of_kreise["ags"], of_kreise["name"], strict=True)}
    towns = (
        units[units["kind"] != "kreis"].assign(folded=units["name"].map(fold)).sort_values(["folded", "ags"])
    )
    found: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
    for town in towns.itertuples():
        kreis = str(town.kreis) if town.kind == "kreisangehoerige_gemeinde" else None
        words = f"{fold(str(town.name))} {town.ags}"
        entry = {"ags": town.ags, "name": town.name, "words": words, "reported": bool(town.reported_any)}
        found[kreis].append(entry)
    ordered: list[dict[str, Any]] = [
        {"title": label("finder_kreisfrei", language), "ags": None, "words": "", "entries": found[None]}
    ]
    for kreis in sorted(kreise, key=lambda key: fold(kreise[key].removeprefix("Kreis "))):
        words = f"{fold(kreise[kreis])} {kreis}"
        ordered.append({"title": kreise[kreis], "ags": kreis, "words": words, "entries": found[kreis]})
    return ordered


def finder_page(units: pd.DataFrame, boundaries: gpd.GeoDataFrame, intro: str, language: Language) -> str:
    """Return the finder as a MyST page: the hand-written introduction, then search, map and list.

    Parameters
    ----------
    units : DataFrame
        Register of the 427 units.
    boundaries : GeoDataFrame
        ags and areas of the 396 towns.
    intro : str
        MyST text with the page's title.
    language : {"de", "en"}
        Language of the page.
    """
    towns = boundaries[["ags", "geometry"]].merge(units[["ags", "name", "reported_any"]], on="ags")
    body = (
        templates("dewak_research.book")
        .get_template("finder.html")
        .render(
            t=lambda key, **values: label(key, language, **values),
            groups=groups(units, language),
            map=finder_map(gpd.GeoDataFrame(towns, crs=boundaries.crs), address),
            address=address,
            total=len(units),
        )
    )
    lines = "\n".join(line for line in body.splitlines() if line.strip())
    return f"{intro.rstrip()}\n\n````{{raw}} html\n{lines}\n````\n"
