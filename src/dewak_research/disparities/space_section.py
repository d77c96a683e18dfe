"""Section on space: whether high values stand together, and whether the neighbours matter."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from dewak_research.config import DisparityParams
from dewak_research.disparities import space, spatial_models
from dewak_research.disparities.drivers import cross_section
from dewak_research.disparities.section import Section, rows_of

SPATIAL = ("unemployment_pct", "ln_gdp_pc", "age_65plus_pct", "foreign_pct", "ln_asking_rent", "ln_density")


def with_geometry(boundaries: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return boundaries with geometry, also from a table that stores it as WKB."""
    if isinstance(boundaries, gpd.GeoDataFrame):
        return boundaries
    shapes = gpd.GeoSeries.from_wkb(boundaries["geometry"], crs="EPSG:4326")
    return gpd.GeoDataFrame(boundaries.drop(columns="geometry"), geometry=shapes, crs="EPSG:4326")


def spatial(panel: pd.DataFrame, shapes: gpd.GeoDataFrame, params: DisparityParams, seed: int) -> Section:
    """Return Moran's I, LISA, SLX and Durbin effects, and the placebo."""
    out = Section()
    years = (params.first_year, params.last_year)
    cross = cross_section(panel, ["ln_kdu", *SPATIAL], years).sort_values("ags", ignore_index=True)
    keys = cross["ags"].tolist()
    lands = cross["land"].astype(str).tolist()
    maps = {kind: space.weights(shapes, keys, kind) for kind in ("queen", "knn")}
    out.values["islands"] = len(space.islands(shapes, keys))
    out.values["neighbours_mean"] = float(maps["queen"].mean_neighbors)
    inside = spatial_models.land_means_out(cross, ["ln_kdu", *SPATIAL])
    rows = []
    for kind, w in maps.items():
        for scope, data in (("germany", cross), ("within_land", inside)):
            found = space.morans_i(data["ln_kdu"].to_numpy(), w, params.permutations, seed)
            rows.append({"neighbours": kind, "scope": scope, **found})
            out.values |= {f"moran_{kind}_{scope}_{k}": v for k, v in found.items()}
    out.tables["moran"] = pd.DataFrame(rows)
    local = space.local_clusters(cross["ln_kdu"].to_numpy(), maps["queen"], params.permutations, seed)
    out.tables["lisa"] = pd.concat([cross[["ags", "land"]], local], axis=1)
    classes = local["cluster"].value_counts()
    for name in ("high_high", "low_low", "high_low", "low_high", "not_significant"):
        out.values[f"lisa_{name}"] = int(classes.get(name, 0))
    names = list(SPATIAL)
    slx_table, slx_facts = spatial_models.slx(inside["ln_kdu"].to_numpy(), inside[names], maps["queen"])
    sdm_table, sdm_facts = spatial_models.durbin(
        inside["ln_kdu"].to_numpy(), inside[names], maps["queen"], params.bootstrap_draws, seed
    )
    out.tables["spatial_effects"] = pd.concat(
        [slx_table.assign(model="slx"), sdm_table.assign(model="sdm")], ignore_index=True
    )
    out.values |= {f"slx_{k}": v for k, v in slx_facts.items()}
    out.values |= {f"sdm_{k}": v for k, v in sdm_facts.items()}
    for row in rows_of(out.tables["spatial_effects"]):
        out.interval(f"{row.model}_{row.effect}_{row.term}", row.estimate, row.low, row.high)
    draws = []
    for scope, data in (("germany", cross), ("within_land", inside)):
        table = spatial_models.placebo(
            data["ln_kdu"].to_numpy(),
            data[names],
            maps["queen"],
            lands,
            params.placebo_draws,
            seed,
        )
        draws.append(table.assign(scope=scope))
        real = float(table.loc[table["map"] == "real", "rho"].iloc[0])
        out.values[f"placebo_{scope}_real_rho"] = real
        for sort in ("anywhere", "within_land"):
            some = table[table["map"] == sort]
            out.values[f"placebo_{scope}_{sort}_significant_share"] = float((some["p_value"] < 0.05).mean())
            out.values[f"placebo_{scope}_{sort}_highest_rho"] = float(some["rho"].max())
    out.tables["placebo"] = pd.concat(draws, ignore_index=True)
    return out
