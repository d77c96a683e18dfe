"""`dewak import` and `dewak fetch`: show what was understood, ask, then write into the workbook of one municipality."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dewak_research.data.encoding import Decoded, decode, guess_separator, read_bytes, split_rows
from dewak_research.data.genesis import GenesisTable, looks_like_genesis, read_genesis
from dewak_research.errors import InputError, Problem
from dewak_research.language import Text
from dewak_research.own.contents import amount
from dewak_research.own.importing import apply_map, propose
from dewak_research.own.mapping import ImportMap, dump_map, load_map
from dewak_research.own.official import differences, embedded_population, figures_of
from dewak_research.own.safety import clean_text, open_workbook
from dewak_research.own.sums import SumCheck, label_of

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
        rows, shown = _sheet_rows(path, where), [Text("Arbeitsmappe, erstes Blatt", "workbook, first sheet")]
    else:
        data = read_bytes(path)
        decoded = decode(data, where)
        if looks_like_genesis(decoded.text):
            return understand_genesis(read_genesis(data, where), key, where)
        rows, shown = split_rows(decoded.text, guess_separator(decoded.text), where), [_file_note(decoded)]
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
        Text(f"GENESIS-Tabelle {table.code}: {table.title}", f"GENESIS table {table.code}: {table.title}"),
        Text(
            f"Spalten: {len(table.columns)}, Zeiten: {times}, Zellen: {len(table.data)} ({states})",
            f"columns: {len(table.columns)}, times: {times}, cells: {len(table.data)} ({states})",
        ),
        Text(f"Stand {table.as_of}; {table.licence}", f"as of {table.as_of}; {table.licence}"),
        Text(
            f"Abgleich mit den eingebauten Zahlen: {compared} verglichen, {len(off)} weichen ab",
            f"held against the embedded figures: {compared} compared, {len(off)} differ",
        ),
    ]
    if not table.complete:
        shown.append(
            Text(
                "Die Fußzeilen fehlen; ist die Datei vollständig?",
                "The footer is missing; is the file complete?",
            )
        )
    for row in off.head(SHOWN).to_dict("records"):
        line, read, held = label_of("population", str(row["line"])), row["value"], round(row["embedded"])
        place = f"{row['key']} {row['year']}"
        shown.append(
            Text(
                f"  {place} {line.de}: Datei {amount(read, 'de')}, eingebaut {amount(held, 'de')}",
                f"  {place} {line.en}: file {amount(read, 'en')}, embedded {amount(held, 'en')}",
            )
        )
    return Understood(figures_of(table, key, where), shown, None)


def _file_note(decoded: Decoded) -> Text:
    return Text(f"Zeichensatz: {decoded.encoding}", f"encoding: {decoded.encoding}")


def _sheet_rows(path: Path, where: str) -> list[list[str]]:
    book = open_workbook(path, values=True)
    sheet = book.worksheets[0]
    if (sheet.max_row or 0) > MOST_SHEET_ROWS or (sheet.max_column or 0) > MOST_SHEET_COLUMNS:
        raise InputError(
            Problem(
                Text("das erste Blatt ist zu groß", "the first sheet is too large"),
                where,
                Text(f"höchstens {MOST_SHEET_ROWS} Zeilen", f"at most {MOST_SHEET_ROWS} rows"),
                Text("nur die Tabelle als CSV speichern", "save only the table as CSV"),
            )
        )
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
    notes = [Text(f"Summen: {good} von {len(printed)} stimmen", f"sums: {good} of {len(printed)} agree")]
    for check in [check for check in printed if check.state == "fails"][:SHOWN]:
        label = label_of(check.sheet, check.line)
        given, computed = check.given or 0.0, check.computed or 0.0
        notes.append(
            Text(
                f"  {label.de} {check.year}: gedruckt {amount(given, 'de')}, Teile ergeben {amount(computed, 'de')}",
                f"  {label.en} {check.year}: printed {amount(given, 'en')}, parts add up to {amount(computed, 'en')}",
            )
        )
    return notes


def _unmapped_notes(unmapped: pd.DataFrame) -> list[Text]:
    notes = []
    for label, value in zip(unmapped["label"].head(SHOWN), unmapped["amount_eur"].head(SHOWN), strict=True):
        name = clean_text(label, 60)
        notes.append(
            Text(
                f"  ohne Ziel: {name or '(leer)'} (bis {amount(round(value), 'de')} €)",
                f"  no target: {name or '(empty)'} (up to €{amount(round(value), 'en')})",
            )
        )
    if len(unmapped) > SHOWN:
        notes.append(
            Text(f"  … und {len(unmapped) - SHOWN} weitere", f"  … and {len(unmapped) - SHOWN} more")
        )
    return notes


def map_text(mapping: ImportMap) -> str:
    """Return the mapping as YAML, with a line on how to use it again."""
    return "# Zuordnung / mapping: dewak import FILE --ags KEY --map THIS_FILE\n" + dump_map(mapping)
