"""Published unit figures: carried to the prices of one year, and the inputs of the models that rest on them.

An input names its figures; its value is their product times a factor, amounts in euros in the prices of the last year
with consumer prices. Rates of law and tariff stay as they are. Reality check: what a whole place costs, as published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.cases.library import Library, in_languages
from dewak_research.cases.placed import problem_at
from dewak_research.cases.unit_figures_schema import TOLERANCE
from dewak_research.data.measures import real_eur
from dewak_research.documents import Document, Key
from dewak_research.errors import Problem, nearest_or
from dewak_research.language import Text

_SHARED = {"price": "prices", "relief": "relief", "wage": "wages"}


def base_year(prices: pd.DataFrame) -> int:
    """Return the year whose prices amounts are carried to: the last of the consumer prices."""
    return int(prices["year"].max())


def figures_frame(figures: Mapping[str, Any], prices: pd.DataFrame) -> pd.DataFrame:
    """Return the published figures and what they are in the prices of ``base_year``.

    Parameters
    ----------
    figures : mapping
        Block ``figures`` of ``unit_figures.yaml``.
    prices : DataFrame
        ``germany_cpi``: year, cpi_2020_100.

    Returns
    -------
    DataFrame
        figure (key), text, unit and note in both languages, value, low, high (missing = not published), year (missing =
        undated), carried (value in the prices of ``base_year``; the value itself where it is no amount in euros or a
        rate of law or tariff; missing where an amount is undated), computed, yardstick, title, publisher, link.
    """
    rows = []
    for key, item in figures.items():
        note = item.get("note") or {"de": "", "en": ""}
        low, value, high = (
            np.nan if item.get(end) is None else float(item[end]) for end in ("low", "value", "high")
        )
        unit = Text.of(item["unit"])
        rows.append(
            {
                "figure": key,
                **in_languages("text", item["what"]),
                **in_languages("unit", item["unit"]),
                "note_de": note["de"],
                "note_en": note["en"],
                **{"value": value, "low": low, "high": high},
                "year": item.get("year"),
                "real": unit.de.startswith("€") and not unit.de.startswith("€ je") and "fixed" not in item,
                **{flag: flag in item for flag in ("computed", "yardstick")},
                "title": item["title"],
                "publisher": item["publisher"],
                "link": item.get("link", ""),
            }
        )
    table = pd.DataFrame(rows).astype({"year": "Int64"})
    known = table["year"].astype(float)
    carried = real_eur(table["value"], known, base_year(prices), prices)
    return table.assign(carried=carried.where(table["real"], table["value"])).drop(columns="real")


def inputs_on_figures(library: Library) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    """Yield part, owner ("" for all), name and content of every input that names figures."""
    criteria = library.criteria
    blocks = [("case", case, content["resources"]) for case, content in library.cases.items()]
    blocks += [("model", model, content["inputs"]) for model, content in library.models["models"].items()]
    blocks += [(part, "", criteria[block]) for part, block in _SHARED.items()]
    for part, owner, block in blocks:
        for name, item in block.items():
            if "figures" in item:
                yield part, owner, name, item


def published_value(item: Mapping[str, Any], carried: pd.Series) -> float:
    """Return what an input is worth by its figures: product × times × assumed_times.

    Parameters
    ----------
    item : mapping
        figures, times (a change of unit), assumed_times (an assumption).
    carried : Series
        index figure; values in the prices of ``base_year``.
    """
    product = float(carried[item["figures"]].prod(skipna=False))
    return product * float(item.get("times", 1.0)) * float(item.get("assumed_times", 1.0))


def used_frame(library: Library, figures: pd.DataFrame) -> pd.DataFrame:
    """Return the inputs that rest on published figures.

    Returns
    -------
    DataFrame
        part ("case", "model", "price", "relief", "wage"), owner (case or model, "" for all), input, value, published
        (what the figures give), assumed_times (missing = none), figures ("; "), unit, note in both languages.
    """
    carried = figures.set_index("figure")["carried"]
    rows = []
    for part, owner, name, item in inputs_on_figures(library):
        note = item.get("note") or {"de": "", "en": ""}
        rows.append(
            {
                "part": part,
                "owner": owner,
                "input": name,
                "value": float(item["value"]),
                "published": published_value(item, carried),
                "assumed_times": float(item.get("assumed_times", np.nan)),
                "figures": "; ".join(item["figures"]),
                "unit": item["unit"],
                "note_de": note["de"],
                "note_en": note["en"],
            }
        )
    return pd.DataFrame(rows)


def _place(library: Library, part: str, owner: str, name: str) -> tuple[Document, Key]:
    """File and place of an input."""
    if part == "case":
        return library.document(owner), ("resources", name)
    if part == "model":
        return library.documents["models"], ("models", owner, "inputs", name)
    return library.documents["criteria"], (_SHARED[part], name)


def figure_problems(library: Library) -> Iterator[Problem]:
    """Yield what is wrong between inputs and the figures they name: an unknown figure, or another value than theirs."""
    known = library.unit_figures["figures"]
    carried = figures_frame(known, library.prices).set_index("figure")["carried"]
    for part, owner, name, item in inputs_on_figures(library):
        document, place = _place(library, part, owner, name)
        unknown = [figure for figure in item["figures"] if figure not in known]
        for found in unknown:
            yield problem_at(
                document, (*place, "figures"), "no_figure", found=found, near=nearest_or(found, known)
            )
        if unknown:
            continue
        published = published_value(item, carried)
        if not np.isclose(item["value"], published, rtol=TOLERANCE, atol=0.0):
            said = {"value": item["value"], "published": published, "year": base_year(library.prices)}
            yield problem_at(document, (*place, "value"), "off_figure", **said)


def yardsticks(figures: pd.DataFrame) -> pd.DataFrame:
    """Return what whole places cost a year as published: the rows of ``figures_frame`` that say so."""
    shown = ["figure", "text_de", "text_en", "value", "year", "carried", "computed", "title", "publisher"]
    return figures.loc[figures["yardstick"], shown]


def gross_frame(costs: pd.DataFrame) -> pd.DataFrame:
    """Return the first-year cost before outside money and capital: case, low_eur, high_eur over all models."""
    parts = costs[["staff_eur", "rooms_eur", "activity_eur", "overhead_eur"]].sum(axis=1)
    grouped = parts.groupby(costs["case"], sort=False)
    return grouped.agg(low_eur="min", high_eur="max").reset_index()


def unit_figure_tables(library: Library, costs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return unit_figures, inputs_published, yardsticks, gross_cost and unit_figure_summary (one row).

    The summary holds figures, used (inputs that rest on figures), base_year.
    """
    figures = figures_frame(library.unit_figures["figures"], library.prices)
    used = used_frame(library, figures)
    summary = {"figures": len(figures), "used": len(used), "base_year": base_year(library.prices)}
    return {
        "unit_figures": figures,
        "inputs_published": used,
        "yardsticks": yardsticks(figures),
        "gross_cost": gross_frame(costs),
        "unit_figure_summary": pd.DataFrame([summary]),
    }
