"""What a table of the statistical offices holds for one municipality, and where it differs from what is embedded."""

from __future__ import annotations

from dewak_research.data.genesis import GenesisTable
from dewak_research.errors import texts
from dewak_research.own.contents import written
from dewak_research.own.intake.result import SHOWN, Understood
from dewak_research.own.official import differences, embedded_population, figures_of
from dewak_research.own.template import label_of

_text = texts(__package__)


def understand_genesis(table: GenesisTable, key: str, where: str) -> Understood:
    """Say what a GENESIS table holds and where it differs from the embedded figures."""
    compared, off = differences(table, embedded_population())
    counts = table.data["status"].value_counts()
    states = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
    times = table.data["time"].nunique()
    notes = [
        _text("table_title", code=table.code, title=table.title),
        _text("table_size", columns=len(table.columns), times=times, cells=len(table.data), states=states),
        _text("table_date", date=table.as_of, licence=table.licence),
        _text("table_compared", compared=compared, off=len(off)),
    ]
    if not table.complete:
        notes.append(_text("table_incomplete"))
    for row in off.head(SHOWN).to_dict("records"):
        numbers = written(read=row["value"], held=round(row["embedded"]))
        line = label_of("population", str(row["line"]))
        notes.append(_text("table_differs", place=f"{row['key']} {row['year']}", line=line, **numbers))
    return Understood(figures_of(table, key, where), notes)
