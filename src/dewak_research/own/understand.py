"""`dewak import` and `dewak fetch`: show what was understood, ask, then write into the workbook of one municipality."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dewak_research.data.encoding import decode, guess_separator, read_bytes, split_rows
from dewak_research.data.genesis import GenesisTable, looks_like_genesis, read_genesis
from dewak_research.errors import InputError, messages, texts
from dewak_research.language import Text
from dewak_research.own.contents import written
from dewak_research.own.importing import apply_map, propose
from dewak_research.own.mapping import ImportMap, dump_map, load_map
from dewak_research.own.official import differences, embedded_population, figures_of
from dewak_research.own.safety import clean_text, open_workbook
from dewak_research.own.sums import SumCheck, label_of

_problem, _text = messages(__package__), texts(__package__)
SHOWN = 12
MOST_SHEET_ROWS, MOST_SHEET_COLUMNS = 50_000, 200


@dataclass(frozen=True)
class Understood:
    """What a file was taken for: figures to write, what to show before, and the mapping (none for GENESIS tables)."""

    figures: pd.DataFrame
    shown: list[Text]
    mapping: ImportMap | None


def understand(path: Path, key: str, map_path: Path | None = None) -> Understood:
    """Read a file and say what it holds for this municipality.

    Parameters
    ----------
    path : Path
        A CSV file (result plan, finance plan, account-level budget, GENESIS table) or a workbook with such a table.
    key : str
        Municipality key or own identifier.
    map_path : Path, optional
        A mapping in YAML; otherwise one is proposed.

    Raises
    ------
    InputError
        The file is refused, not recognised, or the mapping does not fit.
    """
    where = clean_text(path.name, 80)
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls"):
        rows, shown = _sheet_rows(path, where), [_text("file_workbook")]
    else:
        data = read_bytes(path)
        decoded = decode(data, where)
        if looks_like_genesis(decoded.text):
            return understand_genesis(read_genesis(data, where), key, where)
        rows, shown = (
            split_rows(decoded.text, guess_separator(decoded.text), where),
            [_text("file_encoding", encoding=decoded.encoding)],
        )
    mapping = propose(rows, where) if map_path is None else _given_map(map_path)
    imported = apply_map(rows, mapping, where)
    shown += imported.notes + _sum_notes(imported.sums) + _unmapped_notes(imported.unmapped)
    return Understood(imported.figures, shown, mapping)


def understand_genesis(table: GenesisTable, key: str, where: str) -> Understood:
    """Say what a GENESIS table holds and where it differs from the embedded figures."""
    compared, off = differences(table, embedded_population())
    counts = table.data["status"].value_counts()
    states = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
    times = table.data["time"].nunique()
    shown = [
        _text("table_title", code=table.code, title=table.title),
        _text("table_size", columns=len(table.columns), times=times, cells=len(table.data), states=states),
        _text("table_date", date=table.as_of, licence=table.licence),
        _text("table_compared", compared=compared, off=len(off)),
    ]
    if not table.complete:
        shown.append(_text("table_incomplete"))
    for row in off.head(SHOWN).to_dict("records"):
        numbers = written(read=row["value"], held=round(row["embedded"]))
        line = label_of("population", str(row["line"]))
        shown.append(_text("table_differs", place=f"{row['key']} {row['year']}", line=line, **numbers))
    return Understood(figures_of(table, key, where), shown, None)


def _sheet_rows(path: Path, where: str) -> list[list[str]]:
    book = open_workbook(path, values=True)
    sheet = book.worksheets[0]
    if (sheet.max_row or 0) > MOST_SHEET_ROWS or (sheet.max_column or 0) > MOST_SHEET_COLUMNS:
        raise InputError(_problem("sheet_too_large", where, rows=MOST_SHEET_ROWS))
    rows = []
    for values in sheet.iter_rows(values_only=True):
        rows.append([_printed(value) for value in values])
    return rows


def _printed(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.10f}".rstrip("0").replace(".", ",")
    return clean_text(value, 500)


def _given_map(path: Path) -> ImportMap:
    name = clean_text(path.name, 80)
    return load_map(decode(read_bytes(path), name).text, name)


def _sum_notes(sums: list[SumCheck]) -> list[Text]:
    printed = [check for check in sums if check.given is not None]
    if not printed:
        return []
    good = sum(check.state in ("ok", "rounded") for check in printed)
    notes = [_text("sums_agree", good=good, printed=len(printed))]
    for check in [check for check in printed if check.state == "fails"][:SHOWN]:
        label, numbers = (
            label_of(check.sheet, check.line),
            written(given=check.given, computed=check.computed),
        )
        notes.append(_text("sum_differs", line=label, year=check.year, **numbers))
    return notes


def _unmapped_notes(unmapped: pd.DataFrame) -> list[Text]:
    notes = []
    for label, value in zip(unmapped["label"].head(SHOWN), unmapped["amount_eur"].head(SHOWN), strict=True):
        name = clean_text(label, 60) or _text("label_empty")
        notes.append(_text("no_target", label=name, **written(amount=round(value))))
    if len(unmapped) > SHOWN:
        notes.append(_text("more_without_target", n=len(unmapped) - SHOWN))
    return notes


def map_text(mapping: ImportMap) -> str:
    """Return the mapping as YAML, with a line on how to use it again."""
    return "# Zuordnung / mapping: dewak import FILE --ags KEY --map THIS_FILE\n" + dump_map(mapping)
