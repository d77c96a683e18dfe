"""Check the inputs of the case studies: shape by ``schema``, meaning by rules; every mistake with its line."""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dewak_research.cases.activation_schema import ActivationFile
from dewak_research.cases.check_published import PUBLISHED
from dewak_research.cases.check_sites import site_problems
from dewak_research.cases.documented_schema import DocumentedFile
from dewak_research.cases.placed import mappings, problem_at
from dewak_research.cases.platforms_schema import PlatformsFile
from dewak_research.cases.qca import QcaFile
from dewak_research.cases.schema import CriteriaFile, InputFile, ModelsFile
from dewak_research.cases.sites_schema import SitedCase
from dewak_research.cases.stakeholders import CR_LIMIT, ahp_weights, clashing_judgements, pairwise_matrix
from dewak_research.cases.stakeholders_schema import StakeholdersFile
from dewak_research.cases.unit_figures_schema import UnitFiguresFile
from dewak_research.documents import Document, Key
from dewak_research.errors import Problem, nearest, nearest_or, texts
from dewak_research.language import Text

KINDS: dict[str, type[InputFile]] = {
    "case": SitedCase,
    "models": ModelsFile,
    "criteria": CriteriaFile,
    "stakeholders": StakeholdersFile,
    "qca": QcaFile,
    "documented": DocumentedFile,
    "unit_figures": UnitFiguresFile,
    "activation": ActivationFile,
    "platforms": PlatformsFile,
}
_SHOWN = 60
_NEEDS_ORIGIN = (
    {"value", "unit"},
    {"state"},
    {"text"},
    {"event"},
    {"role"},
    {"what"},
    {"sectors"},
    {"meets"},
    {"people", "name"},
    {"exists", "name"},
)
_CITES = {"source", "figures", "figure", "case"}
_text = texts(__package__, "messages.yaml")


def _names_at(kind: type[BaseModel], place: Key) -> list[str]:
    """Names that the block at a place may hold."""
    here: Any = kind
    for part in place:
        is_block = isinstance(here, type) and issubclass(here, BaseModel)
        here = here.model_fields[str(part)].annotation if is_block else get_args(here)[-1]
        if isinstance(here, UnionType):  # a block that may be left out
            here = get_args(here)[0]
    return list(here.model_fields)


def _rule(finding: ErrorDetails) -> Text:
    """Say what a value must be."""
    values = dict(finding.get("ctx", {}))
    if "expected" in values:
        values["expected"] = Text(values["expected"].replace(" or ", " oder "), values["expected"])
    try:
        return _text(f"rule_{finding['type']}", **values)
    except KeyError:
        return Text(finding["msg"], finding["msg"])


def _shape_problem(document: Document, kind: type[BaseModel], finding: ErrorDetails) -> Problem:
    *above, last = place = tuple(finding["loc"])
    level = tuple(above)
    if finding["type"] == "extra_forbidden":
        near = nearest_or(str(last), _names_at(kind, level))
        return problem_at(document, place, "unknown_key", name=last, near=near)
    if finding["type"] == "missing" and isinstance(last, str):
        named = _text("level", name=level[-1]) if level else _text("file")
        message = "missing_direction" if last == "direction" else "missing_key"
        return problem_at(document, level, message, name=last, level=named)
    if last == "ags" and isinstance(finding["input"], int):
        return problem_at(document, place, "key_is_number")
    if place == ("models",) and finding["type"] == "too_short":
        return problem_at(document, place, "single_model")
    message = "too_few" if finding["type"] in ("too_short", "missing") else "not_allowed"
    shown = repr(finding["input"])[:_SHOWN]
    return problem_at(document, place, message, shown=shown, rule=_rule(finding))


def _shape(document: Document, kind: type[BaseModel]) -> list[Problem]:
    try:
        kind.model_validate(document.data)
    except ValidationError as error:
        findings = sorted(error.errors(), key=lambda finding: [str(part) for part in finding["loc"]])
        return [_shape_problem(document, kind, finding) for finding in findings]
    return []


def _origin(document: Document) -> Iterator[Problem]:
    """Every value has a source that is listed, or says that it is an assumption; low ≤ value ≤ high."""
    known = list(document.data["sources"])
    for key, item in mappings(document.data):
        if key and key[0] == "sources":
            continue
        has_source, assumed = bool(_CITES & set(item)), item.get("assumption") is True
        if (
            "title" not in item
            and any(needs <= set(item) for needs in _NEEDS_ORIGIN)
            and has_source == assumed
        ):
            yield problem_at(document, key, "two_origins" if has_source else "no_origin")
        cited = [("source", item["source"])] if "source" in item else []
        cited += [("also", other) for other in item.get("also") or ()]
        for place, found in cited:
            if found not in known:
                near = nearest_or(found, known) if nearest(found, known) else _text("new_source")
                yield problem_at(document, (*key, place), "unlisted_source", source=found, near=near)
        numbers = [item.get(name) for name in ("low", "value", "high")]
        given = [float(n) for n in numbers if isinstance(n, int | float)]
        if {"low", "high"} & set(item) and given != sorted(given):
            yield problem_at(document, key, "range", given=given)


