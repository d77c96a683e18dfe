"""Which printed layout a plan follows, and the line of the workbook that each of its lines means.

Number and name are read together. Where they disagree the name decides, and the sums confirm; where the sums speak
for the number, or two layouts fit equally well and differ in money, the answer is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import Any, Literal

import pandas as pd

from dewak_research.errors import texts
from dewak_research.language import Text
from dewak_research.own.intake.line_sums import Agreement, agreement
from dewak_research.own.intake.printed import PrintedLine, likenesses
from dewak_research.own.intake.questions import Question
from dewak_research.own.layout_in_hand import layout_in_hand
from dewak_research.own.template import PLANS, load_template
from dewak_research.rules import HOME, land
from dewak_research.rules.dated import Source, sources

By = Literal["both", "name", "number", "none"]
ALIKE = 0.62  #: a name that agrees with its number
ALIKE_ALONE = 0.8  #: a name without a number, or against it
CLEARER = 0.12  #: by how much another name must be nearer to count against the number
LEAST_LINES = 5  #: fewer lines are no plan
_text = texts(__package__, "layouts.yaml")


@dataclass(frozen=True)
class Entry:
    """What a layout prints at a number: names, and the line of the workbook (None = it has none)."""

    number: str | None
    names: tuple[str, ...]
    line: str | None


@dataclass(frozen=True)
class Layout:
    """A printed layout with its period and where it was read.

    Attributes
    ----------
    plan : str
        "result_plan" or "finance_plan".
    part : bool
        Of an area or product, whose lines behind the result are numbered otherwise than those of the whole.
    valid_from, valid_to : int, optional
        Budget years by law or pattern; None = open.
    seen : (int, int), optional
        Budget years of the plans it was read in; None where no printed plan was read.
    verified : bool
        Whether it was read in a printed plan or pattern.
    entries : tuple of Entry
        In the order of the plan.
    """

    id: str
    title: Text
    plan: str
    part: bool
    valid_from: int | None
    valid_to: int | None
    seen: tuple[int, int] | None
    sources: tuple[Source, ...]
    verified: bool
    entries: tuple[Entry, ...]

    @cached_property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """The names of every entry, in their order."""
        return tuple(entry.names for entry in self.entries)


@dataclass(frozen=True)
class Recognised:
    """What was recognised.

    Attributes
    ----------
    layout : Layout
    lines : tuple of (str or None)
        The line of the workbook that each printed line means, in their order; None = the workbook has none.
    by : tuple of str
        What decided: "both", "name" (against the number, or without one), "number" (no name), "none" (not recognised).
    conflicts : tuple of int
        Places of the lines whose number means another line of the layout than their name.
    sums : Agreement
        Printed sums that agree with their parts, and those that do not.
    question : Question, optional
        What must be answered first: "layout" (two fit equally) or "numbers" (sums speak against the names).
    """

    layout: Layout
    lines: tuple[str | None, ...]
    by: tuple[By, ...]
    conflicts: tuple[int, ...] = ()
    sums: Agreement = field(default_factory=Agreement)
    question: Question | None = None

    @property
    def found(self) -> int:
        """How many printed lines were recognised, those without a line in the workbook included."""
        return sum(by != "none" for by in self.by)


@cache
def layouts(key: str = HOME) -> tuple[Layout, ...]:
    """Return the printed layouts of a Land; none where it has no such document."""
    document = land(land(key).layout).document("layouts")
    if document is None:
        return ()
    printed = (land(key).document("printed_plan") or {}).get("lines", {})
    return tuple(
        _layout(name, raw, document["names"], printed, key) for name, raw in document["layouts"].items()
    )


def _layout(
    name: str, raw: Mapping[str, Any], names: Mapping[str, Any], printed: Mapping[str, list[str]], key: str
) -> Layout:
    plan, own = raw["plan"], raw["lines"]
    shared = [
        Entry(line.id, (line.label.de, line.label.en, *names.get(plan, {}).get(line.id, ())), line.id)
        for line in load_template(key).grids[plan].values()
        if line.id.isdigit() and line.id <= raw["upto"] and line.id not in own
    ]
    added = [
        Entry(number or None, tuple(entry.get("names") or printed[number]), entry["line"])
        for number, entry in own.items()
    ]
    return Layout(
        name,
        Text.of(raw["title"]),
        plan,
        raw["part"],
        raw["valid_from"],
        raw["valid_to"],
        (raw["seen"][0], raw["seen"][1]) if raw["seen"] else None,
        tuple(sources()[one] for one in raw["source"]),
        raw["verified"],
        tuple(sorted([*shared, *added], key=lambda entry: entry.number or "99")),
    )


def recognise(
    printed: Sequence[PrintedLine],
    amounts: pd.DataFrame | None = None,
    plan: str | None = None,
    key: str | None = None,
    answers: Mapping[str, str] | None = None,
) -> Recognised | None:
    """Recognise the layout of a plan.

    Parameters
    ----------
    printed : sequence of PrintedLine
        Every line once, in the order of the file (a plan by area: every line once, its amounts added up).
    amounts : DataFrame, optional
        Their amounts in one unit, a column per year, rows as ``printed``; NaN = unknown. Without them no sum confirms.
    plan : str, optional
        "result_plan" or "finance_plan", where it is known.
    key : str, optional
        The Land whose layouts are tried: that of the workbook in hand unless told.
    answers : mapping, optional
        Answers to earlier questions, by their key.

    Returns
    -------
    Recognised or None
        None where no layout has at least five of the lines.
    """
    given = answers or {}
    wanted = PLANS if plan is None else (plan,)
    tried = [
        _fitted(layout, printed, amounts)
        for layout in layouts(key or layout_in_hand())
        if layout.plan in wanted and given.get("layout", layout.id) == layout.id
    ]
    tried = [one for one in tried if one.found >= LEAST_LINES]
    if not tried:
        return None
    numbered = {one.layout.id: _by_numbers(one, printed, amounts) for one in tried if one.conflicts}
    tried.sort(key=lambda one: max(_fit(one), _fit(numbered.get(one.layout.id, one))), reverse=True)
    best = tried[0]
    rivals = [
        one
        for one in tried[1:]
        if abs(_fit(one) - _fit(best)) < 0.5
        and one.layout.plan == best.layout.plan
        and one.lines != best.lines
    ]
    if rivals and _differ(best, rivals, amounts):
        fitting = (best, *rivals)
        options = tuple((one.layout.id, one.layout.title) for one in fitting)
        return replace(best, question=Question("layout", _text("ask_layout"), options))
    return _confirmed(best, numbered[best.layout.id], printed, given) if best.conflicts else best


def _fit(found: Recognised) -> float:
    """How well a layout fits: its lines, less what contradicts it, and the sums."""
    agreed = sum({"both": 1.0, "name": 0.5, "number": 0.4, "none": 0.0}[by] for by in found.by)
    return agreed - len(found.conflicts) + 0.5 * len(found.sums.agree) - 2.0 * len(found.sums.fail)


def _fitted(layout: Layout, printed: Sequence[PrintedLine], amounts: pd.DataFrame | None) -> Recognised:
    numbered = {entry.number: entry for entry in layout.entries if entry.number}
    chosen: list[tuple[Entry | None, By, float]] = [_choice(line, layout, numbered) for line in printed]
    best: dict[int, tuple[float, int]] = {}
    for place, (entry, _, sure) in enumerate(chosen):  # an entry is printed once: the surest line is it
        if entry is not None and (id(entry) not in best or best[id(entry)][0] < sure):
            best[id(entry)] = (sure, place)
    kept = {place for _, place in best.values()}
    lines = tuple(entry.line if entry and n in kept else None for n, (entry, _, _) in enumerate(chosen))
    by = tuple(how if n in kept else "none" for n, (_, how, _) in enumerate(chosen))
    conflicts = tuple(
        n
        for n, (entry, _, _) in enumerate(chosen)
        if entry is not None
        and n in kept
        and printed[n].number in numbered
        and entry.number != printed[n].number
    )
    return Recognised(layout, lines, by, conflicts, agreement(lines, amounts, layout.plan))


def _choice(
    line: PrintedLine, layout: Layout, numbered: Mapping[str, Entry]
) -> tuple[Entry | None, By, float]:
    """Return the entry that a printed line means, what decided, and how sure that is."""
    by_number = numbered.get(line.number or "")
    if not line.label:
        return (by_number, "number", ALIKE) if by_number else (None, "none", 0.0)
    scored = list(zip(likenesses(line.label, layout.names), layout.entries, strict=True))
    nearest, by_name = max(scored, key=lambda one: (one[0], one[1] is by_number))
    own = next((score for score, entry in scored if entry is by_number), 0.0)
    if by_number is not None and own >= ALIKE and nearest < own + CLEARER:
        return by_number, "both", own
    if nearest >= ALIKE_ALONE:
        return by_name, "name", nearest - 0.1
    return None, "none", 0.0


def _differ(best: Recognised, rivals: Sequence[Recognised], amounts: pd.DataFrame | None) -> bool:
    """Whether the layouts that fit equally well put other amounts into a line of the workbook."""
    if amounts is None:
        return True

    def filled(found: Recognised) -> dict[str, tuple[float, ...]]:
        rows = zip(found.lines, amounts.fillna(0.0).to_numpy(float), strict=True)
        return {line: tuple(row) for line, row in rows if line is not None and row.any()}

    return any(filled(one) != filled(best) for one in rivals)


def _by_numbers(
    found: Recognised, printed: Sequence[PrintedLine], amounts: pd.DataFrame | None
) -> Recognised:
    """Return the same with the numbers of lines whose names say otherwise; unchanged where lines would meet."""
    by_number = {entry.number: entry.line for entry in found.layout.entries if entry.number}
    lines = tuple(
        by_number[printed[n].number or ""] if n in found.conflicts else line
        for n, line in enumerate(found.lines)
    )
    taken = [line for line in lines if line is not None]
    if len(taken) != len(set(taken)):
        return found
    return replace(found, lines=lines, sums=agreement(lines, amounts, found.layout.plan))


def _confirmed(
    found: Recognised, by_number: Recognised, printed: Sequence[PrintedLine], given: Mapping[str, str]
) -> Recognised:
    """Keep what the names say, or ask where the sums speak for the numbers."""
    if given.get("numbers"):
        return by_number if given["numbers"] == "number" else found
    if len(by_number.sums.fail) >= len(found.sums.fail):
        return found
    named = "; ".join(f"{printed[n].number} {printed[n].label}" for n in found.conflicts)
    options = (("number", _text("by_number")), ("name", _text("by_name")))
    return replace(found, question=Question("numbers", _text("ask_numbers", lines=named), options, "number"))
