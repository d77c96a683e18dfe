"""The figures of a workbook as the checks look at them: by column and line, with the inhabitants beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import pandas as pd

from dewak_research.language import Text
from dewak_research.own.contents import KEYS, Finding, Reading, finding
from dewak_research.own.template import GRIDS, columns_of, complete, label_of, load_template

Key = tuple[str, str, int, str]
"""sheet, line, year, kind"""


class Figures:
    """The figures of a workbook as the checks look at them.

    Parameters
    ----------
    reading : Reading
        What the workbook said.
    embedded : DataFrame
        Official figures of the municipality: sheet, line, year, kind, value.
    """

    def __init__(self, reading: Reading, embedded: pd.DataFrame) -> None:
        self.reading, self.embedded = reading, embedded
        self.heads = inhabitants(embedded, reading.figures)
        self.cells = reading.figures.set_index(KEYS)["cell"].to_dict()

    @property
    def town(self) -> str:
        """The key that the workbook names."""
        return self.reading.form.get("key", "")

    @cached_property
    def columns(self) -> dict[str, dict[tuple[int, str], dict[str, float]]]:
        """Known values of each sheet by (year, kind) and line."""
        return {sheet: columns_of(self.reading.figures, sheet) for sheet in GRIDS}

    @cached_property
    def values(self) -> dict[Key, float]:
        """Known values of all sheets."""
        return {
            (sheet, line, year, kind): value
            for sheet, columns in self.columns.items()
            for (year, kind), values in columns.items()
            for line, value in values.items()
        }

    def completed(self, sheet: str) -> dict[int, dict[str, float]]:
        """Return the actuals of a sheet by year and line, with the sums that were left empty."""
        lines, columns = load_template().grids[sheet], self.columns[sheet]
        return {year: complete(values, lines) for (year, kind), values in columns.items() if kind == "actual"}

    def found(self, code: str, key: Key, **shown: Any) -> Finding:
        """Return a finding on one figure, with the label of its line."""
        sheet, line, _, _ = key
        return finding(
            code, self.reading.titles[sheet], self.cells.get(key), line=label_of(sheet, line), **shown
        )

    def people_near(self, year: int) -> float | None:
        """Return the inhabitants of the year that lies nearest."""
        near = nearest_year(self.heads, year)
        return None if near is None else self.heads[near]

    def with_factors(self, factors: Mapping[tuple[str, int, str], float]) -> Figures:
        """Return the figures with whole columns (sheet, year, kind) multiplied, so that later checks see euro."""
        if not factors:
            return self
        frame = self.reading.figures
        by = [
            factors.get((sheet, year, kind), 1.0) if unit_of(sheet, line) == "EUR" else 1.0
            for sheet, line, year, kind in frame[KEYS].itertuples(index=False, name=None)
        ]
        return Figures(replace(self.reading, figures=frame.assign(value=frame["value"] * by)), self.embedded)


def unit_of(sheet: str, line: str) -> str:
    """Return the unit of a line: EUR, persons, pct."""
    return load_template().grids[sheet][line].unit


def nearest_year(known: Iterable[int], year: int) -> int | None:
    """Return the known year nearest to a year, the earlier of two."""
    return min(known, key=lambda one: (abs(one - year), one), default=None)


def inhabitants(*frames: pd.DataFrame) -> dict[int, float]:
    """Return inhabitants by year from frames of figures; a later frame counts before an earlier one."""
    heads: dict[int, float] = {}
    for frame in frames:
        part = frame[
            (frame["sheet"] == "population") & (frame["line"] == "einwohner") & frame["value"].notna()
        ]
        heads.update(zip(part["year"].astype(int), part["value"].astype(float), strict=True))
    return {year: value for year, value in sorted(heads.items()) if value > 0}


def percent(share: float) -> Text:
    """Write a change as percent in both languages."""
    return Text(f"{share * 100:+.0f} %", f"{share * 100:+.0f} %")
