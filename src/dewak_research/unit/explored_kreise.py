"""What the explorer shows of every Kreis of Germany: the catalogue of their indicators, in the order of the page."""

from __future__ import annotations

import pandas as pd

from dewak_research.data.kreis_indicators import KREIS_INDICATORS
from dewak_research.unit.explored import COLUMNS, Explored
from dewak_research.unit.kreis_data import ESTIMATED
from dewak_research.unit.view import ProfileTables

BY_HAND = "kreise_debt_2023"
"""Table of the newest debt, whose values were carried over by hand."""
FIRST_SHOWN = "kdu_eur_pc"

KREIS_EXPLORED: tuple[Explored, ...] = tuple(
    Explored(
        one.key, f"kreis_theme_{one.theme}", one.label_key, one.spec, one.sources,
        "newest_by_hand" if BY_HAND in one.sources else "computed_estimate" if one.key in ESTIMATED else "counted",
    )
    for one in sorted(KREIS_INDICATORS, key=lambda one: one.key != FIRST_SHOWN)
    if one.sources
)  # fmt: skip
"""Every indicator with an official table; what a Kreis has by law alone (the federal share) is one value by Land."""


def kreis_values(tables: ProfileTables) -> dict[str, pd.DataFrame]:
    """Return the values of all Kreise by indicator, as `town_values` does for the towns."""
    long = tables.stages["ingest"]["kreis_indicators"].astype({"year": "string"})
    whole = long.assign(low=float("nan"), high=float("nan"), mark="")
    return {
        one.key: whole.loc[whole["indicator"] == one.key, [*COLUMNS]].reset_index(drop=True)
        for one in KREIS_EXPLORED
    }
