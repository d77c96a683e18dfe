"""Figures and tables of the disparities chapter on two reforms and on neighbours in the same Kreis over time."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd

from dewak_research.chapters.disparities.causes import own_and_neighbours
from dewak_research.chapters.disparities.figures import LEVEL_ZERO, MAP, PANEL, every
from dewak_research.disparities.basic_security import FIRST_YEAR as TAKEN_OVER_FROM
from dewak_research.disparities.basic_security import PERIODS
from dewak_research.disparities.synthetic_control import FIRST_YEAR
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.marks import Dots, Reference
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, figure_size, number_axis
from dewak_research.page.texts import ChapterTexts
from dewak_research.page.values import formatted, interval, with_interval

_SAY = ChapterTexts(__package__)
_PLACEBO = "#BDBDBD"
#: The panel, and the law that says what the federation pays of basic security in old age.
RELIEF = (*PANEL, "S251", "S252")


def hessenkasse_gaps(results: Results, language: Language) -> Figure:
    """Return Hessen's distance from its synthetic twin by year and outcome, over those of the other Länder."""
    table = results["hessenkasse_placebos"]
    outcomes = results["hessenkasse"]["outcome"].drop_duplicates().tolist()
    drawing, axes = plt.subplots(3, 2, figsize=figure_size(1.25))
    for ax, outcome in zip(axes.flat, outcomes, strict=False):
        rows = table[table["outcome"] == outcome]
        for land, path in rows[~rows["treated"]].groupby("land"):
            name = _SAY("hessenkasse_gaps.placebo", language) if land == rows["land"].min() else None
            ax.plot(path["year"], path["gap"], color=_PLACEBO, linewidth=0.8, label=name)
        own, name = rows[rows["treated"]], _SAY("hessenkasse_gaps.own", language)
        ax.plot(own["year"], own["gap"], color=PALETTE[1], linewidth=2.2, label=name)
        ax.axhline(0, color="#4D4D4D", linewidth=0.8)
        ax.axvline(FIRST_YEAR - 0.5, color="#4D4D4D", linewidth=1, linestyle="--")
        ax.set_title(label(f"{outcome}_short", language))
        ax.locator_params(axis="x", nbins=4, integer=True)
        number_axis(ax.yaxis, language)
    for ax in axes.flat[len(outcomes) :]:
        ax.set_axis_off()
    handles = axes.flat[0].get_legend_handles_labels()
    drawing.legend(*handles, loc="outside lower center", ncols=1)
    drawing.supylabel(_SAY("hessenkasse_gaps.y", language), fontsize=10)
    return _SAY.figure("hessenkasse_gaps", drawing, table, language, sources=PANEL, year=FIRST_YEAR)


def hessenkasse_table(results: Results, language: Language) -> Table:
    """Return one row per outcome and variant: effect, placebos in space and in time, and the verdict."""
    table = results["hessenkasse"]
    frame = table.assign(
        outcome=[label(f"{key}_short", language) for key in table["outcome"]],
        variant=[label(f"twin_{key}", language) for key in table["variant"]],
        fitted=[f"{a}–{FIRST_YEAR - 1}" for a in table["first_year"]],
        later=[f"{FIRST_YEAR}–{b}" if b > FIRST_YEAR else str(b) for b in table["last_year"]],
        placebo_range=_ranges(table, "placebo_low", "placebo_high", language),
        left_out_range=_ranges(table, "left_out_low", "left_out_high", language),
        false_effect=[
            _SAY("hessenkasse_table.made_up", language, effect=effect, p=p)
            for effect, p in zip(table["false_effect"], table["false_p_value"], strict=True)
        ],
        verdict=[label(f"verdict_{key}", language) for key in table["verdict"]],
    )
    return _SAY.table("hessenkasse_table", frame, language, sources=PANEL)


def _ranges(table: pd.DataFrame, low: str, high: str, language: Language) -> list[str]:
    return [interval(a, b, ",.0f", language) for a, b in zip(table[low], table[high], strict=True)]


def hessenkasse_weights(results: Results, language: Language) -> Table:
    """Return the Länder of which the twin of each outcome is made."""
    table = results["hessenkasse_weights"].query("weight >= 0.005")
    outcomes = results["hessenkasse"]["outcome"].drop_duplicates().tolist()
    wide = table.pivot_table(index="land_name", columns="outcome", values="weight")
    cells = wide.map(lambda share: "–" if pd.isna(share) else formatted(share, ".0%", language))
    frame = cells.reindex(columns=outcomes).rename(columns={key: f"{key}_short" for key in outcomes})
    return _SAY.table("hessenkasse_weights", frame.reset_index(), language, sources=PANEL)


