"""Pages that are lists: the finder of towns, the publications the report rests on, the official tables."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from html import escape
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import yaml

from dewak_research.book.published import below
from dewak_research.data.catalogue import Table, catalogue
from dewak_research.data.other_names import other_names
from dewak_research.data.register import KINDS, fold
from dewak_research.errors import texts
from dewak_research.language import Language, Text
from dewak_research.page.html import finder_map, templates
from dewak_research.page.labels import label
from dewak_research.page.values import date
from dewak_research.rules import HOME
from dewak_research.unit.sheet_places import address


def _plain(name: str) -> str:
    """Return a name without the marks of its letters: Münster as Munster."""
    return fold("".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c)))


def german_order(name: str) -> tuple[str, str]:
    """Return what German lists are sorted by (DIN 5007-1): ä as a, ß as ss, then the name itself."""
    return _plain(name), name


_PLATE = 3
"""A name of so many letters is found whole, not as a part of what is typed."""


def search_words(name: str, ags: str) -> str:
    """Return what a unit is found by: its name with ae and with a for ä, in one word, its key and its other names."""
    spelt = [fold(name), _plain(name)]
    other = [text for text in also(ags) if len(text) > _PLATE]
    return " ".join([*dict.fromkeys([*spelt, *(text.replace(" ", "") for text in spelt)]), ags, *other])


def also(ags: str) -> list[str]:
    """Return the other names of a unit as searches compare them."""
    return [fold(name) for name in other_names().get(ags, ())]


def groups(units: pd.DataFrame, kreise: pd.DataFrame, language: Language) -> list[dict[str, Any]]:
    """Return the units by Kreis, first the cities outside districts, then the Kreise by name; then the other Länder.

    Returns
    -------
    list of dict
        title, ags (of the Kreis, or None), words to search, reported, entries (ags, name, kind, words, reported);
        land is True of another Land.
    """
    found: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
    for entry, kreis in _entries(units[units["kind"] != "kreis"]):
        found[kreis if entry["kind"] == "kreisangehoerige_gemeinde" else None].append(entry)
    own = [entry for entry, _ in _entries(units[units["kind"] == "kreis"])]
    titles = [{**entry, "title": entry["name"], "entries": found[entry["ags"]]} for entry in own]
    outside = label("finder_kreisfrei", language)
    return [
        {"title": outside, "ags": None, "words": "", "also": "", "reported": True, "entries": found[None]},
        *sorted(titles, key=lambda entry: german_order(entry["title"].removeprefix("Kreis "))),
        *_lands(kreise, language),
    ]


def elsewhere(kreise: pd.DataFrame) -> pd.DataFrame:
    """Return the Kreise of the register of Germany that the register of the Land of the report does not hold."""
    return kreise[kreise["land"] != HOME]


def _lands(kreise: pd.DataFrame, language: Language) -> list[dict[str, Any]]:
    """Return the Kreise of the other Länder by Land, in German order."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry, land in _entries(_as_units(kreise)):
        found[land].append(entry)
    titles = {land: label("finder_land", language, land=land) for land in found}
    return [
        {
            "title": titles[land],
            "ags": None,
            "words": "",
            "also": "",
            "reported": True,
            "entries": found[land],
            "land": True,
        }
        for land in sorted(found, key=german_order)
    ]


def _as_units(kreise: pd.DataFrame) -> pd.DataFrame:
    """Return the Kreise elsewhere as a list shows units, by Land instead of by Kreis."""
    return elsewhere(kreise).assign(kreis=lambda d: d["land_name"], reported_any=True)


def _entries(units: pd.DataFrame) -> list[tuple[dict[str, Any], str]]:
    """Return every unit as it stands in a list, in German order, with the key of its Kreis."""
    entries = [
        (
            {
                "ags": str(unit.ags),
                "name": str(unit.name),
                "kind": str(unit.kind),
                "words": search_words(str(unit.name), str(unit.ags)),
                "also": "|".join(also(str(unit.ags))),
                "reported": bool(unit.reported_any),
            },
            str(unit.kreis),
        )
        for unit in units.itertuples()
    ]
    return sorted(entries, key=lambda pair: (german_order(pair[0]["name"]), pair[0]["ags"]))


def finder_list(
    units: pd.DataFrame, kreise: pd.DataFrame, boundaries: gpd.GeoDataFrame, language: Language
) -> str:
    """Return search, map and list of the units as HTML.

    Parameters
    ----------
    units : DataFrame
        Register of the 427 units.
    kreise : DataFrame
        Register of the 400 Kreise of Germany.
    boundaries : GeoDataFrame
        ags and areas of the 396 towns.
    language : {"de", "en"}
        Language of the page.
    """
    towns = boundaries[["ags", "geometry"]].merge(units[["ags", "name", "reported_any"]], on="ags")
    return (
        templates("dewak_research.book")
        .get_template("finder.html")
        .render(
            t=lambda key, **values: label(key, language, **values),
            groups=groups(units, kreise, language),
            kinds=[*KINDS, "unreported"],
            map=finder_map(gpd.GeoDataFrame(towns, crs=boundaries.crs), address),
            address=address,
            total=len(units) + len(elsewhere(kreise)),
            towns=len(towns),
        )
    )


def finder_page(
    units: pd.DataFrame, kreise: pd.DataFrame, boundaries: gpd.GeoDataFrame, intro: str, language: Language
) -> str:
    """Return the finder as a MyST page: the hand-written introduction, then what ``finder_list`` returns."""
    return below(intro, finder_list(units, kreise, boundaries, language))


_RESULTS = '<div id="search-results">'


def search_list(units: pd.DataFrame, kreise: pd.DataFrame, language: Language) -> str:
    """Return the profiles as the search page of an edition lists them: the index of Sphinx does not know them."""
    return (
        templates("dewak_research.book")
        .get_template("search_units.html")
        .render(
            t=lambda key, **values: label(key, language, **values),
            entries=[entry for entry, _ in _entries(pd.concat([units, _as_units(kreise)]))],
            address=address,
        )
    )


def profiles_on_search(page: str, listed: str) -> str:
    """Return the search page of an edition with the profiles as `search_list` returns them.

    Raises
    ------
    ValueError
        The page has no place for results.
    """
    if _RESULTS not in page:
        raise ValueError(f"the search page has no {_RESULTS}")
    return page.replace(_RESULTS, f"{listed}{_RESULTS}", 1)


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
        ("taken", f'<time datetime="{table.taken.isoformat()}">{date(table.taken, language)}</time>'),
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
