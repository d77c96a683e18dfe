"""Do strained budgets carry social cost by cutting investment? METHODS D.7."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.disparities.distance import SCOPES, in_scope
from dewak_research.disparities.models import Effects, Estimate, fixed_effects
from dewak_research.disparities.panel import estimation_sample, lagged
from dewak_research.rules import known, values

#: Law of 2020: the federal share of KdU rose by 25 percentage points (METHODS C.4, S190/S191).
REFORM = next(v for v in values("kdu_federal_share") if v.key == "reform_share")
REFORM_YEAR, REFORM_SHARE = int(REFORM.valid_from or 0), float(REFORM.value)

TERMS = (
    "kdu_100_eur_pc", "credit_lag", "kdu_x_credit", "tax_capacity_100_eur_pc", "key_grants_100_eur_pc",
    "capital_grants_100_eur_pc", "unemployment_pct",
)  # fmt: skip


def squeeze_panel(panel: pd.DataFrame) -> pd.DataFrame:
    """Add the variables of the squeeze test.

    Added columns: ``kdu_100_eur_pc`` (gross KdU in 100 EUR per inhabitant, centred on its mean), ``credit_lag``
    (liquidity credit of the year before in 1,000 EUR per inhabitant, centred), ``kdu_x_credit`` (their product),
    ``tax_capacity_100_eur_pc``, ``key_grants_100_eur_pc``, ``capital_grants_100_eur_pc``.
    """
    out = panel.copy()
    kdu = out["kdu_eur_pc"] / 100
    credit = lagged(out, "liquidity_credit_eur_pc") / 1000
    out["kdu_100_eur_pc"] = kdu - kdu.mean()
    out["credit_lag"] = credit - credit.mean()
    out["kdu_x_credit"] = out["kdu_100_eur_pc"] * out["credit_lag"]
    for name in ("tax_capacity", "key_grants", "capital_grants"):
        out[f"{name}_100_eur_pc"] = out[f"{name}_eur_pc"] / 100
    return out


def _period(years: tuple[int, int]) -> tuple[int, int]:
    """Return the years that have the credit of the year before."""
    return max(years[0], 2011), years[1]


def squeeze(panel: pd.DataFrame, years: tuple[int, int]) -> list[Estimate]:
    """Regress investment per head on KdU, liquidity credit and their product.

    Parameters
    ----------
    panel : DataFrame
        From :func:`dewak_research.disparities.panel.build_panel`.
    years : (int, int)
        Liquidity credit is known from 2010, so with its lag the sample begins in 2011.

    Returns
    -------
    list of Estimate
        ``compare_kreise`` (Land × year effects: between Kreise of a Land) and ``within_kreis`` (Kreis and Land ×
        year effects), each with the interaction; dependent is investment in EUR per inhabitant, and in a
        second pair (``…_log``) its logarithm, because where little is invested little can be cut. The
        coefficient of ``kdu_x_credit`` is the θ₂ of METHODS D.7; the hypothesis is θ₂ < 0.

    Notes
    -----
    Not identified here: KdU is not assigned at random (a weak economy raises KdU and lowers investment); net
    KdU by Kreis is unknown because the final federal shares are stated from 2017 on; investment
    and liquidity credit end in 2019, before the reform of 2020 that would be the natural experiment.
    """
    ready, period = squeeze_panel(panel), _period(years)
    ready["ln_investment"] = np.log(ready["capital_spending_eur_pc"])
    effects: dict[str, Effects] = {"compare_kreise": "land_year", "within_kreis": "kreis_land_year"}
    return [
        fixed_effects(ready, dependent, TERMS, period, effect, model=f"{name}{suffix}")
        for dependent, suffix in (("capital_spending_eur_pc", ""), ("ln_investment", "_log"))
        for name, effect in effects.items()
    ]


def squeeze_table(panel: pd.DataFrame, years: tuple[int, int]) -> pd.DataFrame:
    """Return the terms of every model of :func:`squeeze` with the name of the ``model`` and its sizes."""
    parts = [estimate.sized().assign(model=estimate.model) for estimate in squeeze(panel, years)]
    return pd.concat(parts, ignore_index=True)


def squeeze_readings(panel: pd.DataFrame, years: tuple[int, int]) -> pd.DataFrame:
    """Return θ₂ of the same Kreis in three readings: the usual product, and the two comparisons it mixes.

    Returns
    -------
    DataFrame
        ``dependent`` (``euro``, ``log``), ``reading`` (``levels``: product of the two sizes, as in
        :func:`squeeze_table`; ``always``: the Kreis's own change of the burden × its mean credit, so Kreise with always
        much credit are held against Kreise with always little; ``deviations``: product of the Kreis's own changes of
        both, the other products kept fixed), ``scope`` (``all``; ``without_takeover``: without the Länder that took
        credit over), ``estimate``, ``se``, ``low``, ``high``, ``p_value``, ``observations``, ``units``, ``clusters``.

    Notes
    -----
    Taking Kreis effects out of a product does not take out the means of its two factors (Giesselmann and
    Schmidt-Catran 2022). With means m and own changes d, KdU × credit = m·m + d·m + m·d + d·d: the first is a Kreis
    effect, the usual θ₂ gives the other three one coefficient, here each has its own.
    """
    period = _period(years)
    ready = squeeze_panel(panel)
    ready["ln_investment"] = np.log(ready["capital_spending_eur_pc"])
    others = tuple(term for term in TERMS if term != "kdu_x_credit")
    rows = []
    for scope in SCOPES:
        frame = in_scope(ready.set_index("ags"), scope).reset_index()
        for dependent, column in (("euro", "capital_spending_eur_pc"), ("log", "ln_investment")):
            data, _ = estimation_sample(frame, column, TERMS, period, alone_in_land=True)
            means = data.groupby("ags")[["kdu_100_eur_pc", "credit_lag"]].transform("mean")
            kdu, credit = (data[name] - means[name] for name in means)
            data["always"], data["mean_kdu_x_credit"] = (
                kdu * means["credit_lag"],
                means["kdu_100_eur_pc"] * credit,
            )
            data["deviations"] = kdu * credit
            parts = ("always", "mean_kdu_x_credit", "deviations")
            for regressors in (TERMS, (*others, *parts)):
                found = fixed_effects(data, column, regressors, period, "kreis_land_year").sized()
                shown = found.replace({"term": {"kdu_x_credit": "levels"}}).rename(
                    columns={"term": "reading"}
                )
                shown = shown[shown["reading"].isin(["levels", "always", "deviations"])]
                rows.append(shown.assign(dependent=dependent, scope=scope))
    return pd.concat(rows, ignore_index=True)


def quartile_means(panel: pd.DataFrame, years: tuple[int, int]) -> pd.DataFrame:
    """Return mean investment by quartile of KdU, for Kreise with little and with much liquidity credit.

    Returns
    -------
    DataFrame
        ``kdu_quartile`` (1 = lowest), ``credit`` (``low``/``high``: below or above the median of Kreise that
        have a figure), ``kreise``, ``capital_spending_eur_pc`` (mean over Kreise of their mean over the years).
    """
    period = panel[panel["year"].between(*years)]
    means = (
        period.groupby("ags")[["kdu_eur_pc", "liquidity_credit_eur_pc", "capital_spending_eur_pc"]]
        .mean()
        .dropna()
    )
    means["kdu_quartile"] = pd.qcut(means["kdu_eur_pc"].rank(method="first"), 4, labels=False) + 1
    median = means["liquidity_credit_eur_pc"].median()
    means["credit"] = np.where(means["liquidity_credit_eur_pc"] > median, "high", "low")
    out = means.groupby(["kdu_quartile", "credit"]).agg(
        kreise=("capital_spending_eur_pc", "size"),
        capital_spending_eur_pc=("capital_spending_eur_pc", "mean"),
    )
    return out.reset_index()


def relief_by_kreis(panel: pd.DataFrame) -> pd.DataFrame:
    """Return what 25 points of federal share are worth per inhabitant, by Kreis.

    Gross KdU of 2019 × 0.25: the exposure to the law of 2020 in EUR per inhabitant, and in million EUR.
    """
    last = panel[(panel["year"] == REFORM_YEAR - 1) & panel["kdu_eur_pc"].notna()]
    out = last[["ags", "land", "name"]].copy()
    out["relief_eur_pc"] = REFORM_SHARE * last["kdu_eur_pc"]
    out["relief_million_eur"] = out["relief_eur_pc"] * last["population"] / 1e6
    return out.sort_values("ags", ignore_index=True)


def relief_summary(relief: pd.DataFrame) -> pd.DataFrame:
    """Return the reform in one row.

    Returns
    -------
    DataFrame
        ``reform_year``, ``added_share`` of the federation; ``lowest_eur_pc``, ``median_eur_pc``, ``highest_eur_pc``
        over the Kreise of :func:`relief_by_kreis`; ``total_billion_eur``.
    """
    values = relief["relief_eur_pc"]
    row = {
        "reform_year": REFORM_YEAR,
        "added_share": REFORM_SHARE,
        "lowest_eur_pc": values.min(),
        "median_eur_pc": values.median(),
        "highest_eur_pc": values.max(),
        "total_billion_eur": relief["relief_million_eur"].sum() / 1e3,
    }
    return pd.DataFrame([row])


def federal_shares(land: str, years: range) -> pd.DataFrame:
    """Return the federal share of gross KdU by year, where the rules hold one: land, year, share, verified."""
    found = {year: known("kdu_federal_share", "share", year) for year in years}
    rows = [(land, y, v.value[land], v.verified) for y, v in found.items() if v and land in v.value]
    return pd.DataFrame(rows, columns=["land", "year", "share", "verified"])


def event_view(panel: pd.DataFrame, first: int = 2015, last: int = 2022) -> pd.DataFrame:
    """Return ln gross KdU by year for Kreise of high against low exposure to the reform.

    The path of ln KdU on exposure (25 % of mean KdU before the reform, in 100 EUR per inhabitant) × year
    with Kreis and Land × year effects, base 2019. It tests whether *gross* KdU moved with exposure; it cannot
    show what was done with the relief, because no fiscal series here reaches beyond 2019.

    Returns
    -------
    DataFrame
        ``year``, ``estimate``, ``low``, ``high``; the base year is 0 by construction.
    """
    before = panel[panel["year"].between(first, REFORM_YEAR - 1)]
    exposure = REFORM_SHARE * before.groupby("ags")["kdu_eur_pc"].mean() / 100
    frame = panel[panel["year"].between(first, last)].copy()
    frame["exposure"] = frame["ags"].map(exposure)
    frame = frame[frame["exposure"].notna()]
    base = REFORM_YEAR - 1
    terms = []
    for year in range(first, last + 1):
        if year != base:
            frame[f"exposure_{year}"] = frame["exposure"] * (frame["year"] == year)
            terms.append(f"exposure_{year}")
    table = fixed_effects(frame, "ln_kdu", terms, (first, last), "kreis_land_year").terms
    table["year"] = [int(str(term)[-4:]) for term in table["term"]]
    zero = pd.DataFrame({"year": [base], "estimate": [0.0], "low": [0.0], "high": [0.0]})
    out = pd.concat([table[["year", "estimate", "low", "high"]], zero], ignore_index=True)
    return out.sort_values("year", ignore_index=True)
