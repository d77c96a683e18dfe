"""Tables as they lie here, held against those of the proof."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from dewak_research.proof import TOLERANCE


def tables_here(folder: Path) -> dict[str, pd.DataFrame]:
    """Return the tables of a folder; one that cannot be read has one column that says so."""
    found = {}
    for path in sorted(folder.glob("*.parquet")):
        try:
            found[path.stem] = pd.read_parquet(path)
        except (OSError, ValueError) as error:
            found[path.stem] = pd.DataFrame({"unreadable": [type(error).__name__]})
    return found


def worst_difference(expected: pd.DataFrame, found: pd.DataFrame) -> tuple[str, int] | None:
    """Return column and row (the first is 0) where two tables lie furthest apart, None if they agree.

    Numbers agree within the tolerance, relative to the larger one; all else has to be equal. A column that only one
    table has, and another number of rows, stand before every number: ``("", rows)``.
    """
    if list(expected.columns) != list(found.columns):
        return sorted(map(str, set(expected.columns) ^ set(found.columns)) or ["order of columns"])[0], 0
    if len(expected) != len(found):
        return "", min(len(expected), len(found))
    worst, where = 0.0, None
    for column in expected.columns:
        one, other = expected[column], found[column]
        if one.dtype != other.dtype:
            return str(column), 0
        apart = _apart(one, other)
        if len(apart) and apart.max() > max(worst, TOLERANCE):
            worst, where = float(apart.max()), (str(column), int(apart.argmax()))
    return where


def _apart(one: pd.Series, other: pd.Series) -> np.ndarray:
    """Return how far apart two columns lie, row by row: relative for numbers, infinitely where all else differs."""
    if not pd.api.types.is_float_dtype(one):
        same = (one == other) | (one.isna() & other.isna())
        return np.where(same.fillna(False).to_numpy(dtype=bool), 0.0, np.inf)
    left, right = (side.to_numpy(dtype=float, na_value=np.nan) for side in (one, other))
    with np.errstate(invalid="ignore"):
        apart = np.abs(left - right) / np.maximum(np.maximum(np.abs(left), np.abs(right)), 1.0)
    same = (left == right) | (np.isnan(left) & np.isnan(right))
    return np.where(same, 0.0, np.nan_to_num(apart, nan=np.inf, posinf=np.inf))
