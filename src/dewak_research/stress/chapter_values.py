"""Every number that the prose of the stress chapter needs, by flat name; shares 0–1, amounts in EUR."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.config import StressParams
from dewak_research.rules import HOME, land
from dewak_research.stress.answers import IN_DEPTH
from dewak_research.stress.backtest import BAND
from dewak_research.stress.items import BLOCKS
from dewak_research.stress.probability import crisis_frequency
from dewak_research.stress.run import Run

Value = float | int | str | bool | None
Tables = dict[str, pd.DataFrame]
SHORT = {"05562020": "herten", "05954": "en_kreis"}
KINDS = ("kreisangehoerige_gemeinde", "kreisfreie_stadt", "kreis")


def _run_values(run: Run, params: StressParams) -> dict[str, Value]:
    estimate, low, high = crisis_frequency()
    return {
        "stress_units": len(run.table),
        "stress_units_with_balance": int(run.table["has_balance"].sum()),
        "stress_draws": params.draws,
        "stress_years": params.horizon_years,
        "stress_first_year": run.first_year,
        "stress_last_year": run.first_year + params.horizon_years - 1,
        "stress_rule_set": run.rules.name,
        "crisis_frequency": estimate,
        "crisis_frequency_low": low,
        "crisis_frequency_high": high,
        "pool_years": len(run.pool.years),
        "pool_first_year": int(run.pool.years[0]),
        "pool_last_year": int(run.pool.years[-1]),
        "pool_crisis_share": float(run.pool.crisis_years.mean()),
        "pool_dropped_town_years": run.pool.dropped_town_years,
        "growth_given": params.growth_rates.get("default", 0.0),
        "borrowing_rate": params.borrowing_rate_pp / 100.0,
        "leaving_probability": params.leaving_probability,
        "leaving_share": params.leaving_share,
        "pass_through": params.pass_through_share,
        "kreis_layer_estimated": int(run.book.layers.estimated.sum()),
    }


def balance_date_values(balance: pd.DataFrame) -> dict[str, Value]:
    """Liquidity credit in the balance sheets and its growth, beside the published stock (a check of the date)."""
    now, before = balance["liquidity_credit_eur"], balance["liquidity_credit_previous_eur"]
    both = (now > 0) & (before > 0)
    stock = {
        year: 1e9 * float(land(HOME).value("credit", "nrw_stock_eur_bn", year).value) for year in (2008, 2011)
    }
    return {
        "balance_sheets": len(balance),
        "balance_liquidity_eur": float(now.sum()),
        "balance_liquidity_growth": float(now[both].sum() / before[both].sum() - 1.0),
        "nrw_liquidity_2008_eur": stock[2008],
        "nrw_liquidity_2011_eur": stock[2011],
        "nrw_liquidity_growth_2008_2011": float((stock[2011] / stock[2008]) ** (1 / 3) - 1.0),
    }


def _light_values(tables: Tables) -> dict[str, Value]:
    out: dict[str, Value] = {}
    lights = tables["lights"]
    for column, suffix in (("light", ""), ("light_low", "_at_low"), ("light_high", "_at_high")):
        counted = lights[column].value_counts()
        for colour in ("green", "amber", "red", "no_data"):
            out[f"lights_{colour}{suffix}"] = int(counted.get(colour, 0))
    known = lights["light"] != "no_data"
    out["lights_known"] = int(known.sum())
    out["lights_changed"] = int((known & (lights["light_low"] != lights["light_high"])).sum())
    return out


def _grid_values(tables: Tables) -> dict[str, Value]:
    out: dict[str, Value] = {}
    grid = tables["council_grid"]
    for fall in sorted(grid["revenue_fall_share"].unique()):
        group = grid[grid["revenue_fall_share"] == fall]
        middle = group[group["interest_rise_pp"] == (3.0 if fall else 0.0)]
        known = middle[middle["trigger"].notna()]
        name = f"grid_{round(float(fall) * 100)}"
        out[f"{name}_fall_share"] = float(fall)
        out[f"{name}_triggered"] = int((known["trigger"] != "none").sum())
        out[f"{name}_triggered_share"] = float((known["trigger"] != "none").mean())
        out[f"{name}_loss_median_eur_pc"] = float(np.median(middle["loss_total_eur_pc"]))
    return out


def _episode_values(tables: Tables) -> dict[str, Value]:
    out: dict[str, Value] = {}
    merged = tables["episodes"].merge(tables["baseline"][["ags", "kind"]], on="ags")
    unshocked = int(
        tables["council_grid"].query("revenue_fall_share == 0")["trigger"].isin(["N1", "N2", "N3"]).sum()
    )
    out["unshocked_triggered"] = unshocked
    for name, group in merged.groupby("scenario"):
        known = group[group["trigger"].notna()]
        hit = int((known["trigger"] != "none").sum())
        key = str(name).lower()
        out[f"episode_{key}_triggered"] = hit
        out[f"episode_{key}_added"] = hit - unshocked
        for kind in KINDS:
            part = group[group["kind"] == kind]
            out[f"episode_{key}_{kind}_worst_median_eur_pc"] = float(part["loss_worst_year_eur_pc"].median())
    return out


def _reverse_values(tables: Tables) -> dict[str, Value]:
    out: dict[str, Value] = {}
    for name, group in tables["reverse"].groupby("direction"):
        star = group["lambda_star"].dropna()
        key = str(name).lower()
        out[f"reverse_{key}_known"] = len(star)
        out[f"reverse_{key}_zero"] = int((star == 0).sum())
        out[f"reverse_{key}_never"] = int(np.isinf(star).sum())
        out[f"reverse_{key}_within_one"] = int(((star > 0) & (star <= 1)).sum())
        out[f"reverse_{key}_median"] = float(star.median())
    return out


def _unit_values(tables: Tables) -> dict[str, Value]:
    out: dict[str, Value] = {}
    baseline = tables["baseline"].set_index("ags")
    columns = (
        "result_eur",
        "ausgleichsruecklage_eur",
        "allgemeine_ruecklage_eur",
        "liquidity_credit_eur",
        "gewst_eur",
        "sz_eur",
        "uml_eur",
    )
    start = {str(row["ags"]): row for row in tables["baseline"].to_dict("records")}
    last = tables["trigger_probability"]
    last = last[(last["trigger"] == "any") & (last["year"] == last["year"].max())].set_index("ags")
    bearable = tables["reverse"].drop_duplicates("ags").set_index("ags")
    lights = tables["lights"].set_index("ags")
    fan = tables["fan"]
    for ags in IN_DEPTH:
        name = SHORT[ags]
        if ags not in baseline.index:
            continue
        for column in columns:
            out[f"{name}_{column}"] = float(start[ags][column])
        out[f"{name}_probability"] = float(last["probability"][ags])
        out[f"{name}_probability_low"] = float(last["frequency_low"][ags])
        out[f"{name}_probability_high"] = float(last["frequency_high"][ags])
        out[f"{name}_light"] = str(lights["light"][ags])
        out[f"{name}_bearable_eur"] = float(bearable["bearable_eur"][ags])
        equity = fan[(fan["ags"] == ags) & (fan["measure"] == "equity")].sort_values("year")
        below = equity[equity["p50_eur"] < 0]
        out[f"{name}_overindebted_year"] = int(below["year"].iloc[0]) if len(below) else None
        gone = _reserve_year(start[ags], int(equity["year"].iloc[0]))
        out[f"{name}_ausgleichsruecklage_gone_year"] = gone
    return out


def _reserve_year(unit: Mapping[Hashable, Any], first_year: int) -> int | None:
    """Year in which the Ausgleichsrücklage is used up if every year is like the starting point."""
    result = float(unit["result_eur"])
    if not result < 0:
        return None
    return first_year + int(np.ceil(float(unit["ausgleichsruecklage_eur"]) / -result)) - 1


def _check_values(tables: Tables) -> dict[str, Value]:
    check = tables["baseline_check"]
    out: dict[str, Value] = {
        "proxy_check_n": len(check),
        "proxy_check_correlation": float(check["cash_eur_pc"].corr(check["accrual_eur_pc"])),
        "proxy_check_difference_median_eur_pc": float(
            (check["cash_eur_pc"] - check["accrual_eur_pc"]).median()
        ),
    }
    out["coverage_band_share"] = round(BAND[1] - BAND[0], 10)
    for year in tables["backtest_coverage"].to_dict("records"):
        out[f"coverage_{year['origin']}_{year['year']}"] = float(year["coverage"])
    for origin, group in tables["backtest_ranks"].groupby("origin"):
        out[f"coverage_{origin}"] = float(group["inside"].mean())
    ordering = tables["backtest_ordering"]
    for row in ordering.to_dict("records"):
        stem = f"ordering_{row['sample']}_{row['predictor']}"
        for column in ("auc", "auc_low", "auc_high", "brier", "brier_low", "brier_high"):
            out[f"{stem}_{column}"] = float(row[column])
        out[f"ordering_{row['sample']}_n"] = int(row["n"])
        out[f"ordering_{row['sample']}_event_share"] = float(row["event_share"])
    for row in tables["en_kreis_answers"].to_dict("records"):
        out[f"en_kreis_{row['measure']}"] = float(row["value"])
    variance = (
        tables["contributions"].query("measure == 'variance'").merge(tables["baseline"][["ags", "kind"]])
    )
    shares = variance[list(BLOCKS)].div(variance["total"], axis=0)
    for kind in KINDS:
        for block in BLOCKS:
            out[f"variance_{kind}_{block}_share"] = float(shares[variance["kind"] == kind][block].median())
    return out


def chapter_values(run: Run, params: StressParams, tables: Tables) -> dict[str, Value]:
    """Collect all values."""
    return {
        **_run_values(run, params),
        **_light_values(tables),
        **_grid_values(tables),
        **_episode_values(tables),
        **_reverse_values(tables),
        **_unit_values(tables),
        **_check_values(tables),
    }
