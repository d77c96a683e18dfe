"""What a panel must fulfil before a model may run, said in the user's words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dewak_research.errors import InputError, Problem, nearest
from dewak_research.language import Text

_TOLERANCE = 1e-9
FIX_TABLE = Text(
    "Tabelle berichtigen und den Schritt wiederholen", "correct the table and run the step again"
)
FIX_CHOICE = Text(
    "Merkmal weglassen oder durch ein anderes ersetzen", "leave the variable out or take another one"
)


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
            near = nearest(column, map(str, frame.columns))
            have = ", ".join(map(str, frame.columns)) if near is None else near
            problems.append(
                Problem(
                    Text(f"Spalte »{column}« fehlt", f"column “{column}” is missing"),
                    where,
                    Text(
                        f"eine Spalte »{column}«; vorhanden: {have}", f"a column “{column}”; there is: {have}"
                    ),
                    FIX_TABLE,
                )
            )
        elif frame[column].isna().all():
            problems.append(
                Problem(
                    Text(
                        f"Spalte »{column}« enthält keinen einzigen Wert",
                        f"column “{column}” holds no value at all",
                    ),
                    where,
                    Text("mindestens ein bekannter Wert", "at least one known value"),
                    FIX_CHOICE,
                )
            )
    if problems:
        raise InputError(problems)


def require_year(frame: pd.DataFrame, where: str) -> None:
    """Raise InputError if ``year`` is not a whole number (for example text)."""
    require_columns(frame, ["year"], where)
    if not pd.api.types.is_integer_dtype(frame["year"]):
        example = frame["year"].iloc[0]
        raise InputError(
            Problem(
                Text(
                    f"das Jahr ist kein ganzes Zahlenfeld: {example!r}",
                    f"the year is no whole number: {example!r}",
                ),
                f"{where}: year",
                Text("ganze Zahlen wie 2019", "whole numbers such as 2019"),
                Text(
                    "Spalte umwandeln, zum Beispiel frame.astype({'year': int})",
                    "convert the column, for example frame.astype({'year': int})",
                ),
            )
        )


def require_unique(frame: pd.DataFrame, keys: Sequence[str], where: str) -> None:
    """Raise InputError naming up to five keys that occur more than once."""
    twice = frame.loc[frame.duplicated(list(keys)), list(keys)].drop_duplicates().head(5)
    if len(twice):
        shown = "; ".join(" ".join(map(str, row)) for row in twice.to_numpy())
        raise InputError(
            Problem(
                Text(f"mehrfach vorhanden: {shown}", f"present more than once: {shown}"),
                f"{where}: {', '.join(keys)}",
                Text("je Einheit und Jahr genau eine Zeile", "exactly one row per unit and year"),
                FIX_TABLE,
            )
        )


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
    kept: list[np.ndarray] = []
    names: list[str] = []
    for name in design.columns:
        column = design[name].to_numpy(dtype=float)
        size = float(np.sqrt(np.mean(column**2)))
        if size < _TOLERANCE:
            problems.append(
                Problem(
                    Text(
                        f"»{name}« ändert sich innerhalb der festen Effekte nicht und ist darum nicht schätzbar",
                        f"“{name}” does not vary within the fixed effects, so nothing can be estimated for it",
                    ),
                    where,
                    Text("ein Merkmal, das sich unterscheidet", "a variable that differs between rows"),
                    FIX_CHOICE,
                )
            )
            continue
        scaled = column / size
        rest = scaled
        if kept:
            basis = np.column_stack(kept)
            rest = scaled - basis @ np.linalg.lstsq(basis, scaled, rcond=None)[0]
        if float(np.sqrt(np.mean(rest**2))) < 1e-7:
            others = ", ".join(names)
            problems.append(
                Problem(
                    Text(
                        f"»{name}« ergibt sich vollständig aus: {others} (perfekte Kollinearität)",
                        f"“{name}” follows completely from: {others} (perfect collinearity)",
                    ),
                    where,
                    Text("nur eines dieser Merkmale", "only one of these variables"),
                    FIX_CHOICE,
                )
            )
            continue
        kept.append(scaled)
        names.append(str(name))
    if problems:
        raise InputError(problems)


def refuse(what: Text, where: str, right: Text, next_step: Text = FIX_TABLE) -> InputError:
    """Return (not raise) an InputError with a single problem."""
    return InputError(Problem(what, where, right, next_step))
