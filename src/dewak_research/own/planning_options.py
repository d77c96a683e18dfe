"""The options of a workbook as options of the plan: euros by year, drawn between the ends that were entered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.own.planning_sheets import NET
from dewak_research.planning.options import DRAWS_ON, INSTRUMENT, MODEL, PLACE, Option, stream

Floats = NDArray[np.float64]
KINDS = {"activation": INSTRUMENT}
TAIL = 5.0 / 100.0  #: beyond P05 and beyond P95
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


def between(low: float, point: float, high: float, draws: int, rng: np.random.Generator) -> Floats:
    """Return draws whose P05 and P95 are the ends that were entered, and whose mean is the amount that was entered.

    One draw in twenty lies on either end, the others evenly on both sides of a middle that gives the mean; an amount
    within a twentieth of the range from an end gives a mean that much off.
    """
    middle = float(np.clip((point - TAIL * (low + high)) / (1.0 - 2.0 * TAIL), low, high))
    where, side, place = (rng.permutation(draws) + 0.5) / draws, rng.random(draws), rng.random(draws)
    left = side * (high - low) < high - middle
    body = np.where(left, low + place * (middle - low), middle + place * (high - middle))
    end = (
        TAIL + 1.0 / draws
    )  # one more, so that the percentile does not lie between the end and the next draw
    return np.where(where < end, low, np.where(where > 1.0 - end, high, body))


def sources_of(row: pd.Series) -> tuple[str, ...]:
    """Return what an option draws on: the place of an organisation model, and what was entered as its sources.

    Parameters
    ----------
    row : Series
        kind; sources: ids with commas (those of ``options.DRAWS_ON`` and ``options.STAFF``), None = not entered.
    """
    names = row["sources"].split(", ") if isinstance(row["sources"], str) else []
    place = (PLACE,) if row["kind"] == MODEL else ()
    return (*place, *(DRAWS_ON.get(name, name) for name in names))


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
        Draws: :func:`between` both ends about the last amount, in the years the option works; without ends there is no
        range. Organisation models exclude each other, and so do options that name a source in common; rows without
        one are taken as what they are entered as, things of their own. Not judged under budget law counts as "no".
    """
    found = []
    for _, row in sheet.iterrows():
        path, name = net_path(row, years), str(row["name"])
        working = float((np.asarray(years) >= row["from_year"]).mean())
        likely = float(row[list(NET)].dropna().iloc[-1])
        low, high = (likely if np.isnan(row[end]) else float(row[end]) for end in ("low_eur", "high_eur"))
        known = low <= likely <= high and low < high
        drawn = between(low, likely, high, draws, stream(seed, name)) if known else np.array(likely)
        found.append(
            Option(
                key=name,
                kind=KINDS.get(row["kind"], row["kind"]),
                net_eur=path,
                draws_eur=np.broadcast_to(path.mean() + working * (drawn - likely), (draws,)),
                persons_reached=float(row["persons_reached"]),
                staff_fte=float(row["staff"]),
                volunteer_hours=np.nan,
                hsk_compatible=row["hsk_compatible"] or UNJUDGED,
                service=row["service"] is not None or not np.isnan(row["persons_reached"]),
                sources=sources_of(row),
                ranged=known,
                assumed=False,
            )
        )
    return found


def decided(sheet: pd.DataFrame) -> list[str]:
    """Return the names of the options that are decided already."""
    return [str(name) for name in sheet.loc[sheet["decided"], "name"]]
