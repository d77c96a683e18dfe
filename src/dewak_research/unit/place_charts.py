"""Map and table of a unit's profile notebook on where it lies in space and society."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd

from dewak_research.chapters.space.together import QUADRANT_COLOURS
from dewak_research.data import read_boundaries
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.style import MAP_CRS, category_map, draw_areas, figure_size
from dewak_research.page.values import formatted, number
from dewak_research.space.system import QUADRANTS
from dewak_research.unit.place import Place
from dewak_research.unit.place_words import PLACE_SOURCES, map_alt, place_section
from dewak_research.unit.view import Profile

IN_FULL = 100
"""From this on a value is written to the whole number, as elsewhere on the page; below it has three digits."""


def _known(profile: Profile) -> Place:
    if profile.place is None:
        raise ValueError(f"no place is known of {profile.ags}")
    return profile.place


def place_map(profile: Profile, language: Language) -> Figure:
    """Draw the towns of the unit's Kreis by quadrant, the unit outlined."""
    place = _known(profile)
    table = pd.DataFrame(place.towns)
    areas = read_boundaries("towns")[["ags", "geometry"]].to_crs(MAP_CRS).merge(table, on="ags")
    drawing, ax = plt.subplots(figsize=figure_size(1.0))
    category_map(
        ax,
        areas,
        "quadrant",
        dict(zip(sorted(QUADRANTS), QUADRANT_COLOURS, strict=True)),
        language=language,
        names={quadrant: label(f"quadrant_{quadrant}", language) for quadrant in QUADRANTS},
        legend_title=label("place_towns_of", language, kreis=profile.kreis_name),
    )
    own = areas[areas["ags"] == profile.ags]
    if len(own):
        draw_areas(ax, own.boundary, color="black", linewidth=2.5)
    section = place_section(profile, language)
    return Figure(
        drawing,
        name=f"profile_{profile.ags}_place",
        caption=label("place_caption", language, name=profile.unit["name"], year=place.year),
        alt=map_alt(profile, place, language),
        sources=PLACE_SOURCES,
        data=table,
        note=" ".join((*section["said"], section["sure"])),
    )


def place_table(profile: Profile, language: Language) -> Table:
    """Return need and drives of a town with their fifths; of a Kreis the drives and quadrants of its towns."""
    place = _known(profile)
    if profile.is_kreis:
        columns = {
            "space_town": [town["name"] for town in place.towns],
            "place_minutes": [number(town["minutes"], language) for town in place.towns],
            "place_field": [label(f"quadrant_{town['quadrant']}", language) for town in place.towns],
        }
    else:
        needs = [label(f"need_{row['need']}", language) for row in place.needs]
        drives = [label(f"drive_{row['kind']}", language) for row in place.drives]
        columns = {
            "place_measure": [*needs, *drives],
            "place_year": [str(row["year"]) for row in place.needs] + ["2022"] * len(drives),
            "profile_value": [
                formatted(row["value"], ",.0f" if row["value"] >= IN_FULL else ",.3g", language)
                for row in place.needs
            ]
            + [
                label("place_about_minutes", language, n=number(row["minutes"], language))
                for row in place.drives
            ],
            "place_fifth": [str(row["fifth"]) for row in (*place.needs, *place.drives)],
        }
    return Table(
        pd.DataFrame({label(name, language): cells for name, cells in columns.items()}),
        name=f"profile_{profile.ags}_place_table",
        caption=label("place_table_caption", language, name=profile.unit["name"]),
        sources=PLACE_SOURCES,
        labels=False,
        note=label("place_table_note", language),
    )
