"""Tables as the stages write them, and the few numbers that stand for each: what `dewak verify` holds them against."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import pandas as pd

TABLES_OF = "tables_"
"""What the names of the files with fingerprints begin with."""
SIGNIFICANT_DIGITS = 10
NEXT_TO_ZERO = 1e-9
"""The sign of a smaller number says nothing."""


def round_significant(values: np.ndarray, digits: int = SIGNIFICANT_DIGITS) -> np.ndarray:
    """Round floats to significant digits; NaN, infinity and numbers next to zero stay as they are."""
    out = np.array(values, dtype=float)
    known = np.isfinite(out) & (np.abs(out) > 1e-200) & (np.abs(out) < 1e200)
    magnitude = np.floor(np.log10(np.abs(out[known])))
    factor = 10.0 ** (digits - 1 - magnitude)
    out[known] = np.round(out[known] * factor) / factor
    return out


def canonical(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table as it is written: rows numbered anew, floats rounded to significant digits."""
    frame = frame.reset_index(drop=True).copy()
    for column in frame.select_dtypes("float").columns:
        frame[column] = round_significant(frame[column].to_numpy(dtype=float))
    return frame


def fingerprints(tables: Mapping[str, pd.DataFrame]) -> dict[str, float | str]:
    """Return what stands for each table.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        By name.

    Returns
    -------
    dict
        ``<table>.<column>``: sum of the absolute values of a column of floats, the first row counting once, the last
        twice, so that two rows in another order differ; what is missing or infinite counts nothing. Nothing cancels
        out: where every value agrees within a tolerance, so does the sum. ``<table>``: number of rows and a hash of
        all that has to be equal exactly: names and order of the columns, texts, whole numbers, dates, what is missing
        or infinite, and the signs.
    """
    found: dict[str, float | str] = {}
    for name, frame in sorted(tables.items()):
        exact = hashlib.sha256()
        weights = 1.0 + np.arange(1, len(frame) + 1) / max(len(frame), 1)
        for column in map(str, frame.columns):
            values = frame[column]
            exact.update(f"{column}\n".encode())
            if pd.api.types.is_float_dtype(values):
                numbers = values.to_numpy(dtype=float, na_value=np.nan)
                known = np.isfinite(numbers)
                found[f"{name}.{column}"] = float(np.sum(np.abs(numbers[known]) * weights[known]))
                exact.update(_states(numbers).tobytes())
            else:
                exact.update(pd.util.hash_pandas_object(values, index=False).to_numpy("<u8").tobytes())
        found[name] = f"{len(frame)} rows, {exact.hexdigest()[:16]}"
    return found


def _states(numbers: np.ndarray) -> np.ndarray:
    """Return the sign of each number; 2 for a missing one, 3 and -3 for an infinite one."""
    signs = np.sign(np.where(np.abs(numbers) > NEXT_TO_ZERO, numbers, 0.0))
    signs = np.where(np.isinf(numbers), 3 * np.sign(numbers), signs)
    return np.where(np.isnan(numbers), 2, signs).astype("int8")
