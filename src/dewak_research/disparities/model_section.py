"""Sections on models, causes and the squeeze."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.config import DisparityParams
from dewak_research.disparities import drivers, ladder, squeeze
from dewak_research.disparities.inequality import stratified_counts, summarise
from dewak_research.disparities.models import fixed_effects
from dewak_research.disparities.panel import REGRESSORS, TIME_CONSTANT
from dewak_research.disparities.section import Section, rows_of
from dewak_research.rules import HOME


def models(panel: pd.DataFrame, params: DisparityParams, seed: int) -> Section:
    """Return the ladder, its robustness by Land and over windows, and need and price as dependents."""
    out = Section()
    years = (params.first_year, params.last_year)
    estimates = ladder.ladder(panel, years)
    out.tables["ladder"] = ladder.ladder_table(estimates)
    out.tables["ladder_facts"] = ladder.facts_table(estimates)
    mundlak = next(e for e in estimates if e.model == "mundlak")
    out.tables["mundlak_terms"] = mundlak.terms
    out.tables["rolling"] = ladder.rolling(panel, years, params.rolling_window)
    out.tables["two_way_by_land"] = ladder.by_land(panel, years, params.wild_draws, seed)
    moving = [r for r in REGRESSORS if r not in TIME_CONSTANT]
    others = []
    for dependent in ("ln_kdu", "ln_recipients", "ln_cost"):
        terms = fixed_effects(panel, dependent, moving, years, "kreis_year").terms
        others.append(terms.assign(dependent=dependent))
    out.tables["need_price_models"] = pd.concat(others, ignore_index=True)
    swapped = ["sgb2_rate_pct", *[r for r in moving if r != "unemployment_pct"]]
    out.tables["two_way_sgb2"] = fixed_effects(panel, "ln_kdu", swapped, years, "kreis_year").terms
    for row in rows_of(out.tables["ladder"]):
        out.interval(f"{row.model}_{row.term}", row.estimate, row.low, row.high)
    for name in ("pooled", "two_way"):
        one = {k: float(out.values[f"{name}_unemployment_pct{k}"]) for k in ("", "_low", "_high")}
        out.interval(f"{name}_unemployment_effect_share", *(float(np.expm1(v)) for v in one.values()))
    for row in rows_of(out.tables["ladder_facts"]):
        for name in ("observations", "units", "singletons"):
            out.values[f"{row.model}_{name}"] = int(getattr(row, name))
        out.values[f"{row.model}_r_squared_within"] = row.r_squared_within
    for row in rows_of(out.tables["two_way_by_land"]):
        out.values[f"wild_p_{row.term}"] = float(row.wild_p_value)
    for row in rows_of(out.tables["need_price_models"]):
        out.interval(f"{row.dependent}_{row.term}", row.estimate, row.low, row.high)
    out.values |= {f"mundlak_{k}": mundlak.facts[k] for k in ("means_wald", "means_df", "means_p_value")}
    out.values["mundlak_p_at_most"] = max(1e-4, mundlak.facts["means_p_value"])
    windows = out.tables["rolling"].groupby("term")["estimate"].agg(["min", "max"])
    for row in rows_of(windows.reset_index()):
        out.values |= {f"rolling_{row.term}_lowest": row.min, f"rolling_{row.term}_highest": row.max}
    verdicts = out.tables["ladder"]["as_expected"].value_counts()
    out.values |= {f"signs_{k}": int(verdicts.get(k, 0)) for k in ("yes", "no", "open")}
    return out


def causes(panel: pd.DataFrame, params: DisparityParams, seed: int) -> Section:
    """Return Shapley shares by block, and Oaxaca–Blinder gaps."""
    out = Section()
    columns = [c for block in drivers.BLOCKS.values() for c in block]
    years = (params.first_year, params.last_year)
    cross = drivers.cross_section(panel, ["ln_kdu", "liquidity_credit_eur_pc", *columns], years)
    full = drivers.cross_section(panel, ["ln_kdu", *columns], years)
    counts = stratified_counts(full["land"].tolist(), params.bootstrap_draws, seed)
    blocks = {name: full[list(names)].to_numpy() for name, names in drivers.BLOCKS.items()}
    blocks["land"] = pd.get_dummies(full["land"], drop_first=True, dtype=float).to_numpy()
    point = drivers.shapley_r_squared(full["ln_kdu"].to_numpy(), blocks)
    drawn = drivers.shapley_r_squared(full["ln_kdu"].to_numpy(), blocks, counts)
    limits = summarise(drawn)
    rows = [
        {"block": k, "value": float(v[0]), "low": limits[k][0], "high": limits[k][1]}
        for k, v in point.items()
    ]
    out.tables["shapley"] = pd.DataFrame(rows)
    for row in rows_of(out.tables["shapley"]):
        out.interval(f"shapley_{row.block}", row.value, row.low, row.high)
    out.values["shapley_kreise"] = len(full)
    gaps = []
    nrw = full[full["land"] == HOME].reset_index(drop=True)
    indebted = cross["liquidity_credit_eur_pc"] > cross["liquidity_credit_eur_pc"].quantile(0.75)
    few = ["unemployment_pct", "ln_gdp_pc", "age_65plus_pct", "foreign_pct", "ln_density"]
    for name, frame, group in (
        ("ruhr", nrw, nrw["ags"].isin(drivers.RUHR).to_numpy()),
        ("indebted", cross, indebted.to_numpy()),
    ):
        drawn_counts = stratified_counts(group.astype(str).tolist(), params.bootstrap_draws, seed)
        table = drivers.oaxaca_intervals(frame["ln_kdu"].to_numpy(), frame[few], group, drawn_counts)
        gaps.append(table.assign(comparison=name, members=int(group.sum()), others=int((~group).sum())))
        for row in rows_of(table):
            out.interval(f"oaxaca_{name}_{row.part}", row.value, row.low, row.high)
        out.values |= {
            f"oaxaca_{name}_members": int(group.sum()),
            f"oaxaca_{name}_others": int((~group).sum()),
        }
        out.values[f"oaxaca_{name}_gap_share"] = float(np.exp(table["value"].iloc[0]) - 1)
    out.tables["oaxaca"] = pd.concat(gaps, ignore_index=True)
    return out


def squeezed(panel: pd.DataFrame, relief: pd.DataFrame, params: DisparityParams) -> Section:
    """Return the squeeze test, the quartile picture, and the view of the 2020 reform."""
    out = Section()
    years = (params.first_year, params.last_year)
    estimates = squeeze.squeeze(panel, years)
    out.tables["squeeze"] = pd.concat([e.terms.assign(model=e.model) for e in estimates], ignore_index=True)
    for estimate in estimates:
        for row in rows_of(estimate.terms):
            out.interval(f"squeeze_{estimate.model}_{row.term}", row.estimate, row.low, row.high)
        out.values[f"squeeze_{estimate.model}_observations"] = int(estimate.facts["observations"])
        out.values[f"squeeze_{estimate.model}_r_squared_within"] = estimate.facts["r_squared_within"]
    quartiles = squeeze.quartile_means(panel, years)
    out.tables["investment_quartiles"] = quartiles
    for row in rows_of(quartiles):
        out.values[f"investment_q{row.kdu_quartile}_{row.credit}_eur_pc"] = row.capital_spending_eur_pc
        out.values[f"investment_q{row.kdu_quartile}_{row.credit}_kreise"] = row.kreise
    out.tables["relief"] = relief
    out.values |= {
        "relief_median_eur_pc": float(relief["relief_eur_pc"].median()),
        "relief_lowest_eur_pc": float(relief["relief_eur_pc"].min()),
        "relief_highest_eur_pc": float(relief["relief_eur_pc"].max()),
        "relief_total_billion_eur": float(relief["relief_million_eur"].sum() / 1e3),
    }
    out.values |= {f"federal_share_nrw_{year}": v for year, v in squeeze.NRW_FEDERAL_SHARE.items()}
    out.values |= {"reform_year": squeeze.REFORM_YEAR, "reform_points": 100 * squeeze.REFORM_SHARE}
    event = squeeze.event_view(panel)
    out.tables["event_view"] = event
    for row in rows_of(event):
        out.interval(f"event_{row.year}", row.estimate, row.low, row.high)
    return out
