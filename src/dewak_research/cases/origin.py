"""How many inputs of the case studies have a source, and how many are assumptions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from dewak_research.cases.library import Library

_ORIGIN_KEYS = ("value", "state", "text", "event", "role", "worst", "what", "need", "fifth", "exists")
_DECISION = ("case_resources", "model_inputs", "expert_scores", "prices")
"""Blocks of inputs that carry the comparison of the models."""


def _count(content: Any) -> tuple[int, int]:
    """Entries with a source and entries marked as assumptions, on all levels."""
    if not isinstance(content, dict | list):
        return 0, 0
    own = (0, 0)
    if isinstance(content, dict) and any(key in content for key in _ORIGIN_KEYS):
        assumed = "assumption" in content
        own = (int(bool({"source", "figures"} & set(content)) and not assumed), int(assumed))
    inner = content.values() if isinstance(content, dict) else content
    return _sum([own, *(_count(item) for item in inner)])


def _sum(counts: Iterable[tuple[int, int]]) -> tuple[int, int]:
    sourced, assumed = (sum(part) for part in zip(*counts, strict=True))
    return sourced, assumed


def origin_tables(library: Library) -> dict[str, pd.DataFrame]:
    """Return how many inputs have a source and how many are assumptions.

    Returns
    -------
    dict
        origin: block, sourced, assumption, assumption_share (ratings of the worked example count as
        assumptions); origin_sums: scope ("all"; "decision": the blocks that carry the comparison of the models)
        and the same columns.
    """
    models, criteria = library.models["models"].values(), library.criteria
    facts = ("context", "goals", "actors", "timeline", "outcome", "conditions")
    groups = library.stakeholders["places"].values()
    rated = sum(len(raters) * 3 for group in groups for raters in group["ratings"].values())
    published = sum(len(d["cases"]) * len(d["columns"]) for d in library.qca["datasets"].values())
    counts: dict[str, tuple[int, int]] = {
        "case_facts": _count([[case[part] for part in facts] for case in library.cases.values()]),
        "case_resources": _count(
            [[case["resources"], case.get("sites") or {}] for case in library.cases.values()]
        ),
        "model_inputs": _count([model["inputs"] for model in models]),
        "expert_scores": _count([model["scores"] for model in models]),
        "prices": _count([criteria["prices"], criteria["wages"]]),
        "relief_inputs": _count(criteria["relief"]),
        "criteria_anchors": _count(criteria["criteria"]),
        "actor_ratings": (0, rated),
        "qca_published": (published, 0),
        "documented_cases": _count(library.documented["cases"]),
    }
    counts |= {"all": _sum(counts.values()), "decision": _sum(counts[block] for block in _DECISION)}
    table = pd.DataFrame.from_dict(counts, orient="index", columns=["sourced", "assumption"])
    known = table["sourced"] + table["assumption"]
    table = table.assign(assumption_share=table["assumption"] / known).rename_axis("block").reset_index()
    sums = table["block"].isin(["all", "decision"])
    scopes = table[sums].rename(columns={"block": "scope"}).reset_index(drop=True)
    return {"origin": table[~sums], "origin_sums": scopes}
