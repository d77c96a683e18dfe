"""Figures and tables of the disparities chapter on what changed since: spending by law, recipients, debt, distance."""

from __future__ import annotations

import pandas as pd

from dewak_research.chapters.disparities.figures import BOOKED, PANEL, every
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart, wrapped
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.marks import Bars, Dots, Lines
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, number_axis
from dewak_research.page.texts import ChapterTexts, named
from dewak_research.page.values import with_interval

LAWS = ("youth_welfare", "social_assistance", "checkpoints", "germany_cpi")
LATER = (*PANEL, "kreise_atlas_2022", "kreise_debt_2023", "germany_cpi")
TOWNS = ("balance_sheets", "town_population", "debt_today", "germany_cpi")
_SAY = ChapterTexts(__package__)
_SHOWN = ("sgb8_net", "sgb12_basic_security", "sgb12_care", "sgb12_integration", "sgb9_net")
_AMOUNTS = {"mean": ",.0f", "spread": ",.0f"}


def social_by_law(results: Results, language: Language) -> Figure:
    """Return spending in NRW by law and year, nominal and real."""
    table = results["social_by_law"]
    shown = table[table["law"].isin(_SHOWN)]
    last = int(table["year"].max())
    parts = pd.concat(
        [
            shown[["law", "year"]].assign(
                prices=_SAY(f"social_by_law.{kind}", language, year=last),
                billion_eur=shown[f"{kind}_million_eur"] / 1e3,
            )
            for kind in ("nominal", "real")
        ],
        ignore_index=True,
    )
    order = pd.CategoricalDtype([label(law, language) for law in _SHOWN], ordered=True)
    drawing = chart(
        named(parts, language, law="{}").astype({"law": order}),
        Lines("year", "billion_eur", group="law"),
        language=language,
        x=Axis(ticks=every(table["year"], 3)),
        y=Axis(_SAY("social_by_law.y", language), ".0f", (0, None), ticks=range(0, 20, 5)),
        height=1.1,
        panel="prices",
        share="both",
    )
    return _SAY.figure("social_by_law", drawing, table, language, sources=LAWS, last=last)


def social_growth(results: Results, language: Language) -> Table:
    """Return how much the spending of each law grew, real beside nominal."""
    table = results["social_growth"]
    last = int(table["last_year"].max())
    return _SAY.table("social_growth", table, language, sources=LAWS, last=last)


def minimum_security(results: Results, language: Language) -> Figure:
    """Return recipients of minimum security in NRW by kind and year."""
    table = results["minimum_security_by_kind"]
    shown = table.assign(thousands=table["persons"] / 1e3, year=table["year"].astype(str))
    drawing = chart(
        named(
            shown.sort_values(["year", "persons"], ascending=[True, False]), language, kind="{}_recipients"
        ),
        Bars("year", "thousands", "kind", stacked=True, width=0.8),
        language=language,
        y=Axis(_SAY("minimum_security.y", language), ",.0f"),
        height=0.85,
    )
    first, last = int(table["year"].min()), int(table["year"].max())
    sources = ["minimum_security"]
    return _SAY.figure("minimum_security", drawing, table, language, sources=sources, first=first, last=last)


def minimum_security_change(results: Results, language: Language) -> Table:
    """Return recipients at both ends by kind."""
    table = results["minimum_security_change"]
    first, last = int(table["first_year"].iloc[0]), int(table["last_year"].iloc[0])
    sources = ["minimum_security"]
    return _SAY.table("minimum_security_change", table, language, sources=sources, first=first, last=last)


def federal_share(results: Results, language: Language) -> Figure:
    """Return the federal share of housing costs in NRW and the range of the Länder."""
    table = results["federal_share_range"]
    lines = pd.concat(
        [
            table.assign(
                which=_SAY("federal_share.home", language), value=table["share"], low=None, high=None
            ),
            table.assign(
                which=_SAY("federal_share.median", language),
                value=table["median_share"],
                low=table["lowest_share"],
                high=table["highest_share"],
            ),
        ],
        ignore_index=True,
    ).astype({"low": float, "high": float})
    drawing = chart(
        lines,
        Lines("year", "value", group="which", bands=[("low", "high")], styles=("-", "--")),
        language=language,
        x=Axis(ticks=every(table["year"], 1)),
        y=Axis(_SAY("federal_share.y", language), ".0%", (0, 1)),
        height=0.55,
    )
    return _SAY.figure("federal_share", drawing, table, language, sources=["S220"])


def quarter(results: Results, language: Language) -> Figure:
    """Return the social share then, in NRW, and now, in Germany, by definition."""
    table = results["quarter"]
    places = [
        _SAY(f"quarter.{place}", language, period=period)
        for place, period in zip(table["place"], table["period"], strict=True)
    ]
    shown = named(table.assign(at=places), language, definition="{}_brief")
    drawing = chart(
        shown,
        Dots("value_share", "at", "low", "high", group="definition", apart=0.2),
        language=language,
        x=Axis(_SAY("quarter.x", language), ".0%", (0, None)),
        height=0.7,
    )
    return _SAY.figure("quarter", drawing, table, language, sources=[*BOOKED, "checkpoints"])


