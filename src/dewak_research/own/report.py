"""A municipality's own report: a small book in two languages and one printable page, beside its workbook."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from dewak_research.cases.library import library_of
from dewak_research.data import read_table
from dewak_research.data.case_files import read_case_files
from dewak_research.data.peers import PEERS
from dewak_research.errors import InputError
from dewak_research.language import LANGUAGES, Language
from dewak_research.own.check import OwnFigures, load_own
from dewak_research.own.pages import profile_page, ratio_page, stress_page, transfer_page
from dewak_research.own.peers import context_of_models, find_peers, own_ratios
from dewak_research.own.plan import plan_frame, series
from dewak_research.own.safety import own_folder
from dewak_research.own.sheets import FILE_NAME
from dewak_research.own.stress import run_own_stress
from dewak_research.own.template import load_template
from dewak_research.page.html import templates
from dewak_research.page.labels import label
from dewak_research.page.values import number

PAGES = ("profile", "ratios", "stress", "transfer", "leaflet")
FILES = {"profile": "index.html", **{page: f"{page}.html" for page in PAGES[1:]}}
REPORT_FOLDER = "bericht"


def has_own_figures(key: str, own: Path | None = None) -> bool:
    """Whether ``data/own/<key>`` holds a workbook; False for a name that can be no folder."""
    try:
        return (own_folder(key, own) / FILE_NAME).is_file()
    except InputError:
        return False


def build_own_report(
    key: str,
    output: Path | None = None,
    languages: Sequence[Language] = LANGUAGES,
    ingested: Mapping[str, pd.DataFrame] | None = None,
    own: Path | None = None,
    peer_count: int = PEERS,
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
        Ingest tables ``unit_totals``, ``balance``, ``units`` for the peers' medians.
    own : Path, optional
        Folder of all own figures; ``data/own`` unless told.
    peer_count : int
        Nearest towns to compare with where the workbook names none (``cases.peers``).

    Raises
    ------
    InputError
        The workbook is missing or has errors; all of them are named.
    """
    figures = load_own(key, own)
    target = output or own_folder(key, own) / REPORT_FOLDER
    frame = plan_frame(figures.figures)
    found = find_peers(figures, peer_count)
    ratios = own_ratios(figures, found, ingested)
    stress = run_own_stress(frame, figures.rule_set)
    models = library_of(read_case_files()).towns
    near = context_of_models(figures, found, models)
    register = read_table("nrw_gemeinden")
    names = dict(zip(register["ags"].astype(str), register["name"].astype(str), strict=True))
    for language in languages:
        folder = target / language
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        content = {
            **_head(figures, frame, language, list(languages)),
            **profile_page(figures, frame, language),
            **ratio_page(ratios, found, language),
            **stress_page(stress, language),
            **transfer_page(figures, near, names, stress.plan, stress.budget_year, language),
        }
        for page in PAGES:
            html = (
                templates("dewak_research.own").get_template(f"own_{page}.html").render(page=page, **content)
            )
            (folder / FILES[page]).write_text(html, encoding="utf-8", newline="\n")
    tables = {"figures": frame, "ratios": ratios, "plan_test": stress.plan, "episodes": stress.episodes}
    _write_tables(tables, target / "tables")
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
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        text = table.to_csv(index=False, float_format="%.10g", lineterminator="\n")
        (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="\n")
