"""Pages that are lists: the finder of towns, the publications the report rests on, the official tables."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import yaml

from dewak_research.book.published import below
from dewak_research.data.catalogue import Table, catalogue
from dewak_research.data.register import fold
from dewak_research.errors import texts
from dewak_research.language import Language, Text
from dewak_research.page.html import finder_map, templates
from dewak_research.page.labels import label
from dewak_research.unit.sheet import FOLDER


def address(ags: str) -> str:
    """Return where the printable profile of a unit lies, seen from a page of the book."""
    return f"{FOLDER}/{ags}.html"


def groups(units: pd.DataFrame, language: Language) -> list[dict[str, Any]]:
    """Return the units by Kreis: first the cities outside districts, then the Kreise by name.

    Returns
    -------
    list of dict
        title, ags (of the Kreis, or None), entries (ags, name, words to search, reported).
    """
    of_kreise = units[units["kind"] == "kreis"]
    kreise = {str(ags): str(name) for ags, name in zip(of_kreise["ags"], of_kreise["name"], strict=True)}
    towns = (
        units[units["kind"] != "kreis"].assign(folded=units["name"].map(fold)).sort_values(["folded", "ags"])
    )
    found: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
    for town in towns.itertuples():
        kreis = str(town.kreis) if town.kind == "kreisangehoerige_gemeinde" else None
        words = f"{fold(str(town.name))} {town.ags}"
        entry = {"ags": town.ags, "name": town.name, "words": words, "reported": bool(town.reported_any)}
        found[kreis].append(entry)
    ordered: list[dict[str, Any]] = [
        {"title": label("finder_kreisfrei", language), "ags": None, "words": "", "entries": found[None]}
    ]
    for kreis in sorted(kreise, key=lambda key: fold(kreise[key].removeprefix("Kreis "))):
        words = f"{fold(kreise[kreis])} {kreis}"
        ordered.append({"title": kreise[kreis], "ags": kreis, "words": words, "entries": found[kreis]})
    return ordered


def finder_page(units: pd.DataFrame, boundaries: gpd.GeoDataFrame, intro: str, language: Language) -> str:
    """Return the finder as a MyST page: the hand-written introduction, then search, map and list.

    Parameters
    ----------
    units : DataFrame
        Register of the 427 units.
    boundaries : GeoDataFrame
        ags and areas of the 396 towns.
    intro : str
        MyST text with the page's title.
    language : {"de", "en"}
        Language of the page.
    """
    towns = boundaries[["ags", "geometry"]].merge(units[["ags", "name", "reported_any"]], on="ags")
    body = (
        templates("dewak_research.book")
        .get_template("finder.html")
        .render(
            t=lambda key, **values: label(key, language, **values),
            groups=groups(units, language),
            map=finder_map(gpd.GeoDataFrame(towns, crs=boundaries.crs), address),
            address=address,
            total=len(units),
            towns=len(towns),
        )
    )
    return below(intro, body)


_text = texts(__package__)


def read_references(book: Path) -> list[dict[str, Any]]:
    """Return ``book/references.yaml``: groups with a title in both languages and items by number."""
    groups: list[dict[str, Any]] = yaml.safe_load((book / "references.yaml").read_text(encoding="utf-8"))
    return groups


def references_page(groups: list[dict[str, Any]], intro: str, language: Language) -> str:
    """Return the references as a MyST page below its hand-written introduction."""
    lines = [intro.rstrip(), ""]
    for group in groups:
        lines += [f"## {Text.of(group['title'])[language]}", "", "```{raw} html", '<dl class="references">']
        for key, item in group["items"].items():
            text = escape(str(item["text"]))
            if item.get("url"):
                text = f'<a href="{escape(item["url"])}">{text}</a>'
            lines.append(f'<dt id="{key.lower()}">{key}</dt><dd>{text}</dd>')
        lines += ["</dl>", "```", ""]
    return "\n".join(lines)


def _entry(table: Table, language: Language) -> list[str]:
    licence = (
        f'<a rel="license" href="{escape(table.licence.url)}">{escape(table.licence.name[language])}</a>'
    )
    if table.licence.note is not None:
        licence += f" ({escape(table.licence.note[language])})"
    if not table.licence.verified:
        licence += f' <span class="tag tag-unverified">{_text("to_confirm")[language]}</span>'
    publisher = f'<a href="{escape(table.link)}">{escape(table.publisher[language])}</a>'
    facts = [
        ("publisher", publisher),
        ("number", escape(table.number[language])),
        ("vintage", escape(table.vintage[language])),
        ("licence", licence),
        ("change", escape(table.changed[language])),
    ]
    if table.note is not None:
        facts.append(("note", escape(table.note[language])))
    facts.append(("file", f"<code>data/raw/{escape(table.path)}</code>"))
    rows = [f"<dt>{_text(key)[language]}</dt><dd>{text}</dd>" for key, text in facts]
    return ["```{raw} html", f'<dl class="facts" id="{escape(table.name)}">', *rows, "</dl>", "```", ""]


def sources_page(intro: str, language: Language) -> str:
    """Return the official tables as a MyST page below its hand-written introduction: generated from the catalogue."""
    lines = [intro.rstrip(), ""]
    for table in catalogue().values():
        title = table.title[language]
        lines += [f"## {title[:1].upper()}{title[1:]}", "", *_entry(table, language)]
    return "\n".join(lines)
