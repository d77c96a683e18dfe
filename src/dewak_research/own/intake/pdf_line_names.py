"""By which names a page of a plan is recognised: those of every Land the house has, whichever workbook is filled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from dewak_research.own.intake.foreign import foreign_layouts
from dewak_research.own.intake.layouts import layouts
from dewak_research.own.intake.printed import folded
from dewak_research.own.template import PLANS, load_template
from dewak_research.rules import HOME, land, lands

SHORTEST_NAME = 9  #: letters of a name that is looked for; shorter ones stand in any text
SEARCHED = (*PLANS, "balance")


@cache
def names_of_lines() -> dict[str, dict[str, list[str]]]:
    """Return the names by which a page of a plan is recognised: plan → line → names as `folded` writes them.

    A line that two Länder call alike is one line, so that a page is not counted twice.
    """
    found: dict[str, dict[str, list[str]]] = {plan: {} for plan in SEARCHED}
    for plan, line, printed in _printed():
        lines = found[plan]
        short = {folded(name).removeprefix("davon ") for name in printed}
        names = sorted(name for name in short if len(name) >= SHORTEST_NAME)
        same = next((known for known, some in lines.items() if not {*some}.isdisjoint(names)), line)
        lines[same] = sorted({*lines.get(same, ()), *names})
    return {plan: {line: some for line, some in lines.items() if some} for plan, lines in found.items()}


def _printed() -> Iterator[tuple[str, str, Sequence[str]]]:
    """Yield plan, a name of its own for the line, and how it is printed, the home Land first."""
    for key in (HOME, *(key for key in lands() if key != HOME)):
        for plan in SEARCHED:
            for line in load_template(land(key).layout).grids[plan].values():
                yield plan, f"{key}/{line.id}", (line.label.de,)
        for layout in layouts(key):
            for entry in layout.entries:
                yield layout.plan, f"{key}/{entry.line or entry.number}", entry.names
    for other in foreign_layouts():
        for number, names in other.names.items():
            yield "result_plan", f"{other.land}/{number}", names
