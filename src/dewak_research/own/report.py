"""A municipality's own report: a small book in two languages and one printable page, beside its workbook."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from dewak_research.book.rooms import PAGE as ROOMS_PAGE
from dewak_research.cases.library import library_of
from dewak_research.cases.transfer import context_fit
from dewak_research.config import Params
from dewak_research.data.case_files import read_case_files
from dewak_research.data.context import town_context
from dewak_research.data.peers import PEERS, beside_peers, peers
from dewak_research.language import LANGUAGES, Language
from dewak_research.own.access_page import access_page
from dewak_research.own.access_results import access_results
from dewak_research.own.cells import save_whole
from dewak_research.own.chances import chance_page
from dewak_research.own.check import OwnFigures, load_own
from dewak_research.own.gap import gap_section
from dewak_research.own.integrated_plan import integrated_plan
from dewak_research.own.official import official_table
from dewak_research.own.pages import profile_page, ratio_page, stress_page, transfer_page
from dewak_research.own.plan import balance_items, plan_frame, ratio_lines, series
from dewak_research.own.planning_council import council_part
from dewak_research.own.planning_files import planning_workbook
from dewak_research.own.planning_page import planning_page
from dewak_research.own.probability import run_probability
from dewak_research.own.room_page import options_on_rooms, sharing_book, sharing_page, write_platform
from dewak_research.own.room_sharing import room_sharing
from dewak_research.own.safety import own_folder
from dewak_research.own.stress import run_own_stress
from dewak_research.own.template import load_template
from dewak_research.page.files import csv_text, write_whole
from dewak_research.page.html import templates
from dewak_research.page.labels import label
from dewak_research.page.values import number
from dewak_research.ratios.inputs import embedded_ratios, from_plan_lines
from dewak_research.ratios.kennzahlen import evaluate, ratios

PAGES = ("profile", "ratios", "stress", "probability", "planning", "access", "sharing", "transfer", "leaflet")
FILES = {"profile": "index.html", **{page: f"{page}.html" for page in PAGES[1:]}}
REPORT_FOLDER = "bericht"
INGEST_TABLES = ("unit_totals", "balance", "units")
CONTEXT_TABLES = (
    "towns", "town_population", "census", "town_age", "unemployment", "tax_panel",
    "deprivation",
)  # fmt: skip


def build_own_report(
    key: str,
    output: Path | None = None,
    languages: Sequence[Language] = LANGUAGES,
    ingested: Mapping[str, pd.DataFrame] | None = None,
    own: Path | None = None,
    params: Params | None = None,
    room_shares: bool = False,
) -> Path:
    """Write the report of one municipality and return its start page.

    Parameters
    ----------
    key : str
        Municipality key or own identifier with a workbook below ``own``.
    output : Path, optional
        Folder for the report; ``data/own/<key>/bericht`` unless told, so that it stays out of the public book.
    languages : sequence of {"de", "en"}
        Editions to write.
    ingested : mapping, optional
        Ingest tables ``unit_totals``, ``balance``, ``units`` for the peers' medians, ``payments`` for the engine, and
        ``gesamtkreis`` and ``population`` for the integrated plan.
    own : Path, optional
        Folder of all own figures; ``data/own`` unless told.
    params : Params, optional
        Of the run: seed, the settings of the stress test, peers by circumstances where the workbook names none.

    room_shares : bool
        Whether to split the saving of shared rooms among more than six carriers, which takes minutes.

    Raises
    ------
    InputError
        The workbook is missing or has errors; all of them are named.
    """
    figures = load_own(key, own)
    target = output or own_folder(key, own) / REPORT_FOLDER
    frame = plan_frame(figures.figures)
    chosen = params or Params()
    found = find_peers(figures, chosen.cases.peers)
    table = own_ratios(figures, found, ingested)
    kind = kind_of(figures)
    stress = run_own_stress(frame, figures.rule_set, kreis=kind == "kreis")
    who = (figures.key, kind, figures.rule_set)
    chances = run_probability(frame, stress, *who, figures.measures, ingested, chosen.stress, chosen.run.seed)
    files = read_case_files()
    models = library_of(files).towns
    planned = integrated_plan(figures, frame, kind, stress, chances, ingested, files, chosen)
    book, rooms_book = f"planung_{figures.key}.xlsx", f"raeume_{figures.key}.xlsx"
    rooms = room_sharing(figures.rooms, room_shares)
    reached = access_results(figures.access, chosen.space, chosen.run.seed)
    near = context_of_models(figures, found, models)
    register = official_table("towns")
    names = dict(zip(register["ags"].astype(str), register["name"].astype(str), strict=True))
    for language in languages:
        folder = target / language
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        content = {
            **_head(figures, frame, language, list(languages)),
            **profile_page(figures, frame, language),
            **ratio_page(table, found.origin, found.table["name"].tolist(), language),
            **stress_page(stress, language),
            **chance_page(chances, stress.rules, language),
            **gap_section(chances, stress.rules, language),
            **planning_page(planned, book, language),
            **access_page(reached, chosen.space, language),
            **sharing_page(
                rooms, figures.key, rooms_book, language, options_on_rooms(figures.planning.options)
            ),
            "platform": ROOMS_PAGE if figures.rooms.listed else "",
            "council": council_part(planned, language),
            **transfer_page(figures, near, names, stress.plan, stress.budget_year, language),
        }
        for page in PAGES:
            html = (
                templates("dewak_research.own").get_template(f"own_{page}.html").render(page=page, **content)
            )
            (folder / FILES[page]).write_text(html, encoding="utf-8", newline="\n")
        if not planned.plan.reason:
            save_whole(planning_workbook(planned, figures, language), folder / book)
        if figures.rooms.listed:
            write_platform(figures.rooms, figures.name, folder, language, languages)
        if not rooms.reason:
            save_whole(sharing_book(rooms, figures.name, language), folder / rooms_book)
    tables = {"figures": frame, "ratios": table, "plan_test": stress.plan, "episodes": stress.episodes}
    of_plan = {f"planning_{name}": table for name, table in planned.tables.items()}
    _write_tables(tables | chances.tables | of_plan | reached.tables | rooms.tables, target / "tables")
    return target / languages[0] / FILES["profile"]


def _head(
    figures: OwnFigures, frame: pd.DataFrame, language: Language, languages: list[Language]
) -> dict[str, Any]:
    people = series(frame, "population", "einwohner", "actual")
    heads = ""
    if len(people):
        heads = label(
            "own_inhabitants", language, n=number(people.iloc[-1], language), year=int(people.index[-1])
        )
    css = (files("dewak_research.own") / "templates" / "own.css").read_text(encoding="utf-8")
    return {
        "language": language,
        "other": "en" if language == "de" else "de",
        "t": partial(_say, language),
        "css": Markup(css),
        "pages": PAGES,
        "files": FILES,
        "name": figures.name,
        "key_shown": figures.key,
        "rules_line": label("own_rules", language, rules=load_template().options[figures.rule_set][language]),
        "heads": heads,
    }


def _say(language: Language, key: str, **values: Any) -> str:
    return label(key, language, **values)


def _write_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    for name, table in tables.items():
        write_whole(folder / f"{name}.csv", csv_text(table))


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
