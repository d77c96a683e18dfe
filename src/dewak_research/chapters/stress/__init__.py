"""What the chapter on the fiscal stress test shows; here what its modules share."""

from __future__ import annotations

import pandas as pd

from dewak_research.language import Language
from dewak_research.page.results import Results
from dewak_research.page.texts import ChapterTexts

SAY = ChapterTexts(__package__)
RUN_SOURCES = ("booked_payments", "balance_sheets", "tax_panel", "kreise_panel")
KINDS = ("kreisangehoerige_gemeinde", "kreisfreie_stadt", "kreis")
MILLION = 1e6


def crisis_note(results: Results, language: Language) -> str:
    """Say how uncertain the crisis frequency is; stands under every trigger probability."""
    run = results["run"].iloc[0]
    return SAY("crisis_note", language, **{str(name): run[name] for name in run.index})


def with_kind(results: Results, table: str) -> pd.DataFrame:
    """Return a table of units with the kind of each unit."""
    return results[table].merge(results["lights"][["ags", "kind"]], on="ags")


def of_unit(results: Results, table: str, ags: str) -> pd.DataFrame:
    """Return the rows of one unit."""
    frame = results[table]
    return frame[frame["ags"] == ags].reset_index(drop=True)


def unit_names(results: Results) -> pd.Series[str]:
    """Return the names of all units of the register by key."""
    return results["lights"].set_index("ags")["name"]
