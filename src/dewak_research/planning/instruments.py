"""Instruments of the catalogue of activation as options: those whose cost is published, in euros of one year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.cases.cost import EUROS_OF
from dewak_research.cases.library import triangular
from dewak_research.data.measures import at_prices_of
from dewak_research.planning.options import INSTRUMENT, LAW, Option, stream


def instrument_options(
    activation: pd.DataFrame, years: int, draws: int, seed: int, prices: pd.DataFrame
) -> tuple[list[Option], pd.DataFrame]:
    """Return the instruments of the catalogue whose cost is known, and those left out with the reason.

    Parameters
    ----------
    activation : DataFrame
        One row per instrument: instrument, services ("" = none said), cost_low_eur, cost_eur, cost_high_eur, cost_per
        ("year", "once", "project"), cost_year (of the prices, missing = undated: as published), lead_time_years,
        hours_mobilised, hours_per, hsk_compatible ("yes", "depends", "no", "unknown").
    prices : DataFrame
        Consumer prices: year, cpi_2020_100.

    Returns
    -------
    tuple
        Options: the cost of a year, none before the lead time is over; that the municipality pays all of it is an
        assumption. What posts it takes nobody publishes. Left out: instrument, reason ("cost_unknown"; "per_project":
        how many is not known; "paid_once": who pays it, and when, differs from case to case).
    """
    found, left_out = [], []
    for row in activation.to_dict("records"):
        key, cost = str(row["instrument"]), _range(row)
        if cost is None or row["cost_per"] != "year":
            reason = "paid_once" if row["cost_per"] == "once" else "per_project"
            left_out.append({"instrument": key, "reason": "cost_unknown" if cost is None else reason})
            continue
        priced = EUROS_OF if pd.isna(row["cost_year"]) else int(row["cost_year"])
        low, likely, high = (at_prices_of(EUROS_OF, priced, prices) * end for end in cost)
        lead = 0 if pd.isna(row["lead_time_years"]) else int(np.ceil(row["lead_time_years"]))
        when = np.arange(years) >= lead
        yearly = triangular(low, likely, high, (draws,), stream(seed, key))
        known = row["hours_per"] == "year" and not pd.isna(row["hours_mobilised"])
        found.append(
            Option(
                key=key,
                kind=INSTRUMENT,
                net_eur=np.where(when, -yearly.mean(), 0.0),
                draws_eur=-when.mean() * yearly,
                staff_fte=np.nan,
                volunteer_hours=float(row["hours_mobilised"]) if known else np.nan,
                hsk_compatible=LAW.get(str(row["hsk_compatible"]), "no"),
                service=bool(row["services"]),
                ranged=low < high,
            )
        )
    return found, pd.DataFrame(left_out, columns=["instrument", "reason"])


def _range(row: Mapping[Any, Any]) -> tuple[float, float, float] | None:
    """Low, likely, high cost; the middle stands for a likely value that is not published; None = not known."""
    low, likely, high = (float(row[name]) for name in ("cost_low_eur", "cost_eur", "cost_high_eur"))
    likely = 0.5 * (low + high) if np.isnan(likely) else likely
    low, high = (likely if np.isnan(end) else end for end in (low, high))
    return None if np.isnan(likely) else (low, likely, high)
