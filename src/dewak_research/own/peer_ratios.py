"""The peers of a municipality with own figures, its ratios beside theirs, and its nearness to the case studies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from dewak_research.cases.transfer import context_fit
from dewak_research.data.context import town_context
from dewak_research.data.peers import PEERS, beside_peers, peers
from dewak_research.own.check import OwnFigures
from dewak_research.own.official import official_table
from dewak_research.own.plan import balance_items, plan_frame, ratio_lines
from dewak_research.ratios.inputs import embedded_ratios, from_plan_lines
from dewak_research.ratios.kennzahlen import evaluate, ratios

INGEST_TABLES = ("unit_totals", "balance", "units")
CONTEXT_TABLES = (
    "towns", "town_population", "census", "town_age", "unemployment", "tax_panel",
    "deprivation",
)  # fmt: skip


@dataclass(frozen=True)
class OwnPeers:
    """Peers and where they come from: ``own`` (named in the workbook), ``context`` (by circumstances), ``none``."""

    origin: str
    table: pd.DataFrame
    context: pd.DataFrame


def find_peers(own: OwnFigures, count: int = PEERS) -> OwnPeers:
    """Return the peers: those named in the workbook, else the nearest towns of the same kind, else none.

    Returns
    -------
    OwnPeers
        table: ags, name; context: circumstances of all towns.
    """
    context = town_context({name: official_table(name) for name in CONTEXT_TABLES})
    origin, found = ("own" if own.peers else "none"), list(own.peers)
    if not own.peers and own.key in set(context["ags"]):
        near = peers(context, count)
        origin, found = "context", near.loc[near["ags"] == own.key].sort_values("rank")["peer"].tolist()
    names = official_table("towns").set_index("ags")["name"]
    table = pd.DataFrame({"ags": pd.Series(found, dtype="str")})
    return OwnPeers(origin, table.assign(name=table["ags"].map(names).fillna(table["ags"])), context)


def kind_of(own: OwnFigures) -> str:
    """Return the kind of unit as far as the key tells it; a municipality within a Kreis otherwise."""
    if own.key.isdigit() and len(own.key) == 5:
        return "kreis"
    kreisfrei = own.key.isdigit() and own.key.endswith("000")
    return "kreisfreie_stadt" if kreisfrei else "kreisangehoerige_gemeinde"


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
    known = [(r.number, r.name.de, r.name.en) for r in (ratios()[name] for name in table["ratio"])]
    table[["number", "name_de", "name_en"]] = known
    order = {key: position for position, key in enumerate(ratios())}
    merged = table.merge(_medians(found, ingested), on="ratio", how="left")
    merged["position"] = merged["ratio"].map(order)
    return merged.sort_values(["position", "year"], ignore_index=True).drop(columns="position")


def _medians(found: OwnPeers, ingested: Mapping[str, pd.DataFrame] | None) -> pd.DataFrame:
    columns = ["ratio", "peer_median", "peers_known", "peer_year", "peer_basis"]
    if ingested is None or found.table.empty:
        empty = pd.DataFrame(columns=columns, dtype="float64")
        return empty.astype({"ratio": "str", "peer_basis": "str"})
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
        case, model (its key), distance, closer_share (share of the other towns nearer to the model); empty where the
        own town's circumstances are not in the official figures.
    """
    keys = set(found.context["ags"])
    fits = [
        context_fit(found.context, model).assign(case=case, model=model).query("ags == @own.key")
        for case, model in models.items()
        if own.key in keys and model in keys
    ]
    columns = ["case", "model", "distance", "closer_share"]
    return pd.concat(fits, ignore_index=True)[columns] if fits else pd.DataFrame(columns=columns)
