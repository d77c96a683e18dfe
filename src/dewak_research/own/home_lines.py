"""The plan of another Land in the lines of the home Land, which the formulas of the ratios are written in."""

from __future__ import annotations

import pandas as pd

from dewak_research.own.layout_in_hand import layout_in_hand
from dewak_research.own.template import PLANS, columns_of, complete, load_template
from dewak_research.rules import HOME


def in_home_lines(frame: pd.DataFrame) -> pd.DataFrame:
    """Return both plans by line of the home Land; those of the home Land as they are.

    A line that the home Land contains in another (``within``) is added to that one as well. Sums are computed anew from
    their parts: ordinary income and costs of another Land may contain interest. A line that a plan of that Land need
    not have counts as zero.

    Parameters
    ----------
    frame : DataFrame
        sheet, line, year, kind, value.

    Returns
    -------
    DataFrame
        The same columns.
    """
    if layout_in_hand() == HOME:
        return frame
    rows = []
    for sheet in PLANS:
        own, home = load_template().grids[sheet], load_template(HOME).grids[sheet]
        absent = {line: 0.0 for line, spec in own.items() if line in home and spec.need == "optional"}
        for (year, kind), given in columns_of(frame, sheet).items():
            parts = {
                line: value for line, value in given.items() if line in home and home[line].need != "sum"
            }
            for line, value in given.items():
                within = own[line].within
                if within is not None:
                    parts[within] = parts.get(within, 0.0) + value
            needed = {line: zero for line, zero in absent.items() if home[line].need == "required"}
            for line, value in complete({**needed, **parts}, home).items():
                rows.append((sheet, line, year, kind, value))
    return pd.DataFrame(rows, columns=["sheet", "line", "year", "kind", "value"])
