"""What a table of the statistical offices holds for one municipality, and where it differs from what is embedded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from dewak_research.data.genesis_table import GenesisTable
from dewak_research.errors import texts
from dewak_research.language import Text
from dewak_research.own.contents import figures_from, written
from dewak_research.own.intake.age_register import register_rows
from dewak_research.own.intake.questions import Question, answer_to
from dewak_research.own.intake.result import ROW_COLUMNS, SHOWN, Understood
from dewak_research.own.official import (
    differences,
    embedded_population,
    municipality_of,
    other_times,
    own_keys,
    own_lines,
)
from dewak_research.own.template import label_of

_text = texts(__package__)
FULL_LENGTHS = (2, 5, 8, 12)  #: digits of the key of a Land, a Kreis, a municipality, with its association


def understand_genesis(
    table: GenesisTable, key: str, where: str, answers: Mapping[str, str] | None = None
) -> Understood:
    """Say what a GENESIS table holds and where it differs from the embedded figures.

    Keys that lost their leading zero (a spreadsheet takes them for numbers) are restored only after a question.

    Raises
    ------
    InputError
        The table holds nothing usable for this municipality; see ``own.official.own_lines``.
    """
    question = _lost_zero(table, key)
    told: list[Text] = []
    if question is not None:
        answer = answer_to(question, answers or {})
        if answer is None:
            return Understood(figures_from([]), _notes(table), questions=[question])
        if answer == "yes":
            told = [_text("table_zero_restored")]
            table = replace(table, data=table.data.assign(key=table.data["key"].map(_with_zero)))
    lines = own_lines(table, key, where)
    compared, off = differences(table, embedded_population())
    notes = [*told, *_notes(table), _text("table_compared", compared=compared, off=len(off))]
    if other := other_times(table):
        notes.append(_text("table_other_times", times=", ".join(other[:SHOWN])))
    if parts := lines.loc[lines["column"].str.contains(" + ", regex=False), "line"].unique().tolist():
        notes += [_text("table_parts", line=label_of("population", str(line))) for line in parts]
    if not table.complete:
        notes.append(_text("table_incomplete"))
    for row in off.head(SHOWN).to_dict("records"):
        numbers = written(read=row["value"], held=round(row["embedded"]))
        line = label_of("population", str(row["line"]))
        notes.append(_text("table_differs", place=f"{row['key']} {row['year']}", line=line, **numbers))
    register, said = register_rows(table, key)
    notes += said
    lines = lines.assign(sheet="population", kind="actual", origin="imported")
    return Understood(figures_from(lines), notes, rows=_rows(lines), register=register)


def _notes(table: GenesisTable) -> list[Text]:
    """Say which table it is, how large, how its numbers are written."""
    counts = table.data["status"].value_counts()
    states = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
    times = table.data["time"].nunique()
    notes = [
        _text("table_title", code=table.code, title=table.title),
        _text("table_size", columns=len(table.columns), times=times, cells=len(table.data), states=states),
    ]
    if table.as_of or table.licence:
        notes.append(_text("table_date", date=table.as_of or "?", licence=table.licence))
    if table.numbers != "de":
        notes.append(_text(f"table_numbers_{table.numbers}"))
    return notes


def _rows(lines: pd.DataFrame) -> pd.DataFrame:
    """Return the table from → to: place and time of the file, column, and the line it fills."""
    made = lines.assign(
        where=lines["key"] + ", " + lines["time"], label=lines["column"], printed=lines["value"].astype("str")
    )
    return made[list(ROW_COLUMNS)].reset_index(drop=True)


def _with_zero(key: str) -> str:
    """Return a key of digits with the leading zero that its length lacks."""
    return f"0{key}" if key.isdigit() and len(key) + 1 in FULL_LENGTHS else key


def _lost_zero(table: GenesisTable, key: str) -> Question | None:
    """Return the question whether a key without its leading zero is meant, where the table has only that."""
    keys = own_keys(key)
    printed = table.data["key"]
    if not key.startswith("0") or printed.map(municipality_of).isin(keys).any():
        return None
    found = table.data[printed.map(_with_zero).map(municipality_of).isin(keys)]
    if found.empty:
        return None
    short, name = str(found["key"].iloc[0]), str(found["name"].iloc[0])
    asked = _text("question_zero", short=short, name=name, key=key)
    options = (("yes", _text("answer_zero_yes", key=key)), ("no", _text("answer_zero_no")))
    return Question("leading_zero", asked, options, "yes")
