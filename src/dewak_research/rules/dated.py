"""The reader of dated values: every document of the rules, its values and where each was read.

Every document lists parameters; every parameter has values with a period, a source and the statement
whether the value was read at its source (``verified``). An unverified value stays visible as such.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from dewak_research.errors import InputError, messages, nearest_or
from dewak_research.language import Language, Text, read_yaml

#: Folders that are read, the first that holds a document wins; a Land of one's own may stand outside the package.
FOLDERS: list[Traversable] = [files(__package__)]
_problem = messages(__package__)


#: What a source can be; an assumption of the report stands as one, so that a page can say what it rests on.
KINDS = ("official", "law", "study", "project", "advisory", "press", "assumption")
RETOLD = frozenset({"advisory", "press"})


@dataclass(frozen=True)
class Source:
    """Where a value was read: id of the method chapter, name, address (None where not public) and kind.

    The kind is one of ``KINDS``; ``RETOLD`` names those that pass on what others have said, so that nothing read there
    alone counts as read at its source.
    """

    id: str
    name: Text
    url: str | None
    kind: str

    def cited(self, language: Language) -> str:
        """Return the name with the number of the references; an assumption of the report has none."""
        name = self.name[language]
        return f"{name} ({self.id})" if self.id[1:2].isdigit() else name


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
    range : (float, float) or None
        Smallest and largest value that is thought possible; only where it was not read at the source.
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
    range: tuple[float, float] | None = None

    @property
    def retold(self) -> bool:
        """Whether it was read only where others pass on what the source says: a law beside them was read itself."""
        kinds = {source.kind for source in self.sources}
        return bool(kinds & RETOLD) and "law" not in kinds

    @property
    def certainty(self) -> str:
        """How sure the value is, as a key of the one scale: read, carried over by hand, or an assumption."""
        if self.verified:
            return "certainty_read"
        return "certainty_by_hand" if self.retold and self.tag in ("V", "D") else "certainty_assumption"

    @property
    def holds_always(self) -> bool:
        """Whether the value has no period."""
        return self.valid_from is None and self.valid_to is None

    def holds_in(self, year: int) -> bool:
        """Whether the value is the law (or the parameter) of ``year``."""
        return (self.valid_from is None or self.valid_from <= year) and (
            self.valid_to is None or year <= self.valid_to
        )


@cache
def document(name: str) -> Mapping[str, Any]:
    """Read a YAML document by its name without ending (``land/05/budget_law``), as it stands.

    Raises
    ------
    KeyError
        No folder holds it.
    """
    for folder in FOLDERS:
        path = folder.joinpath(*f"{name}.yaml".split("/"))
        if path.is_file():
            loaded: dict[str, Any] = read_yaml(path.read_text(encoding="utf-8"))
            return MappingProxyType(loaded)
    raise KeyError(f"rules/{name}.yaml")


def exists(name: str) -> bool:
    """Whether any folder holds a document."""
    return any(folder.joinpath(*f"{name}.yaml".split("/")).is_file() for folder in FOLDERS)


def names(folder: str = "") -> tuple[str, ...]:
    """Names of all documents in a folder and the folders in it ("scenarios", "land/05"), sorted."""

    def inside(place: Traversable, before: str) -> Iterator[str]:
        for entry in place.iterdir():
            if entry.is_dir():
                yield from inside(entry, f"{before}{entry.name}/")
            elif entry.name.endswith(".yaml"):
                yield f"{before}{entry.name[:-5]}"

    places = [root.joinpath(*folder.split("/")) if folder else root for root in FOLDERS]
    return tuple(sorted({n for p in places if p.is_dir() for n in inside(p, f"{folder}/" if folder else "")}))


def documents() -> tuple[str, ...]:
    """Names of all documents that list parameters, sorted."""
    return tuple(name for name in names() if "parameters" in document(name))


@cache
def sources() -> Mapping[str, Source]:
    """Every source by its id of the method chapter: those of the folder ``rules`` and of all Länder."""
    lists = [document(name) for name in names() if name.split("/")[-1] == "sources"]
    return {
        key: Source(key, _called(entry["name"]), entry["url"], entry["kind"])
        for one in lists
        for key, entry in one.items()
    }


def _called(name: str | Mapping[str, str]) -> Text:
    """Return the name of a source; the title of a publication is the same in both languages."""
    return Text(name, name) if isinstance(name, str) else Text.of(name)


def _values(name: str) -> Iterator[Value]:
    for key, parameter in document(name)["parameters"].items():
        title = Text.of(parameter["title"])
        for entry in parameter["values"]:
            yield Value(
                document=name,
                key=key,
                title=title,
                unit=parameter["unit"],
                value=entry["value"],
                valid_from=entry.get("valid_from"),
                valid_to=entry.get("valid_to"),
                sources=tuple(sources()[i] for i in entry["source"]),
                tag=entry["tag"],
                verified=entry["verified"],
                note=Text.of(entry["note"]) if "note" in entry else None,
                range=(entry["range"][0], entry["range"][1]) if "range" in entry else None,
            )


@cache
def values(name: str) -> tuple[Value, ...]:
    """All values of a document, in its order."""
    return tuple(_values(name))


def known(name: str, key: str, year: int | None = None) -> Value | None:
    """The value of a parameter that holds in ``year`` (without a year: always), or None."""
    found = (v for v in values(name) if v.key == key)
    return next((v for v in found if (v.holds_always if year is None else v.holds_in(year))), None)


def value(name: str, key: str, year: int | None = None) -> Value:
    """The value of a parameter that holds in ``year``; without a year, of one that holds always.

    Raises
    ------
    InputError
        The document has no such parameter, or none for that year; the periods that exist are named.
    """
    found = known(name, key, year)
    if found is not None:
        return found
    candidates = [v for v in values(name) if v.key == key]
    where = f"rules/{name}.yaml"
    if not candidates:
        keys = {v.key for v in values(name)}
        raise InputError(_problem("unknown_parameter", where, key=key, right=nearest_or(key, keys)))
    spans = ", ".join(f"{v.valid_from or '…'}–{v.valid_to or '…'}" for v in candidates)
    raise InputError(
        _problem("dated_value" if year is None else "no_value", where, key=key, year=year, right=spans)
    )


def unverified(*names: str) -> tuple[Value, ...]:
    """Values not yet read at their source: assumptions, and what was carried over from press or advice.

    Parameters
    ----------
    *names : str
        Documents; none = all.
    """
    return tuple(v for n in names or documents() for v in values(n) if not v.verified)
