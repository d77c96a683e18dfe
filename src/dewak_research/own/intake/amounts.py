"""Rows below a heading become amounts in euro: number convention, footnote marks, symbols, percentages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pandas as pd

from dewak_research.data.text_files import Convention, detect_convention, parse_number
from dewak_research.errors import InputError, Problem, messages
from dewak_research.own.intake.heads import unique
from dewak_research.own.intake.mapping import ImportMap
from dewak_research.own.intake.tables import Place
from dewak_research.own.intake.units import factor_in

_problem = messages(__package__)
_MARK = re.compile(r"(?<=[\d)€-])(?:\s+\(?(?:\d{1,2}|[a-z])\)|\s*\*{1,3}|\s*[¹²³⁴⁵⁶⁷⁸⁹]+)$")
_BEFORE = re.compile(r"^(?:€|EUR)\s*(?=[-+−(]?\s*\d)", re.I)
_DASHES = re.compile(r"[-–—]+[,.][-–—]+")  # -,-- is nothing
_CENTS = re.compile(r"(?<=\d)[,.](?:-{1,2}|–|—)(?=\s*(?:€|EUR)?$)", re.I)
_PERCENT = re.compile(r"\d\s*(?:%|v\.\s?H\.)$", re.I)
_UNKNOWN = {"k.a.", "k. a.", "n.a.", "n. a.", "n.v.", "n. v.", "entfällt", "offen", "./.", "#nv", "n/a"}
CREDIT, DEBIT = frozenset({"h", "haben", "credit", "cr"}), frozenset({"s", "soll", "debit", "dr"})
_UNREADABLE = ("not_a_number", "too_long", "unit", "ambiguous")
MOST_CELLS_FOR_CONVENTION = 200_000
NUMBERS = Mapping[Place, float]


@dataclass(frozen=True)
class Amounts:
    """Amounts of the taken columns.

    Attributes
    ----------
    euro : DataFrame
        One column per heading, EUR, by place below the heading; unknown is NaN.
    percent : list of str
        Places of percentages among the amounts; they are no amounts.
    """

    euro: pd.DataFrame
    percent: list[str] = field(default_factory=list)


def to_frame(rows: list[list[str]], header: int) -> pd.DataFrame:
    """Return the rows below the header as text, by their place below it; short ones filled up, empty ones left out."""
    names = unique(rows[header])
    stripped = ([cell.strip() for cell in row[: len(names)]] for row in rows[header + 1 :])
    body = {n: row + [""] * (len(names) - len(row)) for n, row in enumerate(stripped, start=1) if any(row)}
    return pd.DataFrame(list(body.values()), index=list(body), columns=names, dtype="str")


def bare(cell: str) -> str:
    """Return a cell without its footnote mark, a currency before the number and a dash for cents."""
    plain = _CENTS.sub("", _BEFORE.sub("", _MARK.sub("", cell)))
    return "-" if _DASHES.fullmatch(plain) else plain


def number_format(amounts: pd.DataFrame, where: str, known: NUMBERS | None = None) -> Convention:
    """Decide how the file writes numbers; groups of three with a single mark are taken as thousands, German first.

    Cells that a workbook holds as numbers decide nothing.

    Raises
    ------
    InputError
        Cells contradict each other.
    """
    cells = [
        bare(cell) for cell in amounts.to_numpy(dtype=object).ravel()[:MOST_CELLS_FOR_CONVENTION].tolist()
    ]
    if known:
        return detect_convention(cells) or "de"
    found = detect_convention(cells)
    if found is not None:
        return found
    point = any(re.match(r"^[-+(]?\d{1,3}\.\d{3}\b", cell) for cell in cells)
    comma = any(re.match(r"^[-+(]?\d{1,3},\d{3}\b", cell) for cell in cells)
    if point and comma:
        raise InputError(_problem("numbers_mixed", where))
    return "en" if comma else "de"


@lru_cache(maxsize=200_000)
def value_of(cell: str, convention: Convention | None) -> tuple[float | None, str]:
    """Return the number in a cell, or None, and its status; ``percent`` and symbols have no value."""
    plain = bare(cell)
    if _PERCENT.search(plain):
        return None, "percent"
    if plain.casefold() in _UNKNOWN:
        return None, "unknown"
    number = parse_number(plain, convention)
    return (number.value if number.ok else None), number.status


def amounts_of(frame: pd.DataFrame, mapping: ImportMap, where: str, known: NUMBERS | None = None) -> Amounts:
    """Return the amounts in euro; unreadable cells are all reported at once, symbols and empty cells are unknown.

    Parameters
    ----------
    frame : DataFrame
        The rows below the heading as text (``to_frame``).
    mapping : ImportMap
        Columns, number format, unit.
    where : str
        The file, for messages.
    known : mapping, optional
        Cells that a workbook holds as numbers, by row and column of the sheet counted from 0.

    Raises
    ------
    InputError
        A column of the mapping is missing, or cells hold something else than amounts.
    """
    named = (
        mapping.label_column,
        *filter(None, (mapping.number_column, mapping.unit_column, mapping.side_column)),
        *mapping.columns,
    )
    missing = [name for name in named if name not in frame.columns]
    if missing:
        place, listed = f"{where}: Zeile {mapping.header_row}", ", ".join(map(str, frame.columns[:20])) or "–"
        raise InputError([_problem("column_missing", place, column=name, known=listed) for name in missing])
    problems: list[Problem] = []
    percent: list[str] = []
    result = pd.DataFrame(index=frame.index)
    for name in mapping.columns:
        values: dict[str, float | None] = {}
        for cell in dict.fromkeys(frame[name]):
            values[cell], status = value_of(cell, mapping.numbers)
            if status not in (*_UNREADABLE, "percent"):
                continue
            place = f"Zeile {int(frame.index[frame[name] == cell][0]) + mapping.header_row}, Spalte {name}"
            if status in _UNREADABLE and not _only_numbers(frame, name, cell, mapping, known):
                problems.append(_problem("amount_unreadable", f"{where}: {place}", cell=cell[:60]))
            elif status == "percent":
                percent.append(f"{place} ({cell[:20]})")
        result[name] = frame[name].map(values).astype("float64")
        result[name] = _stored(result[name], frame, name, mapping, known) * mapping.factors.get(
            name, mapping.factor
        )
    if problems:
        raise InputError(problems)
    if mapping.unit_column:
        row_factors = frame[mapping.unit_column].map(lambda cell: factor_in(cell) or 1).astype("float64")
        result = result.mul(row_factors, axis=0)
    if mapping.side_column:
        result = result.mul(
            frame[mapping.side_column].map(lambda cell: -1.0 if is_credit(cell) else 1.0), axis=0
        )
    return Amounts(result, percent)


def is_credit(cell: str) -> bool:
    """Whether a cell says that the amount of its row is one of credit (H, Haben)."""
    return cell.strip().casefold() in CREDIT


def side_column_of(frame: pd.DataFrame, names: Sequence[str], columns: Sequence[str]) -> str:
    """Return the column that tells debit from credit, where the amounts carry no sign; empty without one."""
    if frame[list(columns)].apply(lambda cells: cells.str.contains(r"^\s*[-−(]|-\s*$")).to_numpy().any():
        return ""
    for name in names:
        said = {cell.strip().casefold() for cell in frame[name].unique()} - {""}
        if said & CREDIT and said & DEBIT and said <= CREDIT | DEBIT:
            return name
    return ""


def _places(frame: pd.DataFrame, name: str, mapping: ImportMap) -> list[Place]:
    column = list(frame.columns).index(name)
    return [(int(n) + mapping.header_row - 1, column) for n in frame.index]


def _only_numbers(
    frame: pd.DataFrame, name: str, cell: str, mapping: ImportMap, known: NUMBERS | None
) -> bool:
    """Whether the workbook holds every cell with this text as a number."""
    if not known:
        return False
    same = (frame[name] == cell).to_numpy()
    return all(place in known for place, hit in zip(_places(frame, name, mapping), same, strict=True) if hit)


def _stored(
    values: pd.Series[float], frame: pd.DataFrame, name: str, mapping: ImportMap, known: NUMBERS | None
) -> pd.Series[float]:
    """Put the numbers that a workbook holds in place of their text."""
    if not known:
        return values
    stored = np.array([known.get(place, np.nan) for place in _places(frame, name, mapping)])
    return pd.Series(np.where(np.isnan(stored), values.to_numpy(), stored), index=values.index)
