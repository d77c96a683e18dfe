"""The options of a workbook as options of the plan: euros by year, drawn between the ends that were entered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.cases.library import triangular
from dewak_research.own.planning_sheets import NET
from dewak_research.planning.options import INSTRUMENT, MODEL, Option, stream

Floats = NDArray[np.float64]
KINDS = {"activation": INSTRUMENT}
UNJUDGED = "no"  #: what nobody has judged cannot be relied on under consolidation


def net_path(row: pd.Series, years: Sequence[int]) -> Floats:
    """Return the effect on the result by year, EUR (+ = relief): nothing before the first year, the last one goes on.

    Parameters
    ----------
    row : Series
        from_year, net_1 … net_5 (NaN = not entered).
    """
    given = row[list(NET)].dropna().to_numpy(float)
    place = np.asarray(years) - int(row["from_year"])
    amounts: Floats = given[np.clip(place, 0, len(given) - 1)]
    return np.where(place >= 0, amounts, 0.0)


def own_options(sheet: pd.DataFrame, years: Sequence[int], draws: int, seed: int) -> list[Option]:
    """Return the options of the workbook over the years of a plan.

    Parameters
    ----------
    sheet : DataFrame
        ``planning_sheets.OwnPlanning.options``.
    years : sequence of int
        Years of the plan, EUR amounts of other years are not seen.

    Returns
    -------
    list of Option
        Draws: a triangle between both ends with the last amount as its peak, in the years the option works; without
        ends there is no spread. Organisation models exclude each other. Not judged under budget law counts as "no".
    """
    found = []
    for _, row in sheet.iterrows():
        path, name = net_path(row, years), str(row["name"])
        working = float((np.asarray(years) >= row["from_year"]).mean())
        likely = float(row[list(NET)].dropna().iloc[-1])
        low, high = (likely if np.isnan(row[end]) else float(row[end]) for end in ("low_eur", "high_eur"))
        known = low <= likely <= high and low < high
        drawn = triangular(low, likely, high, (draws,), stream(seed, name)) if known else np.array(likely)
        found.append(
            Option(
                key=name,
                kind=KINDS.get(row["kind"], row["kind"]),
                net_eur=path,
                draws_eur=np.broadcast_to(path.mean() + working * (drawn - likely), (draws,)),
                persons_reached=float(row["persons_reached"]),
                staff_fte=0.0 if np.isnan(row["staff"]) else float(row["staff"]),
                hsk_compatible=row["hsk_compatible"] or UNJUDGED,
                service=row["service"] is not None or not np.isnan(row["persons_reached"]),
                excludes=MODEL if row["kind"] == MODEL else "",
                assumed=False,
            )
        )
    return found


def decided(sheet: pd.DataFrame) -> list[str]:
    """Return the names of the options that are decided already."""
    return [str(name) for name in sheet.loc[sheet["decided"], "name"]]
