"""Law and parameters as data: dated, bilingual, sourced YAML; ``land/<key>/`` holds what belongs to one Land."""

from __future__ import annotations

from dewak_research.rules.dated import (
    Source,
    Value,
    document,
    documents,
    known,
    names,
    sources,
    unverified,
    value,
    values,
)
from dewak_research.rules.land import (
    HOME,
    NEUTRAL,
    Land,
    RuleSet,
    land,
    land_of,
    land_with,
    lands,
    rule_set,
)

__all__ = [
    "HOME",
    "NEUTRAL",
    "Land",
    "RuleSet",
    "Source",
    "Value",
    "document",
    "documents",
    "known",
    "land",
    "land_of",
    "land_with",
    "lands",
    "names",
    "rule_set",
    "sources",
    "unverified",
    "value",
    "values",
]
