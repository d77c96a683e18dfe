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
from dewak_research.config import Params
from dewak_research.data.case_files import read_case_files
from dewak_research.language import LANGUAGES, Language
from dewak_research.own.access_page import access_page
from dewak_research.own.access_results import access_results
from dewak_research.own.annex_page import cases_part, gaps_part, measures_part
from dewak_research.own.case_page import case_page
from dewak_research.own.case_study import own_case
from dewak_research.own.cash_path import balance_over_years, cash_path
from dewak_research.own.cells import save_whole
from dewak_research.own.chances import chance_page
from dewak_research.own.check import OwnFigures, load_own
from dewak_research.own.compared_files import compare_files
from dewak_research.own.first_page import pictures, sentences
from dewak_research.own.gap import gap_section
from dewak_research.own.integrated_plan import integrated_plan
from dewak_research.own.layout_in_hand import in_layout
from dewak_research.own.measures import cases_with, critical_fall_with, with_measures
from dewak_research.own.missing_cells import what_opens
from dewak_research.own.money_page import money_page
from dewak_research.own.official import official_table
from dewak_research.own.pages import profile_page, ratio_page, transfer_page
from dewak_research.own.peer_ratios import context_of_models, find_peers, kind_of, own_ratios
from dewak_research.own.plan import budget_year, plan_frame, plan_years, series
from dewak_research.own.plan_overview import overview
from dewak_research.own.planning_council import council_part
from dewak_research.own.planning_files import planning_workbook
from dewak_research.own.planning_page import planning_page
from dewak_research.own.probability import run_probability
from dewak_research.own.room_page import options_on_rooms, sharing_book, sharing_page, write_platform
from dewak_research.own.room_sharing import room_sharing
from dewak_research.own.safety import REPORT_FOLDER, own_folder
from dewak_research.own.stress import run_own_stress
from dewak_research.own.stress_page import stress_page
from dewak_research.own.template import load_template
from dewak_research.own.versions_page import versions_page
from dewak_research.page.files import csv_text, write_whole
from dewak_research.page.html import templates
from dewak_research.page.labels import label
from dewak_research.page.values import kept_together, number
from dewak_research.replaced import replace_folder

PAGES = (
    "profile", "stress", "money", "ratios", "probability", "planning", "access", "sharing", "transfer", "annex",
    "leaflet",
)  # fmt: skip
FILES = {"profile": "index.html", **{page: f"{page}.html" for page in PAGES[1:]}}
VERSIONS, CASE = "versions", "case"  #: pages of a report that is compared, and of a town with a case study
ALL_PAGES = (*PAGES[: PAGES.index("annex")], CASE, "annex", VERSIONS, "leaflet")
OLD_AFTER_YEARS = 3  #: a figure that is older than the plan by more is called by its year wherever it is used


@dataclass(frozen=True)
class _Asked:
    """What a report is asked for; see :func:`build_own_report`."""

    target: Path
    languages: Sequence[Language]
    ingested: Mapping[str, pd.DataFrame] | None
    own: Path | None
    params: Params
    room_shares: bool
    against: Path | None
    newer: Path | None


