"""Captions, notes and names of the stress chapter: what every figure with a probability must carry."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dewak_research.language import Language
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE
from dewak_research.page.values import formatted, pct

RUN_SOURCES = ("nrw_payments", "nrw_balance_2009", "nrw_tax_panel", "kreise_panel")
LIGHT_COLOURS = {"green": PALETTE[2], "amber": PALETTE[5], "red": PALETTE[1]}
BLOCK_COLOURS = {
    "taxes": PALETTE[0],
    "transfers": PALETTE[4],
    "social": PALETTE[1],
    "staff_goods": PALETTE[5],
    "interest": PALETTE[6],
    "umlagen": PALETTE[3],
}


def texts(figure: str, language: Language, **values: Any) -> dict[str, Any]:
    """Return caption and alt text of a figure from the registry."""
    return {
        "caption": label(f"{figure}_caption", language, **values),
        "alt": label(f"{figure}_alt", language, **values),
    }


def crisis_note(results: Results, language: Language) -> str:
    """Say how uncertain the crisis frequency is; stands under every trigger probability."""
    values = results.values
    return label(
        "stress_crisis_note",
        language,
        low=pct(values["crisis_frequency_low"], language),
        middle=pct(values["crisis_frequency"], language),
        high=pct(values["crisis_frequency_high"], language),
    )


def with_crisis_note(key: str, results: Results, language: Language, **values: Any) -> str:
    """Return a reading aid followed by the note on the crisis frequency."""
    return f"{label(key, language, **values)} {crisis_note(results, language)}"


def unit_name(results: Results, ags: str) -> str:
    """Return the name of a unit of the register."""
    lights = results["lights"].set_index("ags")
    return str(lights["name"][ags])


def spread(low: Any, high: Any, spec: str, language: Language) -> str:
    """Return an interval as text."""
    return label(
        "stress_interval", language, low=formatted(low, spec, language), high=formatted(high, spec, language)
    )


def of_unit(results: Results, table: str, ags: str) -> pd.DataFrame:
    """Return the rows of one unit."""
    frame = results[table]
    return frame[frame["ags"] == ags].reset_index(drop=True)
