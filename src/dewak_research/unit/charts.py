"""Figures and tables of a unit's profile notebook."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.style import PALETTE, figure_size, number_axis
from dewak_research.page.values import eur, formatted, is_missing, number
from dewak_research.unit.sheet import path_in_words, stress_section, transfer_rows, what_is_missing
from dewak_research.unit.view import Profile, Row, indicators_of


def _name(profile: Profile, what: str) -> str:
    return f"profile_{profile.ags}_{what}"


def _text(key: str, profile: Profile, language: Language) -> str:
    return label(key, language, name=profile.unit["name"], kreis=profile.kreis_name)


def missing(profile: Profile, language: Language) -> Table:
    """Return what is not known of the unit, as a table of sentences."""
    frame = pd.DataFrame({label("profile_missing_title", language): what_is_missing(profile, language)})
    return Table(
        frame,
        name=_name(profile, "missing"),
        caption=_text("profile_missing_caption", profile, language),
        sources=["nrw_payments", "nrw_balance_2009"],
        labels=False,
    )


def _lines(
    ax: Axes, frame: pd.DataFrame, columns: Sequence[str], names: Sequence[str], language: Language
) -> None:
    """Draw lines over years, each named at its end."""
    for column, name, colour in zip(columns, names, PALETTE, strict=False):
        known = frame[frame[column].notna()]
        ax.plot(frame["year"], frame[column], color=colour, linewidth=1.8)
        last = known.iloc[-1]
        ax.annotate(
            name,
            (last["year"], last[column]),
            xytext=(4, 0),
            textcoords="offset points",
            color=colour,
            va="center",
            fontsize=9,
            annotation_clip=False,
        )
    number_axis(ax.yaxis, language)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel("")
    ax.margins(x=0.02)


def _known(rows: Sequence[Row], column: str) -> list[Row]:
    return [row for row in rows if not is_missing(row[column])]


def population(profile: Profile, language: Language) -> Figure:
    """Draw the inhabitants over the years and, where known, the age structure."""
    people = pd.DataFrame(profile.population)[["year", "population"]]
    fig, (above, below) = plt.subplots(2, 1, figsize=figure_size(0.85), height_ratios=(2, 1))
    above.plot(people["year"], people["population"], color=PALETTE[0], marker="o", ms=4)
    number_axis(above.yaxis, language)
    above.xaxis.set_major_locator(MaxNLocator(integer=True))
    above.set_title(label("profile_population_title", language))
    start = 0.0
    for (group, share), shade in zip(profile.age.items(), (0.15, 0.35, 0.55, 0.75, 0.95), strict=True):
        below.barh([0], [share], left=[start], color=plt.get_cmap("cividis_r")(shade))
        below.text(
            start + share / 2,
            0,
            f"{group}\n{formatted(share, '.0f', language)}",
            ha="center",
            va="center",
            fontsize=9,
            color="white" if shade > 0.5 else "black",
        )
        start += share
    below.set_title(label("profile_age_title", language))
    below.set_axis_off()
    alt = path_in_words(profile.population, "population", "profile_population_alt", language, number)
    sources = ["kreise_panel"] if profile.is_kreis else ["nrw_population"]
    return Figure(
        fig,
        name=_name(profile, "population"),
        caption=_text("profile_population_caption", profile, language),
        alt=alt,
        sources=[*sources, "nrw_age_2015"],
        data=people,
    )


def taxes(profile: Profile, language: Language) -> Figure:
    """Draw tax capacity and trade tax per inhabitant over the years."""
    tax = pd.DataFrame(profile.tax)
    fig, ax = plt.subplots(figsize=figure_size(0.6))
    columns = ["tax_capacity_eur_pc", "trade_tax_eur_pc"]
    names = [label(f"profile_line_{column}", language) for column in columns]
    _lines(ax, tax, columns, names, language)
    ax.set_ylim(bottom=min(0.0, float(tax[columns].min().min())))
    ax.set_ylabel(label("profile_eur_pc", language))
    alt = " ".join(
        path_in_words(_known(profile.tax, column), column, key, language, eur) + "."
        for column, key in zip(columns, ("profile_tax_alt", "profile_trade_tax_alt"), strict=True)
    )
    return Figure(
        fig,
        name=_name(profile, "taxes"),
        caption=_text("profile_taxes_caption", profile, language),
        alt=alt,
        sources=["kreise_panel" if profile.is_kreis else "nrw_tax_panel"],
        data=tax[["year", *columns]],
    )


def kdu(profile: Profile, language: Language) -> Figure:
    """Draw KdU per inhabitant of the unit's Kreis over the years."""
    fig, ax = plt.subplots(figsize=figure_size(0.5))
    burden = pd.DataFrame(profile.kdu)[["year", "kdu_eur_pc"]]
    _lines(ax, burden, ["kdu_eur_pc"], [profile.kreis_name], language)
    ax.set_ylim(bottom=0)
    ax.set_ylabel(label("profile_eur_pc", language))
    alt = path_in_words(profile.kdu, "kdu_eur_pc", "profile_kdu_alt", language, eur)
    note = None
    if profile.kdu_rank is not None:
        note = label(
            "profile_kdu_rank",
            language,
            year=profile.kdu_year,
            rank=profile.kdu_rank,
            of=profile.kdu_ranked,
            rank_land=profile.kdu_rank_land,
            of_land=profile.kdu_ranked_land,
        )
    return Figure(
        fig,
        name=_name(profile, "kdu"),
        caption=_text("profile_kdu_title", profile, language),
        alt=alt,
        sources=["kreise_panel"],
        data=burden,
        note=" ".join(part for part in (note, label("profile_kdu_note", language)) if part),
    )


