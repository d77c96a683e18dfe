"""Early warning for the Kreise of all Länder, whose liquidity credit grows faster than the median of the Land.

What holds for a whole Land (a debt relief, a change of the law) is no event. Two events, as they differ: the change
over three years is above the Land's median ("above_median"), which a Kreis without credit meets wherever the others
repay; and credit also rises ("rises"), which a treasurer fears. Strictly past data: a model is fitted on origins whose
outcome was known at its own origin. Source: INKAR 2010–2019, Schuldenstatistik 71327 for 2023.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.data.measures import volatility_pct
from dewak_research.stress.discrimination import auc, ends_95, fitted_probability, redrawn

YEARS_AHEAD = 3
FEWEST_KREISE = 3  #: of a Land with a median of its own
DRAWS = 300
LATEST = 2023  #: one later year of the outcome, four years after the last origin
EVENTS = ("above_median", "rises")
CIRCUMSTANCES = (
    "sgb2_rate_pct",
    "unemployment_pct",
    "tax_capacity_eur_pc",
    "trade_tax_eur_pc",
    "trade_tax_volatility",
    "tax_growth",
)
PREDICTORS: dict[str, tuple[str, ...]] = {
    "all": ("log_credit", "has_credit", "core_debt_eur_pc", *CIRCUMSTANCES),
    "level": ("liquidity_credit_eur_pc",),
    "circumstances": CIRCUMSTANCES,
}


@dataclass(frozen=True)
class Origin:
    """What was known of n Kreise at the end of a year, and what came.

    ``known``: less the median of the Land (index ags); ``events``: by key of ``EVENTS``.
    """

    year: int
    seen_until: int
    known: pd.DataFrame
    events: pd.DataFrame


def known_at(kreise_panel: pd.DataFrame, year: int) -> pd.DataFrame:
    """What was known of every Kreis in a year, less the median of its Land; index ags, NaN where a series lacks.

    Returns
    -------
    DataFrame
        The columns of ``PREDICTORS``: log_credit (log of 1 + EUR per head), has_credit (0 or 1), trade_tax_volatility
        (ten years), tax_growth (log, five years), the others as in the panel.
    """
    past = kreise_panel[kreise_panel["year"] <= year]
    by_year = {at: rows.set_index("ags") for at, rows in past.groupby("year")}
    out = by_year[year].astype(float)
    credit = out["liquidity_credit_eur_pc"].clip(lower=0.0)
    before = by_year[year - 5]["tax_capacity_eur_pc"].astype(float)
    out = out.assign(
        log_credit=np.log1p(credit),
        has_credit=(credit > 0).astype(float).where(credit.notna()),
        trade_tax_volatility=volatility_pct(past, last_year=year, years=10, least=2),
        tax_growth=np.log(out["tax_capacity_eur_pc"] / before),
    )[sorted({name for columns in PREDICTORS.values() for name in columns})]
    return out - out.groupby(out.index.str[:2]).transform("median")


def events_between(credit: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Both events of every Kreis between two years, index ags; Länder of fewer than three Kreise are left out.

    Parameters
    ----------
    credit : DataFrame
        Liquidity credit, EUR per head, index ags, a column for every year.
    """
    change = (credit[last] - credit[first]).dropna()
    change = change[change.groupby(change.index.str[:2]).transform("size") >= FEWEST_KREISE]
    above = change > change.groupby(change.index.str[:2]).transform("median")
    return pd.DataFrame({"above_median": above, "rises": above & (change > 0)})


def origins(inputs: Mapping[str, pd.DataFrame]) -> list[Origin]:
    """Every year whose outcome is known, with three years ahead, and the last one against ``LATEST``."""
    panel = inputs["kreise_panel"]
    credit = panel.pivot_table(index="ags", columns="year", values="liquidity_credit_eur_pc")
    last = int(credit.columns.max())
    later = inputs["kreise_debt_2023"].set_index("kreis")["liquidity_credit_eur_pc"].astype(float)
    credit[LATEST] = later
    ends = {year: year + YEARS_AHEAD for year in range(int(credit.columns.min()), last - YEARS_AHEAD + 1)}
    found = []
    for year, end in {**ends, last: LATEST}.items():
        events = events_between(credit, year, end)
        known = known_at(panel, year).reindex(events.index).dropna()
        found.append(Origin(year, end, known, events.loc[known.index]))
    return found


def _other_laender(x: pd.DataFrame, y: pd.Series[bool], now: pd.DataFrame) -> NDArray[np.float64]:
    """Probabilities of every Kreis from the past of the other Länder only."""
    out = np.full(len(now), np.nan)
    land = now.index.str[:2].to_numpy(str)
    for name in np.unique(land):
        elsewhere = x.index.str[:2] != name
        out[land == name] = fitted_probability(x[elsewhere], y[elsewhere], now[land == name])
    return out


def kreis_warning(inputs: Mapping[str, pd.DataFrame], seed: int, draws: int = DRAWS) -> pd.DataFrame:
    """Score both events by origin and set of predictors.

    Parameters
    ----------
    inputs : mapping
        kreise_panel and kreise_debt_2023.

    Returns
    -------
    DataFrame
        event, predictors, origin, seen_until (year of the outcome), n, events, auc, auc_low, auc_high (95 %, Kreise
        drawn with replacement), within_land_auc (pairs of the same Land only) with within_land_auc_low
        and within_land_auc_high, other_laender_auc (within Land, fitted without the own Land).
    """
    rng = np.random.default_rng(seed)
    every = origins(inputs)
    rows = []
    for event in EVENTS:
        for origin in every:
            past = [one for one in every if one.seen_until <= origin.year]
            if not past:
                continue
            x, y = pd.concat([one.known for one in past]), pd.concat([one.events[event] for one in past])
            for name, columns in PREDICTORS.items():
                chosen, now = x[list(columns)], origin.known[list(columns)]
                said = pd.DataFrame({"event": origin.events[event], "land": now.index.str[:2], "all": ""})
                said["probability"] = fitted_probability(chosen, y, now)
                row = {"event": event, "predictors": name, "origin": origin.year, "n": len(now)}
                row |= {"seen_until": origin.seen_until, "events": int(said["event"].sum())}
                for measure, within in (("auc", "all"), ("within_land_auc", "land")):
                    ends = ends_95(redrawn(said, now.index, draws, rng, within))
                    row |= {measure: auc(said, within), f"{measure}_low": ends[0], f"{measure}_high": ends[1]}
                said["probability"] = _other_laender(chosen, y, now)
                rows.append({**row, "other_laender_auc": auc(said, "land")})
    return pd.DataFrame(rows)
