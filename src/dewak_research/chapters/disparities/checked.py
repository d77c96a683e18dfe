"""Figures and tables on what moves the series of the disparities chapter: the bridge, prices, the census, the year."""

from __future__ import annotations

import pandas as pd

from dewak_research.chapters.disparities.figures import BOOKED, LEVEL_ZERO, MAP, PANEL, every
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.marks import Dots, Lines, Reference
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE
from dewak_research.page.texts import ChapterTexts, named
from dewak_research.page.values import formatted, with_interval

PRICED = (*PANEL, "germany_cpi")
_SAY = ChapterTexts(__package__)
_PARTS = ("price", "need", "people", "place", "total")
_COLOURS = (PALETTE[1], PALETTE[0], PALETTE[6], PALETTE[5], "#000000")


def lmdi_path(results: Results, language: Language) -> Figure:
    """Return what population, place, need and price added to national KdU, anchored, nominal and real."""
    table = results["lmdi_path"].query("level == 'anchored' and base == 'census_2011'")
    first, last = int(table["year"].min()), int(table["year"].max())
    ends = {"price_low": "low", "price_high": "high"}
    parts = table.melt(["prices", "year", *ends], list(_PARTS), "factor", "billion_eur").rename(columns=ends)
    parts[["low", "high"]] = parts[["low", "high"]].where(parts["factor"] == "price")
    parts["prices"] = [_SAY(f"lmdi_path.{kind}", language, year=last) for kind in parts["prices"]]
    drawing = chart(
        named(parts, language, factor="{}"),
        Lines("year", "billion_eur", group="factor", colours=_COLOURS, bands=[("low", "high")]),
        LEVEL_ZERO,
        language=language,
        x=Axis(ticks=every(table["year"], 3)),
        y=Axis(_SAY("lmdi_path.y", language, year=first), ".1f"),
        height=1.15,
        panel="prices",
        share="both",
        legend_columns=2,
    )
    kreise = int(table["kreise"].iloc[0])
    return _SAY.figure("lmdi_path", drawing, table, language, sources=PRICED, kreise=kreise)


def need_price_change(results: Results, language: Language) -> Table:
    """Return need and price over the whole period: nominal and real, as computed and anchored."""
    table = results["lmdi_path"].query("base == 'census_2011'")
    last = int(table["year"].max())
    now = table[table["year"] == last].copy()
    exact = now["level"] == "bridge"
    for name in ("price", "total"):
        ranged = with_interval(now, "+.2f", language, name, f"{name}_low", f"{name}_high")
        alone = [formatted(value, "+.2f", language) for value in now[name]]
        now[name] = pd.Series(alone, index=now.index, dtype="str").where(exact, ranged)
    now["prices"] = [_SAY(f"lmdi_path.{kind}", language, year=last) for kind in now["prices"]]
    first = int(table["year"].min())
    return _SAY.table("need_price_change", now, language, sources=PRICED, first=first, last=last)


def bridge_drift(results: Results, language: Language) -> Figure:
    """Return national KdU as computed and anchored, with the published totals."""
    table = results["bridge"]
    computed = table[["year"]].assign(
        level="bridge", value=table["computed_billion_eur"], low=float("nan"), high=float("nan")
    )
    anchored = table[["year"]].assign(
        level="anchored",
        value=table["anchored_billion_eur"],
        low=table["anchored_low"],
        high=table["anchored_high"],
    )
    drawing = chart(
        named(pd.concat([anchored, computed], ignore_index=True), language, level="{}_level"),
        Lines("year", "value", group="level", bands=[("low", "high")], styles=("-", "--")),
        language=language,
        x=Axis(ticks=every(table["year"], 2)),
        y=Axis(_SAY("bridge_drift.y", language), ".0f"),
    )
    ends = table.dropna(subset=["published_billion_eur"])
    ax = drawing.axes[0]
    ax.plot(ends["year"], ends["published_billion_eur"], "D", color="black", markersize=7, linestyle="none")
    for row in ends.itertuples():
        value = formatted(row.published_billion_eur, ".2f", language)
        ax.annotate(value, (row.year, row.published_billion_eur), (8, -14), textcoords="offset points")
    return _SAY.figure("bridge_drift", drawing, table, language, sources=[*PANEL, *BOOKED])


