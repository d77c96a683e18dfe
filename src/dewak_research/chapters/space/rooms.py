"""Figures and tables on sharing rooms in the invented town: hours, euros, square metres, moves, and the split."""

from __future__ import annotations

from dewak_research.chapters.space.access import SAY
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.marks import Bars
from dewak_research.page.results import Results
from dewak_research.page.values import date

SHOWN_GROUPS = 5


def use_bars(pooled: Results, language: Language) -> Figure:
    """Draw hours a week of every room, today and in the plan."""
    table = pooled["use"]
    long = table.melt(["room", "kept"], ["hours_before", "hours_after"], var_name="when", value_name="hours")
    shown = long.assign(when=[label(f"pool_{when}", language) for when in long["when"]])
    drawing = chart(
        shown,
        Bars("hours", "room", group="when"),
        language=language,
        x=Axis(SAY("use_bars.x", language), ",.0f"),
        y=Axis(wrap=22),
        height=1.15,
        legend="above",
    )
    return SAY.figure("use_bars", drawing, table, language, said="fictitious")


def reaches_table(pooled: Results, language: Language) -> Table:
    """Return what is saved for every longest way that is put up with."""
    return SAY.table("reaches_table", pooled["reaches"], language, said="fictitious")


def freed_table(pooled: Results, language: Language) -> Table:
    """Return the rooms that are given up, in the order of their dates."""
    table = pooled["freed"]
    shown = table.assign(ends=[date(ends, language) for ends in table["ends"]])
    return SAY.table("freed_table", shown, language, said="fictitious")


def moves_table(pooled: Results, language: Language) -> Table:
    """Return which offers meet in another room than today, and how far away."""
    return SAY.table("moves_table", pooled["moves"], language, said="fictitious")


def shares_table(pooled: Results, language: Language) -> Table:
    """Return who gets what of the saving, by two rules, beside what everybody saves alone."""
    return SAY.table("shares_table", pooled["shares"], language, said="fictitious")


def leaving_table(pooled: Results, language: Language) -> Table:
    """Return the groups that the Shapley value gives less than they would save by themselves."""
    return SAY.table("leaving_table", pooled["leaving"].head(SHOWN_GROUPS), language, said="fictitious")
