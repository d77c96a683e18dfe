"""Figures of the case-study chapter with their own source line, and what the results rest on."""

from __future__ import annotations

from collections.abc import Iterable

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, figure_size, number_axis
from dewak_research.page.values import number

INPUTS = ("cases",)
"""Name in ``sources`` of what rests on the inputs under ``cases/``; the line says so in words."""


CaseFigure = Figure
CaseTable = Table
"""Both carry their source line in words: ``said``."""


def names(results: Results, kind: str, language: Language) -> dict[str, str]:
    """Return key → name of models, criteria, actors (``actor_<case>``), conditions, cases or data sets."""
    table = results["names"]
    chosen = table[table["kind"] == kind]
    return dict(zip(chosen["key"], chosen[language], strict=True))


def wrapped(text: str, width: int = 24) -> str:
    """Break a long name into lines of about ``width`` characters."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def listed(titles: Iterable[str]) -> str:
    """Join titles for a source line."""
    return "; ".join(dict.fromkeys(titles))


def origin_bars(results: Results, language: Language) -> Figure:
    """Draw how many inputs have a source and how many are assumptions, per group."""
    table = results["origin"].iloc[::-1]
    shares = table[["sourced", "assumption"]].div(table[["sourced", "assumption"]].sum(axis=1), axis=0)
    drawing, ax = plt.subplots(figsize=figure_size(0.72))
    positions = np.arange(len(table))
    left = np.zeros(len(table))
    for column, colour, key in (("sourced", PALETTE[0], "case_sourced"),
                                ("assumption", PALETTE[1], "case_assumed")):  # fmt: skip
        widths = shares[column].to_numpy()
        ax.barh(positions, widths, left=left, color=colour, label=label(key, language))
        for y, start, width, n in zip(positions.tolist(), left, widths, table[column], strict=True):
            if n:
                ax.text(
                    start + width / 2, y, number(int(n), language), ha="center", va="center", color="white"
                )
        left = left + widths
    ax.set_yticks(positions, [label(f"case_block_{block}", language) for block in table["block"]])
    number_axis(ax.xaxis, language, ".0%")
    ax.set_xlim(0, 1)
    ax.grid(visible=False, axis="y")
    drawing.legend(loc="outside upper left", ncols=2)
    numbers = {key: number(int(table[key].sum()), language) for key in ("sourced", "assumption")}
    return CaseFigure(
        drawing,
        name="case_origin",
        caption=label("case_origin_caption", language),
        alt=label("case_origin_alt", language, sourced=numbers["sourced"], assumed=numbers["assumption"]),
        note=label("case_origin_note", language),
        sources=INPUTS,
        said=label("case_source", language),
        data=table.iloc[::-1],
        language=language,
    )


def facts_table(results: Results, language: Language, case: str) -> Table:
    """Return the published facts of one case, each with its source."""
    facts = results["facts"]
    facts = facts[facts["case"] == case]
    shown = pd.DataFrame(
        {
            "case_fact": facts[language],
            "case_block_name": "case_facts_" + facts["block"],
            "case_fact_value": [_value(v, language) for v in facts["value"]],
            "case_fact_unit": facts["unit"].fillna(""),
            "year": facts["year"],
            "case_fact_source": facts["source"] + ": " + facts["title"],
        }
    )
    shown["year"] = [str(y) if pd.notna(y) else "" for y in shown["year"]]
    town = names(results, "case", language)[case]
    return CaseTable(
        shown,
        name=f"case_facts_{case}",
        caption=label("case_facts_caption", language, case=town),
        sources=INPUTS,
        said=label("case_source_town", language, titles=listed(facts["title"].dropna())),
        labelled=["case_block_name"],
        language=language,
    )


def _value(value: float, language: Language) -> str:
    """Write a fact's number with as many digits as it has; nothing where the fact is no number."""
    if np.isnan(value):
        return ""
    return number(value, language, 0 if float(value).is_integer() else 4 if value < 1 else 1)
