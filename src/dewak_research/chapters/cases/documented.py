"""Tables of the documented cases: what is known of each condition, from which fact, and which contrast is missing."""

from __future__ import annotations

import pandas as pd

from dewak_research.chapters.cases.figures import SAY, names
from dewak_research.language import Language
from dewak_research.page.figure import Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results

_DASH = "–"


def _named(results: Results, language: Language) -> dict[str, str]:
    table = results["documented"]
    return dict(zip(table["documented"], table[f"name_{language}"], strict=True))


def compared_table(results: Results, language: Language) -> Table:
    """Return the state of every condition in the cases for which at least one condition is known."""
    table, called = results["documented_conditions"], _named(results, language)
    asked = list(table["condition"].unique())
    wide = table.pivot_table(
        index="documented", columns="condition", values="state", aggfunc="first", sort=False
    )
    argued = wide[(wide.drop(columns="OUT") != "unknown").any(axis=1)][asked]
    words = {state: label(f"case_state_{state}", language) for state in ("yes", "no")} | {"unknown": _DASH}
    shown = argued.replace(words).rename(
        index=called, columns={name: label(f"case_{name}", language) for name in asked}
    )
    shown.columns.name = None
    shown = shown.rename_axis(label("case_documented", language)).reset_index()
    return SAY.table("compared", shown, language, labels=False)


def readings_table(results: Results, language: Language) -> Table:
    """Return every published fact that a state is read from."""
    table = results["documented_conditions"]
    table = table[table["source"] != ""]
    shown = table.assign(
        documented=table["documented"].map(_named(results, language)),
        condition=[label(f"case_{name}", language) for name in table["condition"]],
        state=[label(f"case_state_{state}", language) for state in table["state"]],
    )
    return SAY.table("readings", shown, language)


def contrast_table(results: Results, language: Language) -> Table:
    """Return how many cases there are on either side of every condition and of the outcome."""
    table = results["contrast"]
    condition: pd.Series[str] = table["condition"].map(names(results, "condition", language))
    return SAY.table("contrast", table.assign(condition=condition), language)
