"""Figures and tables of a unit's profile notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import MaxNLocator

from dewak_research.chapters.stress.today import LOSS_SOURCES
from dewak_research.data.indicators import TOWN_AGE_YEAR, indicators_of
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.marks import Lines
from dewak_research.page.parameter_names import parameter_name
from dewak_research.page.style import PALETTE, figure_size, number_axis
from dewak_research.page.values import chance, eur, formatted, number, whole_shares
from dewak_research.page.years import CensusBreaks, mark_censuses
from dewak_research.unit.kreis_today import KREIS_SOURCES, kreis_today
from dewak_research.unit.people import age_title, population_note
from dewak_research.unit.stress_words import stress_section
from dewak_research.unit.today import (
    TODAY_SOURCES,
    loss_rows,
    measure_rows,
    origin_note,
    relief_in_words,
    status_in_words,
    stress_note,
)
from dewak_research.unit.view import NEIGHBOURS_SHOWN, Profile, Row
from dewak_research.unit.words import (
    comparison_rows,
    kdu_note,
    kdu_place,
    neighbours_note,
    path_in_words,
    transfer_note,
    transfer_rows,
    what_is_missing,
)

ASSUMPTIONS_SHOWN = 5


def _said(profile: Profile, what: str, language: Language, key: str | None = None) -> dict[str, Any]:
    """Return name and caption of a figure or table of the unit."""
    names = {"name": profile.unit["name"], "kreis": profile.kreis_name, "peers": profile.peers}
    caption = label(key or f"profile_{what}_caption", language, **names)
    return {"name": f"profile_{profile.ags}_{what}", "caption": caption}


def _table(
    profile: Profile,
    what: str,
    columns: Mapping[str, Sequence[Any]],
    sources: Sequence[str],
    language: Language,
    note: str = "",
    key: str | None = None,
) -> Table:
    """Return a table of the unit whose columns are named by the registry; its cells are texts already."""
    frame = pd.DataFrame({label(name, language): list(cells) for name, cells in columns.items()})
    said = _said(profile, what, language, key)
    return Table(frame, **said, sources=list(sources), labels=False, note=note)


def _beside_peers(rows: Sequence[Row], language: Language) -> dict[str, list[str]]:
    """Return the columns of values beside those of the peers."""
    return {
        "profile_value": [row["value"] for row in rows],
        "profile_peer_median": [row["median"] for row in rows],
        "council_place": [row["said"] or label("no_data", language) for row in rows],
    }


def _named(rows: Sequence[Row]) -> list[str]:
    """Return the names of measures with their units."""
    return [f"{row['name']} ({row['unit']})" if row["unit"] else row["name"] for row in rows]


def missing(profile: Profile, language: Language) -> Table:
    """Return what is not known of the unit, as a table of sentences."""
    columns = {"profile_missing_title": what_is_missing(profile, language)}
    return _table(profile, "missing", columns, ["booked_payments", "balance_sheets"], language)


def population(profile: Profile, language: Language) -> Figure:
    """Draw the inhabitants over the years and, where known, the age structure."""
    people = pd.DataFrame(profile.population)[["year", "population", "census", "derived"]]
    fig, (above, below) = plt.subplots(2, 1, figsize=figure_size(0.85), height_ratios=(2, 1))
    for _, counted in people.groupby("census"):
        above.plot(counted["year"], counted["population"], color=PALETTE[0], marker="o", ms=4)
    above.set_ylim(0, None)
    number_axis(above.yaxis, language)
    above.xaxis.set_major_locator(MaxNLocator(integer=True))
    above.set_title(label("profile_population_title", language))
    mark_censuses(above, int(people["year"].min()), int(people["year"].max()), language)
    start = 0.0
    shades, whole = (0.15, 0.35, 0.55, 0.75, 0.95), whole_shares(profile.age.values())
    for (group, share), shown, shade in zip(profile.age.items(), whole, shades, strict=False):
        below.barh([0], [share], left=[start], color=plt.get_cmap("cividis_r")(shade))
        text = f"{group}\n{shown}"
        colour = "white" if shade > 0.5 else "black"
        below.text(start + share / 2, 0, text, ha="center", va="center", fontsize=9, color=colour)
        start += share
    below.set_title(age_title(profile, language))
    below.set_axis_off()
    age_source = "town_age" if profile.age_year in (None, TOWN_AGE_YEAR) else "kreise_age"
    return Figure(
        fig,
        **_said(profile, "population", language),
        alt=path_in_words(profile.population, "population", "profile_population_alt", language, number),
        sources=["town_population", "town_population_derived", "town_population_today", "towns", age_source],
        data=people,
        note=population_note(profile, language),
    )


def _lines(rows: Sequence[Row], names: Mapping[str, str], height: float, language: Language) -> Drawing:
    """Draw columns over the years from zero, each named at its end."""
    wide = pd.DataFrame(rows)[["year", *names]].rename(columns=names)
    long = wide.melt("year", var_name="line", value_name="eur_pc")
    low = min(0.0, float(long["eur_pc"].min()))
    drawing = chart(
        long,
        Lines("year", "eur_pc", group="line", marker=None, ends="line"),
        CensusBreaks(),
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
    columns = {"profile_indicator": _named(rows), **_beside_peers(rows, language)}
    known = indicators_of(str(profile.unit["kind"]))
    sources = sorted({source for indicator in known for source in indicator.sources})
    note = f"{label('profile_comparison_note_table', language)} {label('profile_years_note', language)}"
    return _table(profile, "comparison", columns, sources, language, note)


def today(profile: Profile, language: Language) -> Table:
    """Return the measures of today beside the peers; one row of words for a Kreis."""
    rows = measure_rows(profile, language)
    columns = {
        "today_measure": _named(rows),
        "today_vintage": [row["vintage"] for row in rows],
        **_beside_peers(rows, language),
    }
    said: list[str] = []
    if rows:
        said = [write(profile, language) for write in (status_in_words, relief_in_words, origin_note)]
    else:
        columns = {"today_measure": [kreis_today(profile, language)]}
    note = " ".join(part for part in said if part)
    sources = KREIS_SOURCES if profile.is_kreis else TODAY_SOURCES
    return _table(profile, "today", columns, sources, language, note, "today_caption")


def today_stress(profile: Profile, language: Language) -> Table:
    """Return what each shock costs a town from today's position; one row of words for a Kreis."""
    rows = loss_rows(profile, profile.today_stress, language)
    columns = {
        "today_case": [row["head"] for row in rows],
        "today_loss_eur_pc": [row["loss"] for row in rows],
        "today_at_once": [
            eur(row["at_once_eur_pc"], language)
            if row["case"].startswith("interest")
            else label("today_not_applicable", language)
            for row in profile.today_stress
        ],
        "today_points": [row["points"] for row in rows],
    }
    note = f"{stress_note(profile, language)} {label('today_no_answer', language)}"
    if not rows:
        columns, note = {"today_case": [label("today_towns_only", language)]}, ""
    return _table(profile, "today_stress", columns, LOSS_SOURCES, language, note, "today_stress_caption")