def _criteria(document: Document) -> Iterator[Problem]:
    criteria = document.data["criteria"]
    always = {name: item["weight"] for name, item in criteria.items() if item["origin"] != "site"}
    total = sum(always.values())
    if abs(total - 1.0) > 1e-6:
        each = ", ".join(f"{name} {weight:.4g}" for name, weight in always.items())
        yield problem_at(document, ("criteria",), "weights", total=total, each=each)
    for name, item in criteria.items():
        rising = item["best"] > item["worst"]
        if item["best"] == item["worst"] or rising != (item["direction"] == "benefit"):
            yield problem_at(document, ("criteria", name), "anchors", name=name)


def _models(document: Document) -> Iterator[Problem]:
    lists = {"budget_law": set(document.data["checklist"]), "risks": set(document.data["risk_list"])}
    for name, model in document.data["models"].items():
        for criterion, item in model["scores"].items():
            for end in ("low", "value", "high"):
                value = item.get(end)
                if value is not None and not 1 <= value <= 5:
                    place: Key = ("models", name, "scores", criterion, end)
                    said = {"value": value, "model": name, "criterion": criterion}
                    yield problem_at(document, place, "off_scale", **said)
        for part, known in lists.items():
            for asked in sorted(set(model[part]) - known):
                yield problem_at(document, ("models", name, part, asked), "no_question", asked=asked)


def _best_worst(document: Document, at: Key, answers: dict[str, Any], names: list[str]) -> Iterator[Problem]:
    """The best and the worst are two of the criteria, compared with all, and 1 with themselves."""
    for actor, said in answers.items():
        place: Key = (*at, actor)
        unknown = [said[end] for end in ("best", "worst") if said[end] not in names]
        if unknown or said["best"] == said["worst"]:
            yield problem_at(document, place, "best_and_worst", names=", ".join(names))
            continue
        for part, end in (("best_to_others", "best"), ("others_to_worst", "worst")):
            if len(said[part]) != len(names):
                yield problem_at(document, (*place, part), "judgements", n=len(said[part]), wanted=len(names))
            elif said[part][names.index(said[end])] != 1:
                yield problem_at(document, (*place, part), "not_one", name=said[end])


def _stakeholders(document: Document) -> Iterator[Problem]:
    names = document.data["compared"]
    wanted = len(names) * (len(names) - 1) // 2
    for group, content in document.data["places"].items():
        for part in ("ratings", "salience", "judgements", "best_worst"):
            for actor in sorted(set(content[part]) - set(content["actors"])):
                said = {"found": actor, "block": "actors", "near": nearest_or(actor, content["actors"])}
                yield problem_at(document, ("places", group, part, actor), "not_listed", **said)
        for actor, raters in content["ratings"].items():
            if len(raters) < 2:
                yield problem_at(document, ("places", group, "ratings", actor), "one_rater", actor=actor)
        yield from _best_worst(document, ("places", group, "best_worst"), content["best_worst"], names)
        for actor, upper in content["judgements"].items():
            place: Key = ("places", group, "judgements", actor)
            if len(upper) != wanted:
                yield problem_at(document, place, "judgements", n=len(upper), wanted=wanted)
                continue
            matrix = pairwise_matrix(upper, len(names))
            ratio = ahp_weights(matrix)[2]
            if ratio >= CR_LIMIT:
                clash = "; ".join(
                    f"{row.first} : {row.second} = {row.stated:.3g} → {row.implied:.2g}"
                    for row in clashing_judgements(matrix, names).itertuples()
                )
                said = {"actor": actor, "ratio": ratio, "limit": CR_LIMIT, "clash": clash}
                yield problem_at(document, place, "contradiction", **said)


def _qca(document: Document) -> Iterator[Problem]:
    for name, data in document.data["datasets"].items():
        wanted = len(data["columns"])
        for case, values in data["cases"].items():
            if len(values) != wanted:
                place: Key = ("datasets", name, "cases", case)
                yield problem_at(document, place, "values", n=len(values), wanted=wanted)


_RULES = {
    "case": site_problems,
    "criteria": _criteria,
    "models": _models,
    "stakeholders": _stakeholders,
    "qca": _qca,
    **PUBLISHED,
}


def problems_in(document: Document, kind: str | None = None) -> list[Problem]:
    """Return every problem of a document; meaning is judged only once the shape is right.

    Parameters
    ----------
    kind : str, optional
        The kind it has to be; by default any of ``KINDS``.
    """
    found = str(document.data.get("kind", ""))
    if found not in KINDS or (kind is not None and found != kind):
        near = kind or nearest(found, KINDS) or "case"
        return [problem_at(document, ("kind",), "unknown_kind", found=found, near=near)]
    problems = _shape(document, KINDS[found])
    if problems:
        return problems
    return [*_origin(document), *(_RULES[found](document) if found in _RULES else ())]
