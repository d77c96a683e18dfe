"""Cells that cannot be right become missing, each with its reason; nothing is replaced by a guess."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict

from dewak_research.errors import InputError, Problem
from dewak_research.language import Text


class Expectation(BaseModel):
    """What marks a cell as wrong: equal to a value, or not above one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    equal: float | None = None
    maximum: float | None = None


class Correction(BaseModel):
    """Which cells of which table are taken out, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    column: str
    keys: dict[str, str | tuple[int, ...]]
    expect: Expectation
    reason: Text

    def cells(self, frame: pd.DataFrame) -> pd.Series:
        """Return which rows of the table hold a cell of this kind."""
        hit = pd.Series(True, index=frame.index)
        for key, wanted in self.keys.items():
            hit &= frame[key].isin([wanted] if isinstance(wanted, str) else wanted)
        value = frame[self.column]
        if self.expect.equal is not None:
            hit &= (value == self.expect.equal).fillna(False)
        if self.expect.maximum is not None:
            hit &= (value <= self.expect.maximum).fillna(False)
        return hit


@cache
def corrections() -> tuple[Correction, ...]:
    """Return all corrections."""
    text = (files("dewak_research.data") / "corrections.yaml").read_text(encoding="utf-8")
    return tuple(Correction(**entry) for entry in yaml.safe_load(text))


def corrected(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its wrong cells missing.

    Raises
    ------
    InputError
        A correction finds nothing to correct: the provider has mended the table.
    """
    problems = []
    frame = frame.copy()
    for correction in corrections():
        if correction.table != name:
            continue
        hit = correction.cells(frame)
        if not hit.any():
            problems.append(
                Problem(
                    Text(
                        "die Berichtigung findet keinen falschen Wert mehr",
                        "the correction finds no wrong value any more",
                    ),
                    f"{name}.{correction.column}",
                    Text("eine Berichtigung nur, wo sie nötig ist", "a correction only where it is needed"),
                    Text(
                        "Eintrag aus sources/corrections.yaml entfernen",
                        "remove the entry from sources/corrections.yaml",
                    ),
                )
            )
        frame.loc[hit, correction.column] = pd.NA
    if problems:
        raise InputError(problems)
    return frame


def correction_log(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return every cell taken out: table, column, ags, year, raw_value, reason_de, reason_en.

    Parameters
    ----------
    tables : dict of str to DataFrame
        Raw tables (read with ``correct=False``) by name.
    """
    found = []
    for correction in corrections():
        if correction.table not in tables:
            continue
        frame = tables[correction.table]
        rows = frame.loc[correction.cells(frame), ["ags", "year", correction.column]]
        found.append(
            rows.rename(columns={correction.column: "raw_value"}).assign(
                table=correction.table,
                column=correction.column,
                reason_de=correction.reason.de,
                reason_en=correction.reason.en,
                raw_value=lambda d: d["raw_value"].astype(float),
            )
        )
    columns = ["table", "column", "ags", "year", "raw_value", "reason_de", "reason_en"]
    return pd.concat(found)[columns].sort_values(columns[:4], ignore_index=True)
