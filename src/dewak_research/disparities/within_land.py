"""The main relation by other comparisons: over long spans, within Länder, and in each Land by itself."""

from __future__ import annotations

import pandas as pd
from scipy import stats

from dewak_research.disparities.choices import FOCAL
from dewak_research.disparities.models import Estimate, differences, fixed_effects
from dewak_research.errors import InputError

#: A Land with fewer Kreise gives no cluster-robust estimate worth showing.
FEWEST_KREISE = 10


def comparisons(panel: pd.DataFrame, years: tuple[int, int]) -> pd.DataFrame:
    """Return the estimates of all regressors by comparison.

    Returns
    -------
    DataFrame
        ``comparison`` (``two_way``; ``within_land``: Kreis and Land × year effects; ``long_3``, ``long_5``,
        ``long_all``: differences over so many years with year effects; ``long_within_land``: the longest with an
        effect for each Land), ``term``, ``estimate``, ``se``, ``low``, ``high``, ``p_value``, ``observations``,
        ``units``, ``clusters``.
    """
    longest = years[1] - years[0]
    given = panel, "ln_kdu", FOCAL, years
    found = {
        "two_way": fixed_effects(*given, "kreis_year"),
        "within_land": fixed_effects(*given, "kreis_land_year"),
        **{f"long_{span}": differences(*given, span=span) for span in (3, 5) if span < longest},
        "long_all": differences(*given, span=longest),
        "long_within_land": long_within_land(panel, years),
    }
    parts = [estimate.sized().assign(comparison=name) for name, estimate in found.items()]
    return pd.concat(parts, ignore_index=True)


def long_within_land(panel: pd.DataFrame, years: tuple[int, int]) -> Estimate:
    """Estimate the difference between first and last year with an effect for each Land (Land trends taken out)."""
    ends = panel[panel["year"].isin(years)].dropna(subset=["ln_kdu", *FOCAL])
    return fixed_effects(ends, "ln_kdu", FOCAL, years, "kreis_land_year", model="long_within_land")


def by_each_land(panel: pd.DataFrame, years: tuple[int, int], term: str = "unemployment_pct") -> pd.DataFrame:
    """Estimate the two-way model in each Land by itself.

    Returns
    -------
    DataFrame
        ``land``, ``land_name``, ``estimate``, ``se``, ``low``, ``high``, ``p_value``, ``observations``, ``units``,
        ``clusters`` of ``term``, all regressors included; Länder with fewer than 10 Kreise are left out.
    """
    rows = []
    for (land, name), part in panel.groupby(["land", "land_name"]):
        if part["ags"].nunique() < FEWEST_KREISE:
            continue
        try:
            found = fixed_effects(part, "ln_kdu", FOCAL, years, "kreis_year")
        except InputError:  # a regressor that does not move in this Land
            continue
        one = found.sized().query("term == @term")
        rows.append(one.assign(land=str(land), land_name=str(name)))
    return pd.concat(rows, ignore_index=True)


def agreement(table: pd.DataFrame) -> pd.DataFrame:
    """Return in one row whether the Länder of :func:`by_each_land` agree.

    Returns
    -------
    DataFrame
        ``lands``, ``positive``, ``significant`` (interval above 0), ``lowest``, ``highest``, ``median``,
        Cochran's ``q`` with ``q_df`` and ``q_p_value``, ``i_squared`` (share of the spread that is not sampling).
    """
    weights = 1 / table["se"] ** 2
    mean = (weights * table["estimate"]).sum() / weights.sum()
    q, df = float((weights * (table["estimate"] - mean) ** 2).sum()), len(table) - 1
    row = {
        "lands": len(table),
        "positive": int((table["estimate"] > 0).sum()),
        "significant": int((table["low"] > 0).sum()),
        "lowest": table["estimate"].min(),
        "highest": table["estimate"].max(),
        "median": table["estimate"].median(),
        "q": q,
        "q_df": df,
        "q_p_value": stats.chi2.sf(q, df),
        "i_squared": max(0.0, 1 - df / q) if q > 0 else 0.0,
    }
    return pd.DataFrame([row])
