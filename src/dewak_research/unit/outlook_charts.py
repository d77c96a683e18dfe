"""Table and figure of a unit's profile notebook on who will live there and which need comes."""

from __future__ import annotations

import pandas as pd

from dewak_research.chapters.planning.population import COUNTED, bands_of_ages
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.unit.outlook import NEED_SOURCES, OUTLOOK_AGES, outlook_section
from dewak_research.unit.view import Profile

DRAWN_AGES = (*OUTLOOK_AGES, "total")


def outlook(profile: Profile, language: Language) -> Table:
    """Return people and need now and later with the band; one row of words where there is no projection."""
    section = outlook_section(profile, language)
    if section["known"]:
        rows = [*section["people"], *section["need"]]
        years = {"outlook_later": "later", "outlook_range": "band"}
        columns = {
            label("outlook_who", language): [row["name"] for row in rows],
            section["first"]: [row["now"] for row in rows],
            **{
                label(key, language, year=section["last"]): [row[of] for row in rows]
                for key, of in years.items()
            },
            label("outlook_change", language): [row["change"] for row in rows],
            label("outlook_direction", language): [row["direction"] for row in rows],
        }
        note = " ".join(section[part] for part in ("sure", "rates", "not_said"))
    else:
        columns, note = {label("outlook_who", language): [section["text"]]}, ""
    return Table(
        pd.DataFrame(columns),
        name=f"profile_{profile.ags}_outlook",
        caption=label("outlook_caption", language, name=profile.unit["name"]),
        sources=[*COUNTED, *NEED_SOURCES],
        labels=False,
        note=note,
    )


def outlook_bands(profile: Profile, language: Language) -> Figure:
    """Draw the ages shown and all together from the base to the year shown, with the band from P05 to P95."""
    section = outlook_section(profile, language)
    table = pd.DataFrame(profile.people_range)
    table = table[table["age"].isin(DRAWN_AGES) & (table["year"] <= int(section["last"]))]
    return Figure(
        bands_of_ages(table, DRAWN_AGES, language, height=0.75),
        name=f"profile_{profile.ags}_outlook_bands",
        caption=label("outlook_bands_caption", language, name=profile.unit["name"]),
        alt=label("outlook_bands_alt", language, n=len(DRAWN_AGES), line=section["line"]),
        sources=COUNTED,
        data=table,
    )
