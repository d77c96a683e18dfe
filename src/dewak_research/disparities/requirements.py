"""What a panel must fulfil before a model may run, said in the user's words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dewak_research.errors import InputError, messages, nearest

_TOLERANCE = 1e-9
_problem = messages(__package__)


def refuse(key: str, where: str, **values: object) -> InputError:
    """Return (not raise) an InputError with a single problem of ``messages.yaml``."""
    return InputError(_problem(key, where, **values))


def require_columns(frame: pd.DataFrame, columns: Sequence[str], where: str) -> None:
    """Raise one InputError naming every column that is absent or wholly empty.

    Raises
    ------
    InputError
        A column does not exist (the nearest existing one is named) or holds no number at all.
    """
    problems = []
    for column in columns:
        if column not in frame.columns:
            have = nearest(column, map(str, frame.columns)) or ", ".join(map(str, frame.columns))
            problems.append(_problem("missing_column", where, column=column, have=have))
        elif frame[column].isna().all():
            problems.append(_problem("empty_column", where, column=column))
    if problems:
        raise InputError(problems)


def require_year(frame: pd.DataFrame, where: str) -> None:
    """Raise InputError if ``year`` is not a whole number (for example text)."""
    require_columns(frame, ["year"], where)
    if not pd.api.types.is_integer_dtype(frame["year"]):
        raise refuse("year_not_whole", f"{where}: year", example=repr(frame["year"].iloc[0]))


def require_unique(frame: pd.DataFrame, keys: Sequence[str], where: str) -> None:
    """Raise InputError naming up to five keys that occur more than once."""
    twice = frame.loc[frame.duplicated(list(keys)), list(keys)].drop_duplicates().head(5)
    if len(twice):
        shown = "; ".join(" ".join(map(str, row)) for row in twice.to_numpy())
        raise refuse("key_twice", f"{where}: {', '.join(keys)}", shown=shown)


def require_independent(design: pd.DataFrame, where: str) -> None:
    """Raise InputError if a regressor is constant or repeats the others.

    Parameters
    ----------
    design : DataFrame
        Regressors after the fixed effects were taken out (rows × variables), without missing values.

    Raises
    ------
    InputError
        Names each column without variation and each column that the ones before it already determine;
        linearmodels would answer "exog does not have full column rank" or drop it silently.
    """
    problems = []
    kept: dict[str, np.ndarray] = {}
    for name in design.columns:
        column = design[name].to_numpy(dtype=float)
        size = float(np.sqrt(np.mean(column**2)))
        if size < _TOLERANCE:
            problems.append(_problem("no_variation", where, name=name))
            continue
        scaled = rest = column / size
        if kept:
            basis = np.column_stack(list(kept.values()))
            rest = scaled - basis @ np.linalg.lstsq(basis, scaled, rcond=None)[0]
        if float(np.sqrt(np.mean(rest**2))) < 1e-7:
            problems.append(_problem("collinear", where, name=name, others=", ".join(kept)))
            continue
        kept[str(name)] = scaled
    if problems:
        raise InputError(problems)