def build_own_report(
    key: str,
    output: Path | None = None,
    languages: Sequence[Language] = LANGUAGES,
    ingested: Mapping[str, pd.DataFrame] | None = None,
    own: Path | None = None,
    params: Params | None = None,
    room_shares: bool = False,
    against: Path | None = None,
    newer: Path | None = None,
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
    against : Path, optional
        Another workbook of this municipality (draft, last year's): a page compares both.
    newer : Path, optional
        What ``against`` is compared with, unless it is the workbook itself: two kept versions side by side.

    Raises
    ------
    InputError
        The workbook is missing or has errors; all of them are named.
    OSError
        The disk is full or protected, or a file of the report before is open: that report is as it was.
    """
    figures = load_own(key, own)
    target = output or own_folder(key, own) / REPORT_FOLDER
    aside = target.with_name(f".{target.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    asked = _Asked(aside, languages, ingested, own, params or Params(), room_shares, against, newer)
    try:
        with in_layout(figures.layout):
            page = _build(figures, asked)
        target.mkdir(parents=True, exist_ok=True)
        for part in sorted(aside.iterdir()):
            replace_folder(target / part.name, part)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return target / page.relative_to(aside)


def _build(figures: OwnFigures, asked: _Asked) -> Path:
    key, chosen, ingested, own = figures.key, asked.params, asked.ingested, asked.own
    frame = plan_frame(figures.figures)
    found = find_peers(figures, chosen.cases.peers)
    table = own_ratios(figures, found, ingested)
    kind = kind_of(figures)
    stress = run_own_stress(frame, figures.rule_set, kreis=kind == "kreis")
    found_at = overview(frame, stress, figures.measures)
    cash, improved = cash_path(frame), with_measures(stress, figures.measures)
    changed_cases = cases_with(frame, stress, figures.measures)
    falls = (stress.critical_fall_share, critical_fall_with(frame, stress, figures.measures))
    opens = what_opens(frame, figures.missing, stress, table)
    who = (figures.key, kind, figures.rule_set)
    chances = run_probability(frame, stress, *who, figures.measures, ingested, chosen.stress, chosen.run.seed)
    files = read_case_files()
    library = library_of(files)
    models, study = library.towns, own_case(key, library, chosen.cases.cost_draws, chosen.run.seed, own)
    planned = integrated_plan(figures, frame, kind, stress, chances, ingested, files, chosen)
    book, rooms_book = f"planung_{figures.key}.xlsx", f"raeume_{figures.key}.xlsx"
    rooms = room_sharing(figures.rooms, asked.room_shares)
    reached = access_results(figures.access, chosen.space, chosen.run.seed)
    near = context_of_models(figures, found, models)
    register = official_table("towns")
    names = dict(zip(register["ags"].astype(str), register["name"].astype(str), strict=True))
    compared = compare_files(key, figures, asked.against, asked.newer, own) if asked.against else None
    left_out = {name for name, there in ((CASE, study), (VERSIONS, compared)) if not there}
    pages = tuple(page for page in ALL_PAGES if page not in left_out)
    for language in asked.languages:
        folder = asked.target / language
        folder.mkdir(parents=True)
        content = {
            **_head(figures, frame, language, list(asked.languages)),
            "pages": pages,
            **(case_page(study, found_at, stress.rules, language) if study else {}),
            **(
                versions_page(compared.plans, compared.older, language, stress.rules, compared.newer)
                if compared
                else {}
            ),
            **profile_page(figures, frame, language),
            **ratio_page(table, found.origin, found.table["name"].tolist(), language),
            "opening": sentences(found_at, stress, language),
            "opening_pictures": pictures(found_at, frame, stress, language),
            "gaps": gaps_part(opens, figures.missing, stress, language),
            "measures_shown": measures_part(improved, language, stress.rules),
            **stress_page(stress, frame, found_at, language),
            "cases_shown": cases_part(changed_cases, figures.measures, falls, language, stress.rules),
            **money_page(
                cash,
                balance_over_years(frame),
                found_at.heads if found_at else float("nan"),
                next(iter(plan_years(frame)), None),
                language,
            ),
            **chance_page(chances, stress.rules, language),
            **gap_section(chances, stress.rules, language),
            **planning_page(planned, book, language),
            **access_page(reached, chosen.space, language),
            **sharing_page(
                rooms, figures.key, rooms_book, language, options_on_rooms(figures.planning.options)
            ),
            "platform": ROOMS_PAGE if figures.rooms.listed else "",
            "council": council_part(planned, language),
            **transfer_page(figures, near, names, found_at, stress.rules, language),
        }
        for page in pages:
            html = (
                templates("dewak_research.own").get_template(f"own_{page}.html").render(page=page, **content)
            )
            text = kept_together(html, language)
            (folder / content["files"][page]).write_text(text, encoding="utf-8", newline="\n")
        if not planned.plan.reason:
            save_whole(planning_workbook(planned, figures, language), folder / book)
        if figures.rooms.listed:
            write_platform(figures.rooms, figures.name, folder, language, asked.languages)
        if not rooms.reason:
            save_whole(sharing_book(rooms, figures.name, language), folder / rooms_book)
    tables = {
        "figures": frame,
        "ratios": table,
        "plan_test": stress.plan,
        "episodes": stress.episodes,
        "episodes_with_measures": changed_cases,
        "cash_path": cash,
    }
    if study:
        tables |= {"case_needs": study.needs, "case_conditions": study.conditions, "case_costs": study.costs}
    if compared:
        tables |= {"changed_lines": compared.plans.lines, "compared_tests": compared.plans.tests}
    of_plan = {f"planning_{name}": table for name, table in planned.tables.items()}
    _write_tables(tables | chances.tables | of_plan | reached.tables | rooms.tables, asked.target / "tables")
    return asked.target / asked.languages[0] / FILES["profile"]


def _head(
    figures: OwnFigures, frame: pd.DataFrame, language: Language, languages: list[Language]
) -> dict[str, Any]:
    people = series(frame, "population", "einwohner", "actual")
    heads = ""
    if len(people):
        of_year, begun = int(people.index[-1]), budget_year(frame)
        old = begun is not None and begun - of_year > OLD_AFTER_YEARS
        text = "own_inhabitants_old" if old else "own_inhabitants"
        heads = label(text, language, n=number(people.iloc[-1], language), year=of_year)
    css = (files("dewak_research.own") / "templates" / "own.css").read_text(encoding="utf-8")
    return {
        "language": language,
        "other": next((one for one in languages if one != language), None),
        "t": partial(_say, language),
        "css": Markup(css),
        "files": {**FILES, **{page: f"{page}.html" for page in (CASE, VERSIONS)}},
        "name": figures.name,
        "key_shown": figures.key,
        "rules_line": label("own_rules", language, rules=load_template().options[figures.rule_set][language]),
        "heads": heads,
        "currency_line": label("own_currency", language, rate=figures.currency) if figures.currency else "",
    }


def _say(language: Language, key: str, **values: Any) -> str:
    return label(key, language, **values)


def _write_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    for name, table in tables.items():
        write_whole(folder / f"{name}.csv", csv_text(table))
