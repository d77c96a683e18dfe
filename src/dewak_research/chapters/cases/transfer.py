"""Figures of transferability: three maps, the nearest municipalities, the factors compared."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from dewak_research.data import read_boundaries
from dewak_research.data.catalogue import table as catalogued
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, category_map, figure_size, number_axis
from dewak_research.page.values import number

_COLOURS = {"green": "#009E73", "amber": "#E69F00", "red": "#B2182B", "unknown": "#D0D0D0"}
_PARTS = ("context", "mechanism", "feasibility")
_CASE_TOWN = {"herten": "05562020", "grundschoettel": "05954032"}


def _context_sources(results: Results, level: str) -> list[str]:
    factors = results["context_factors"]
    return sorted(set(factors.loc[factors["level"] == level, "table"]))


def transfer_maps(results: Results, language: Language, case: str) -> Figure:
    """Draw one map per light for the 396 municipalities."""
    table = results["transfer"]
    table = table[table["case"] == case]
    areas = read_boundaries("nrw_gemeinden")[["ags", "geometry"]].merge(table, on="ags")
    drawing, axes = plt.subplots(3, 1, figsize=figure_size(2.5))
    shown = {light: label(f"case_light_{light}", language) for light in _COLOURS}
    for ax, part in zip(axes, _PARTS, strict=True):
        category_map(
            ax,
            areas,
            f"{part}_light",
            _COLOURS,
            language=language,
            names=shown,
            legend_title=label(f"case_{part}", language),
        )
    counts = table["context_light"].where(table["kind"] != "kreis").value_counts()
    columns = [column for column in table.columns if column not in ("case", "headroom_eur")]
    return Figure(
        drawing,
        name=f"case_transfer_{case}",
        caption=label("case_transfer_map_caption", language, case=label(f"case_short_{case}", language)),
        alt=label(
            "case_transfer_alt",
            language,
            green=number(int(counts.get("green", 0)), language),
            amber=number(int(counts.get("amber", 0)), language),
            red=number(int(counts.get("red", 0)), language),
        ),
        note=label("case_transfer_note", language),
        sources=[*_context_sources(results, "town"), "boundaries_nrw_gemeinden"],
        data=table[columns],
        language=language,
    )


def peer_bars(results: Results, language: Language, case: str) -> Figure:
    """Draw the nearest municipalities of the model town with their distance."""
    town = _CASE_TOWN[case]
    named = results["transfer"].drop_duplicates("ags").set_index("ags")["name"]
    found = results["peers"]
    found = found[found["ags"] == town].sort_values("rank", ascending=False)
    drawing, ax = plt.subplots(figsize=figure_size(0.95))
    positions = np.arange(len(found))
    ax.barh(positions, found["distance"], color=PALETTE[0], height=0.65)
    ax.set_yticks(positions, [str(named[peer]) for peer in found["peer"]])
    number_axis(ax.xaxis, language, ".1f")
    ax.set_xlabel(label("case_peers_axis", language))
    ax.grid(visible=False, axis="y")
    first = found.iloc[-1]
    return Figure(
        drawing,
        name=f"case_peers_{case}",
        caption=label("case_peers_caption", language, town=str(named[town])),
        alt=label(
            "case_peers_alt",
            language,
            n=len(found),
            first=str(named[first["peer"]]),
            distance=number(first["distance"], language, 1),
        ),
        note=label("case_peers_note", language, factors=int(found["factors_used"].max())),
        sources=_context_sources(results, "town"),
        data=found.iloc[::-1].assign(name=lambda f: f["peer"].map(named)),
        language=language,
    )


def factor_table(results: Results, language: Language) -> Table:
    """Return every context factor with table, year and unit."""
    table = results["context_factors"]
    shown = pd.DataFrame(
        {
            "case_factor": [label(f"case_factor_{f}", language, with_unit=True) for f in table["factor"]],
            "case_level": "case_level_" + table["level"],
            "case_factor_table": [catalogued(t).title[language] for t in table["table"]],
            "case_years": table["years"],
        }
    )
    return Table(
        shown,
        name="case_factors",
        caption=label("case_factors_caption", language),
        sources=sorted(set(table["table"])),
        labelled=["case_level"],
        language=language,
    )
