"""Own measures of the workbook: what they bring by year, and the plan without and with them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.own.measure_lines import EnteredMeasure, booked_frame
from dewak_research.own.stress import OwnStress, effect_of, net_trade_tax, plan_growth
from dewak_research.stress.policy import measures_effect_eur
from dewak_research.stress.scenarios import scenario


def entered_measures(sheet: pd.DataFrame) -> tuple[EnteredMeasure, ...]:
    """Return the measures of the workbook; without a year of full effect they have it at once."""
    rows = []
    for row in sheet.to_dict("records"):
        first = int(row["first_year"])
        full = first if pd.isna(row["full_year"]) else int(row["full_year"])
        line = None if pd.isna(row.get("line")) else str(row["line"])
        rows.append(EnteredMeasure(str(row["name"]), float(row["amount_eur"]), first, full, line))
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


def cases_with(frame: pd.DataFrame, stress: OwnStress, measures: pd.DataFrame) -> pd.DataFrame:
    """Return every case on the plan without and with the measures of the workbook.

    A measure that names a line changes what a case acts on (a higher trade tax falls by more); its effect on the
    result is booked once, with those of all the others. Growth that a case is set against is that of the plan itself.

    Returns
    -------
    DataFrame
        scenario, title_de, title_en, effect_sum_eur, effect_sum_with_eur (of the case alone, over the plan years),
        end_reserve_eur, end_reserve_with_eur, first_trigger_year, first_trigger_with_year (NA = none); cases that can
        be computed; no row without a plan or without measures.
    """
    if stress.booked is None or measures.empty or stress.episodes.empty:
        return pd.DataFrame()
    years, entered = stress.booked.years, entered_measures(measures)
    later, better = booked_frame(frame, entered, years), measures_effect_eur(entered, tuple(years))
    rows, growth = [], plan_growth(frame, years)
    for row in stress.episodes[stress.episodes["missing"] == ""].to_dict("records"):
        effect, _ = effect_of(later, scenario(str(row["scenario"])), years, growth)
        tested = stress.booked.tested(effect + better)
        kept = ("scenario", "title_de", "title_en", "effect_sum_eur", "end_reserve_eur", "first_trigger_year")
        rows.append(
            {
                **{name: row[name] for name in kept},
                "effect_sum_with_eur": float(effect.sum()),
                "end_reserve_with_eur": float(tested["allgemeine_ruecklage_eur"].iloc[-1]),
                "first_trigger_with_year": stress.booked.first_crossed(tested),
            }
        )
    return pd.DataFrame(rows)


def critical_fall_with(frame: pd.DataFrame, stress: OwnStress, measures: pd.DataFrame) -> float:
    """Return the lasting fall of the trade tax that crosses a line with the measures; as ``critical_fall_share``.

    A Kreis has no trade tax: NaN.
    """
    if stress.booked is None or stress.kreis:
        return float("nan")
    years, entered = stress.booked.years, entered_measures(measures)
    tax = net_trade_tax(booked_frame(frame, entered, years), years)
    return stress.booked.critical_fall_share(tax, measures_effect_eur(entered, tuple(years)))