def basic_security_path(results: Results, language: Language) -> Figure:
    """Return how much more investment, credit and staff moved where more people were taken over."""
    table = results["basic_security_path"]
    drawing = chart(
        table.assign(
            panel=[_SAY(f"basic_security_path.{key}", language) for key in table["outcome"]],
            view=[_SAY(f"basic_security_path.{key}", language) for key in table["view"]],
        ),
        Dots("year", "estimate", "low", "high", group="view", apart=0.3, size=4),
        LEVEL_ZERO,
        Reference(x=TAKEN_OVER_FROM - 0.5, colour="#4D4D4D", style="--", width=1),
        language=language,
        x=Axis(ticks=every(table["year"], 2)),
        y=Axis(_SAY("basic_security_path.y", language), ",.0f"),
        height=1.25,
        panel="panel",
        legend_columns=1,
    )
    year = TAKEN_OVER_FROM
    return _SAY.figure("basic_security_path", drawing, table, language, sources=RELIEF, year=year)


def basic_security_table(results: Results, language: Language) -> Table:
    """Return the mean moves before, while it was phased in and since it is full, with the verdict."""
    table = results["basic_security"]
    digits = table["outcome"].map({"staff_fte_per_10k": ".2f"}).fillna(",.1f")
    moves = {
        name: [
            with_interval(table.iloc[[i]], spec, language, name, f"{name}_low", f"{name}_high").iloc[0]
            for i, spec in enumerate(digits)
        ]
        for name in PERIODS
    }
    frame = table.assign(
        **moves,
        outcome=[_SAY(f"basic_security_path.{key}", language) for key in table["outcome"]],
        view=[_SAY(f"basic_security_path.{key}", language) for key in table["view"]],
        verdict=[label(f"verdict_{key}", language) for key in table["verdict"]],
    )
    return _SAY.table("basic_security_table", frame, language, sources=RELIEF)


def spatial_panel_effects(results: Results, language: Language) -> Figure:
    """Return direct and indirect effects of the spatial Durbin panel, without and with Land × year effects."""
    table = results["spatial_panel"]
    shown = table[table["model"] == "sdm"]
    shown = shown.assign(effects=[label(f"choice_effects_{key}", language) for key in shown["effects"]])
    drawing = own_and_neighbours(shown, "effects", language)
    return _SAY.figure("spatial_panel_effects", drawing, table, language, sources=MAP)


def spatial_panel_table(results: Results, language: Language) -> Table:
    """Return direct, indirect and total effects of the three models, Kreis and year effects taken out."""
    table = results["spatial_panel"].query("effects == 'kreis_year'").reset_index(drop=True)
    cells = table.assign(cell=with_interval(table, ".3f", language))
    keys = ["term", "effect"]
    wide = cells.pivot_table(index=keys, columns="model", values="cell", aggfunc="first", sort=False)
    frame = wide.reindex(columns=["slx", "sar", "sdm"]).fillna("–").reset_index()
    frame = frame.sort_values(
        "term", key=lambda c: c.map({t: n for n, t in enumerate(table["term"].unique())})
    )
    sizes = results["spatial_panel_fit"].iloc[0]
    return _SAY.table(
        "spatial_panel_table",
        frame,
        language,
        sources=MAP,
        n=int(sizes["observations"]),
        kreise=int(sizes["clusters"]),
    )


def spatial_panel_moran(results: Results, language: Language) -> Table:
    """Return Moran's I before and after each model, and the models' spatial dependence."""
    table, fit = results["spatial_panel_moran"], results["spatial_panel_fit"]
    rho = fit.assign(
        rho_text=lambda d: with_interval(d, ".2f", language, "rho", "rho_low", "rho_high"),
        stage=lambda d: d["model"],
    )
    both = table.merge(rho[["effects", "stage", "rho_text"]], on=["effects", "stage"], how="left")
    frame = both.assign(
        effects=[label(f"choice_effects_{key}", language) for key in both["effects"]],
        stage=[label(f"stage_{key}", language) for key in both["stage"]],
        rho=both["rho_text"].fillna("–"),
    )
    return _SAY.table("spatial_panel_moran", frame, language, sources=MAP)
