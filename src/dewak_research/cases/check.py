"""Check the inputs of the case studies: shape by JSON schema, meaning by rules; every mistake with its line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from dewak_research.cases.reading import Document, Key, read_document
from dewak_research.cases.stakeholders import CR_LIMIT, ahp_weights, clashing_judgements
from dewak_research.errors import InputError, Problem, nearest
from dewak_research.language import Text

KINDS = ("case", "models", "criteria", "stakeholders", "qca")
_SHOWN = 60


@cache
def schema() -> dict[str, Any]:
    """Return the JSON schema of all input files."""
    text = files("dewak_research.cases").joinpath("schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _unknown_keys(document: Document, error: ValidationError) -> Iterator[Problem]:
    place: Key = tuple(error.absolute_path)
    rules: Any = error.schema
    entries: Any = error.instance
    known = list(rules.get("properties", {}))
    for name in entries:
        if name in known:
            continue
        near = nearest(str(name), known)
        right = (
            Text(f"»{near}«", f"“{near}”")
            if near
            else Text("einer von: " + ", ".join(known), "one of: " + ", ".join(known))
        )
        what = Text(f"unbekannter Schlüssel »{name}«", f"unknown key “{name}”")
        yield document.problem((*place, name), what, right)


def _missing_key(document: Document, error: ValidationError) -> Problem:
    missing = str(error.message).split("'")[1]
    place: Key = tuple(error.absolute_path)
    level = f"»{place[-1]}«" if place else "der Datei"
    level_en = f"“{place[-1]}”" if place else "the file"
    if missing == "direction":
        what = Text(f"das Kriterium {level} hat keine Richtung", f"the criterion {level_en} has no direction")
        right = Text("direction: cost oder direction: benefit", "direction: cost or direction: benefit")
    else:
        what = Text(f"in {level} fehlt »{missing}«", f"“{missing}” is missing in {level_en}")
        right = Text(f"eine Angabe »{missing}:«", f"an entry “{missing}:”")
    return document.problem(place, what, right)


def _wrong_value(document: Document, error: ValidationError) -> Problem:
    place: Key = tuple(error.absolute_path)
    shown = repr(error.instance)[:_SHOWN]
    if place and place[-1] == "ags" and isinstance(error.instance, int):
        what = Text("der Schlüssel ags ist eine Zahl", "the key ags is a number")
        right = Text('Text in Anführungszeichen: ags: "05562020"', 'text in quotes: ags: "05562020"')
        return document.problem(place, what, right)
    what = Text(f"Wert {shown} ist nicht zulässig", f"value {shown} is not allowed")
    rule = f"{error.validator}: {error.validator_value}"[:120]
    if error.validator == "minProperties" or error.validator == "minItems":
        what = Text("zu wenige Einträge", "too few entries")
    if place == ("models",) and error.validator == "minProperties":
        what = Text("nur eine Alternative", "a single alternative only")
        rule_text = Text("mindestens zwei Modelle zum Vergleich", "at least two models to compare")
        return document.problem(place, what, rule_text)
    return document.problem(place, what, Text(rule, rule))


def _shape(document: Document, kind: str) -> list[Problem]:
    definition = {**schema(), "$ref": f"#/$defs/{kind}"}
    problems: list[Problem] = []
    for error in sorted(Draft202012Validator(definition).iter_errors(document.data), key=_position):
        if error.validator == "additionalProperties":
            problems += _unknown_keys(document, error)
        elif error.validator == "required":
            problems.append(_missing_key(document, error))
        else:
            problems.append(_wrong_value(document, error))
    return problems


def _position(error: ValidationError) -> tuple[str, ...]:
    return tuple(str(part) for part in error.absolute_path)


def _mappings(data: Any, key: Key = ()) -> Iterator[tuple[Key, dict[str, Any]]]:
    if isinstance(data, dict):
        yield key, data
        for name, value in data.items():
            yield from _mappings(value, (*key, name))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from _mappings(value, (*key, i))


_NEEDS_ORIGIN = ({"value", "unit"}, {"state"}, {"text"}, {"event"}, {"role"})


def _origin(document: Document) -> Iterator[Problem]:
    """Every value has a source that is listed, or says that it is an assumption; low ≤ value ≤ high."""
    known = list(document.data.get("sources", {}))
    for key, item in _mappings(document.data):
        if key and key[0] == "sources":
            continue
        has_source, assumed = "source" in item, item.get("assumption") is True
        if any(needs <= set(item) for needs in _NEEDS_ORIGIN) and has_source == assumed:
            both = Text("Quelle und Annahme zugleich", "a source and an assumption at once")
            none = Text("Wert ohne Quelle und ohne Kennzeichnung als Annahme",
                        "value without a source and not marked as an assumption")  # fmt: skip
            right = Text("entweder source: … oder assumption: true", "either source: … or assumption: true")
            yield document.problem(key, both if has_source else none, right)
        if has_source and item["source"] not in known:
            near = nearest(str(item["source"]), known)
            what = Text(f"die Quelle »{item['source']}« steht nicht unter sources",
                        f"the source “{item['source']}” is not listed under sources")  # fmt: skip
            right = Text(f"»{near}«", f"“{near}”") if near else Text("ein Eintrag unter sources",
                                                                     "an entry under sources")  # fmt: skip
            yield document.problem((*key, "source"), what, right)
        numbers = [item.get(name) for name in ("low", "value", "high")]
        given = [float(n) for n in numbers if isinstance(n, int | float)]
        if {"low", "high"} & set(item) and given != sorted(given):
            what = Text(f"die Spanne {given} ist nicht geordnet", f"the range {given} is not in order")
            yield document.problem(key, what, Text("low ≤ value ≤ high", "low ≤ value ≤ high"))


def _criteria(document: Document) -> Iterator[Problem]:
    criteria = document.data["criteria"]
    total = sum(item["weight"] for item in criteria.values())
    if abs(total - 1.0) > 1e-6:
        what = Text(f"die Gewichte ergeben {total:.4g}, nicht 1", f"the weights sum to {total:.4g}, not to 1")
        each = ", ".join(f"{name} {item['weight']:.4g}" for name, item in criteria.items())
        yield document.problem(
            ("criteria",), what, Text(f"Summe 1; zurzeit {each}", f"a sum of 1; now {each}")
        )
    for name, item in criteria.items():
        rising = item["best"] > item["worst"]
        if item["best"] == item["worst"] or rising != (item["direction"] == "benefit"):
            what = Text(f"Anker und Richtung von {name} passen nicht zusammen",
                        f"anchors and direction of {name} do not fit together")  # fmt: skip
            right = Text("benefit: best größer als worst; cost: best kleiner als worst",
                         "benefit: best above worst; cost: best below worst")  # fmt: skip
            yield document.problem(("criteria", name), what, right)


def _models(document: Document) -> Iterator[Problem]:
    for name, model in document.data["models"].items():
        for criterion, item in model["scores"].items():
            for end in ("low", "value", "high"):
                if isinstance(item.get(end), int | float) and not 1 <= item[end] <= 5:
                    what = Text(f"Bewertung {item[end]} von {name} in {criterion} liegt außerhalb der Skala",
                                f"score {item[end]} of {name} in {criterion} lies outside its scale")  # fmt: skip
                    key: Key = ("models", name, "scores", criterion, end)
                    yield document.problem(key, what, Text("ein Wert von 1 bis 5", "a value from 1 to 5"))
    lists = {"budget_law": set(document.data["checklist"]), "risks": set(document.data["risk_list"])}
    for name, model in document.data["models"].items():
        for part, known in lists.items():
            for asked in sorted(set(model[part]) - known):
                what = Text(f"zu »{asked}« fehlt die Frage in der Prüfliste",
                            f"the checklist has no question “{asked}”")  # fmt: skip
                yield document.problem(("models", name, part, asked), what, Text("eine Frage", "a question"))


def pairwise_matrix(upper: list[float], n: int) -> np.ndarray:
    """Return the reciprocal matrix of n criteria from its upper triangle, row by row."""
    matrix = np.ones((n, n))
    matrix[np.triu_indices(n, 1)] = upper
    lower = np.tril_indices(n, -1)
    matrix[lower] = 1.0 / matrix.T[lower]
    return matrix


def _stakeholders(document: Document) -> Iterator[Problem]:
    for group, content in document.data["groups"].items():
        for actor, raters in content["ratings"].items():
            if len(raters) < 2:
                what = Text(f"nur eine Person hat »{actor}« eingeschätzt",
                            f"only one person rated “{actor}”")  # fmt: skip
                right = Text("mindestens zwei, besser drei Einschätzungen: sonst bleibt die Streuung unbekannt",
                             "two ratings at least, better three: the spread stays unknown otherwise")  # fmt: skip
                yield document.problem(("groups", group, "ratings", actor), what, right)
        names = content["judgements"]["criteria"]
        for actor, upper in content["judgements"].items():
            if actor == "criteria":
                continue
            key: Key = ("groups", group, "judgements", actor)
            wanted = len(names) * (len(names) - 1) // 2
            if len(upper) != wanted:
                what = Text(f"{len(upper)} Urteile statt {wanted}", f"{len(upper)} judgements, not {wanted}")
                yield document.problem(key, what, Text(f"{wanted} Paarvergleiche", f"{wanted} comparisons"))
                continue
            matrix = pairwise_matrix(upper, len(names))
            ratio = ahp_weights(matrix)[2]
            if ratio >= CR_LIMIT:
                clash = clashing_judgements(matrix, names)
                shown = "; ".join(
                    f"{row.first} : {row.second} = {row.stated:.3g} → {row.implied:.2g}"
                    for row in clash.itertuples()
                )
                what = Text(f"Urteile von »{actor}« widersprechen sich (CR = {ratio:.2f})",
                            f"judgements of “{actor}” contradict each other (CR = {ratio:.2f})")  # fmt: skip
                right = Text(f"CR unter {CR_LIMIT}; am weitesten auseinander: {shown}",
                             f"CR below {CR_LIMIT}; furthest apart: {shown}")  # fmt: skip
                yield document.problem(key, what, right)


def _qca(document: Document) -> Iterator[Problem]:
    for name, data in document.data["datasets"].items():
        for case, values in data["cases"].items():
            if len(values) != len(data["columns"]):
                what = Text(f"{len(values)} Werte statt {len(data['columns'])}",
                            f"{len(values)} values, not {len(data['columns'])}")  # fmt: skip
                right = Text("je Spalte ein Wert", "one value per column")
                yield document.problem(("datasets", name, "cases", case), what, right)


_RULES = {"criteria": _criteria, "models": _models, "stakeholders": _stakeholders, "qca": _qca}


def problems_in(document: Document, kind: str | None = None) -> list[Problem]:
    """Return every problem of a document; meaning is judged only once the shape is right."""
    found = str(document.data.get("kind", ""))
    if found not in KINDS or (kind is not None and found != kind):
        near = kind or nearest(found, KINDS) or "case"
        what = Text(f"Art der Datei »{found}« ist unbekannt", f"kind of file “{found}” is unknown")
        return [document.problem(("kind",), what, Text(f"kind: {near}", f"kind: {near}"))]
    problems = _shape(document, found)
    if problems:
        return problems
    problems = list(_origin(document))
    if found in _RULES:
        problems += list(_RULES[found](document))
    return problems


def check_case(path: Path) -> list[Problem]:
    """Return every problem of one input file, empty if it can be used (``dewak case check FILE``)."""
    try:
        return problems_in(read_document(path))
    except InputError as error:
        return error.problems
