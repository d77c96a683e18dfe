"""What a trend of rates would have missed in the past: no change, the slope of a whole history, the last years.

Tried where long histories are known: the Kreise's children in day care since 2006 and their people in need of care
since 2009, and the Land's recipients of integration help. Every year from the third on is an origin, every later one a
target.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from dewak_research.planning.cost import assumption
from dewak_research.planning.need import LEAST_YEARS, Array, damped_growth, recent_growth
from dewak_research.rules import HOME

SERIES = {
    "childcare_under3_pct": "childcare_u3",
    "childcare_3to6_pct": "childcare_3_6",
    "care_dependency_per_10k": "care_all_kinds",
}
"""Columns of the panel of Kreise, all persons per hundred (whatever the name of the last), and what they are called."""
INTEGRATION = ("integration_help_minors", "integration_help_adults")
AHEAD = ((1, 3), (4, 6), (7, 20))
METHODS = ("no_change", "whole_history", "recent_years")


def _histories(panel: pd.DataFrame, rates: pd.DataFrame) -> Iterator[tuple[str, Array, Array]]:
    """Yield name, years and rates of every history that is long enough for a forecast."""
    home = panel[panel["ags"].str.startswith(HOME)]
    for column, name in SERIES.items():
        for _, rows in home.dropna(subset=column).sort_values("year").groupby("ags"):
            yield name, rows["year"].to_numpy(float), rows[column].to_numpy(float) / 100.0
    past = rates[(rates["use"] == "history") & rates["service"].isin(INTEGRATION)].sort_values("year")
    for _, rows in past.groupby(["service", "age"]):
        yield "integration_help", rows["year"].to_numpy(float), rows["rate"].to_numpy(float)


def forecasts(years: Array, rates: Array, ahead: Array, damping: float) -> dict[str, Array]:
    """Return what each method says of a rate ``ahead`` years after the last of a history, at most 1.

    Parameters
    ----------
    years, rates : array (n,)
        A history of at least ``LEAST_YEARS`` rising years, rates above 0.
    ahead : array (m,)
    damping : float

    Returns
    -------
    dict
        Method to array (m,).
    """
    slopes = (0.0, np.polyfit(years, np.log(rates), 1)[0], recent_growth(years, rates))
    steps = np.asarray(ahead, int)[:, None]
    return {
        method: np.minimum(rates[-1] * damped_growth(np.array([[slope]]), steps, damping)[:, 0, 0], 1.0)
        for method, slope in zip(METHODS, slopes, strict=True)
    }


def rate_backtest(tables: Mapping[str, pd.DataFrame], rates: pd.DataFrame) -> pd.DataFrame:
    """Return by how much damped forecasts of rates missed, by series, horizon and method.

    Parameters
    ----------
    tables : mapping
        kreise_panel (ags, year, the columns of ``SERIES``).
    rates : DataFrame
        Table of rates with the histories of integration help.

    Returns
    -------
    DataFrame
        series, first_ahead, last_ahead (years from origin to target), method (``METHODS``), forecasts (number),
        mape_pct, bias_pct (above 0: too high).
    """
    damping = assumption("trend_damping_share")
    rows = []
    for name, years, known in _histories(tables["kreise_panel"], rates):
        for origin in range(LEAST_YEARS, len(years)):
            ahead = years[origin:] - years[origin - 1]
            for method, said in forecasts(years[:origin], known[:origin], ahead, damping).items():
                miss = 100.0 * (said / known[origin:] - 1.0)
                rows += [(name, method, *one) for one in zip(ahead.tolist(), miss.tolist(), strict=True)]
    found = pd.DataFrame(rows, columns=["series", "method", "ahead", "miss"])
    parts = []
    for first, last in AHEAD:
        some = found[found["ahead"].between(first, last)].groupby(["series", "method"], sort=False)["miss"]
        table = pd.DataFrame({"forecasts": some.size(), "mape_pct": some.agg(lambda m: m.abs().mean())})
        table["bias_pct"] = some.mean()
        parts.append(table.reset_index().assign(first_ahead=first, last_ahead=last))
    columns = ["series", "first_ahead", "last_ahead", "method", "forecasts", "mape_pct", "bias_pct"]
    return pd.concat(parts, ignore_index=True)[columns]
