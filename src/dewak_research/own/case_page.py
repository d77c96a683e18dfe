"""The page "own case study" of an own report: facts of the file beside the model towns, cost beside the room."""

from __future__ import annotations

from functools import partial
from typing import Any

from dewak_research.cases.cost import EUROS_OF
from dewak_research.language import Language, Text
from dewak_research.own.case_study import CONDITIONS, NEEDS, OwnCase
from dewak_research.own.deficit_page import worded
from dewak_research.own.first_page import head_text
from dewak_research.own.plan_overview import Overview
from dewak_research.page.labels import label
from dewak_research.page.values import eur_m, is_missing, number, pct
from dewak_research.rules import RuleSet

ROUNDED = 3  #: digits that a cost on assumptions does not have
BLOCKS = ("context", "goals", "outcome")
WORDS = {"context": "label", "goals": "text", "outcome": "text"}


def case_page(
    found: OwnCase, overview: Overview | None, rules: RuleSet, language: Language
) -> dict[str, Any]:
    """Return what the file states, needs and conditions beside the model towns, and cost beside the room."""
    say = partial(label, language=language)
    title = Text.of(found.content["name"])[language]
    lead = [say("own_case_lead", name=title)]
    if found.content.get("fictitious"):
        lead.append(say("own_case_fictitious"))
    return {
        "case_lines": lead,
        "case_facts": [_facts(found, block, language) for block in BLOCKS if found.content[block]],
        "case_parts": [
            _needs(found, language),
            _conditions(found, language),
            _costs(found, overview, rules, language),
        ],
        "case_sources": _sources(found, language),
    }


def _facts(found: OwnCase, block: str, language: Language) -> dict[str, Any]:
    entries = []
    for item in found.content[block]:
        said = Text.of(item[WORDS[block]])[language]
        if block == "context":
            value = (
                label("own_no_value", language) if item["value"] is None else _amount(item["value"], language)
            )
            year = f", {item['year']}" if item.get("year") else ""
            said = f"{said}: {value} {item['unit']}{year}"
        entries.append(f"{said} ({_origin(item, language)})")
    return {"title": label(f"own_case_{block}", language), "entries": entries}


def _amount(value: float, language: Language) -> str:
    return number(value, language, 0 if float(value).is_integer() else 2)


def _origin(item: dict[str, Any], language: Language) -> str:
    return (
        label("own_case_assumption", language) if item.get("assumption") else str(item.get("source") or "–")
    )


def _heads(found: OwnCase, language: Language) -> list[str]:
    places = [Text.of(content["place"])[language] for content in found.towns.values()]
    return [label("own_case_own", language, place=places[0]), *places[1:]]


def _needs(found: OwnCase, language: Language) -> dict[str, Any]:
    by, rows = found.needs.set_index(["need", "case"]), []
    for need in NEEDS:
        units = by.loc[need]["unit"]
        name = f"{label(f'case_input_{need}', language)} ({units.iloc[0]})"
        rows.append([name, *(_range(by.loc[(need, case)], language) for case in found.towns)])
    head = [label("own_case_need", language), *_heads(found, language)]
    return _part("needs", head, rows, range(1, len(head)), language)


def _range(row: Any, language: Language) -> str:
    if is_missing(row["value"]):
        return label("own_no_value", language)
    digits = 2 if abs(row["high"]) < 10 else 0
    low, value, high = (number(row[name], language, digits) for name in ("low", "value", "high"))
    shown = value if low == high else f"{value} ({low}–{high})"
    return shown + ("*" if row["assumed"] else "")


def _conditions(found: OwnCase, language: Language) -> dict[str, Any]:
    states = found.conditions.set_index(["condition", "case"])["state"]
    rows = [
        [label(f"own_case_condition_{name}", language)]
        + [label(f"own_case_state_{states[name, case]}", language) for case in found.towns]
        for name in CONDITIONS
    ]
    head = [label("own_case_condition", language), *_heads(found, language)]
    return _part("conditions", head, rows, (), language)


def _costs(found: OwnCase, overview: Overview | None, rules: RuleSet, language: Language) -> dict[str, Any]:
    say, rows = partial(label, language=language), []
    known = overview is not None and not is_missing(overview.bearable_eur)
    for row in found.costs.to_dict("records"):
        low, value, high = (float(row[f"{name}_eur"]) for name in ("low", "value", "high"))
        each = float("nan") if overview is None else overview.per_head(value)
        shown = [number(round(amount, -ROUNDED), language, 0) for amount in (value, low, high)]
        cells = [str(row[f"name_{language}"]), shown[0], f"{shown[1]} – {shown[2]}"]
        cells.append("–" if is_missing(each) else number(each, language, 2))
        if known and overview is not None:
            bearable = overview.bearable_eur
            cells.append(pct(value / bearable, language, 0) if bearable > 0 else "–")
        rows.append(cells)
    names = ["model", "cost", "cost_range", "cost_head", *(["cost_share"] if known else [])]
    part = _part("costs", [say(f"own_case_{name}") for name in names], rows, range(1, len(names)), language)
    lines = [say("own_case_costs_lead", year=EUROS_OF)] if rows else [say("own_case_costs_unknown")]
    lines.append(_room(overview, rules, language))
    note = worded("own_case_costs_note", rules) if known else "own_case_costs_note_plain"
    return {**part, "lines": lines, "note": say(note)}


def _room(overview: Overview | None, rules: RuleSet, language: Language) -> str:
    """Say what the plan bears lastingly, the headroom that the cost stands beside."""
    if overview is None or is_missing(overview.bearable_eur):
        return label("own_room_unknown", language)
    if overview.bearable_eur <= 0:
        return label(worded("own_case_room_none", rules), language)
    room = overview.bearable_eur
    amount, head = eur_m(room, language, 2), head_text(overview, room, language)
    return label("own_case_room", language, amount=amount, head=head)


def _part(
    name: str, head: list[str], rows: list[list[str]], numbers: Any, language: Language
) -> dict[str, Any]:
    title, note = (label(f"own_case_{name}_{kind}", language) for kind in ("title", "note"))
    shown = {"title": title, "lines": [], "head": head, "rows": rows, "numbers": list(numbers)}
    return {**shown, "note": note, "stacked": True}


def _sources(found: OwnCase, language: Language) -> list[tuple[str, str, str]]:
    """Return key, title and address of the sources of the own file; an address that is none of the web is left out."""
    listed = []
    for key, source in found.content["sources"].items():
        link = str(source.get("link") or "")
        listed.append((key, str(source["title"]), link if link.startswith(("https://", "http://")) else ""))
    return listed
