"""Result plans in the layout of another Land: named as such before lines of the same number are mixed up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from dewak_research.errors import InputError, messages, texts
from dewak_research.language import Text
from dewak_research.own.intake.charts import charts
from dewak_research.own.intake.layouts import ALIKE, ALIKE_ALONE, CLEARER, layouts
from dewak_research.own.intake.printed import PrintedLine, likenesses
from dewak_research.own.layout_in_hand import layout_in_hand
from dewak_research.rules import dated, land, lands

_problem, _text = messages(__package__), texts(__package__)
LEAST_LINES = 8  #: fewer lines of a layout do not tell one Land from another
MORE_LINES = 3  #: by how many lines a layout must fit better than those that are read
Names = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class ForeignLayout:
    """How the municipalities of a Land print their result plan.

    Attributes
    ----------
    land : str
        Key of the Land.
    title : Text
        What it is called.
    names : dict
        Number of two digits → names of the line.
    verified : bool
        Whether it was read in a printed plan or in the pattern itself.
    """

    land: str
    title: Text
    names: Names
    verified: bool


@cache
def foreign_layouts() -> tuple[ForeignLayout, ...]:
    """Return every printed layout that is stored only to be recognised, in the order of the Länder."""
    keys = sorted(name.split("/")[1] for name in dated.names("land") if name.endswith("/printed_plan"))
    return tuple(_read(key) for key in keys)


def _read(key: str) -> ForeignLayout:
    raw = dated.document(f"land/{key}/printed_plan")
    names = {number: tuple(names) for number, names in raw["lines"].items()}
    return ForeignLayout(key, Text.of(raw["title"]), names, raw["verified"])


@cache
def _own_names(key: str) -> tuple[Names, ...]:
    """Return the names by number of every layout that is read into a workbook with the lines of a Land."""
    return tuple(
        {entry.number or f"- {n}": entry.names for n, entry in enumerate(layout.entries)}
        for layout in layouts(key)
    )


@cache
def _read_elsewhere(in_hand: str) -> tuple[ForeignLayout, ...]:
    """Return the layouts of result plans that are read into workbooks of other Länder than the one in hand."""
    return tuple(
        ForeignLayout(key, layout.title, names, layout.verified)
        for key in lands()
        if land(key).layout == key != in_hand
        for layout, names in zip(layouts(key), _own_names(key), strict=True)
        if layout.plan == "result_plan"
    )


def fitting(printed: Sequence[PrintedLine], names: Names) -> int:
    """Return how many lines a layout prints so: by number and name, or by name where they have no numbers."""
    return sum(_fits(line, names) for line in printed)


def _fits(line: PrintedLine, names: Names) -> bool:
    if not line.label:
        return False
    alike = dict(zip(names, likenesses(line.label, tuple(names.values())), strict=True))
    if line.number is None:
        return any(one >= ALIKE_ALONE for one in alike.values())
    own = alike.get(line.number, 0.0)
    return own >= ALIKE and all(other < own + CLEARER for other in alike.values())


def foreign_layout(printed: Sequence[PrintedLine]) -> ForeignLayout | None:
    """Return the layout of another Land that lines follow clearly better than any that is read, or None."""
    known = (*foreign_layouts(), *_read_elsewhere(layout_in_hand()))
    best = max(known, key=lambda one: fitting(printed, one.names), default=None)
    if best is None or (found := fitting(printed, best.names)) < LEAST_LINES:
        return None
    own = max((fitting(printed, names) for names in _own_names(layout_in_hand())), default=0)
    return best if found >= own + MORE_LINES else None


def refuse_foreign(printed: Sequence[PrintedLine], key: str, where: str) -> None:
    """Refuse a result plan in the layout of another Land.

    Parameters
    ----------
    printed : sequence of PrintedLine
        Every line of a column once.
    key : str
        Municipality key or own identifier; says whether the plan fits the municipality.
    where : str
        The file, for messages.

    Raises
    ------
    InputError
        Names the Land, and the next step.
    """
    found = foreign_layout(printed)
    if found is None:
        return
    code = "layout_unread" if key.startswith(found.land) else "layout_foreign"
    if code == "layout_unread" and found.land in lands():
        code = "layout_of_another_workbook"
    title = found.title if found.verified else _text("layout_not_read", title=found.title)
    name, agree = charts()[found.land].land, fitting(printed, found.names)
    raise InputError(_problem(code, where, land=name, title=title, lines=agree, key=key))
