"""The page of instruments: a filter, a table of all, each with its facts and sources, the platforms, and two files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from dewak_research.book.documented_cases import PAGE as CASES_PAGE
from dewak_research.book.published import anchor, below, fact_line, figure_anchor, source_lines
from dewak_research.book.rooms import PAGE as ROOMS_PAGE
from dewak_research.cases.activation import BLOCKS, COLUMNS
from dewak_research.data.register import fold
from dewak_research.errors import texts
from dewak_research.language import Language
from dewak_research.page.files import csv_text, write_whole
from dewak_research.page.html import templates
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.values import is_missing, number

_text = texts(__package__, "activation.yaml")
PAGE = "activation"
FILES = {"csv": f"{PAGE}.csv", "json": f"{PAGE}.json"}
SECTORS = ("citizens", "third_sector", "informal", "market", "state")
HSK = ("yes", "depends", "no", "unknown")
LEADS = ("half", "year", "longer", "unknown")
TABLES = (
    "activation",
    "activation_facts",
    "activation_services",
    "activation_sources",
    "platforms",
    "platform_facts",
    "platform_fields",
    "platform_sources",
)
_MONTHS = 12


def lead_keys(years: float) -> str:
    """Return in which choices of the filter a lead time falls: "half year" up to half a year, "year", "longer"."""
    if is_missing(years):
        return "unknown"
    return "half year" if years <= 1 / 2 else "year" if years <= 1 else "longer"


def span_of_years(low: float, high: float, language: Language) -> str:
    """Write a span of years: "3 Monate bis 1 Jahr", "1 bis 3 Jahre"; "" where it is unknown."""
    if is_missing(low) or is_missing(high):
        return ""
    parts = []
    for years in (low, high):
        months = round(years * _MONTHS)
        whole = months % _MONTHS == 0 or months > 2 * _MONTHS
        amount, unit = (round(years, 1), "years") if whole else (months, "months")
        parts.append((number(amount, language, 0 if float(amount).is_integer() else 1), unit, amount == 1))

    def named(amount: str, unit: str, single: bool) -> str:
        return f"{amount}\N{NO-BREAK SPACE}{_text(unit[:-1] if single else unit)[language]}"

    first, last = parts
    if first == last:
        return named(*last)
    begin = first[0] if first[1] == last[1] else named(*first)
    return f"{begin} {_text('to')[language]} {named(*last)}"


def _brings(row: Any, language: Language) -> list[dict[str, Any]]:
    """What an instrument takes or brings, each as an amount with its unit."""
    shown = []
    for block in ("cost", "eur", "hours", "persons"):
        low, _, high = (getattr(row, name) for name in COLUMNS[block])
        if is_missing(high):
            continue
        ends = "–".join(dict.fromkeys(number(end, language) for end in (low, high) if not is_missing(end)))
        per = getattr(row, f"{block}_per", "")
        unit = _text(f"unit_{block}" + (f"_{per}" if per else ""))[language]
        shown.append({"block": block, "amount": f"{ends}\N{NO-BREAK SPACE}{unit}"})
    return shown


def _line(fact: Any, language: Language) -> dict[str, Any]:
    if fact.block == "lead_time":
        low, high = (fact.value if is_missing(end) else end for end in (fact.low, fact.high))
        note = getattr(fact, f"note_{language}")
        aside = "; ".join(part for part in (getattr(fact, f"text_{language}"), note) if part)
        text = f"{span_of_years(low, high, language)} ({aside})"
    else:
        text = fact_line(fact, language)
    return {
        "text": text,
        "source": fact.source,
        "case": anchor(fact.case) if fact.case else "",
        "figure": figure_anchor(fact.figure) if fact.figure else "",
        "computed": fact.computed,
        "assumed": fact.assumed,
    }


def _instrument(
    row: Any, facts: pd.DataFrame, cases: dict[str, str], services: dict[str, str], language: Language
) -> dict[str, Any]:
    """Return what the template shows of one instrument."""
    lines: dict[str, list[dict[str, Any]]] = {block: [] for block in BLOCKS}
    fact: Any
    for fact in facts[(facts["instrument"] == row.instrument) & facts["block"].isin(BLOCKS)].itertuples():
        lines[fact.block].append(_line(fact, language))
    name, does, why, not_known = (
        getattr(row, f"{part}_{language}") for part in ("name", "does", "hsk_why", "not_known")
    )
    sectors = row.sectors.split("; ")
    named = [_text(f"sector_{sector}")[language] for sector in sectors]
    return {
        "anchor": f"instrument-{row.instrument.replace('_', '-')}",
        "name": name,
        "does": does,
        "sectors": named,
        "services": [services[service] for service in row.services.split("; ") if service],
        "hsk": row.hsk_compatible,
        "hsk_word": _text(f"hsk_{row.hsk_compatible}")[language],
        "why": why,
        "hsk_assumed": row.hsk_assumed,
        "lead": span_of_years(row.lead_time_low_years, row.lead_time_high_years, language),
        "lead_assumed": row.lead_time_assumed,
        "brings": _brings(row, language),
        "keys": {
            "sector": " ".join(sectors),
            "service": row.services.replace(";", ""),
            "hsk": row.hsk_compatible,
            "lead": lead_keys(row.lead_time_years),
        },
        "words": fold(f"{name} {does} {' '.join(named)}"),
        "lines": {block: found for block, found in lines.items() if found},
        "missing": ", ".join(_text(block)[language] for block in COLUMNS if not lines[block]),
        "cases": [(anchor(case), cases[case]) for case in row.cases.split("; ") if case],
        "not_known": not_known,
    }


def _platforms(results: Results, language: Language) -> list[dict[str, Any]]:
    facts = results["platform_facts"]
    return [
        {
            "name": getattr(row, f"name_{language}"),
            "place": getattr(row, f"place_{language}"),
            "facts": [
                {"text": fact_line(fact, language), "source": fact.source}
                for fact in facts[facts["platform"] == row.platform].itertuples()
            ],
        }
        for row in results["platforms"].itertuples()
    ]


def _fields(results: Results, language: Language) -> dict[str, Any]:
    """How the platforms call the parts of a booking: their names, and a row per field."""
    fields = results["platform_fields"]
    called = results["platforms"].set_index("platform")[f"name_{language}"]
    names = [name for name in called.index if name in set(fields["platform"])]
    rows = []
    for _, group in fields.groupby("field", sort=False):
        theirs = dict(zip(group["platform"], group["theirs"], strict=True))
        rows.append((group[f"name_{language}"].iloc[0], [theirs.get(name, "") for name in names]))
    return {"platforms": [called[name] for name in names], "rows": rows}


def activation_page(results: Results, intro: str, language: Language) -> str:
    """Return the page as MyST: the hand-written introduction, then filter, table, instruments, platforms, sources.

    Parameters
    ----------
    results : Results
        Tables of the stage cases.
    intro : str
        MyST text with the page's title.
    language : {"de", "en"}
        Language of the page.
    """
    table, facts, documented = results["activation"], results["activation_facts"], results["documented"]
    cases = dict(zip(documented["documented"], documented[f"name_{language}"], strict=True))
    tasks = results["activation_services"]
    services = dict(zip(tasks["service"], tasks[f"name_{language}"], strict=True))
    shown = [_instrument(row, facts, cases, services, language) for row in table.itertuples()]
    judged = set(table["hsk_compatible"])
    choices = {
        "sector": [(key, _text(f"sector_{key}")[language]) for key in SECTORS],
        "service": list(services.items()),
        "hsk": [(key, _text(f"hsk_{key}")[language]) for key in HSK if key in judged],
        "lead": [(key, _text(f"lead_{key}")[language]) for key in LEADS],
    }
    sources = pd.concat([results["activation_sources"], results["platform_sources"]])
    body = (
        templates("dewak_research.book")
        .get_template("activation.html")
        .render(
            t=lambda key, **values: _text(key, **values)[language],
            no_data=label("no_data", language),
            instruments=shown,
            choices=choices,
            blocks=BLOCKS,
            cases_page=f"{CASES_PAGE}.html",
            files=FILES,
            rooms_page=ROOMS_PAGE,
            platforms=_platforms(results, language),
            fields=_fields(results, language),
            sources=source_lines(sources),
        )
    )
    return below(intro, body)


def write_files(results: Results, folder: Path) -> None:
    """Write the instruments as CSV (one row each) and as JSON with all facts, sources and platforms."""
    write_whole(folder / FILES["csv"], csv_text(results["activation"]))
    tables = {name: json.loads(results[name].to_json(orient="records", force_ascii=False)) for name in TABLES}
    write_whole(folder / FILES["json"], json.dumps(tables, ensure_ascii=False, indent=1) + "\n")
