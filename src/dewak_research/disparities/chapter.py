"""The chapter on social spending disparities: from the ingest tables to its result tables."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from dewak_research.config import DisparityParams
from dewak_research.data import read_boundaries
from dewak_research.data.result import Result
from dewak_research.data.tables import with_official
from dewak_research.disparities import (
    bridge,
    census,
    census_effects,
    credit_squeeze,
    decomposition,
    definitions,
    depth,
    drivers,
    inequality,
    ladder,
    moran_path,
    refuse,
    since,
    space,
    spatial_models,
    squeeze,
    validation,
)
from dewak_research.disparities.basic_security import basic_security_relief
from dewak_research.disparities.convergence import convergence_tables
from dewak_research.disparities.distance import distance_tables, town_distance
from dewak_research.disparities.panel import RULES, build_panel, counted, implausible
from dewak_research.disparities.synthetic_control import hessenkasse
from dewak_research.engines import Engine
from dewak_research.rules import HOME

Tables = dict[str, pd.DataFrame]
NEEDED = ("kreise", "payments", "units", "gesamtkreis", "balance", "population")
#: Official tables beside those of the ingest, read where a caller does not give them.
OFFICIAL = (
    "germany_cpi", "youth_welfare", "social_assistance", "minimum_security", "checkpoints", "kreise_atlas_2022",
    "kreise_debt_2023", "debt_today",
)  # fmt: skip
MAP_COLUMNS = [
    "ags", "year", "name", "land", "land_name", "kind", "settlement", "kdu_eur_pc", "recipients_share",
    "cost_eur_per_recipient",
]  # fmt: skip


def run(
    inputs: Mapping[str, pd.DataFrame], params: DisparityParams, seed: int, engine: Engine | None = None
) -> Result:
    """Compute the whole chapter.

    Parameters
    ----------
    inputs : mapping of str to DataFrame
        The ingest tables of ``NEEDED``; optionally ``boundaries_kreise`` (ags,
        geometry) and the tables of ``OFFICIAL``, otherwise the official ones are read.
    params : DisparityParams
    seed : int
        Seed of the run; each section has a child seed of its own, so one does not move another.
    engine : Engine, optional
        Where bootstraps by year and the specifications are done, by default one after the other; speed only.

    Returns
    -------
    Result
        Same input, same bytes: linear algebra runs on one thread.

    Raises
    ------
    InputError
        A table or column is missing, the year is text, a regressor cannot be estimated, …
    """
    missing = [name for name in NEEDED if name not in inputs]
    if missing:
        raise refuse("missing_tables", "disparities", missing=", ".join(missing))
    inputs = with_official(inputs, OFFICIAL)
    boundaries = inputs.get("boundaries_kreise")
    shapes = space.with_geometry(read_boundaries("kreise") if boundaries is None else boundaries)
    with threadpool_limits(1):
        panel = build_panel(inputs["kreise"])
        records = implausible(inputs["kreise"].sort_values(["ags", "year"]))
        tables = {
            "kreis_year": panel.loc[panel["year"] >= 2008, MAP_COLUMNS],
            "implausible": records,
            "implausible_counts": counted(records["rule"], RULES, "records"),
            "period": _period(panel, params),
            **_booked(inputs, params, seed),
            **_unequal(panel, params, seed + 1, engine),
            "variance_shares": decomposition.need_or_price(panel, params.bootstrap_draws, seed + 2),
            **_over_time(panel, inputs, params, seed + 1),
            **_models(panel, params, seed + 3),
            **_causes(panel, params, seed + 4),
            **_space(panel, shapes, params, seed + 5),
            **_squeeze(panel, params),
            **_since(panel, inputs, params, seed + 6),
            **_validation(panel, inputs["gesamtkreis"], params),
        }
        tables |= depth.robust(panel, tables, params, seed + 6, engine)
        tables |= depth.neighbours(panel, shapes, params, seed + 7) | hessenkasse(panel)
    return Result(tables)


def _period(panel: pd.DataFrame, params: DisparityParams) -> pd.DataFrame:
    """Return the years of the models, and the first and last year in which KdU per head is known, in one row."""
    known = panel.loc[panel["kdu_eur_pc"].notna(), "year"]
    row = {"first_year": params.first_year, "last_year": params.last_year}
    return pd.DataFrame([row | {"first_known_year": known.min(), "last_known_year": known.max()}])


def _booked(inputs: Mapping[str, pd.DataFrame], params: DisparityParams, seed: int) -> Tables:
    """Return booked social spending by definition and by type (NRW 2009–2011)."""
    amounts = definitions.unit_amounts(inputs["payments"], inputs["units"])
    areas = definitions.by_gesamtkreis(amounts, inputs["gesamtkreis"])
    shares = definitions.definition_table(areas, amounts, params.bootstrap_draws, seed)
    return {
        "definition_shares": shares,
        "definition_range": definitions.definition_range(shares),
        "definition_list": definitions.definition_list(),
        **definitions.option_areas(inputs["payments"], inputs["units"], areas),
        "benefit_types": definitions.type_table(areas),
        "published_shares": definitions.published_shares(),
        "quarter": since.quarter(shares, definitions.published_shares()),
    }


def _unequal(panel: pd.DataFrame, params: DisparityParams, seed: int, engine: Engine | None) -> Tables:
    """Return how unequal KdU per head is, between whom, and how that moved."""
    draws, years = params.bootstrap_draws, (params.first_year, params.last_year)
    return {
        "kdu_range": inequality.kdu_range(panel, params.last_year),
        "inequality_path": inequality.inequality_path(panel, draws, seed, engine),
        "inequality_parts": decomposition.inequality_parts(panel, draws, seed, engine),
        **convergence_tables(panel, years, draws, seed),
    }


def _over_time(
    panel: pd.DataFrame, inputs: Mapping[str, pd.DataFrame], params: DisparityParams, seed: int
) -> Tables:
    """Return the bridge anchored in published totals, national KdU by need and price, and what the census moves."""
    years, anchors = (params.first_year, params.last_year), bridge.bridge(panel, inputs["gesamtkreis"])
    paths = bridge.kdu_paths(panel, years, anchors, inputs["germany_cpi"])
    return {
        "bridge": anchors,
        "bridge_drift": bridge.drift(anchors),
        "lmdi_path": paths,
        "census_break": census.break_evidence(panel),
        "census_models": census_effects.census_models(panel, years),
        "census_measures": census_effects.census_measures(panel, years, paths, params.bootstrap_draws, seed),
    }


def _models(panel: pd.DataFrame, params: DisparityParams, seed: int) -> Tables:
    """Return the ladder, its robustness by Land and over windows, and need and price as dependents."""
    years = (params.first_year, params.last_year)
    estimates = ladder.ladder(panel, years)
    table, windows = ladder.ladder_table(estimates), ladder.rolling(panel, years, params.rolling_window)
    return {
        "ladder": table,
        "ladder_facts": ladder.facts_table(estimates),
        "signs": counted(table["as_expected"], ("yes", "no", "open"), "estimates"),
        "rolling": windows,
        "rolling_range": ladder.rolling_range(windows),
        "two_way_by_land": ladder.by_land(panel, years, params.wild_draws, seed),
        "need_price_models": ladder.need_price_models(panel, years),
    }


def _causes(panel: pd.DataFrame, params: DisparityParams, seed: int) -> Tables:
    """Return Shapley shares by block, and Oaxaca–Blinder gaps."""
    draws, years = params.bootstrap_draws, (params.first_year, params.last_year)
    return {
        "shapley": drivers.shapley_table(panel, years, draws, seed),
        "oaxaca": drivers.oaxaca_table(panel, years, draws, seed),
    }


def _space(panel: pd.DataFrame, shapes: gpd.GeoDataFrame, params: DisparityParams, seed: int) -> Tables:
    """Return whether high values stand together and whether the neighbours matter.

    ``scope`` is ``germany`` or ``within_land`` (means of the Länder taken out).
    """
    names = list(spatial_models.SPATIAL)
    cross = drivers.cross_section(panel, ["ln_kdu", *names], (params.first_year, params.last_year))
    cross = cross.sort_values("ags", ignore_index=True)
    keys, lands = cross["ags"].tolist(), cross["land"].astype(str).tolist()
    maps = {kind: space.weights(shapes, keys, kind) for kind in ("queen", "knn")}
    scopes = {"germany": cross, "within_land": spatial_models.land_means_out(cross, ["ln_kdu", *names])}
    moran = [
        {"neighbours": kind, "scope": scope, **space.morans_i(data["ln_kdu"], w, params.permutations, seed)}
        for kind, w in maps.items()
        for scope, data in scopes.items()
    ]
    alone = {"queen": len(space.islands(shapes, keys)), "knn": 0}
    around = [
        {"neighbours": kind, "mean_neighbours": float(w.mean_neighbors), "islands": alone[kind]}
        for kind, w in maps.items()
    ]
    local = space.local_clusters(cross["ln_kdu"], maps["queen"], params.permutations, seed)
    y, x = scopes["within_land"]["ln_kdu"].to_numpy(), scopes["within_land"][names]
    durbin, dependence = spatial_models.durbin(y, x, maps["queen"], params.bootstrap_draws, seed)
    effects = {"slx": spatial_models.slx(y, x, maps["queen"]), "sdm": durbin}
    draws = pd.concat(
        [
            spatial_models.placebo(
                data["ln_kdu"], data[names], maps["queen"], lands, params.placebo_draws, seed
            ).assign(scope=scope)
            for scope, data in scopes.items()
        ],
        ignore_index=True,
    )
    return {
        "moran": pd.DataFrame(moran),
        "moran_path": moran_path.moran_path(panel, shapes, min(params.permutations, 999), seed),
        "neighbourhoods": pd.DataFrame(around),
        "lisa": pd.concat([cross[["ags", "land"]], local], axis=1),
        "lisa_counts": counted(local["cluster"], space.CLUSTERS, "kreise"),
        "spatial_effects": pd.concat([t.assign(model=m) for m, t in effects.items()], ignore_index=True),
        "spatial_dependence": dependence,
        "placebo": draws,
        "placebo_summary": spatial_models.placebo_summary(draws),
    }


def _squeeze(panel: pd.DataFrame, params: DisparityParams) -> Tables:
    """Return the squeeze test, the quartile picture, and the views of the reforms of 2012 and 2020."""
    years = (params.first_year, params.last_year)
    return {
        "squeeze": squeeze.squeeze_table(panel, years),
        "squeeze_readings": squeeze.squeeze_readings(panel, years),
        "investment_quartiles": squeeze.quartile_means(panel, years),
        "relief_summary": squeeze.relief_summary(squeeze.relief_by_kreis(panel)),
        "federal_share": squeeze.federal_shares(HOME, range(2017, 2027)),
        "event_view": squeeze.event_view(panel),
        **basic_security_relief(panel),
    }


def _since(
    panel: pd.DataFrame, inputs: Mapping[str, pd.DataFrame], params: DisparityParams, seed: int
) -> Tables:
    """Return what changed since: spending by law, recipients, federal share, distance of debt and burden."""
    draws, by_law = params.bootstrap_draws, since.social_by_law(inputs)
    security = inputs["minimum_security"]
    return {
        "social_by_law": by_law,
        "social_growth": since.social_growth(by_law),
        "minimum_security_by_kind": since.minimum_security_by_kind(security),
        "minimum_security_change": since.minimum_security_change(security),
        "federal_share_range": since.federal_share_range(range(2017, 2027)),
        **distance_tables(panel, inputs, draws, seed),
        "town_distance": town_distance(inputs, draws, seed),
        "credit_squeeze": credit_squeeze.credit_squeeze(panel, inputs),
        "credit_by_burden": credit_squeeze.stock_by_burden(panel, inputs),
    }


def _validation(panel: pd.DataFrame, gesamtkreis: pd.DataFrame, params: DisparityParams) -> Tables:
    """Return whether the bridge holds: against the books, published totals and another household size."""
    pairs, agreement = validation.against_booked(panel, gesamtkreis)
    relief_million_eur = float(squeeze.relief_by_kreis(panel)["relief_million_eur"].sum())
    return {
        "validation_pairs": pairs,
        "validation": agreement,
        "national_totals": validation.national_totals(panel, relief_million_eur),
        "extremes": validation.extremes(panel, params.last_year),
        "persons_per_unit": validation.persons_per_unit(panel, 2011),
    }
