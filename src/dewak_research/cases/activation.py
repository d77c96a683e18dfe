"""Instruments that activate citizens and mobilise the third sector, the informal sector and the market.

What each takes and mobilises, with its source or marked as an assumption. Hours are never money; amounts are as
published, in the prices of their year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.cases.facts import ENDS, fact_cells, number_of, sources_frame, told
from dewak_research.cases.library import Library, in_languages
from dewak_research.cases.placed import problem_at
from dewak_research.documents import Document, Key
from dewak_research.errors import Problem, nearest_or
from dewak_research.language import LANGUAGES, Text

COLUMNS = {
    "lead_time": ("lead_time_low_years", "lead_time_years", "lead_time_high_years"),
    "cost": ("cost_low_eur", "cost_eur", "cost_high_eur"),
    "eur": ("eur_low_mobilised", "eur_mobilised", "eur_high_mobilised"),
    "hours": ("hours_low_mobilised", "hours_mobilised", "hours_high_mobilised"),
    "persons": ("persons_low_mobilised", "persons_mobilised", "persons_high_mobilised"),
}
"""Block of an instrument → columns of its low, published and high number."""
BLOCKS = (*COLUMNS, "lasting", "amounts", "conditions", "failed", "remark")  #: of facts, as a page shows them
_DATED = ("cost", "eur")


def resolved(item: Mapping[str, Any], figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return a number of the file; one that names a unit figure gets what the figure is of, number and year.

    Parameters
    ----------
    item : mapping
        An entry of the file.
    figures : mapping
        Block ``figures`` of ``unit_figures.yaml``.
    """
    if "figure" not in item:
        return dict(item)
    found = figures[item["figure"]]
    taken = {name: found[name] for name in ("what", "year", "note", "computed", *ENDS) if name in found}
    return {**taken, **item}


def _unit(item: Mapping[str, Any], units: Mapping[str, Any], figures: Mapping[str, Any]) -> Mapping[str, str]:
    if "figure" in item:
        return dict(figures[item["figure"]]["unit"])
    return dict(units.get(item.get("unit", ""), {}))


def _quantity(block: str, item: Mapping[str, Any] | None) -> dict[str, Any]:
    """Low, published and high number of a block; without a range both ends are the number."""
    names = COLUMNS[block]
    if item is None:
        return {**dict.fromkeys(names, np.nan), f"{block}_assumed": False}
    value, low, high = (number_of(item, name) for name in ENDS)
    low, high = (value if np.isnan(end) else end for end in (low, high))
    if block == "lead_time" and np.isnan(value):
        value = high
    return {**dict(zip(names, (low, value, high), strict=True)), f"{block}_assumed": "assumption" in item}


def activation_frame(activation: Mapping[str, Any], figures: Mapping[str, Any]) -> pd.DataFrame:
    """Return one row per instrument, in the order of the file.

    Parameters
    ----------
    activation, figures : mapping
        Content of ``activation.yaml``; block ``figures`` of ``unit_figures.yaml``.

    Returns
    -------
    DataFrame
        instrument (key), name and does in both languages, sector (the main one), sectors ("; "), sector_assumed,
        services (of the plan, "; ", "" = none said), services_assumed, hsk_compatible ("yes", "no", "depends";
        "unknown" = not judged), hsk_why in both languages, hsk_assumed; the columns of ``COLUMNS`` and for each block
        ``<block>_assumed``. Numbers are missing where nothing is known; low and high are the number itself where no
        range is known; a number is missing where only a range is, save lead_time_years, which is then the longer end.
        cost_per, eur_per, hours_per ("year", "once", "project", "" = nothing known); cost_year, eur_year (of the
        prices, missing = undated); lasting in both languages, lasting_assumed; cases (keys, "; "); not_known in both
        languages ("" = nothing).
    """
    rows = []
    for key, entry in activation["instruments"].items():
        law, serves = entry.get("law"), entry.get("serves", {})
        lasting = entry.get("lasting")
        numbers = {block: resolved(entry[block], figures) if block in entry else None for block in COLUMNS}
        row = {
            "instrument": key,
            **in_languages("name", entry["name"]),
            **in_languages("does", entry["does"]),
            "sector": entry["sector"]["sectors"][0],
            "sectors": "; ".join(entry["sector"]["sectors"]),
            "sector_assumed": "assumption" in entry["sector"],
            "services": "; ".join(serves.get("meets", [])),
            "services_assumed": "assumption" in serves,
            "hsk_compatible": law["state"] if law else "unknown",
            **{f"hsk_why_{language}": Text.of(law["why"])[language] if law else "" for language in LANGUAGES},
            "hsk_assumed": bool(law) and "assumption" in law,
        }
        for block, item in numbers.items():
            row |= _quantity(block, item)
        row |= {
            f"{block}_per": entry[block]["unit"].split("_")[1] if block in entry else ""
            for block in ("cost", "eur", "hours")
        }
        row |= {f"{block}_year": (numbers[block] or {}).get("year") for block in _DATED}
        row |= {
            f"lasting_{language}": Text.of(lasting["text"])[language] if lasting else ""
            for language in LANGUAGES
        }
        row |= {"lasting_assumed": bool(lasting) and "assumption" in lasting}
        row |= {"cases": "; ".join(entry.get("cases", []))}
        row |= {
            f"not_known_{language}": (entry.get("not_known") or {}).get(language, "")
            for language in LANGUAGES
        }
        rows.append(row)
    return pd.DataFrame(rows).astype({f"{block}_year": "Int64" for block in _DATED})


