"""What an analysis hands over: tables by name, the same shape in every stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Result:
    """The result of one stage.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        Result tables by name; what prose, charts and later stages read.
    """

    tables: Mapping[str, pd.DataFrame]
