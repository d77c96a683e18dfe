"""Peers of a municipality with own figures, and its ratios beside theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from dewak_research.data import read_table
from dewak_research.data.context import town_context
from dewak_research.data.peers import PEERS, beside_peers, distance_matrix, fit_space, peers
from dewak_research.own.check import OwnFigures
from dewak_research.own.plan import balance_items, plan_frame, ratio_lines
from dewak_research.ratios.inputs import embedded_ratios, from_plan_lines
from dewak_research.ratios.kennzahlen import evaluate, ratios

INGEST_TABLES = ("unit_totals", "balance", "units")
CONTEXT_TABLES = (
    "nrw_gemeinden", "nrw_population", "nrw_census_2022", "nrw_age_2015", "nrw_unemployment", "nrw_tax_panel",
    "nrw_gisd",
)  # fmt: skip


@dataclass(frozen=True)
class OwnPeers:
    """Peers and where they come from: ``own`` (named in the workbook), ``context`` (by circumstances), ``none``."""

    origin: str
    table: pd.DataFrame
    context: pd.DataFrame


def find_peers(own: OwnFigures, n: int = PEERS) -> OwnPeers:
    """Return the peers: those named in the workbook, else the nearest towns of the same kind, else none.

    Parameters
    ----------
    own : OwnFigures
    n : int
        How many nearest towns (``cases.peers`` of ``params.yaml``); all that the workbook names.

    Returns
    -------
    OwnPeers
        table: ags, name, distance (NA where the own town's circumstances are not known); context: all towns.
    """
    context = town_context({name: read_table(name) for name in CONTEXT_TABLES})
    names = read_table("nrw_gemeinden").set_index("ags")["name"]
    if own.peers:
        found = pd.DataFrame({"ags": own.peers, "distance": float("nan")})
        origin = "own"
    elif own.key in set(context["ags"]):
        near = peers(context, n)
        found = (
            near[near["ags"] == own.key]
            .sort_values("rank")[["peer", "distance"]]
            .rename(columns={"peer": "ags"})
        )
        origin = "context"
    else:
        found, origin = pd.DataFrame({"ags": [], "distance": []}), "none"
    named = found["ags"].map(names).fillna(found["ags"])
    return OwnPeers(origin, found.assign(name=named).reset_index(drop=True), context)


def kind_of(own: OwnFigures) -> str:
    """Return the kind of unit as far as the key tells it; a municipality within a Kreis otherwise."""
    if own.key.isdigit() and len(own.key) == 5:
        return "kreis"
    return (
        "kreisfreie_stadt" if own.key.isdigit() and own.key.endswith("000") else "kreisangehoerige_gemeinde"
    )


def own_ratios(own: OwnFigures, found: OwnPeers, ingested: Mapping[str, pd.DataFrame] | None) -> pd.DataFrame:
    """Evaluate the NKF ratios on the own figures and set the peers' median of the embedded years beside them.

    Parameters
    ----------
    ingested : mapping, optional
        Ingest tables ``unit_totals``, ``balance``, ``units``; without them there are no peer medians.

    Returns
    -------
    DataFrame
        ratio, number, name_de, name_en, unit, year, kind (actual, plan), value, reason, peer_median, peers_known,
        peer_year, peer_basis. The peers' figures are payments of 2009–2011 (``cash_proxy``) or balance sheets of
        2009; years and basis differ from the own ones, so that only the order of magnitude can be compared.
    """
    frame = plan_frame(own.figures)
    kinds = pd.Series({own.key: kind_of(own)})
    lines = ratio_lines(frame, own.key)
    parts = []
    if not lines.empty:
        parts.append(evaluate(from_plan_lines(lines, kinds), "accrual"))
    stock = balance_items(frame, own.key)
    if not stock.empty:
        parts.append(evaluate(stock.assign(kind=kinds[own.key]), "balance"))
    if not parts:
        return pd.DataFrame(columns=["ratio", "year", "value"])
    table = pd.concat(parts, ignore_index=True)
    table = table[table["reason"].fillna("") != "not_applicable"].drop(columns="ags").reset_index(drop=True)
    actual = set(frame.loc[frame["kind"] == "actual", "year"])
    table["kind"] = ["actual" if year in actual else "plan" for year in table["year"]]
    for column, values in _words().items():
        table[column] = table["ratio"].map(values)
    order = {key: position for position, key in enumerate(ratios())}
    merged = table.merge(_medians(found, ingested), on="ratio", how="left").assign(
        position=table["ratio"].map(order)
    )
    return merged.sort_values(["position", "year"], ignore_index=True).drop(columns="position")


def _words() -> dict[str, dict[str, str]]:
    return {
        "number": {key: ratio.number for key, ratio in ratios().items()},
        "name_de": {key: ratio.name.de for key, ratio in ratios().items()},
        "name_en": {key: ratio.name.en for key, ratio in ratios().items()},
    }


def _medians(found: OwnPeers, ingested: Mapping[str, pd.DataFrame] | None) -> pd.DataFrame:
    columns = ["ratio", "peer_median", "peers_known", "peer_year", "peer_basis"]
    if ingested is None or found.table.empty:
        return pd.DataFrame(
            {
                name: pd.Series(dtype="str" if name in ("ratio", "peer_basis") else "float64")
                for name in columns
            }
        )
    known = embedded_ratios(*(ingested[name] for name in INGEST_TABLES))
    asked = known[["ratio", "year", "basis"]].drop_duplicates().assign(ags="own", value=float("nan"))
    neighbours = pd.DataFrame({"ags": "own", "peer": found.table["ags"]})
    beside = beside_peers(pd.concat([known, asked]), neighbours, by=["ratio", "year", "basis"])
    own = beside[(beside["ags"] == "own") & beside["peer_median"].notna()]
    latest = own.sort_values(["ratio", "year"]).drop_duplicates("ratio", keep="last")
    return latest.rename(columns={"year": "peer_year", "basis": "peer_basis"})[columns]


def context_of_models(own: OwnFigures, found: OwnPeers, models: Mapping[str, str]) -> pd.DataFrame:
    """Return how near the town's circumstances are to the towns of the case studies.

    Parameters
    ----------
    models : mapping
        Name of the case → key of its town.

    Returns
    -------
    DataFrame
        case, ags, distance, closer_share (share of all towns nearer to the model); empty where the own town's
        circumstances are not in the official figures.
    """
    columns = ["case", "ags", "distance", "closer_share"]
    if own.key not in set(found.context["ags"]):
        return pd.DataFrame(columns=columns)
    matrix = distance_matrix(fit_space(found.context.drop(columns="kind")))
    rows = []
    for case, model in models.items():
        if model not in matrix.columns:
            continue
        others = matrix[model].drop(index=model).dropna()
        distance = float(matrix[model].loc[own.key])
        rows.append((case, model, distance, float((others < distance).mean())))
    return pd.DataFrame(rows, columns=columns)
