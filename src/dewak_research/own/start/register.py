"""Finding a municipality: by its key, by the beginning of its name, by any part of it; umlauts may be written out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_FOUND = 30
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "-": " "})


@dataclass(frozen=True)
class Unit:
    """One municipality or Kreis: key, name, kind (city, town, kreis), name of its Kreis or empty."""

    key: str
    name: str
    kind: str
    kreis: str


def plain(word: str) -> str:
    """Return a name as it is compared: small letters, umlauts written out, single spaces."""
    return " ".join(word.casefold().translate(_SPELT).split())


def find(asked: str, units: Sequence[Unit]) -> list[Unit]:
    """Return the units that fit what was typed: keys and names that are it, that begin with it, that hold it.

    Parameters
    ----------
    asked : str
        A name, a part of it, a key or its beginning; nothing fits an empty one.
    """
    wanted = plain(asked)
    if not wanted:
        return []
    ranked = []
    for unit in units:
        name = plain(unit.name)
        if wanted in (unit.key, name):
            rank = 0
        elif unit.key.startswith(wanted) or name.startswith(wanted):
            rank = 1
        elif f" {wanted}" in name:
            rank = 2
        elif wanted in name:
            rank = 3
        else:
            continue
        ranked.append((rank, unit.name, unit.key, unit))
    return [unit for *_, unit in sorted(ranked, key=lambda one: one[:3])]
