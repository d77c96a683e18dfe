"""A unit's figures change from year to year about as the others' do: no leap, no dent, nothing frozen or copied."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.config import Group
from dewak_research.data.expected.scores import Floats, Key, Scores, Tables, keys_of
from dewak_research.errors import texts

_text = texts(__package__)
_FEWEST = 5  #: series that a common change can be read from
_NOTHING = 1e-9  #: stands for zero and below where logarithms are compared


class History(Group):
    """The series of one table.

    Parameters
    ----------
    table : str
        What the table holds.
    columns : tuple of str
        Columns that are followed.
    series : tuple of str
        Keys that name a series.
    time : str
        Key along which a series runs: the year, an age.
    scale : str
        ``log`` for amounts above zero, ``root`` for amounts that may be zero or below (the signed square root),
        ``linear`` for percentages.
    among : int
        A change is judged by the median change of all series whose key begins with the same so many characters (0: of
        all series; -1: of none).
    """

    table: str
    columns: tuple[str, ...]
    series: tuple[str, ...] = ("ags",)
    time: str = "year"
    scale: Literal["log", "root", "linear"] = "log"
    among: int = 0

    @property
    def tables(self) -> frozenset[str]:
        """Return the table that is followed."""
        return frozenset({self.table})

    def scores(self, name: str, tables: Tables) -> list[Scores]:
        """Return, for every column, leaps, dents, the common change of a year, frozen runs and copied years."""
        frame = tables[self.table]
        rows, series = _coded(frame, self.series)
        places, times = _coded(frame, (self.time,))
        found = []
        for column in self.columns:
            wide = np.full((len(series), len(times)), np.nan)
            wide[rows, places] = frame[column].to_numpy(dtype=np.float64)
            kept = ~np.isnan(wide).all(axis=0)
            found += self._of(f"{name}.{column}", column, wide[:, kept], series, times[kept])
        return found

    def _scaled(self, values: Floats) -> Floats:
        if self.scale == "log":
            return np.log(np.where(values > 0, values, np.where(np.isnan(values), np.nan, _NOTHING)))
        return np.sign(values) * np.sqrt(np.abs(values)) if self.scale == "root" else values

    def _common(self, series: pd.Index, change: Floats) -> Floats:
        """Return the median change of those a series is compared with; of all where too few are alike."""
        common = np.zeros_like(change)
        if self.among < 0 or len(series) < _FEWEST:
            return common
        common[:] = _median(change)
        if self.among:
            first = series.get_level_values(0).astype(str).str[: self.among].to_numpy()
            for group in np.unique(first):
                alike = first == group
                if alike.sum() >= _FEWEST:
                    common[alike] = _median(change[alike])
        return common

    def _of(self, name: str, column: str, values: Floats, series: pd.Index, times: pd.Index) -> list[Scores]:
        if len(times) < 2:
            return []
        change = np.diff(self._scaled(values), axis=1)
        common = self._common(series, change)
        own = change - common
        values_said = {"scale": _text(self.scale)}

        def by_row(kind: str, score: Floats, when: pd.Index, now: Floats, before: Floats) -> Scores:
            return Scores(f"{name}.{kind}", self.table, column, f"history_{kind}", score.ravel(),
                          _cells(series, when), now.ravel(), before.ravel(), values_said)  # fmt: skip

        found = [by_row("leap", own, times[1:], values[:, 1:], values[:, :-1])]
        if len(times) > 2:
            into, back = own[:, :-1], own[:, 1:]
            with np.errstate(invalid="ignore"):
                dent = np.where(into * back < 0, np.sign(into) * np.minimum(np.abs(into), np.abs(back)), 0.0)
            mean = (values[:, :-2] + values[:, 2:]) / 2
            found.append(by_row("dent", dent, times[1:-1], values[:, 1:-1], mean))
            found.append(by_row("frozen", _runs(values), times[1:], values[:, 1:], values[:, :-1]))
        if len(series) > _FEWEST and self.among >= 0:
            key, middle = keys_of(times[1:]), _median(values)
            same = 100 * _share_equal(values)
            found += [
                Scores(f"{name}.common", self.table, column, "history_common", _median(change), key, middle[1:],
                       middle[:-1], values_said),
                Scores(f"{name}.copied", self.table, column, "history_copied", same, key, same),
            ]  # fmt: skip
        return found


def _coded(frame: pd.DataFrame, keys: tuple[str, ...]) -> tuple[NDArray[np.intp], pd.Index]:
    """Return the number of every row's key, in the order of the file, and the keys; of no key one for all rows."""
    if not keys:
        return np.zeros(len(frame), dtype=np.intp), pd.Index([""])
    if len(keys) == 1:
        codes, found = pd.factorize(frame[keys[0]])
        return codes, pd.Index(found, name=keys[0])
    index = pd.MultiIndex.from_frame(frame[list(keys)])
    codes, levels = index.factorize()
    return codes, pd.Index(levels)


def _median(values: Floats) -> Floats:
    """Return the median of every column, NaN where it holds nothing."""
    if not np.isnan(values).any():
        return np.asarray(np.median(values, axis=0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmedian(values, axis=0))


def _share_equal(values: Floats) -> Floats:
    """Return, for every year but the first, the share of figures that equal the year before, zeros left out."""
    now, before = values[:, 1:], values[:, :-1]
    both = ~np.isnan(now) & ~np.isnan(before) & (now != 0)
    with np.errstate(invalid="ignore"):
        return np.asarray(((now == before) & both).sum(axis=0) / both.sum(axis=0))


def _cells(series: pd.Index, times: pd.Index) -> Callable[[int], Key]:
    """Return a function that gives the key of a cell of a wide table by its position, row by row."""
    row, time = keys_of(series), keys_of(times)
    return lambda position: (*row(position // len(times)), *time(position % len(times)))


def _runs(values: Floats) -> Floats:
    """Return how many years in a row a figure other than zero has stood unchanged."""
    same = (values[:, 1:] == values[:, :-1]) & (values[:, 1:] != 0)
    runs = np.zeros(same.shape)
    for year in range(same.shape[1]):
        before = runs[:, year - 1] if year else 0.0
        runs[:, year] = np.where(same[:, year], before + 1.0, 0.0)
    return runs
