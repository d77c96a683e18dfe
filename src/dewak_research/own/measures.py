"""Own measures of the workbook: what they bring by year, and the plan without and with them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.own.stress import OwnStress
from dewak_research.stress.policy import Measure, measures_effect_eur


def entered_measures(sheet: pd.DataFrame) -> tuple[Measure, ...]:
    """Return the measures of the workbook; without a year of full effect they have it at once."""
    rows = []
    for row in sheet.to_dict("records"):
        first = int(row["first_year"])
        full = first if pd.isna(row["full_year"]) else int(row["full_year"])
        rows.append(Measure(str(row["name"]), float(row["amount_eur"]), first, full))
    return tuple(rows)


def with_measures(stress: OwnStress, measures: pd.DataFrame) -> pd.DataFrame:
    """Return the plan without and with the measures of the workbook, year by year.

    Returns
    -------
    DataFrame
        year, result_eur, effect_eur, result_with_eur, allgemeine_ruecklage_eur, allgemeine_ruecklage_with_eur,
        duty, duty_with (boolean, NA = unknown); no row without a plan or without measures.
    """
    if stress.booked is None or measures.empty:
        return pd.DataFrame()
    years = tuple(stress.booked.years)
    effect = measures_effect_eur(entered_measures(measures), years)
    before, after = (stress.booked.tested(e) for e in (np.zeros(len(years)), effect))
    columns = {"result_eur": "result", "allgemeine_ruecklage_eur": "allgemeine_ruecklage"}
    table = before.loc[before["year"].isin(years), ["year", *columns]].reset_index(drop=True)
    later = after[after["year"].isin(years)].reset_index(drop=True)
    table = table.assign(effect_eur=effect, **{f"{name}_with_eur": later[c] for c, name in columns.items()})
    duties = [
        stress.booked.duty(frame[frame["year"].isin(years)]).reset_index(drop=True)
        for frame in (before, after)
    ]
    return table.assign(duty=duties[0], duty_with=duties[1])
