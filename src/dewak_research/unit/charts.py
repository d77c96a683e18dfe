"""Figures and tables of a unit's profile notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import MaxNLocator

from dewak_research.data.indicators import indicators_of
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.marks import Lines
from dewak_research.page.style import PALETTE, figure_size, number_axis
from dewak_research.page.values import eur, formatted, number
from dewak_research.unit.view import Profile, Row
from dewak_research.unit.words import (
    comparison_rows,
    kdu_note,
    kdu_place,
    neighbours_note,
    path_in_words,
    stress_section,
    transfer_rows,
    what_is_missing,
)


def _said(profile: Profile, what: str, language: Language, key: str | None = None) -> dict[str, Any]:
    """Return name and caption of a figure or table of the unit."""
    names = {"name": profile.unit["name"], "kreis": profile.kreis_name, "peers": profile.peers}
    caption = label(key or f"profile_{what}_caption", language, **names)
    return {"name": f"profile_{profile.ags}_{what}", "caption": caption}


def _table(columns: Mapping[str, Sequence[Any]], language: Language) -> dict[str, Any]:
    """Return a frame whose columns are named by the registry; its cells are texts already."""
    frame = pd.DataFrame({label(key, language): list(cells) for key, cells in columns.items()})
    return {"frame": frame, "labels": False}


def missing(profile: Profile, language: Language) -> Table:
    """Return what is not known of the unit, as a table of sentences."""
    return Table(
        **_table({"profile_missing_title": what_is_missing(profile, language)}, language),
        **_said(profile, "missing", language),
        sources=["booked_payments", "balance_sheets"],
    )


def population(profile: Profile, language: Language) -> Figure:
    """Draw the inhabitants over the years and, where known, the age structure."""
    people = pd.DataFrame(profile.population)[["year", "population"]]
    fig, (above, below) = plt.subplots(2, 1, figsize=figure_size(0.85), height_ratios=(2, 1))
    above.plot(people["year"], people["population"], color=PALETTE[0], marker="o", ms=4)
    number_axis(above.yaxis, language)
    above.xaxis.set_major_locator(MaxNLocator(integer=True))
    above.set_title(label("profile_population_title", language))
    start = 0.0
    for (group, share), shade in zip(profile.age.items(), (0.15, 0.35, 0.55, 0.75, 0.95), strict=False):
        below.barh([0], [share], left=[start], color=plt.get_cmap("cividis_r")(shade))
        text = f"{group}\n{formatted(share, '.0f', language)}"
        colour = "white" if shade > 0.5 else "black"
        below.text(start + share / 2, 0, text, ha="center", va="center", fontsize=9, color=colour)
        start += share
    below.set_title(label("profile_age_title", language))
    below.set_axis_off()
    return Figure(
        fig,
        **_said(profile, "population", language),
        alt=path_in_words(profile.population, "population", "profile_population_alt", language, number),
        sources=["kreise_panel" if profile.is_kreis else "town_population", "town_age"],
        data=people,
    )


def _lines(rows: Sequence[Row], names: Mapping[str, str], height: float, language: Language) -> Drawing:
    """Draw columns over the years from zero, each named at its end."""
    wide = pd.DataFrame(rows)[["year", *names]].rename(columns=names)
    long = wide.melt("year", var_name="line", value_name="eur_pc")
    low = min(0.0, float(long["eur_pc"].min()))
    drawing = chart(
        long,
        Lines("year", "eur_pc", group="line", marker=None, ends="line"),
        language=language,
        y=Axis(label("profile_eur_pc", language), ",.0f", (low, None)),
        height=height,
    )
    drawing.axes[0].xaxis.set_major_locator(MaxNLocator(integer=True))
    return drawing


def taxes(profile: Profile, language: Language) -> Figure:
    """Draw tax capacity and trade tax per inhabitant over the years."""
    columns = {"tax_capacity_eur_pc": "profile_tax_alt", "trade_tax_eur_pc": "profile_trade_tax_alt"}
    names = {column: label(f"profile_line_{column}", language) for column in columns}
    said = [path_in_words(profile.tax, column, key, language, eur) for column, key in columns.items()]
    return Figure(
        _lines(profile.tax, names, 0.6, language),
        **_said(profile, "taxes", language),
        alt=" ".join(f"{sentence}." for sentence in said),
        sources=["kreise_panel" if profile.is_kreis else "tax_panel"],
        data=pd.DataFrame(profile.tax)[["year", *columns]],
    )


def kdu(profile: Profile, language: Language) -> Figure:
    """Draw KdU per inhabitant of the unit's Kreis over the years."""
    note = (kdu_place(profile, language), kdu_note(profile, language))
    return Figure(
        _lines(profile.kdu, {"kdu_eur_pc": profile.kreis_name}, 0.5, language),
        **_said(profile, "kdu", language, "profile_kdu_title"),
        alt=path_in_words(profile.kdu, "kdu_eur_pc", "profile_kdu_alt", language, eur),
        sources=["kreise_panel"],
        data=pd.DataFrame(profile.kdu)[["year", "kdu_eur_pc"]],
        note=" ".join(part for part in note if part),
    )