def bridge_table(results: Results, language: Language) -> Table:
    """Return the factor of the bridge by year, and how it is known."""
    table = results["bridge"].copy()
    table["factor"] = with_interval(table, ".3f", language, "factor", "factor_low", "factor_high")
    return _SAY.table("bridge_table", table, language, sources=[*PANEL, *BOOKED])


def census_models(results: Results, language: Language) -> Table:
    """Return the model of the same Kreis over time under every treatment of the census of 2011."""
    table = results["census_models"]
    cells = with_interval(table, ".3f", language)
    wide = table.assign(cell=cells).pivot_table("cell", "term", "treatment", aggfunc="first")
    order = list(dict.fromkeys(table["treatment"]))
    terms = list(dict.fromkeys(table.sort_values("term", key=lambda column: column == "census_step")["term"]))
    frame = wide.loc[terms, order].fillna("").reset_index()
    counts = table.groupby("treatment")[["observations", "units", "clusters"]].first()
    below = [
        {"term": fact}
        | {name: formatted(value, ",.0f", language) for name, value in counts[fact][order].items()}
        for fact in counts.columns
    ]
    shown = pd.concat([frame, pd.DataFrame(below)], ignore_index=True)
    return _SAY.table("census_models", shown, language, sources=PANEL)


def census_measures(results: Results, language: Language) -> Table:
    """Return the measures over time with and without the break of 2011."""
    table = results["census_measures"]
    ranged = with_interval(table, ".3f", language, "value")
    alone = pd.Series([formatted(v, ".3f", language) for v in table["value"]], index=table.index, dtype="str")
    cells = alone.where(table["low"] == table["high"], ranged)
    wide = table.assign(cell=cells).pivot_table("cell", "measure", "treatment", aggfunc="first")
    frame = wide.loc[list(dict.fromkeys(table["measure"])), ["as_printed", "rebased"]].reset_index()
    kreise = int(table["kreise"].iloc[0])
    return _SAY.table("census_measures", frame, language, sources=PANEL, kreise=kreise)


def census_break(results: Results, language: Language) -> Figure:
    """Return in which year the census of 2011 shows in each series."""
    table = results["census_break"].assign(size=lambda d: d["slope"].abs())
    shown = table.assign(year=table["year"].astype(str))
    shown["variable"] = [label(f"break_{name}", language) for name in shown["variable"]]
    drawing = chart(
        shown,
        Dots("size", "variable", group="year", apart=0, size=8),
        Reference(x=1, colour="#4D4D4D", width=1.0),
        language=language,
        x=Axis(_SAY("census_break.x", language), ".1f", (0, None)),
        height=0.75,
        legend_columns=4,
    )
    return _SAY.figure("census_break", drawing, table.drop(columns="size"), language, sources=PANEL)


def moran_path(results: Results, language: Language) -> Figure:
    """Return Moran's I year by year, in logarithms and in euros."""
    table = results["moran_path"]
    drawing = chart(
        named(table.sort_values(["scale", "year"], ascending=[False, True]), language, scale="{}_scale"),
        Lines("year", "i", group="scale"),
        Reference(y=float(table["null_high"].max()), text=_SAY("moran_path.chance", language)),
        language=language,
        x=Axis(ticks=every(table["year"], 2)),
        y=Axis(label("i", language), ".1f", (0, None)),
        height=0.5,
    )
    return _SAY.figure("moran_path", drawing, table, language, sources=MAP)


def moran_by_year(results: Results, language: Language) -> Table:
    """Return Moran's I by year with the range of chance."""
    table = results["moran_path"]
    wide = table.pivot_table("i", ["year", "kreise"], "scale").reset_index()
    chance = table.groupby("year")[["null_low", "null_high"]].agg({"null_low": "min", "null_high": "max"})
    frame = wide.merge(chance.reset_index(), on="year").rename(
        columns={"ln": "ln_scale", "euro": "euro_scale", "kreise": "kreise_n"}
    )
    order = ["year", "kreise_n", "ln_scale", "euro_scale", "null_low", "null_high"]
    return _SAY.table("moran_by_year", frame[order], language, sources=MAP)
