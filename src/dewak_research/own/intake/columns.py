"""Which columns of a table are taken: one per year and kind, the others named with the reason."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dewak_research.errors import InputError, messages, texts
from dewak_research.language import Text
from dewak_research.own.intake.headings import Heading, budget_year_of
from dewak_research.own.intake.heads import Head, preamble_of
from dewak_research.own.intake.questions import Question, answer_to
from dewak_research.own.intake.tables import RawTable
from dewak_research.own.safety import clean_text

_problem, _text = messages(__package__), texts(__package__)
SHOWN_YEARS = 6
YEARS_OF_A_BUDGET = 6
"""§ 1 and § 6 of the budget ordinances: result of the year before last, last year, budget year, three more years."""


@dataclass
class Chosen:
    """The columns that are taken.

    Attributes
    ----------
    columns : dict
        Heading to year and kind; two headings of one year and kind are added (an amount and its amendment).
    notes : list of Text
        What was left out and why, what was concluded.
    questions : list of Question
        What the headings leave open.
    """

    columns: dict[str, tuple[int, str]] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def ask(self, question: Question, answers: Mapping[str, str]) -> str | None:
        """Return the answer; without one the question is open and its default goes on."""
        given = answer_to(question, answers)
        if given is None:
            self.questions.append(question)
        return given or question.default


def choose(
    table: RawTable, head: Head, answers: Mapping[str, str], amounts: Mapping[int, list[float]]
) -> Chosen:
    """Choose the columns of a table.

    Parameters
    ----------
    table, head
        The table and its heading.
    answers : mapping
        Answers to questions of an earlier call.
    amounts : mapping
        The amounts of every column under the heading, row by row; unknown is NaN.

    Raises
    ------
    InputError
        A column holds two years, no whole year is left, or a year and kind is there twice.
    """
    chosen = Chosen()
    headings = {c: heading for c, heading in head.columns.items() if heading.role != "none"}
    left_out: dict[int, str] = {
        c: h.role for c, h in headings.items() if h.role not in ("amount", "two_years")
    }
    for c, heading in headings.items():
        if heading.role == "two_years":
            left_out[c] = _two_years(c, headings, amounts, head, table)
    seen = [c for c, h in headings.items() if c not in left_out and c not in table.hidden]
    left_out |= {c: "hidden" for c in headings if seen and c in table.hidden}
    kept = {c: h for c, h in headings.items() if c not in left_out}
    kept = _with_years(kept, table, head, chosen, answers)
    kept, unknown = _with_words(kept, head, chosen, answers)
    left_out |= unknown
    kept = _with_kinds(kept, table, head, chosen, answers)
    kept, older = _amended(kept, head, chosen, answers)
    left_out |= older
    kept, parts = _one_each(kept, head, amounts, table, chosen, answers)
    left_out |= parts
    for role in dict.fromkeys(left_out.values()):
        named = ", ".join(head.names[c] for c, one in left_out.items() if one == role)
        chosen.notes.append(_text(f"left_out_{role}", columns=clean_text(named, 300)))
    if not kept:
        code = "column_no_year" if left_out else "header_none"
        named = ", ".join(head.names[c] for c in left_out)
        raise InputError(_problem(code, _row(table, head), column=clean_text(named, 120)))
    chosen.columns = {head.names[c]: (h.year or 0, h.kind or "") for c, h in sorted(kept.items())}
    return chosen


def _row(table: RawTable, head: Head) -> str:
    return f"{table.where}: Zeile {head.rows.stop}"


def _two_years(
    column: int,
    headings: Mapping[int, Heading],
    amounts: Mapping[int, list[float]],
    head: Head,
    table: RawTable,
) -> str:
    """Return ``total`` where a column of several years is the sum of columns of single ones.

    Raises
    ------
    InputError
        It is not: half of it would be a guess.
    """
    singles = [c for c, h in headings.items() if h.role == "amount" and h.kind != "actual" and c in amounts]
    for first in range(len(singles)):
        for last in range(first + 2, len(singles) + 1):
            if _is_sum(amounts.get(column, []), [amounts[c] for c in singles[first:last]]):
                return "total"
    named = clean_text(head.names[column], 60)
    raise InputError(_problem("column_no_year", _row(table, head), column=named))


def _is_sum(total: list[float], parts: list[list[float]]) -> bool:
    rows = [(t, ps) for t, *ps in zip(total, *parts, strict=False) if t == t and any(p == p for p in ps)]
    moved = [(t, ps) for t, ps in rows if t]
    return len(moved) > 1 and all(abs(t - sum(p for p in ps if p == p)) <= len(ps) for t, ps in rows)


def _with_years(
    kept: dict[int, Heading], table: RawTable, head: Head, chosen: Chosen, answers: Mapping[str, str]
) -> dict[int, Heading]:
    """Put years to headings that count from the budget year, or name none because the title does."""
    kept = {
        c: h for c, h in kept.items() if h.year is not None or h.kind or h.offset is not None or _amends(kept)
    }
    if all(h.year is not None for h in kept.values()):
        return kept
    budget = budget_year_of(preamble_of(table, head))
    if budget is None:
        now = datetime.date.today().year
        years = range(now - 2, now + SHOWN_YEARS - 2)
        options = tuple((str(year), Text(str(year), str(year))) for year in years)
        question = Question("budget_year", _text("ask_budget_year", columns=_names(kept, head)), options)
        budget = int(chosen.ask(question, answers) or now)
    found = {}
    for c, heading in kept.items():
        if heading.year is None:
            offset = heading.offset if heading.offset is not None else 0 if heading.kind == "plan" else None
            if offset is None:
                continue
            heading = replace(heading, year=budget + offset)
        found[c] = heading
    chosen.notes.append(_text("budget_year_taken", year=budget))
    return found


def _amends(kept: Mapping[int, Heading]) -> bool:
    """Whether a column without year and kind belongs to an amended budget and not to plans of several years."""
    return len(_planned(kept)) < 2


def _planned(kept: Mapping[int, Heading]) -> set[int]:
    return {h.year for h in kept.values() if h.kind == "plan" and h.year is not None}


def _names(kept: Mapping[int, Heading], head: Head) -> str:
    return clean_text(", ".join(head.names[c] for c in kept), 200)


def _with_words(
    kept: dict[int, Heading], head: Head, chosen: Chosen, answers: Mapping[str, str]
) -> tuple[dict[int, Heading], dict[int, str]]:
    """Ask what words beside a year mean that nobody knows; the same words are asked about once."""
    left_out: dict[int, str] = {}
    words = dict.fromkeys(h.unknown.casefold() for h in kept.values() if h.unknown)
    for n, word in enumerate(words, start=1):
        same = {c: h for c, h in kept.items() if h.unknown.casefold() == word}
        options = tuple((name, _text(f"word_{name}")) for name in ("plan", "actual", "year", "none"))
        question = Question(f"heading_{n}", _text("ask_word", columns=_names(same, head)), options)
        answer = chosen.ask(question, answers)
        if answer == "none":
            left_out |= dict.fromkeys(same, "unknown")
        elif answer in ("plan", "actual"):
            kept = {c: replace(h, kind=answer) if c in same else h for c, h in kept.items()}
    return {c: h for c, h in kept.items() if c not in left_out}, left_out


def _with_kinds(
    kept: dict[int, Heading], table: RawTable, head: Head, chosen: Chosen, answers: Mapping[str, str]
) -> dict[int, Heading]:
    """Say of bare years which are results: from the title, from the span of a whole budget, or by asking."""
    beside = {c for c, h in kept.items() if h.state == "change" and not h.kind and h.year in _planned(kept)}
    kept = {c: replace(h, kind="plan") if c in beside else h for c, h in kept.items()}  # amends that plan
    bare = [c for c, h in kept.items() if h.kind is None]
    if not bare:
        return kept
    years = sorted({kept[c].year or 0 for c in bare})
    known = [h for h in kept.values() if h.kind]
    budget = budget_year_of(preamble_of(table, head))
    if known and all((kept[c].year or 0) >= max(h.year or 0 for h in known) for c in bare):
        last = years[0] - 1
        chosen.notes.append(_text("kinds_continued", years=", ".join(map(str, years))))
    elif budget is None and len(years) == YEARS_OF_A_BUDGET and years[-1] - years[0] == YEARS_OF_A_BUDGET - 1:
        last = years[0]
        chosen.notes.append(_text("kinds_by_span", first=years[0], budget=years[0] + 2))
    elif budget is not None and budget - 2 <= years[-1]:
        last = budget - 2
        chosen.notes.append(_text("kinds_by_title", budget=budget, last=last))
    else:
        last = _last_result(years, chosen, answers)
    return {
        c: h if h.kind else replace(h, kind="actual" if (h.year or 0) <= last else "plan")
        for c, h in kept.items()
    }


def _last_result(years: list[int], chosen: Chosen, answers: Mapping[str, str]) -> int:
    """Ask up to which year the amounts are results."""
    none = years[0] - 1
    options = [(str(none), _text("kinds_all_plan"))]
    options += [(str(year), _text("kinds_until", year=year)) for year in years]
    question = Question(
        "last_result", _text("ask_kinds", years=", ".join(map(str, years))), tuple(options), str(years[0])
    )
    return int(chosen.ask(question, answers) or none)


def _amended(
    kept: dict[int, Heading], head: Head, chosen: Chosen, answers: Mapping[str, str]
) -> tuple[dict[int, Heading], dict[int, str]]:
    """Take the new amount of an amended budget; ask where only the first amount and the amendment stand."""
    older: dict[int, str] = {}
    for year in sorted(_planned(kept)):
        plans = {c: h for c, h in kept.items() if h.kind == "plan" and h.year == year}
        states = {h.state: c for c, h in plans.items()}
        if len(plans) < 2:
            continue
        if "new" in states:
            older |= {c: "older" for c in plans if c != states["new"]}
            chosen.notes.append(_text("amended", year=year, column=head.names[states["new"]]))
        elif "change" in states:
            answer = _ask_amendment(year, head.names[states["change"]], chosen, answers)
            before = {c for c, h in plans.items() if h.state != "change"}
            older |= dict.fromkeys(
                before if answer == "new" else {states["change"]} if answer == "none" else (), "older"
            )
    return {c: h for c, h in kept.items() if c not in older}, older


def _ask_amendment(year: int, column: str, chosen: Chosen, answers: Mapping[str, str]) -> str | None:
    options = tuple((name, _text(f"amendment_{name}")) for name in ("add", "new", "none"))
    text = _text("ask_amendment", column=column, year=year)
    return chosen.ask(Question(f"amendment_{year}", text, options), answers)


def _one_each(
    kept: dict[int, Heading],
    head: Head,
    amounts: Mapping[int, list[float]],
    table: RawTable,
    chosen: Chosen,
    answers: Mapping[str, str],
) -> tuple[dict[int, Heading], dict[int, str]]:
    """Leave each year and kind one column: its total where it is the sum of the others, else the one that is chosen.

    Raises
    ------
    InputError
        Two columns have one heading and none is their total.
    """
    by_year: dict[tuple[int, str], list[int]] = defaultdict(list)
    for c, h in kept.items():
        by_year[h.year or 0, h.kind or ""].append(c)
    parts: dict[int, str] = {}
    twice = []
    for (year, kind), columns in sorted(by_year.items()):
        rest = [c for c in columns if kept[c].state != "change"]
        if len(rest) < 2:
            continue
        totals = [
            t for t in rest if _is_sum(amounts.get(t, []), [amounts.get(c, []) for c in rest if c != t])
        ]
        if len(rest) > 2 and totals:
            parts |= dict.fromkeys((c for c in rest if c != totals[0]), "part")
        elif len({re.sub(r" \(\d+\)$", "", head.names[c]) for c in rest}) == len(rest):
            options = tuple((str(n), Text(head.names[c], head.names[c])) for n, c in enumerate(rest, start=1))
            text = _text("ask_column", year=year, kind=_text(f"kind_{kind}"))
            answer = chosen.ask(Question(f"column_{kind}_{year}", text, options), answers)
            parts |= dict.fromkeys((c for c in rest if c != rest[int(answer or 1) - 1]), "other")
        else:
            twice.append(f"{kind} {year}")
    if twice:
        raise InputError(_problem("column_twice", _row(table, head), columns=", ".join(twice)))
    return {c: h for c, h in kept.items() if c not in parts}, parts
