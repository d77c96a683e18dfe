"""Two sources, or a total and its parts, say the same: within a stated tolerance, or as near as they always were."""

from __future__ import annotations

from typing import Literal

import numpy as np

from dewak_research.config import Group
from dewak_research.data.expected.scores import IMPOSSIBLE, Floats, Limit, Scores, Tables, keys_of
from dewak_research.data.expected.views import View


class Agreement(Group):
    """One figure of a table beside another one.

    Parameters
    ----------
    column : str
        Column of the left table that is judged.
    left, right : View
        The two figures; without a right one the left is a gap that should be zero.
    by : str
        ``ratio`` compares natural logarithms, ``difference`` subtracts, ``order`` asks that left is not above right.
    tolerance : float, optional
        Largest gap that rounding explains; without one the measured limit holds.
    """

    column: str
    left: View
    right: View | None = None
    by: Literal["ratio", "difference", "order"] = "difference"
    tolerance: float | None = None

    @property
    def tables(self) -> frozenset[str]:
        """Return the tables that are compared."""
        return frozenset(self.left.tables | (self.right.tables if self.right else set()))

    def scores(self, name: str, tables: Tables) -> list[Scores]:
        """Return how far the two figures lie apart, by key."""
        read = self.left.read(tables)
        found = read.to_numpy(dtype="float64")
        expected = None
        if self.right:
            expected = self.right.read(tables).reindex(read.index).to_numpy(dtype="float64")
        limit: Limit | None = None
        if self.tolerance is not None:
            limit = (-np.inf if self.by == "order" else -self.tolerance, self.tolerance)
        values = {
            "formula": self.left.value,
            "other": self.right.label if self.right else "",
        }
        message = f"apart_{self.by}" if self.right else "does_not_add_up"
        return [
            Scores(name, self.left.table, self._named(), message, self._score(found, expected),
                   keys_of(read.index), found, expected, values, limit)
        ]  # fmt: skip

    def _named(self) -> str:
        """Return the column, and the formula where it is part of one."""
        return self.column if self.column == self.left.value else f"{self.column} ({self.left.value})"

    def _score(self, found: Floats, expected: Floats | None) -> Floats:
        if expected is None:
            return found
        if self.by != "ratio":
            return np.asarray(found - expected)
        with np.errstate(divide="ignore", invalid="ignore"):
            score = np.where((found > 0) & (expected > 0), np.log(found) - np.log(expected), np.nan)
        wrong = (found <= 0) & (expected > 0)
        return np.where(wrong, -IMPOSSIBLE, np.where((expected <= 0) & (found > 0), IMPOSSIBLE, score))
