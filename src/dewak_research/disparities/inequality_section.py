"""Sections on inequality of KdU per head, and on need against price."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.config import DisparityParams
from dewak_research.disparities import accounting, convergence
from dewak_research.disparities.decomposition import decompose
from dewak_research.disparities.inequality import (
    inequality,
    stratified_counts,
    summarise,
    with_intervals,
)
from dewak_research.disparities.panel import balanced, wide
from dewak_research.disparities.section import Section, rows_of

_COMPONENTS = ("between_1", "between_2", "within")


def describe(panel: pd.DataFrame, year: int) -> Section:
    """Return the Kreise of one year for the map, and who stands at the ends."""
    out = Section()
    now = panel[(panel["year"] == year) & panel["kdu_eur_pc"].notna()].sort_values("kdu_eur_pc")
    spread = inequality(now["kdu_eur_pc"].to_numpy())
    out.values |= {
        "map_year": year,
        "kdu_lowest_eur_pc": float(now["kdu_eur_pc"].iloc[0]),
        "kdu_lowest_ags": str(now["ags"].iloc[0]),
        "kdu_lowest_name": str(now["name"].iloc[0]),
        "kdu_highest_eur_pc": float(now["kdu_eur_pc"].iloc[-1]),
        "kdu_highest_ags": str(now["ags"].iloc[-1]),
        "kdu_highest_name": str(now["name"].iloc[-1]),
        "kdu_highest_to_lowest": float(now["kdu_eur_pc"].iloc[-1] / now["kdu_eur_pc"].iloc[0]),
        "kdu_median_eur_pc": float(now["kdu_eur_pc"].median()),
        "kdu_mean_unweighted_eur_pc": spread["mean"],
    }
    return out


def unequal(panel: pd.DataFrame, params: DisparityParams, seed: int) -> Section:
    """Return the inequality of KdU per head: path, decomposition, convergence, mobility."""
    out = Section()
    known = panel[panel["kdu_eur_pc"].notna()]
    years = sorted(int(y) for y in known["year"].unique())
    same = balanced(known, "kdu_eur_pc", years)
    paths, parts = [], []
    for sample, frame in (("all", known), ("same", same)):
        for year in years:
            now = frame[frame["year"] == year]
            counts = stratified_counts(now["land"].tolist(), params.bootstrap_draws, seed)
            for weighting, weights in (("units", None), ("people", now["weight"].to_numpy())):
                table = with_intervals(now["kdu_eur_pc"].to_numpy(), weights, counts)
                paths.append(table.assign(year=year, sample=sample, weighting=weighting, kreise=len(now)))
                if sample == "all":
                    base = np.ones(len(now)) if weights is None else weights
                    parts.append(_components(now, base, counts).assign(year=year, weighting=weighting))
    path, split = pd.concat(paths, ignore_index=True), pd.concat(parts, ignore_index=True)
    out.tables["inequality_path"], out.tables["inequality_parts"] = path, split
    first, last = params.first_year, params.last_year
    for row in rows_of(path[path["year"].isin([first, last, years[0], years[-1]])]):
        suffix = {"all": "", "same": "_same"}[row.sample] + {"units": "", "people": "_people"}[row.weighting]
        out.interval(f"kdu_{row.measure}{suffix}_{row.year}", row.value, row.low, row.high)
        out.values[f"kdu_kreise{suffix}_{row.year}"] = row.kreise
    for row in rows_of(split[split["year"].isin([first, last])]):
        suffix = "" if row.weighting == "units" else "_people"
        out.interval(
            f"{row.index_name}_{row.component}_share{suffix}_{row.year}", row.share, row.low, row.high
        )
    out.values["kdu_first_known_year"], out.values["kdu_last_known_year"] = years[0], years[-1]
    _converge(out, balanced(known, "kdu_eur_pc", list(range(first, last + 1))), params, seed)
    return out


def _components(now: pd.DataFrame, base: np.ndarray, counts: np.ndarray) -> pd.DataFrame:
    levels = [now["land"].tolist(), now["settlement"].tolist()]
    point = decompose(now["kdu_eur_pc"].to_numpy(), levels, base)
    drawn = decompose(now["kdu_eur_pc"].to_numpy(), levels, counts * base)
    rows = []
    for index in ("theil", "mld"):
        limits = summarise({c: drawn[f"{index}_{c}"] / drawn[f"{index}_total"] for c in _COMPONENTS})
        for component in _COMPONENTS:
            value = float(point[f"{index}_{component}"][0])
            rows.append(
                {
                    "index_name": index,
                    "component": component,
                    "value": value,
                    "share": value / float(point[f"{index}_total"][0]),
                    "low": limits[component][0],
                    "high": limits[component][1],
                }
            )
    return pd.DataFrame(rows)


def _converge(out: Section, same: pd.DataFrame, params: DisparityParams, seed: int) -> None:
    table = wide(same, "kdu_eur_pc")
    logs = np.log(table.to_numpy())
    land = pd.Series(table.index.str[:2], index=table.index)
    counts = stratified_counts(land.tolist(), params.bootstrap_draws, seed)
    sigma = convergence.sigma(logs, counts)
    sigma.insert(0, "year", table.columns.to_numpy())
    out.tables["sigma_path"] = sigma.drop(columns="period")
    end = sigma.iloc[-1]
    out.interval("sigma_change", end["change"], end["change_low"], end["change_high"])
    out.values |= {"sigma_first": float(sigma["sigma"].iloc[0]), "sigma_last": float(end["sigma"])}
    out.values["convergence_kreise"] = len(table)
    span = len(table.columns) - 1
    dummies = pd.get_dummies(land, drop_first=True, dtype=float)
    rows = []
    for name, conditions in (("unconditional", None), ("conditional_land", dummies)):
        found = convergence.beta(logs[:, 0], logs[:, -1], span, land.to_numpy(), conditions)
        rows.append({"model": name, **found})
        out.interval(f"beta_{name}", found["speed"], found["speed_low"], found["speed_high"])
        out.values[f"beta_{name}_half_life_years"] = found["half_life_years"]
    out.values["beta_variance_ratio"] = float(np.var(logs[:, -1]) / np.var(logs[:, 0]))
    out.tables["beta_convergence"] = pd.DataFrame(rows)
    transitions, mobility = convergence.rank_mobility(table.to_numpy())
    out.tables["rank_transitions"] = transitions
    out.values |= {f"mobility_{name}": value for name, value in mobility.items()}


def need_or_price(panel: pd.DataFrame, params: DisparityParams, seed: int) -> Section:
    """Return exact variance shares and the LMDI path of recipients and cost per recipient."""
    out = Section()
    rows = []
    known = panel[panel["kdu_eur_pc"].notna()]
    for year, now in known.groupby("year"):
        counts = stratified_counts(now["land"].tolist(), params.bootstrap_draws, seed)
        logs = {"need": now["ln_recipients"], "price": now["ln_cost"]}
        centred = {k: np.exp(v - v.groupby(now["land"]).transform("mean")) for k, v in logs.items()}
        for scope, factors in (
            ("germany", {k: np.exp(v) for k, v in logs.items()}),
            ("within_land", centred),
        ):
            point = accounting.variance_shares(factors)
            limits = summarise(accounting.variance_shares(factors, counts))
            for factor, share in point.items():
                low, high = limits[factor]
                rows.append(
                    {
                        "year": year,
                        "scope": scope,
                        "factor": factor,
                        "share": float(share[0]),
                        "low": low,
                        "high": high,
                    }
                )
    table = pd.DataFrame(rows)
    out.tables["variance_shares"] = table
    for row in rows_of(table[table["year"].isin([params.first_year, params.last_year])]):
        out.interval(f"variance_{row.factor}_{row.scope}_{row.year}", row.share, row.low, row.high)
    years = list(range(params.first_year, params.last_year + 1))
    same = balanced(known[known["population"].notna()], "kdu_eur_pc", years)
    total = same.groupby("year")["population"].transform("sum")
    same = same.assign(
        people=total / 1e9, place=same["population"] / total, need=same["recipients_share"],
        price=same["cost_eur_per_recipient"],
    )  # fmt: skip
    path = accounting.lmdi_path(same, ["people", "place", "need", "price"])
    out.tables["lmdi_path"] = path
    start = float((same["population"] * same["kdu_eur_pc"])[same["year"] == years[0]].sum() / 1e9)
    end = path.iloc[-1]
    out.values |= {
        f"lmdi_{k}_billion_eur": float(end[k]) for k in ("people", "place", "need", "price", "total")
    }
    out.values |= {
        f"lmdi_{k}_share": float(end[k]) / start for k in ("people", "place", "need", "price", "total")
    }
    out.values |= {"lmdi_kreise": same["ags"].nunique(), "lmdi_start_billion_eur": start}
    return out
