"""The licence of every locked dependency, as its package declares it: `python -m dewak_research.licences` renews it."""

from __future__ import annotations

import csv
import io
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from packaging.requirements import Requirement

from dewak_research.errors import entries
from dewak_research.paths import ROOT

LOCK, TABLE = ROOT / "requirements.lock", ROOT / "LICENSES" / "dependencies.csv"
COLUMNS = ("package", "version", "licence", "stated_in")
_SAYS_NOTHING = ("", "UNKNOWN", "OSI Approved")


def locked(lock: Path = LOCK) -> dict[str, str]:
    """Return the version of every locked package by its name, sorted by name."""
    lines = (line.strip() for line in lock.read_text(encoding="utf-8").splitlines())
    pinned = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {one.name: str(one.specifier).removeprefix("==") for one in sorted(pinned, key=lambda r: r.name)}


def declared(name: str) -> tuple[str, str] | None:
    """Return the licence that an installed package declares and where, None where it is not installed or says nothing.

    An expression of SPDX counts first, then the classifiers, then the free text, of which the first line is taken.
    """
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return None
    classes = [
        text.rpartition(" :: ")[2]
        for text in found.get_all("Classifier") or []
        if text.startswith("License ::")
    ]
    stated = {
        "License-Expression": " AND ".join(found.get_all("License-Expression") or []),
        "Classifier": " / ".join(text for text in sorted(set(classes)) if text not in _SAYS_NOTHING),
        "License": "\n".join(found.get_all("License") or []).strip().partition("\n")[0][:80],
    }
    return next(((text, field) for field, text in stated.items() if text not in _SAYS_NOTHING), None)


def table(lock: Path = LOCK) -> str:
    """Return the table as CSV: package, version, licence, where it is stated.

    Packages of other systems, and those whose metadata say nothing, are read by hand (``licences.yaml``).

    Raises
    ------
    KeyError
        Nobody has read the licence of a package.
    """
    by_hand = entries(__package__, "licences.yaml")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for name, version in locked(lock).items():
        known = None if name in by_hand else declared(name)
        licence, field = known or (by_hand[name]["licence"], by_hand[name]["stated_in"])
        writer.writerow((name, version, licence, field))
    return out.getvalue()


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8", newline="\n")