def comparison(profile: Profile, language: Language) -> Table:
    """Return the indicators beside those of the nearest units."""
    rows = comparison_rows(profile, language)
    known = indicators_of(str(profile.unit["kind"]))
    columns = {
        "profile_indicator": [
            f"{row['name']} ({row['unit']})" if row["unit"] else row["name"] for row in rows
        ],
        "profile_value": [row["value"] for row in rows],
        "profile_peer_median": [row["median"] for row in rows],
        "profile_percentile": [formatted(row["place"], ".0f", language) for row in rows],
    }
    return Table(
        **_table(columns, language),
        **_said(profile, "comparison", language),
        sources=sorted({source for indicator in known for source in indicator.sources}),
        note=f"{label('profile_comparison_note_table', language)} {label('profile_years_note', language)}",
    )


def council_grid(profile: Profile, language: Language) -> Table:
    """Return the light of the stress test and the council grid; one row where nothing can be computed."""
    section = stress_section(profile, language)
    rows = [
        [row["head"], *(f"{cell['loss']} · {cell['trigger']}" for cell in row["cells"])]
        for row in section["rows"]
    ]
    columns = [label("profile_grid_corner", language), *section["rises"]]
    if not rows:
        rows, columns = [[section["text"]]], [label("profile_stress_result", language)]
    light = label(f"profile_light_{section['light']}", language)
    lamp = label("profile_stress_lamp", language, light=light)
    return Table(
        pd.DataFrame(rows, columns=columns),
        name=f"profile_{profile.ags}_council_grid",
        caption=f"{section['title']}. {section['caption']}",
        sources=["booked_payments", "balance_sheets", "tax_panel", "kreise_panel"],
        labels=False,
        note=" ".join((lamp, section["text"], section["grid_note"], label("profile_stress_note", language))),
    )


def transfer(profile: Profile, language: Language) -> Table:
    """Return whether the unit can copy the two cases: three lights each."""
    rows = transfer_rows(profile, language)
    columns: dict[str, list[str]] = {"profile_transfer_case": [row["case"] for row in rows]}
    for row in rows:
        for what, light, text in row["lights"]:
            cells = columns.setdefault(f"profile_transfer_{what}", [])
            cells.append(f"{label(f'profile_light_{light}', language)}: {text}")
    return Table(
        **_table(columns, language),
        **_said(profile, "transfer", language),
        sources=["towns", "census", "tax_panel", "booked_payments", "balance_sheets"],
    )


def neighbours(profile: Profile, language: Language) -> Table:
    """Return the nearest units with their distance."""
    near = profile.neighbours
    columns = {
        "name": [row["name"] for row in near],
        "ags": [row["peer"] for row in near],
        "profile_distance": [formatted(row["distance"], ".2f", language) for row in near],
    }
    towns = ["towns", "census", "tax_panel"]
    return Table(
        **_table(columns, language),
        **_said(profile, "neighbours", language, "profile_neighbours_title"),
        sources=["kreise_panel"] if profile.is_kreis else towns,
        note=neighbours_note(profile, language),
    )
