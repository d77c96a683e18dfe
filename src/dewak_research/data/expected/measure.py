"""Limits that no arithmetic gives, measured on the figures of today (``limits.yaml``); known gaps (``gaps.yaml``).

A limit is the lowest and the highest score of the table of today (what ``exceptions.yaml`` names left out), widened by
`SLACK` of the distance between them (at least `LEAST_SLACK` of the score) and rounded outwards. Ranges of figures above
zero are widened by `SLACK` of the figure, rank correlations by `RANK_SLACK`, shares of equal figures by `SHARE_SLACK`
percentage points, runs of equal years by nothing.

``python -m dewak_research.data.expected.measure`` measures again, after a new vintage or a new contract: look at what
it changes (``git diff``) before it is committed. A test fails where the files say something else than the figures.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from math import ceil, floor, inf, isfinite, log10
from pathlib import Path

from dewak_research.config import Group
from dewak_research.data.expected.contracts import scores
from dewak_research.data.expected.gaps import Gaps, found_gaps
from dewak_research.data.expected.scores import Key, Limit, Scores, Tables
from dewak_research.errors import entries
from dewak_research.language import Text

SLACK = 0.1
RANK_SLACK = 0.03
SHARE_SLACK = 2.0
LEAST_SLACK = 0.05  #: of the score, where few scores lie close together
_HEAD = "# Written by python -m dewak_research.data.expected.measure: "
_HERE = Path(__file__).parent


class Exceptional(Group):
    """Rows that break a contract and are real, or stand so in their source: which, why, and who says so."""

    contracts: tuple[str, ...]
    rows: tuple[str, ...]
    reason: Text
    source: str


@cache
def exceptions() -> dict[str, frozenset[Key]]:
    """Return the rows that are excepted by name of the contract; the parts of a key are separated by a blank."""
    found: dict[str, set[Key]] = {}
    for entry in entries(__package__, "exceptions.yaml").values():
        listed = Exceptional(**entry)
        for name in listed.contracts:
            found.setdefault(name, set()).update(tuple(row.split()) for row in listed.rows)
    return {name: frozenset(rows) for name, rows in found.items()}


@cache
def limits() -> dict[str, Limit]:
    """Return the measured limits by name of the contract."""
    found = {
        name: (float(low), float(high)) for name, (low, high) in entries(__package__, "limits.yaml").items()
    }
    return found


def _rounded(value: float, width: float, *, up: bool) -> float:
    """Return a limit rounded outwards to three digits of the distance between lowest and highest score."""
    if not isfinite(value) or width <= 0:
        return value
    step = 10.0 ** (floor(log10(width)) - 2)
    return float(f"{(ceil if up else floor)(value / step) * step:.12g}")


def measured(found: Scores) -> Limit | None:
    """Return the limit that the scores of today give; None where there are none."""
    extent = found.extent(exceptions().get(found.name, frozenset()))
    if extent is None:
        return None
    low, high = extent
    if found.message == "history_frozen":
        return (-inf, high)
    if found.message == "history_copied":
        return (-inf, _rounded(high + SHARE_SLACK, 10.0, up=True))
    if found.message == "not_alike":
        return (_rounded(low - RANK_SLACK, 1.0, up=False), _rounded(high + RANK_SLACK, 1.0, up=True))
    if found.message == "out_of_range" and low > 0:
        return (_rounded(low * (1 - SLACK), low, up=False), _rounded(high * (1 + SLACK), high, up=True))
    width = high - low
    wider = max(SLACK * width, LEAST_SLACK * max(abs(low), abs(high)))
    width = max(width, wider)
    if found.message == "out_of_range" and low == 0:
        return (0.0, _rounded(high + wider, width, up=True))
    return (_rounded(low - wider, width, up=False), _rounded(high + wider, width, up=True))


def limits_of(every: Iterable[Scores]) -> str:
    """Return ``limits.yaml`` as the scores of the tables give it."""
    lines = [_HEAD + "lowest and highest score allowed, by contract."]
    for found in every:
        limit = measured(found) if found.limit is None else None
        if limit is not None:
            low, high = ("-.inf" if value == -inf else f"{value:.12g}" for value in limit)
            lines.append(f"{found.name}: [{low}, {high}]")
    return "\n".join(lines) + "\n"


def gaps_of(tables: Tables) -> str:
    """Return ``gaps.yaml`` as the tables give it; years in a row with the same gaps stand together."""
    lines = [_HEAD + "cells without a value, by table, column and years."]
    for role in tables:
        gaps = found_gaps(role, tables)
        if gaps:
            lines.append(f"{role}:")
            lines += [line for column in gaps for line in _column(column, gaps)]
    return "\n".join(lines) + "\n"


def _column(column: str, gaps: Gaps) -> list[str]:
    spans: list[tuple[str, str, list[str]]] = []
    for year, keys in gaps[column].items():
        if spans and year != "-" and spans[-1][2] == keys and int(spans[-1][1]) + 1 == int(year):
            spans[-1] = (spans[-1][0], year, keys)
        else:
            spans.append((year, year, keys))
    shown = []
    for first, last, keys in spans:
        label = first if first == last else f"{first}-{last}"
        listed = ", ".join(f'"{key}"' for key in keys)
        shown.append(f'    "{label}": [{listed}]')
    return [f"  {column}:", *shown]


def main() -> None:
    """Measure limits and gaps on the tables of today and write both files."""
    from dewak_research.data.official import official

    found = official(check=False)
    tables, places = found.tables, found.places
    (_HERE / "limits.yaml").write_text(limits_of(scores(tables, places)), encoding="utf-8", newline="\n")
    (_HERE / "gaps.yaml").write_text(gaps_of(tables), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