def facts_of_activation(activation: Mapping[str, Any], figures: Mapping[str, Any]) -> pd.DataFrame:
    """Return every number and statement on the instruments: instrument, block, the cells of ``facts.fact_cells``, and
    case, figure (keys, "" = none), computed, assumed.
    """  # fmt: skip
    rows = []
    for key, entry in activation["instruments"].items():
        for block, item in told(entry, BLOCKS):
            cells = fact_cells(
                resolved(item, figures), _unit(item, activation["units"], figures), activation["sources"]
            )
            found = figures.get(item.get("figure", ""), {})
            origin = {name: found.get(name, cells[name]) for name in ("title", "publisher", "link")}
            rows.append(
                {
                    "instrument": key,
                    "block": block,
                    **cells,
                    **origin,
                    **{name: item.get(name, "") for name in ("case", "figure")},
                    "computed": "computed" in item or "computed" in found,
                    "assumed": "assumption" in item,
                }
            )
    return pd.DataFrame(rows).astype({"year": "Int64"})


def activation_tables(library: Library) -> dict[str, pd.DataFrame]:
    """Return activation, activation_facts, activation_services (service, name in both languages), activation_sources
    and activation_summary (one row).

    The summary holds instruments, facts, published (facts with a source, case or figure), assumed (facts that are
    assumptions), with_cost, with_hours, with_eur, with_lead_time, lead_time_published (instruments).
    """
    content, figures = library.activation, library.unit_figures["figures"]
    table, facts = activation_frame(content, figures), facts_of_activation(content, figures)
    known = {name: table[COLUMNS[name][2]].notna() for name in COLUMNS}
    summary = {
        "instruments": len(table),
        "facts": len(facts),
        "published": int((~facts["assumed"]).sum()),
        "assumed": int(facts["assumed"].sum()),
        **{f"with_{name}": int(known[name].sum()) for name in ("cost", "hours", "eur", "lead_time")},
        "lead_time_published": int((known["lead_time"] & ~table["lead_time_assumed"]).sum()),
    }
    return {
        "activation": table,
        "activation_facts": facts,
        "activation_services": pd.DataFrame(
            {"service": key, **in_languages("name", name)} for key, name in content["services"].items()
        ),
        "activation_sources": sources_frame(content),
        "activation_summary": pd.DataFrame([summary]),
    }


def _numbers(entry: Any) -> Iterator[float]:
    """Every published number of a documented case."""
    if isinstance(entry, Mapping):
        yield from (float(entry[name]) for name in ENDS if isinstance(entry.get(name), int | float))
        entry = list(entry.values())
    if isinstance(entry, list):
        for item in entry:
            yield from _numbers(item)


def _named(content: Mapping[str, Any]) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    for key, entry in content["instruments"].items():
        for block in ("sector", "serves", "law", *BLOCKS):
            found = entry.get(block, [])
            if isinstance(found, list):
                yield from ((("instruments", key, block, i), item) for i, item in enumerate(found))
            else:
                yield ("instruments", key, block), found


def activation_problems(
    document: Document, cases: Mapping[str, Any], figures: Mapping[str, Any]
) -> Iterator[Problem]:
    """Yield what is wrong between the instruments and the files they name.

    Parameters
    ----------
    document : Document
        ``activation.yaml``, right by itself.
    cases, figures : mapping
        Block ``cases`` of ``documented.yaml``; block ``figures`` of ``unit_figures.yaml``.
    """
    content = document.data

    def unknown(place: Key, found: str, block: str, known: Mapping[str, Any]) -> Problem:
        return problem_at(
            document, place, "not_in_file", found=found, block=block, near=nearest_or(found, known)
        )

    for key, entry in content["instruments"].items():
        for i, found in enumerate(entry.get("cases", [])):
            if found not in cases:
                yield unknown(("instruments", key, "cases", i), found, "documented.yaml", cases)
    for place, item in _named(content):
        case, figure = item.get("case"), item.get("figure")
        if case is not None and case not in cases:
            yield unknown((*place, "case"), case, "documented.yaml", cases)
        elif case is not None and "computed" not in item:
            stated = set(_numbers(cases[case]))
            for name in ENDS:
                if name in item and float(item[name]) not in stated:
                    said = {"value": item[name], "case": case}
                    yield problem_at(document, (*place, name), "not_in_case", **said)
        if figure is not None and figure not in figures:
            yield unknown((*place, "figure"), figure, "unit_figures.yaml", figures)
        elif figure is not None and "unit" in item:
            own, its = content["units"][item["unit"]]["de"], figures[figure]["unit"]["de"]
            if own.split("/")[0].split()[0] != its.split("/")[0].split()[0]:
                yield problem_at(document, (*place, "unit"), "other_unit", own=own, its=its)


def reference_problems(library: Library) -> Iterator[Problem]:
    """Yield what is wrong between the instruments of a library and its documented cases and unit figures."""
    document = library.documents["activation"]
    yield from activation_problems(document, library.documented["cases"], library.unit_figures["figures"])
