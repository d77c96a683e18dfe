"""What the stages write and read again: a folder of tables for each, and named values beside them."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dewak_research.canonical import canonical, round_significant
from dewak_research.paths import PROCESSED
from dewak_research.replaced import replace_folder

if TYPE_CHECKING:
    from dewak_research.data.result import Result


def _plain(value: Any) -> float | int | str | bool | None:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        number = float(value)
        return float(round_significant(np.array([number]))[0]) if math.isfinite(number) else None
    if value is None or isinstance(value, str):
        return value
    raise TypeError(f"a value must be a number, a text or None, not {type(value).__name__}")


def write_result(result: Result, stage: str, processed: Path = PROCESSED) -> None:
    """Write the tables of one stage aside and move them into place when whole."""
    folder = processed / stage
    aside = processed / f".{stage}.part"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name, frame in sorted(result.tables.items()):
        canonical(frame).to_parquet(aside / f"{name}.parquet", index=False)
    replace_folder(folder, aside)


def write_values(name: str, values: Mapping[str, Any], processed: Path = PROCESSED) -> None:
    """Write named values, such as the cells that a page shows: what `dewak verify` holds against the proof."""
    plain = {key: _plain(value) for key, value in sorted(values.items())}
    path = processed / "values" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(plain, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
    part.replace(path)


def read_tables(stage: str, processed: Path = PROCESSED) -> dict[str, pd.DataFrame]:
    """Return all tables of a stage, or the one that is named as ``stage/table``."""
    pattern = f"{stage}.parquet" if "/" in stage else f"{stage}/*.parquet"
    return {path.stem: pd.read_parquet(path) for path in sorted(processed.glob(pattern))}
