"""How complete a count is: growth of recipients that is better reporting, as far as the office says it."""

from __future__ import annotations

import pandas as pd

from dewak_research.rules import HOME


def integration_reporting(checkpoints: pd.DataFrame) -> pd.DataFrame:
    """Return how much of the growth of integration help is better reporting: the office says how many were not counted.

    Parameters
    ----------
    checkpoints : DataFrame
        area, series, item, year, value; recipients_total, recipients_under_18, recipients_not_reported (rounded, of
        all ages) of series integration_sgb9.

    Returns
    -------
    DataFrame
        One row: first_year, last_year (of those with all three), counted_growth (persons), missing_first,
        missing_last (persons not counted), reported_growth (persons that were only reported later), reported_share (of
        counted_growth), minors_share (missing_first of the growth of minors: the most it can be, if all of them were
        minors and no minor is missing any more).
    """
    points = checkpoints.query(f"area == '{HOME}' and series == 'integration_sgb9'")
    items = ["recipients_total", "recipients_under_18", "recipients_not_reported"]
    wide = points.pivot_table(index="year", columns="item", values="value")[items].dropna().sort_index()
    grown, missing = wide.iloc[-1] - wide.iloc[0], wide["recipients_not_reported"]
    reported = float(missing.iloc[0] - missing.iloc[-1])
    one = {
        "first_year": int(wide.index[0]),
        "last_year": int(wide.index[-1]),
        "counted_growth": float(grown["recipients_total"]),
        "missing_first": float(missing.iloc[0]),
        "missing_last": float(missing.iloc[-1]),
        "reported_growth": reported,
        "reported_share": reported / float(grown["recipients_total"]),
        "minors_share": float(missing.iloc[0]) / float(grown["recipients_under_18"]),
    }
    return pd.DataFrame([one])