def council_grid(profile: Profile, language: Language) -> Table:
    """Return the light of the stress test and the council grid; one row where nothing can be computed."""
    section = stress_section(profile, language)
    rows = [
        [row["head"], *(" · ".join(filter(None, (cell["loss"], cell["trigger"]))) for cell in row["cells"])]
        for row in section["rows"]
    ]
    columns = [label("profile_grid_corner", language), *section["rises"]]
    rows_known = bool(rows)
    if not rows:
        rows, columns = [[section["text"]]], [label("profile_stress_result", language)]
    light = label(f"profile_light_{section['light']}", language)
    lamp = label("profile_stress_lamp", language, light=light) if section["known"] else ""
    said = (
        lamp,
        section["text"],
        section["same"],
        section["grid_note"] if rows_known else "",
        section["note"],
    )
    return Table(
        pd.DataFrame(rows, columns=columns),
        name=f"profile_{profile.ags}_council_grid",
        caption=f"{section['title']}. {section['caption']}",
        sources=["booked_payments", "balance_sheets", "tax_panel", "kreise_panel"],
        labels=False,
        note=" ".join(part for part in said if part),
    )


def tornado(profile: Profile, language: Language) -> Table:
    """Return the assumptions that move the probability of a threshold most; one row of words where none does."""
    rows = profile.stress.tornado[:ASSUMPTIONS_SHOWN]
    columns = {
        "profile_tornado_assumption": [
            label(
                "profile_tornado_row",
                language,
                name=parameter_name(row["parameter"], language),
                low=formatted(row["low"], ".3g", language),
                high=formatted(row["high"], ".3g", language),
            )
            for row in rows
        ],
        "profile_tornado_low": [chance(row["probability_low"], language) for row in rows],
        "profile_tornado_usual": [chance(row["probability"], language) for row in rows],
        "profile_tornado_high": [chance(row["probability_high"], language) for row in rows],
    }
    if not rows:
        columns = {"profile_stress_result": [label("profile_tornado_none", language)]}
    note = label("profile_tornado_note", language) if rows else ""
    sources = ["booked_payments", "balance_sheets", "tax_panel", "kreise_panel"]
    return _table(profile, "tornado", columns, sources, language, note)


def transfer(profile: Profile, language: Language) -> Table:
    """Return whether the unit can copy the two cases: three lights each."""
    rows = transfer_rows(profile, language)
    columns: dict[str, list[str]] = {"profile_transfer_case": [row["case"] for row in rows]}
    for row in rows:
        for what, _, word, text in row["lights"]:
            cells = columns.setdefault(f"profile_transfer_{what}", [])
            cells.append(": ".join(part for part in (word, text) if part))
    sources = ["towns", "census", "tax_panel", "booked_payments", "balance_sheets"]
    return _table(profile, "transfer", columns, sources, language, transfer_note(language))


def neighbours(profile: Profile, language: Language) -> Table:
    """Return the nearest units with their distance."""
    near = profile.neighbours[:NEIGHBOURS_SHOWN]
    columns = {
        "name": [row["name"] for row in near],
        "ags": [row["peer"] for row in near],
        "profile_distance": [formatted(row["distance"], ".2f", language) for row in near],
    }
    sources = ["kreise_panel"] if profile.is_kreis else ["towns", "census", "tax_panel"]
    note = neighbours_note(profile, language)
    return _table(profile, "neighbours", columns, sources, language, note, "profile_neighbours_title")
