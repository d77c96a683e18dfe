"""The inputs of the case studies as tables: cases, models, criteria, actors, published QCA data.

Everything comes from the YAML files under ``cases/``; see ``check`` for what they must fulfil.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.cases.check import pairwise_matrix, problems_in
from dewak_research.cases.reading import Document, read_document
from dewak_research.errors import InputError
from dewak_research.paths import CASES

CASE_FILES = ("herten", "grundschoettel")
LIBRARY_FILES = ("models", "criteria", "stakeholders", "qca")
CONDITIONS = ("POL", "TRAEGER", "FIN", "RAUM", "NOHSK")
_ORIGIN_KEYS = ("value", "state", "text", "event", "role", "worst")


@dataclass(frozen=True)
class Library:
    """All inputs, read and checked.

    Parameters
    ----------
    cases : dict
        case id → content of its file.
    models, criteria, stakeholders, qca : dict
        Contents of the files of the same name.
    documents : dict
        File name without ending → document, to say where a value stands.
    """

    cases: dict[str, Any]
    models: dict[str, Any]
    criteria: dict[str, Any]
    stakeholders: dict[str, Any]
    qca: dict[str, Any]
    documents: dict[str, Document] = field(default_factory=dict, repr=False)


def load_library(folder: Path = CASES, cases: tuple[str, ...] = CASE_FILES) -> Library:
    """Read every input file.

    Raises
    ------
    InputError
        With the problems of all files together, each with file and line.
    """
    problems = []
    documents: dict[str, Document] = {}
    for name in (*cases, *LIBRARY_FILES):
        try:
            document = read_document(folder / f"{name}.yaml")
        except InputError as error:
            problems += error.problems
            continue
        problems += problems_in(document, name if name in LIBRARY_FILES else "case")
        documents[name] = document
    if problems:
        raise InputError(problems)
    content = {name: document.data for name, document in documents.items()}
    return Library(
        cases={content[name]["id"]: content[name] for name in cases},
        **{name: content[name] for name in LIBRARY_FILES},
        documents=documents,
    )


def bounds(item: dict[str, Any]) -> tuple[float, float, float]:
    """Return low, value, high of an input; without a range all three are the value; unknown is NaN."""
    value = float("nan") if item["value"] is None else float(item["value"])
    return float(item.get("low", value)), value, float(item.get("high", value))


def ranges(items: dict[str, Any]) -> pd.DataFrame:
    """Return inputs as a frame: index name; low, mode, high."""
    rows = {name: bounds(item) for name, item in items.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["low", "mode", "high"])


def criteria_frame(library: Library, *, assessed: bool = True) -> pd.DataFrame:
    """Return criteria: index C1 …; worst, best, weight, direction, unit, origin, name_de, name_en."""
    rows = {
        name: {
            **{k: item[k] for k in ("worst", "best", "weight", "direction", "unit", "origin")},
            "name_de": item["name"]["de"],
            "name_en": item["name"]["en"],
        }
        for name, item in library.criteria["criteria"].items()
        if item["origin"] != "open" or not assessed
    }
    return pd.DataFrame.from_dict(rows, orient="index").astype(
        {"worst": float, "best": float, "weight": float}
    )


def names_frame(library: Library) -> pd.DataFrame:
    """Return the names of models, criteria, actors and conditions: kind, key, de, en."""
    rows = []
    for kind, items in (("model", library.models["models"]), ("criterion", library.criteria["criteria"])):
        rows += [(kind, key, item["name"]["de"], item["name"]["en"]) for key, item in items.items()]
    for case, content in library.cases.items():
        rows += [("case", case, content["name"]["de"], content["name"]["en"])]
        rows += [
            (f"actor_{case}", actor["id"], actor["name"]["de"], actor["name"]["en"])
            for actor in content["actors"]
        ]
    for item in library.qca["hypotheses"]:
        rows.append(("condition", item["condition"], item["name"]["de"], item["name"]["en"]))
    for key, data in library.qca["datasets"].items():
        rows.append(("dataset", key, data["name"]["de"], data["name"]["en"]))
    for item in library.models["instruments"]:
        rows.append(("instrument", item["id"], item["name"]["de"], item["name"]["en"]))
    return pd.DataFrame(rows, columns=["kind", "key", "de", "en"])


def models_frame(library: Library) -> pd.DataFrame:
    """Return the library of models: model, legal_form and needs in both languages, open legal questions."""
    rows = []
    for key, item in library.models["models"].items():
        risks = [name for name, answer in item["risks"].items() if answer == "yes"]
        row = {"model": key, "open_risks": len(risks)}
        for language in ("de", "en"):
            row |= {f"legal_form_{language}": item["legal_form"][language]}
            row |= {f"needs_{language}": item["needs"][language]}
            row |= {f"risks_{language}": "; ".join(library.models["risk_list"][r][language] for r in risks)}
        rows.append(row)
    return pd.DataFrame(rows)


def facts_frame(library: Library) -> pd.DataFrame:
    """Return the published facts of both cases: case, block, key, de, en, value, unit, year, source, link."""
    rows = []
    for case, content in library.cases.items():
        for block, named in (("context", "label"), ("goals", "text"), ("timeline", "event"),
                             ("outcome", "text")):  # fmt: skip
            for i, item in enumerate(content[block]):
                source = item.get("source")
                rows.append(
                    {
                        "case": case,
                        "block": block,
                        "key": item.get("key", item.get("date", f"{block}_{i + 1}")),
                        "de": item[named]["de"],
                        "en": item[named]["en"],
                        "value": np.nan if item.get("value") is None else float(item["value"]),
                        "unit": item.get("unit"),
                        "year": item.get("year"),
                        "source": source,
                        "title": content["sources"][source]["title"] if source else None,
                        "link": content["sources"][source].get("link") if source else None,
                    }
                )
    return pd.DataFrame(rows).astype({"year": "Int64"})


def _count(content: Any, counts: dict[str, int]) -> None:
    if isinstance(content, dict):
        if "assumption" in content and any(key in content for key in _ORIGIN_KEYS):
            counts["assumption"] += 1
        elif "source" in content and any(key in content for key in _ORIGIN_KEYS):
            counts["sourced"] += 1
        for key, value in content.items():
            if key != "sources":
                _count(value, counts)
    elif isinstance(content, list):
        for value in content:
            _count(value, counts)


def origin_frame(library: Library) -> pd.DataFrame:
    """Return how many inputs of each block have a source and how many are assumptions.

    Returns
    -------
    DataFrame
        block, sourced, assumption, assumption_share. Ratings of the worked example count as assumptions.
    """
    blocks: dict[str, Any] = {
        "case_facts": [
            {k: c[k] for k in ("context", "goals", "actors", "timeline", "outcome", "conditions")}
            for c in library.cases.values()
        ],
        "case_resources": [c["resources"] for c in library.cases.values()],
        "model_inputs": [m["inputs"] for m in library.models["models"].values()],
        "expert_scores": [m["scores"] for m in library.models["models"].values()],
        "prices": [library.criteria[k] for k in ("prices", "wages")],
        "relief_inputs": library.criteria["relief"],
        "criteria_anchors": library.criteria["criteria"],
    }
    rows = []
    for block, content in blocks.items():
        counts = {"sourced": 0, "assumption": 0}
        _count(content, counts)
        rows.append({"block": block, **counts})
    groups = library.stakeholders["groups"].values()
    rated = sum(len(raters) * 3 for group in groups for raters in group["ratings"].values())
    rows.append({"block": "actor_ratings", "sourced": 0, "assumption": rated})
    published = sum(len(d["cases"]) * len(d["columns"]) for d in library.qca["datasets"].values())
    rows.append({"block": "qca_published", "sourced": published, "assumption": 0})
    out = pd.DataFrame(rows)
    return out.assign(assumption_share=out["assumption"] / (out["sourced"] + out["assumption"]))


def ratings_frame(library: Library, case: str) -> pd.DataFrame:
    """Return ratings of one case: actor, rater, power, interest, attitude."""
    group = library.stakeholders["groups"][case]
    rows = [
        (actor, rater, *(np.nan if v is None else float(v) for v in values))
        for actor, raters in group["ratings"].items()
        for rater, values in raters.items()
    ]
    return pd.DataFrame(rows, columns=["actor", "rater", "power", "interest", "attitude"])


def salience_frame(library: Library, case: str) -> pd.DataFrame:
    """Return Mitchell's attributes of one case: actor, has_power, has_legitimacy, has_urgency (NA unknown)."""
    states = {"yes": True, "no": False, "unknown": None}
    rows = [
        (actor, *(states[v] for v in values))
        for actor, values in library.stakeholders["groups"][case]["salience"].items()
    ]
    frame = pd.DataFrame(rows, columns=["actor", "has_power", "has_legitimacy", "has_urgency"])
    return frame.astype(dict.fromkeys(("has_power", "has_legitimacy", "has_urgency"), "boolean"))


def influence_frame(library: Library, case: str) -> pd.DataFrame:
    """Return links of one case: source, target, weight."""
    links = library.stakeholders["groups"][case]["influence"]
    return pd.DataFrame(links, columns=["source", "target", "weight"]).astype({"weight": float})


def judgement_matrices(library: Library, case: str) -> tuple[list[str], dict[str, np.ndarray]]:
    """Return the compared criteria and the pairwise matrix of each actor."""
    content = library.stakeholders["groups"][case]["judgements"]
    names = list(content["criteria"])
    matrices = {
        actor: pairwise_matrix(upper, len(names)) for actor, upper in content.items() if actor != "criteria"
    }
    return names, matrices


def qca_frame(library: Library, dataset: str) -> pd.DataFrame:
    """Return a published data set as it was published: index case, one column per condition and outcome."""
    data = library.qca["datasets"][dataset]
    return pd.DataFrame.from_dict(data["cases"], orient="index", columns=data["columns"]).astype(float)
