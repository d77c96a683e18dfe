"""The figures behind a picture or table as a CSV file that a reader can take away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

SIGNIFICANT_DIGITS = 10
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def plain_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame as a flat table: a named index becomes columns, a map's shapes are left out."""
    flat = pd.DataFrame(frame)
    if any(name is not None for name in flat.index.names):
        flat = flat.reset_index()
    return flat.drop(columns=[name for name in flat.columns if name == "geometry"])


def csv_text(frame: pd.DataFrame) -> str:
    """Write a frame as CSV: UTF-8, LF, floats at 10 significant digits, missing values empty.

    Text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    flat = plain_frame(frame)
    safe = flat.rename(columns=_harmless)
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = safe[name].map(_harmless, na_action="ignore")
    return safe.to_csv(index=False, lineterminator="\n", float_format=_digits)


def write_whole(path: Path, text: str) -> None:
    """Write a UTF-8 text so that the file is either whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    try:
        with aside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        aside.chmod(0o644)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _digits(value: object) -> str:
    text = format(value, f".{SIGNIFICANT_DIGITS}g")
    return "0" if text == "-0" else text
