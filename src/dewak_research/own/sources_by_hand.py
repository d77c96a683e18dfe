"""Sources of prefilled figures that were carried over by hand: the workbook names them, so that they are confirmed."""

from __future__ import annotations

from dewak_research.data.catalogue import table as catalogued
from dewak_research.errors import texts
from dewak_research.language import Language
from dewak_research.own.official import TODAY, official_table

_text = texts(__package__)


def sources_by_hand(key: str, language: Language) -> list[dict[str, object]]:
    """Return rows of the sheet of sources for the prefilled tables that were carried over by hand: to be confirmed."""
    if key not in set(official_table("town_population")["ags"]):
        return []
    rows: list[dict[str, object]] = []
    for name, table in ((name, catalogued(name)) for name in TODAY):
        if table.by_hand:
            cited = f"{table.publisher[language]}: {table.title[language]}, {table.number[language]}"
            source = _text("source_by_hand", source=cited)[language]
            years = ", ".join(map(str, sorted(official_table(name)["year"].unique())))
            vintage = table.vintage[language]
            rows.append({"sheet": "population", "years": years, "source": source, "date": vintage})
    return rows
