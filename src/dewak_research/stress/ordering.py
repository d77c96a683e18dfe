"""A score known in 2014 against what happened to the liquidity credit of the Kreise until 2019.

Source: METHODS B.8, C.8. The score is fixed before looking: the mean percentile of five indicators known in 2014. It is
held against two naive rules, the last value of liquidity credit and debt per head. AUC and Brier score with
bootstrap intervals; probabilities come from logistic regressions that leave out one Land at a time.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from dewak_research.data.measures import volatility_pct
from dewak_research.rules import HOME

Floats = NDArray[np.float64]
KNOWN, LATER = 2014, 2019
RISK_UP = ("liquidity_trend", "trade_tax_volatility", "social_burden")
RISK_DOWN = ("tax_capacity", "tax_capacity_growth")
PREDICTORS = ("score", "last_value", "debt")
HESSEN = "06"


def indicators(kreise_panel: pd.DataFrame, known: int = KNOWN) -> pd.DataFrame:
    """Indicators of every Kreis known in ``known``.

    Parameters
    ----------
    kreise_panel : DataFrame
        ags, year, liquidity_credit_eur_pc, core_debt_eur_pc, trade_tax_eur_pc, tax_capacity_eur_pc, kdu_eur_pc.

    Returns
    -------
    DataFrame
        Index ags: liquidity_trend (change over three years, EUR per head), trade_tax_volatility (standard deviation of
        log growth over ten years), social_burden (KdU / tax capacity), tax_capacity, tax_capacity_growth (five
        years), last_value, debt. NaN where a series does not reach.
    """
    panel = kreise_panel[kreise_panel["year"] <= known]

    def of(column: str, year: int) -> pd.Series:
        found: pd.Series = panel[panel["year"] == year].set_index("ags")[column].astype(float)
        return found

    out = pd.DataFrame(
        {
            "liquidity_trend": of("liquidity_credit_eur_pc", known)
            - of("liquidity_credit_eur_pc", known - 3),
            "trade_tax_volatility": volatility_pct(panel, last_year=known, years=10, least=2) / 100.0,
            "social_burden": of("kdu_eur_pc", known) / of("tax_capacity_eur_pc", known),
            "tax_capacity": of("tax_capacity_eur_pc", known),
            "tax_capacity_growth": of("tax_capacity_eur_pc", known) / of("tax_capacity_eur_pc", known - 5)
            - 1.0,
            "last_value": of("liquidity_credit_eur_pc", known),
            "debt": of("core_debt_eur_pc", known),
        }
    )
    return out.sort_index()


def score(table: pd.DataFrame) -> pd.Series:
    """Mean percentile (0–1, higher = more at risk) of the five indicators; NaN if one is missing."""
    up = [table[name].rank(pct=True) for name in RISK_UP]
    down = [(-table[name]).rank(pct=True) for name in RISK_DOWN]
    found: pd.Series = pd.concat([*up, *down], axis=1).mean(axis=1, skipna=False)
    return found


def outcome(kreise_panel: pd.DataFrame, known: int = KNOWN, later: int = LATER) -> pd.Series:
    """Change of liquidity credit, EUR per head, index ags."""
    wide = kreise_panel.pivot_table(index="ags", columns="year", values="liquidity_credit_eur_pc")
    changed: pd.Series = wide[later] - wide[known]
    return changed


def auc(values: Floats, event: NDArray[np.bool_]) -> Floats:
    """Area under the ROC curve from ranks (Mann–Whitney), along the last axis; NaN with one class only.

    Parameters
    ----------
    values, event : ndarray, shape (..., n)
    """
    ranks = rankdata(values, axis=-1)
    positive = event.sum(axis=-1)
    negative = event.shape[-1] - positive
    with np.errstate(invalid="ignore", divide="ignore"):
        found = ((ranks * event).sum(axis=-1) - positive * (positive + 1) / 2) / (positive * negative)
    return np.asarray(found, float)


def _fitted(x: Floats, event: NDArray[np.bool_], land: NDArray[np.str_]) -> Floats:
    model = make_pipeline(StandardScaler(), LogisticRegression())
    predicted = cross_val_predict(
        model, x[:, None], event, groups=land, cv=LeaveOneGroupOut(), method="predict_proba"
    )
    return np.asarray(predicted[:, 1], float)


def compare(
    kreise_panel: pd.DataFrame, seed: int, resamples: int = 1000, lands: tuple[str, ...] | None = None
) -> pd.DataFrame:
    """AUC and Brier score of score, last value and debt; event = liquidity credit per head rose.

    Parameters
    ----------
    lands : tuple of str, optional
        Land keys to keep (all otherwise).

    Returns
    -------
    DataFrame
        predictor, n, event_share, auc, auc_low, auc_high, brier, brier_low, brier_high (95 % percentile bootstrap over
        Kreise), auc_difference, auc_difference_low, auc_difference_high (score less predictor).
    """
    table = indicators(kreise_panel)
    table["score"] = score(table)
    table["change"] = outcome(kreise_panel).reindex(table.index)
    table["land"] = table.index.str[:2]
    if lands is not None:
        table = table[table["land"].isin(lands)]
    table = table.dropna(subset=[*PREDICTORS, "change"])
    event = (table["change"] > 0).to_numpy(bool)
    land = table["land"].to_numpy(str)
    raw = {name: table[name].to_numpy(float) for name in PREDICTORS}
    grouped = len(np.unique(land)) > 1
    fitted = {name: _fitted(x, event, land) for name, x in raw.items()} if grouped else {}
    drawn = np.random.default_rng(seed).integers(0, len(event), (resamples, len(event)))
    aucs = {name: auc(x[drawn], event[drawn]) for name, x in raw.items()}
    point = {name: float(auc(x, event)) for name, x in raw.items()}
    rows = []
    for name in PREDICTORS:
        row: dict[str, float | int | str] = {"predictor": name, "n": len(event), "event_share": event.mean()}
        row |= _with_ends("auc", point[name], aucs[name])
        squared = (fitted[name] - event) ** 2 if grouped else np.full(len(event), np.nan)
        row |= _with_ends("brier", float(squared.mean()), squared[drawn].mean(axis=1))
        row |= _with_ends("auc_difference", point["score"] - point[name], aucs["score"] - aucs[name])
        rows.append(row)
    return pd.DataFrame(rows)


def _with_ends(name: str, value: float, drawn: Floats) -> dict[str, float]:
    """Value and 95 % percentile interval of its resamples; NaN resamples (one class only) are left out."""
    known = drawn[~np.isnan(drawn)]
    low, high = np.quantile(known, [0.025, 0.975]) if len(known) else (np.nan, np.nan)
    return {name: value, f"{name}_low": float(low), f"{name}_high": float(high)}


def ordering(kreise_panel: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Compare within all Länder, without Hessen (whose debt relief changed the outcome) and within NRW.

    Returns
    -------
    DataFrame
        Columns of ``compare`` and sample ("all", "without_hessen", "nrw").
    """
    lands = tuple(sorted(set(kreise_panel["ags"].str[:2])))
    samples = {"all": lands, "without_hessen": tuple(x for x in lands if x != HESSEN), "nrw": (HOME,)}
    found = [compare(kreise_panel, seed, lands=kept).assign(sample=name) for name, kept in samples.items()]
    return pd.concat(found, ignore_index=True)
