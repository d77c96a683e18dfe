"""Tables on where one more place would help: sums over points of towns."""

from __future__ import annotations

import pandas as pd

from dewak_research.chapters.space.access import SAY, SCHOOLS
from dewak_research.data import read_table
from dewak_research.data.register import tidy_kreis_name
from dewak_research.language import Language
from dewak_research.page.figure import Table
from dewak_research.page.results import Results
from dewak_research.page.texts import named

FORM = "gesamtschule"
SHOWN_KREISE = 8


def _with_names(table: pd.DataFrame) -> pd.DataFrame:
    names = read_table("kreise").set_index("ags")["name"].map(tidy_kreis_name)
    return table.assign(kreis_name=table["kreis"].map(names))


def beyond_table(results: Results, language: Language) -> Table:
    """Return the Kreise with the most children beyond reach of a Gesamtschule, and what one more would reach."""
    table = results["beyond_reach"].query("kind == @FORM")
    shown = table.sort_values(["beyond_children", "kreis"], ascending=[False, True]).head(SHOWN_KREISE)
    return SAY.table("beyond_table", _with_names(shown), language, sources=[*SCHOOLS, "deprivation"])


def sites_table(results: Results, language: Language) -> Table:
    """Return where one to three places would stand by three aims, in the Kreise of the worked examples."""
    shown = _with_names(named(results["sites"], language, aim="aim_{}"))
    return SAY.table("sites_table", shown, language, sources=["towns", "town_population_today"])
