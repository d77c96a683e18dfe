"""Cells of a statistical table: number, status, quality mark, and how the file writes numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from dewak_research.data.text_files import LONGEST, SYMBOLS, detect_convention, parse_number

_NUMBER = re.compile(r"^(\(?)\s*(-?\d[\d.,\u00a0\u202f\u2009 ]*?)\s*(\)?)\s*([a-z])?$")
_FLAGS = {"p": "provisional", "r": "revised", "s": "estimated", "b": "break", "e": "estimated"}
QUALITY = {"e": "value", "p": "provisional", "r": "revised", "s": "estimated", "b": "break"}
"""Marks in a column of their own: ``e`` is final (endgültig) there; an unknown one counts as limited."""
_DOTTED = re.compile(r"^-?[1-9]\d{0,2}(\.\d{3})+$")
_LONG = re.compile(r"^-?\d{4,}$")


def is_quality_column(cells: pd.Series[str]) -> bool:
    """Whether a column without a heading holds marks only: single letters, symbols, nothing."""
    filled = cells[cells != ""]
    return bool(filled.str.fullmatch(r"[a-zA-Z]|[-–—./…]|\.\.\.").all())


def numbers_of(cells: Iterable[str]) -> str:
    """Return how numbers are written.

    Returns
    -------
    str
        ``de`` (decimal comma), ``dots`` (German with dots between thousands), ``en``, or ``unclear``: dots that may
        separate thousands or decimals. Dots separate thousands where every dot stands before three digits and no
        number of four digits goes without.
    """
    numbers = [found[2] for cell in cells if (found := _NUMBER.match(str(cell).strip()[:LONGEST]))]
    dotted = [number for number in numbers if "." in number]
    if not dotted:
        return "de"
    convention = detect_convention(numbers)
    if convention is not None:
        return "en" if convention == "en" else "dots"
    if all(_DOTTED.match(number) for number in dotted) and not any(_LONG.match(n) for n in numbers):
        return "dots"
    return "unclear"


def read_values(raw: np.ndarray, marks: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray, str]:
    """Read cells.

    Parameters
    ----------
    raw : array of str, shape (cells,)
        As printed.
    marks : array of str, shape (cells,), optional
        Quality mark of each cell, empty where there is none.

    Returns
    -------
    tuple
        Values (NaN where there is none), statuses, and how numbers are written (``de``, ``dots``, ``en``, ``unclear``).
    """
    codes, unique = pd.factorize(raw)
    numbers = numbers_of(unique)
    values, status = np.full(len(unique), np.nan), np.empty(len(unique), dtype=object)
    for i, cell in enumerate(unique):
        values[i], status[i] = _read(str(cell).strip(), numbers)
    value, state = values[codes], status[codes]
    if marks is not None:
        for mark in {str(one) for one in marks} - {"", "e"}:
            here = (marks == mark) & np.isin(state, ["value", "nil"])
            state[here] = SYMBOLS[mark] if mark in SYMBOLS else QUALITY.get(mark, "limited")
            if mark in SYMBOLS and SYMBOLS[mark] != "nil":
                value[here] = np.nan
    return value, state, numbers


def _read(text: str, numbers: str) -> tuple[float, str]:
    if not text:
        return np.nan, "empty"
    if text in SYMBOLS:
        return (0.0 if SYMBOLS[text] == "nil" else np.nan), SYMBOLS[text]
    found = _NUMBER.match(text) if len(text) <= LONGEST else None
    if not found:
        return np.nan, "not_a_number"
    bare = found[2].strip()
    if numbers == "unclear" and "." in bare:
        return np.nan, "ambiguous"
    if numbers != "en" and re.fullmatch(r"-?\d+(,\d+)?", bare):  # a comma is the decimal mark in these tables
        value: float | None = float(bare.replace(",", "."))
    else:
        value = parse_number(bare, "en" if numbers == "en" else "de").value
    if value is None:
        return np.nan, "not_a_number"
    return value, "limited" if found[1] else _FLAGS.get(found[4] or "", "value")
