"""Two figures that belong together rank the units alike: a column that slipped by a row, or another's, does not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.config import Group
from dewak_research.data.expected.scores import Scores, Tables
from dewak_research.data.expected.views import View


class Likeness(Group):
    """A column and what it goes along with.

    Parameters
    ----------
    column : str
        Column of the left table that is judged.
    left, right : View
        The two figures; their rank correlation (Spearman) over all common keys is held to the measured one.
    """

    column: str
    left: View
    right: View

    @property
    def tables(self) -> frozenset[str]:
        """Return the tables that are compared."""
        return frozenset(self.left.tables | self.right.tables)

    def scores(self, name: str, tables: Tables) -> list[Scores]:
        """Return the rank correlation as the one score."""
        both = pd.concat({"left": self.left.read(tables), "right": self.right.read(tables)}, axis=1).dropna()
        found = np.array([both["left"].rank().corr(both["right"].rank())])
        values = {"other": self.right.label, "n": len(both)}
        return [
            Scores(name, self.left.table, self.column, "not_alike", found, lambda _: ("Spearman",), found,
                   values=values)
        ]  # fmt: skip