def comparison(profile: Profile, language: Language) -> Table:
    """Return the indicators beside those of the fifteen nearest units."""
    known = indicators_of(str(profile.unit["kind"]))
    specs = {indicator.key: indicator.spec for indicator in known}
    rows = profile.comparison
    frame = pd.DataFrame(
        {
            label("profile_indicator", language): [
                label(f"profile_{row['indicator']}", language, with_unit=True) for row in rows
            ],
            label("profile_value", language): [
                formatted(row["value"], specs[str(row["indicator"])], language) for row in rows
            ],
            label("profile_peer_median", language): [
                formatted(row["peer_median"], specs[str(row["indicator"])], language) for row in rows
            ],
            label("profile_percentile", language): [
                formatted(row["peer_percentile"], ".0f", language) for row in rows
            ],
        }
    )
    return Table(
        frame,
        name=_name(profile, "comparison"),
        caption=_text("profile_comparison_caption", profile, language),
        sources=sorted({source for indicator in known for source in indicator.sources}),
        labels=False,
        note=label("profile_comparison_note_table", language),
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
    light = label(f"profile_light_{profile.stress.light}", language)
    note = f"{label('profile_stress_lamp', language, light=light)} {section['text']}"
    return Table(
        pd.DataFrame(rows, columns=columns),
        name=_name(profile, "council_grid"),
        caption=f"{section['title']}. {label('profile_grid_caption', language)}",
        sources=["nrw_payments", "nrw_balance_2009", "nrw_tax_panel", "kreise_panel"],
        labels=False,
        note=f"{note} {label('profile_stress_note', language)}",
    )


def transfer(profile: Profile, language: Language) -> Table:
    """Return whether the unit can copy the two cases: three lights each."""
    plain = [
        {
            label("profile_transfer_case", language): row["case"],
            label(
                "profile_transfer_context", language
            ): f"{row['context'].striptags()}: {row['context_text']}",
            label("profile_transfer_conditions", language): (
                f"{row['conditions'].striptags()}: {row['conditions_text']}"
            ),
            label(
                "profile_transfer_feasible", language
            ): f"{row['feasible'].striptags()}: {row['feasible_text']}",
        }
        for row in transfer_rows(profile, language)
    ]
    return Table(
        pd.DataFrame(plain),
        name=_name(profile, "transfer"),
        caption=_text("profile_transfer_caption", profile, language),
        sources=["nrw_gemeinden", "nrw_census_2022", "nrw_tax_panel", "nrw_payments", "nrw_balance_2009"],
        labels=False,
    )


def neighbours(profile: Profile, language: Language) -> Table:
    """Return the nearest units with their distance."""
    frame = pd.DataFrame(
        {
            label("name", language): [row["name"] for row in profile.neighbours],
            label("ags", language): [row["peer"] for row in profile.neighbours],
            label("profile_distance", language): [
                formatted(row["distance"], ".2f", language) for row in profile.neighbours
            ],
        }
    )
    key = "profile_neighbours_kreis_note" if profile.is_kreis else "profile_neighbours_note"
    return Table(
        frame,
        name=_name(profile, "neighbours"),
        caption=label("profile_neighbours_title", language),
        sources=["kreise_panel"]
        if profile.is_kreis
        else ["nrw_gemeinden", "nrw_census_2022", "nrw_tax_panel"],
        labels=False,
        note=label(key, language),
    )
