"""The page of documented cases: a map, a filter, and every case with its facts and sources."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from dewak_research.book.published import (
    anchor,
    below,
    fact_line,
    figure_anchor,
    source_line,
    source_lines,
)
from dewak_research.cases.documented import BLOCKS, STATES
from dewak_research.data.register import fold
from dewak_research.errors import texts
from dewak_research.language import Language
from dewak_research.page.html import outline_map, templates
from dewak_research.page.results import Results
from dewak_research.page.values import is_missing

_text = texts(__package__)
PAGE = "documented_cases"


def _case(row: Any, facts: pd.DataFrame, read: pd.DataFrame, language: Language) -> dict[str, Any]:
    """Return what the template shows of one case."""
    lines: dict[str, list[dict[str, Any]]] = {block: [] for block in BLOCKS}
    fact: Any
    for fact in facts[(facts["documented"] == row.documented) & facts["block"].isin(BLOCKS)].itertuples():
        lines[fact.block].append({"text": fact_line(fact, language), "source": fact.source})
    states = read[(read["documented"] == row.documented) & (read["source"] != "")]
    conditions = [
        {
            "name": _text(f"condition_{r.condition}")[language],
            "state": _text(f"state_{r.state}")[language],
            "why": getattr(r, f"why_{language}"),
            "source": r.source,
        }
        for r in states.itertuples()
    ]
    name, place, family = (getattr(row, f"{part}_{language}") for part in ("name", "place", "family"))
    return {
        "anchor": anchor(row.documented),
        "name": name,
        "place": place,
        "family": family,
        "form": getattr(row, f"legal_form_{language}"),
        "start": "" if is_missing(row.start) else str(row.start),
        "last": "" if is_missing(row.last_evidence) else str(row.last_evidence),
        "country": _text(f"country_{row.country}")[language],
        "keys": {"family": row.family, "country": row.country, "outcome": row.outcome},
        "words": fold(f"{name} {place} {family} {getattr(row, f'legal_form_{language}')}"),
        "lines": {block: found for block, found in lines.items() if found},
        "conditions": conditions,
    }


def _figure(row: Any, language: Language) -> dict[str, Any]:
    """Return a published unit figure as its line, whether it was computed, and its source."""
    source: dict[Hashable, Any] = {
        "title": row.title,
        "publisher": row.publisher,
        "link": row.link,
        "year": None,
    }
    return {
        "anchor": figure_anchor(row.figure),
        "text": fact_line(row, language),
        "computed": row.computed,
        "line": source_line(source),
    }


def _choices(documented: pd.DataFrame, language: Language) -> dict[str, list[tuple[str, str]]]:
    """Return, per filter, its choices with their names."""
    families = documented.drop_duplicates("family").sort_values(f"family_{language}")
    return {
        "family": list(zip(families["family"], families[f"family_{language}"], strict=True)),
        "country": [(c, _text(f"country_{c}")[language]) for c in documented["country"].unique()],
        "outcome": [(s, _text(f"outcome_{s}")[language]) for s in STATES],
    }


def place_map(documented: pd.DataFrame, kreise: gpd.GeoDataFrame, language: Language) -> Markup:
    """Draw the German cases as one dot per Kreis; the dot is a link to the first case there."""
    placed = documented[documented["kreis"].notna()]
    areas = kreise[["ags", "geometry"]].to_crs("EPSG:25832").set_index("ags")["geometry"]
    dots = []
    for kreis, cases in placed.groupby("kreis", sort=True):
        point = areas[kreis].representative_point()
        keys = " ".join(anchor(case) for case in cases["documented"])
        title = "; ".join(
            f"{n}, {p}" for n, p in zip(cases[f"name_{language}"], cases[f"place_{language}"], strict=True)
        )
        dots.append((point.x, point.y, keys, title))
    return outline_map(areas, dots)


def cases_page(results: Results, kreise: gpd.GeoDataFrame, intro: str, language: Language) -> str:
    """Return the page as MyST: the hand-written introduction, then filter, map, list of cases and of sources.

    Parameters
    ----------
    results : Results
        Tables of the stage cases.
    kreise : GeoDataFrame
        ags and areas of the Kreise of Germany.
    intro : str
        MyST text with the page's title.
    language : {"de", "en"}
        Language of the page.
    """
    documented, facts = results["documented"], results["documented_facts"]
    readings, sources = results["documented_conditions"], results["documented_sources"]
    shown = [_case(row, facts, readings, language) for row in documented.itertuples()]
    at_home = documented["country"].eq("DE").tolist()
    body = (
        templates("dewak_research.book")
        .get_template("documented_cases.html")
        .render(
            t=lambda key, **values: _text(key, **values)[language],
            cases=shown,
            map=place_map(documented, kreise, language),
            placed=int(documented["kreis"].notna().sum()),
            unplaced=[
                case for case, home in zip(shown, documented["kreis"].notna(), strict=True) if not home
            ],
            abroad=len(shown) - sum(at_home),
            choices=_choices(documented, language),
            blocks=BLOCKS,
            figures=[_figure(row, language) for row in results["unit_figures"].itertuples()],
            sources=source_lines(sources),
        )
    )
    return below(intro, body)