def quarter_table(results: Results, language: Language) -> Table:
    """Return the social share by place, year and definition with the number of areas."""
    table = results["quarter"].copy()
    table.loc[table["place"] == "germany", ["low", "high"]] = float("nan")
    return _SAY.table("quarter_table", table, language, sources=[*BOOKED, "checkpoints"])


def distance_path(results: Results, language: Language) -> Figure:
    """Return how far apart burden, debt and liquidity credit of the Kreise are, in euros and relative."""
    table = results["distance"].query("scope == 'all' and measure in ['spread', 'cv']")
    parts = table.assign(
        panel=[
            wrapped(
                _SAY(f"distance_path.{measure}", language, name=label(f"distance_{variable}", language)), 26
            )
            for measure, variable in zip(table["measure"], table["variable"], strict=True)
        ]
    )
    drawing = chart(
        parts.sort_values(["variable", "measure", "year"], ascending=[True, False, True]),
        Lines("year", "value", bands=[("low", "high")]),
        language=language,
        x=Axis(ticks=every(table["year"], 4)),
        y=Axis("", None, (0, None)),
        height=1.2,
        panel="panel",
        columns=2,
        share="x",
        legend=None,
    )
    for place, ax in enumerate(drawing.axes):
        number_axis(ax.yaxis, language, ".1f" if place % 2 else ",.0f")
    return _SAY.figure("distance_path", drawing, table, language, sources=LATER)


def _ends(table: pd.DataFrame, language: Language, group: list[str]) -> pd.DataFrame:
    """Return first and last value of each group, and the change with its interval, as texts."""
    table = table[table["measure"].isin([*_AMOUNTS, "cv", "gini"])]
    rows = []
    for key, part in table.groupby([*group, "measure"], sort=False):
        spec = _AMOUNTS.get(str(key[-1]), ".2f")
        ends = part.sort_values("year").iloc[[0, -1]]
        cells = with_interval(ends, spec, language, "value")
        signed = f"+{spec}" if spec.startswith(".") else "+,.0f"
        change = with_interval(ends, signed, language, "change", "change_low", "change_high")
        years = [int(year) for year in ends["year"]]
        values = {"from_year": years[0], "value_then": cells.iloc[0], "to_year": years[1]}
        values |= {
            "value_now": cells.iloc[1],
            "change": change.iloc[1],
            "units_n": int(ends["units"].iloc[0]),
        }
        rows.append(dict(zip([*group, "measure"], key, strict=True)) | values)
    return pd.DataFrame(rows)


def distance_ends(results: Results, language: Language) -> Table:
    """Return the distance between the Kreise at both ends with the change and its interval."""
    table = results["distance"]
    table = table[(table["variable"] != "liquidity_credit") | (table["year"] <= 2022)]
    frame = _ends(table, language, ["variable", "scope"])
    return _SAY.table("distance_ends", frame, language, sources=LATER)


def town_distance(results: Results, language: Language) -> Table:
    """Return the distance between the towns of NRW at the end of 2008 and of 2025."""
    frame = _ends(results["town_distance"], language, ["variable"])
    return _SAY.table("town_distance", frame, language, sources=TOWNS)


def distance_convergence(results: Results, language: Language) -> Table:
    """Return sigma and beta convergence of burden, debt and liquidity credit."""
    table = results["distance_convergence"].copy()
    table["years"] = [f"{a}–{b}" for a, b in zip(table["first_year"], table["last_year"], strict=True)]
    for name, spec in (("speed", ".1%"), ("within_speed", ".1%")):
        table[name] = with_interval(table, spec, language, name, f"{name}_low", f"{name}_high")
    table["sigma_change"] = with_interval(table, "+.3f", language, "sigma_change", "sigma_low", "sigma_high")
    table["slope_eur"] = with_interval(table, "+.2f", language, "slope_eur", "slope_low", "slope_high")
    return _SAY.table("distance_convergence", table, language, sources=LATER)


def credit_squeeze(results: Results, language: Language) -> Table:
    """Return what 100 euros more KdU go with in liquidity credit, in every version of the test."""
    table = results["credit_squeeze"].query("term == 'kdu_real_100_eur_pc'").copy()
    table["estimate"] = with_interval(table, ",.0f", language)
    return _SAY.table("credit_squeeze", table, language, sources=LATER)


def credit_by_burden(results: Results, language: Language) -> Figure:
    """Return mean liquidity credit by quarter of the burden over time."""
    table = results["credit_by_burden"]
    shown = table.sort_values(["kdu_quartile", "year"], ascending=[False, True])
    names = [_SAY("credit_by_burden.quarter", language, number=int(n)) for n in shown["kdu_quartile"]]
    drawing = chart(
        shown.assign(name=names),
        Lines("year", "credit_real_eur_pc", group="name", colours=PALETTE),
        language=language,
        x=Axis(ticks=every(table["year"], 2)),
        y=Axis(_SAY("credit_by_burden.y", language), ",.0f", (0, None)),
        legend_columns=2,
    )
    kreise = int(table["kreise"].iloc[0])
    return _SAY.figure("credit_by_burden", drawing, table, language, sources=LATER, kreise=kreise)
