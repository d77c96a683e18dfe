"""Law and parameters as data: dated, bilingual, sourced YAML, and the one loader that reads it.

Every document lists parameters; every parameter has values with a period, a source and the statement
whether the value was read at its source (``verified``). An unverified value stays visible as such.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml

from dewak_research.errors import InputError, Problem, nearest
from dewak_research.language import Text

_NOT_PARAMETERS = {"sources", "rule_sets"}


@dataclass(frozen=True)
class Source:
    """Where a value was read: id of the method chapter, name and address (None where not public)."""

    id: str
    name: str
    url: str | None


@dataclass(frozen=True)
class Value:
    """One value of a parameter for a period.

    Parameters
    ----------
    document, key : str
        Where the value stands.
    title : Text
    unit : str
    value : Any
        Number, flag, word, or a mapping of numbers.
    valid_from, valid_to : int or None
        First and last year; None = open.
    sources : tuple of Source
    tag : str
        V read at the source, D derived from such values, K professional knowledge, P proposal.
    verified : bool
    note : Text or None
    """

    document: str
    key: str
    title: Text
    unit: str
    value: Any
    valid_from: int | None
    valid_to: int | None
    sources: tuple[Source, ...]
    tag: str
    verified: bool
    note: Text | None = None

    @property
    def holds_always(self) -> bool:
        """Whether the value has no period."""
        return self.valid_from is None and self.valid_to is None

    def holds_in(self, year: int) -> bool:
        """Whether the value is the law (or the parameter) of ``year``."""
        return (self.valid_from is None or self.valid_from <= year) and (
            self.valid_to is None or year <= self.valid_to
        )


@dataclass(frozen=True)
class RuleSet:
    """The budget law of a period, resolved to typed fields (§§ 75, 76 GO NRW; METHODS B.4).

    ``has_ladder`` is False for the neutral set "none": it knows cash and debt only. ``values`` keeps
    the provenance of every field. A field without a value in this period is None.
    """

    name: str
    title: Text
    valid_from: int | None
    valid_to: int | None
    has_ladder: bool
    reserve_cap: str | None
    reserve_cap_equity_share: float | None
    general_reserve_floor_share: float | None
    minderaufwand_cap_share: float
    carry_forward_years: int
    n1_share: float | None
    n2_share: float | None
    n3_wording: str | None
    n4_supervisor_may_demand: bool
    restoration_years: int | None
    values: Mapping[str, Value]


@cache
def document(name: str) -> Mapping[str, Any]:
    """Read a YAML document of this folder (``facts/herten`` for one in a subfolder) as it stands."""
    path = files(__name__)
    for part in f"{name}.yaml".split("/"):
        path = path / part
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return MappingProxyType(loaded)


def documents() -> tuple[str, ...]:
    """Names of all parameter documents of this folder and of ``facts/``, sorted."""
    root = files(__name__)
    names = [p.name[:-5] for p in root.iterdir() if p.name.endswith(".yaml")]
    facts = root / "facts"
    if facts.is_dir():
        names += [f"facts/{p.name[:-5]}" for p in facts.iterdir() if p.name.endswith(".yaml")]
    return tuple(sorted(set(names) - _NOT_PARAMETERS))


def source(source_id: str) -> Source:
    """Return the source with this id of the method chapter.

    Raises
    ------
    KeyError
        The id is not in ``sources.yaml``.
    """
    entry = document("sources")[source_id]
    return Source(source_id, entry["name"], entry["url"])


def _text(entry: Mapping[str, str] | None) -> Text | None:
    return None if entry is None else Text(entry["de"], entry["en"])


def _values(name: str) -> Iterator[Value]:
    for key, parameter in document(name)["parameters"].items():
        title = Text(parameter["title"]["de"], parameter["title"]["en"])
        for entry in parameter["values"]:
            yield Value(
                document=name,
                key=key,
                title=title,
                unit=parameter["unit"],
                value=entry["value"],
                valid_from=entry.get("valid_from"),
                valid_to=entry.get("valid_to"),
                sources=tuple(source(i) for i in entry["source"]),
                tag=entry["tag"],
                verified=entry["verified"],
                note=_text(entry.get("note")),
            )


@cache
def values(name: str) -> tuple[Value, ...]:
    """All values of a document, in its order."""
    return tuple(_values(name))


def value(name: str, key: str, year: int | None = None) -> Value:
    """The value of a parameter that holds in ``year``; without a year, of one that holds always.

    Raises
    ------
    InputError
        The document has no such parameter, or none for that year; the periods that exist are named.
    """
    candidates = [v for v in values(name) if v.key == key]
    for candidate in candidates:
        if candidate.holds_in(year) if year is not None else candidate.holds_always:
            return candidate
    known = sorted({v.key for v in values(name)})
    if not candidates:
        near = nearest(key, known)
        right = Text(f"»{near}«", f"“{near}”") if near else Text(", ".join(known), ", ".join(known))
        what = Text(f"unbekannter Parameter »{key}«", f"unknown parameter “{key}”")
    else:
        _when = (
            Text(f"im Jahr {year}", f"for the year {year}") if year else Text("ohne Jahr", "without a year")
        )
        spans = ", ".join(f"{v.valid_from or '…'}–{v.valid_to or '…'}" for v in candidates)
        right = Text(spans, spans)
        what = Text(f"kein Wert für »{key}« {_when.de}", f"no value of “{key}” {_when.en}")
    raise InputError(
        Problem(
            what, f"rules/{name}.yaml", right, Text("ein Jahr mit Wert angeben", "name a year with a value")
        )
    )


def unverified(*names: str) -> tuple[Value, ...]:
    """Values not yet checked at their source, to be shown as "ungeprüft" wherever they are used.

    Parameters
    ----------
    *names : str
        Documents; none = all.
    """
    return tuple(v for n in names or documents() for v in values(n) if not v.verified)


def rule_sets() -> tuple[str, ...]:
    """Names of the rule sets that exist, oldest first, "none" last."""
    return tuple(document("rule_sets")["rule_sets"])


def _unknown(wanted: str | int, what: Text) -> InputError:
    sets = document("rule_sets")["rule_sets"]
    listed = ", ".join(f"{n} ({e['valid_from'] or '…'}–{e['valid_to'] or '…'})" for n, e in sets.items())
    near = nearest(str(wanted), sets)
    right = Text(f"»{near}« oder {listed}", f"“{near}” or {listed}") if near else Text(listed, listed)
    next_step = Text(
        "ein Regelwerk oder ein Haushaltsjahr ab 2005 angeben, außerhalb von NRW »none«",
        "name a rule set or a budget year from 2005, outside NRW “none”",
    )
    return InputError(Problem(what, "stress: rule_set", right, next_step))


@cache
def rule_set(name_or_year: str | int) -> RuleSet:
    """Return the budget law by name ("go_nrw_2024", "none") or by budget year.

    Parameters
    ----------
    name_or_year : str or int
        Name of a rule set, or a budget year.

    Raises
    ------
    InputError
        The name is unknown, or the year lies before the law (2005); what exists is named.
    """
    sets = document("rule_sets")["rule_sets"]
    if isinstance(name_or_year, int):
        year = name_or_year
        dated = {n: e for n, e in sets.items() if e["valid_from"] is not None}
        found = [
            n
            for n, e in dated.items()
            if e["valid_from"] <= year and (e["valid_to"] is None or year <= e["valid_to"])
        ]
        if not found:
            first = min(e["valid_from"] for e in dated.values())
            what = Text(
                f"Haushaltsjahr {year} liegt vor dem Recht; das früheste Regelwerk gilt ab {first}",
                f"budget year {year} lies before the law; the earliest rule set holds from {first}",
            )
            raise _unknown(year, what)
        name = found[0]
    else:
        name = name_or_year
        if name not in sets:
            raise _unknown(name, Text(f"unbekanntes Regelwerk »{name}«", f"unknown rule set “{name}”"))
    entry = sets[name]
    law = entry["law"]
    held = {v.key: v for v in values(law) if v.holds_in(entry["valid_from"])} if law else {}

    def get(key: str, otherwise: Any = None) -> Any:
        return held[key].value if key in held else otherwise

    return RuleSet(
        name=name,
        title=Text(entry["title"]["de"], entry["title"]["en"]),
        valid_from=entry["valid_from"],
        valid_to=entry["valid_to"],
        has_ladder=law is not None,
        reserve_cap=get("reserve_cap"),
        reserve_cap_equity_share=get("reserve_cap_equity_share"),
        general_reserve_floor_share=get("general_reserve_floor_share"),
        minderaufwand_cap_share=get("minderaufwand_cap_share", 0.0),
        carry_forward_years=get("carry_forward_years", 0),
        n1_share=get("n1_share"),
        n2_share=get("n2_share"),
        n3_wording=get("n3_wording"),
        n4_supervisor_may_demand=get("n4_supervisor_may_demand", False),
        restoration_years=get("restoration_years"),
        values=MappingProxyType(held),
    )
