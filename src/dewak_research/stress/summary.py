"""What the large tables come to: counts and medians over all units, one small table per question."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.config import StressParams
from dewak_research.rules import HOME, land
from dewak_research.stress.backtest import BAND
from dewak_research.stress.items import BLOCKS, POSITION
from dewak_research.stress.pool import OBSERVED, Pool
from dewak_research.stress.probability import crisis_frequency
from dewak_research.stress.run import Run

LIGHTS = ("green", "amber", "red")
NO_TRIGGER = "none"


def run_summary(run: Run, params: StressParams, peers: int) -> pd.DataFrame:
    """What was run, one row.

    Returns
    -------
    DataFrame
        units, units_with_balance (number), draws, years, first_year, last_year, rule_set, crisis_frequency_share
        (crises per year) with crisis_frequency_low_share and crisis_frequency_high_share (exact 95 % interval),
        pass_through_share (of a Kreis's loss, assumption), peers (nearest units a unit is compared with).
    """
    estimate, low, high = crisis_frequency()
    return pd.DataFrame(
        {
            "units": [len(run.table)],
            "units_with_balance": [int(run.table["has_balance"].sum())],
            "draws": [params.draws],
            "years": [params.horizon_years],
            "first_year": [run.first_year],
            "last_year": [run.first_year + params.horizon_years - 1],
            "rule_set": [run.rules.name],
            "crisis_frequency_share": [estimate],
            "crisis_frequency_low_share": [low],
            "crisis_frequency_high_share": [high],
            "pass_through_share": [params.pass_through_share],
            "peers": [peers],
        }
    )


def history(pool: Pool) -> pd.DataFrame:
    """How much history stands behind each item with a series.

    Returns
    -------
    DataFrame
        item, years, first_year, last_year (of growth in the pool), years_observed (the others were filled from the
        year with the nearest trade-tax growth), crisis_years (of the trade tax); in the order of the items.
    """
    filled = pool.filled[:, [POSITION[key] for key in OBSERVED]]
    return pd.DataFrame(
        {
            "item": OBSERVED,
            "years": len(pool.years),
            "first_year": int(pool.years[0]),
            "last_year": int(pool.years[-1]),
            "years_observed": (~filled).sum(axis=0),
            "crisis_years": int(pool.crisis_years.sum()),
        }
    )


def light_counts(lights: pd.DataFrame) -> pd.DataFrame:
    """Count units by light.

    Parameters
    ----------
    lights : DataFrame
        light, light_low, light_high ("green", "amber", "red" or "no_data").

    Returns
    -------
    DataFrame
        light ("green", "amber", "red", "known" = the three together, "no_data"), units, units_low, units_high (at
        the friendlier and at the harsher end of the crisis frequency), changed (units of this light whose light
        differs between the two ends).
    """
    changed = lights["light_low"] != lights["light_high"]
    rows = []
    for name in (*LIGHTS, "known", "no_data"):
        meant = LIGHTS if name == "known" else (name,)
        at = {column: lights[column].isin(meant) for column in ("light", "light_low", "light_high")}
        rows.append(
            {
                "light": name,
                "units": int(at["light"].sum()),
                "units_low": int(at["light_low"].sum()),
                "units_high": int(at["light_high"].sum()),
                "changed": int((at["light"] & changed).sum()),
            }
        )
    return pd.DataFrame(rows)


def grid_counts(council_grid: pd.DataFrame) -> pd.DataFrame:
    """Count units over a line in every cell of the council grid.

    Returns
    -------
    DataFrame
        revenue_fall_share, interest_rise_pp (0, 0 = the unshocked path), known (units with a balance sheet),
        triggered, triggered_share, loss_total_median_eur_pc (over all years, all units).
    """
    grouped = council_grid.assign(
        known=council_grid["trigger"].notna(),
        triggered=council_grid["trigger"].notna() & (council_grid["trigger"] != NO_TRIGGER),
    ).groupby(["revenue_fall_share", "interest_rise_pp"], as_index=False)
    out: pd.DataFrame = grouped.agg(
        known=("known", "sum"),
        triggered=("triggered", "sum"),
        loss_total_median_eur_pc=("loss_total_eur_pc", "median"),
    )
    out.insert(4, "triggered_share", out["triggered"] / out["known"])
    return out


def episode_counts(episodes: pd.DataFrame, unshocked: int) -> pd.DataFrame:
    """Count units over a line in every episode.

    Parameters
    ----------
    unshocked : int
        Units over a line without any shock.

    Returns
    -------
    DataFrame
        scenario, known, triggered, added (beyond the unshocked ones).
    """
    rows = []
    for name, group in episodes.groupby("scenario"):
        known = group[group["trigger"].notna()]
        hit = int((known["trigger"] != NO_TRIGGER).sum())
        rows.append({"scenario": name, "known": len(known), "triggered": hit, "added": hit - unshocked})
    return pd.DataFrame(rows)


def episode_losses(episodes: pd.DataFrame, kind: pd.Series) -> pd.DataFrame:
    """Median loss per head of the worst year by episode and kind of unit.

    Parameters
    ----------
    kind : Series
        Index ags.

    Returns
    -------
    DataFrame
        scenario, kind, loss_worst_year_median_eur_pc.
    """
    grouped = episodes.assign(kind=episodes["ags"].map(kind)).groupby(["scenario", "kind"], as_index=False)
    found: pd.DataFrame = grouped.agg(loss_worst_year_median_eur_pc=("loss_worst_year_eur_pc", "median"))
    return found


def reverse_counts(reverse: pd.DataFrame) -> pd.DataFrame:
    """Count units by how large a shock they bear.

    Returns
    -------
    DataFrame
        direction, known, unshocked (λ* = 0: over a line without a shock), within_one (0 < λ* ≤ 1), never (λ* = inf),
        lambda_star_median.
    """
    rows = []
    for name, group in reverse.groupby("direction"):
        star = group["lambda_star"].dropna()
        rows.append(
            {
                "direction": name,
                "known": len(star),
                "unshocked": int((star == 0).sum()),
                "within_one": int(((star > 0) & (star <= 1)).sum()),
                "never": int(np.isinf(star).sum()),
                "lambda_star_median": float(star.median()),
            }
        )
    return pd.DataFrame(rows)


def exhaustion(baseline: pd.DataFrame, fan: pd.DataFrame) -> pd.DataFrame:
    """Year in which reserves are used up, one row per unit with a balance sheet.

    Parameters
    ----------
    baseline : DataFrame
        ags, has_balance, result_eur, ausgleichsruecklage_eur.
    fan : DataFrame
        ags, measure, year, p50_eur.

    Returns
    -------
    DataFrame
        ags; ausgleichsruecklage_gone_year: year in whose course the Ausgleichsrücklage is used up if every year is
        like the starting point (NA = the result is no deficit); overindebted_year: first year in which median
        equity is below zero (NA = none in the run).
    """
    known = baseline[baseline["has_balance"]].set_index("ags").sort_index()
    equity = fan[fan["measure"] == "equity"]
    deficit = -known["result_eur"].where(known["result_eur"] < 0)
    lasts_years = np.ceil(known["ausgleichsruecklage_eur"] / deficit)
    below = equity[equity["p50_eur"] < 0].groupby("ags")["year"].min()
    out = pd.DataFrame(
        {
            "ausgleichsruecklage_gone_year": (int(equity["year"].min()) - 1 + lasts_years).astype("Int64"),
            "overindebted_year": below.reindex(known.index).astype("Int64"),
        }
    )
    return out.rename_axis("ags").reset_index()


def balance_date(balance: pd.DataFrame) -> pd.DataFrame:
    """Liquidity credit in the balance sheets beside the published stock of the Land: a check of their date, one row.

    Returns
    -------
    DataFrame
        sheets (number), liquidity_credit_eur, growth_share (on the year before, sheets that show both years),
        nrw_stock_2008_eur, nrw_stock_2011_eur (end of year), nrw_growth_share (mean per year 2008–2011).
    """
    now, before = balance["liquidity_credit_eur"], balance["liquidity_credit_previous_eur"]
    both = (now > 0) & (before > 0)
    first, last = (
        1e9 * float(land(HOME).value("credit", "nrw_stock_eur_bn", year).value) for year in (2008, 2011)
    )
    return pd.DataFrame(
        {
            "sheets": [len(balance)],
            "liquidity_credit_eur": [float(now.sum())],
            "growth_share": [float(now[both].sum() / before[both].sum() - 1.0)],
            "nrw_stock_2008_eur": [first],
            "nrw_stock_2011_eur": [last],
            "nrw_growth_share": [float((last / first) ** (1 / 3) - 1.0)],
        }
    )


def baseline_agreement(check: pd.DataFrame) -> pd.DataFrame:
    """How well the cash balance stands for the annual result, one row.

    Parameters
    ----------
    check : DataFrame
        cash_eur_pc, accrual_eur_pc.

    Returns
    -------
    DataFrame
        units (number), correlation, difference_median_eur_pc (cash less accrual).
    """
    difference = check["cash_eur_pc"] - check["accrual_eur_pc"]
    return pd.DataFrame(
        {
            "units": [len(check)],
            "correlation": [float(check["cash_eur_pc"].corr(check["accrual_eur_pc"]))],
            "difference_median_eur_pc": [float(difference.median())],
        }
    )


def backtest_summary(ranks: pd.DataFrame) -> pd.DataFrame:
    """Coverage over all years from one origin.

    Returns
    -------
    DataFrame
        origin, town_years (number), coverage (share inside the band), band_share (what the band is meant to hold).
    """
    out: pd.DataFrame = ranks.groupby("origin", as_index=False).agg(
        town_years=("inside", "size"), coverage=("inside", "mean")
    )
    return out.assign(band_share=round(BAND[1] - BAND[0], 10))


def variance_shares(contributions: pd.DataFrame, kind: pd.Series) -> pd.DataFrame:
    """Median share of each block in the variance of the five-year loss, by kind of unit.

    Parameters
    ----------
    kind : Series
        Index ags.

    Returns
    -------
    DataFrame
        kind, block, share; negative where a block dampens the others.
    """
    variance = contributions[contributions["measure"] == "variance"]
    shares = variance[list(BLOCKS)].div(variance["total"], axis=0)
    medians = shares.groupby(variance["ags"].map(kind)).median()
    wide = medians.rename_axis("kind").reset_index()
    long: pd.DataFrame = wide.melt("kind", var_name="block", value_name="share")
    return long.sort_values(["kind", "block"], ignore_index=True)
