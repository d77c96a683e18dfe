"""Propose how a table is to be read: official lines as towns print them, a balance sheet, or accounts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from dewak_research.data.text_files import Convention
from dewak_research.errors import InputError, messages, texts
from dewak_research.language import Text
from dewak_research.own.intake.account_budget import account_map
from dewak_research.own.intake.account_columns import account_column, has_lines
from dewak_research.own.intake.amounts import NUMBERS, amounts_of, number_format, to_frame, value_of
from dewak_research.own.intake.balance_items import LEAST_ITEMS, match_balance
from dewak_research.own.intake.charts import refuse_cameral
from dewak_research.own.intake.columns import choose
from dewak_research.own.intake.foreign import refuse_foreign
from dewak_research.own.intake.headings import read_heading
from dewak_research.own.intake.heads import Head, flat, preamble_of
from dewak_research.own.intake.kept_apart import kept_apart
from dewak_research.own.intake.layouts import recognise
from dewak_research.own.intake.line_names import MOST_LABELS, labels_of, number_column, printed_in
from dewak_research.own.intake.mapping import ImportMap
from dewak_research.own.intake.part_plan import consolidated_question, part_question
from dewak_research.own.intake.part_titles import calls_itself_part
from dewak_research.own.intake.questions import Question, open_question
from dewak_research.own.intake.sides import names_sides, one_column, refuse_debit_credit
from dewak_research.own.intake.signs import sign_of
from dewak_research.own.intake.tables import RawTable, check_saved
from dewak_research.own.intake.units import unit_of
from dewak_research.own.safety import clean_text
from dewak_research.own.template import cost_lines, load_template
from dewak_research.rules import HOME

_problem, _text = messages(__package__), texts(__package__)
LOOKED_AT = 60
Answers = Mapping[str, str]


@dataclass(frozen=True)
class Draft:
    """How one table is read.

    Attributes
    ----------
    table : RawTable
        The table with one row of headings.
    mapping : ImportMap
        What its columns and rows mean.
    notes, questions : list
        What was concluded, and what is open.
    """

    table: RawTable
    mapping: ImportMap
    notes: list[Text] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


def draft_of(table: RawTable, key: str, answers: Answers) -> Draft:
    """Propose a mapping from what a table shows.

    Parameters
    ----------
    table : RawTable
        One table as it stands.
    key : str
        Municipality key or own identifier; its Land has a chart of accounts.
    answers : mapping
        Answers to questions of an earlier call.

    Raises
    ------
    InputError
        Neither official lines nor accounts can be recognised, a column is no whole year, or number format or signs
        stay undecided.
    """
    refuse_cameral(table.rows[:LOOKED_AT], table.where)
    plain, head = one_column(*flat(table))
    refuse_debit_credit(head, table.where)
    header = head.rows.stop - 1
    frame = to_frame(plain.rows, header)
    if frame.empty:
        raise InputError(_problem("rows_none", table.where))
    said = [head.names[c] for c, heading in head.columns.items() if heading.role not in ("none",)]
    numbers = number_format(frame[said], table.where, plain.numbers) if said else "de"
    named = {c: head.names[c] for c in head.columns if head.names[c] in said}
    values = {c: [_number(cell, numbers) for cell in frame[name]] for c, name in named.items()}
    chosen = choose(plain, head, answers, values)
    check_saved(plain, header + 1, list(chosen.columns))
    filled = {n: y for n, y in chosen.columns.items() if frame[n].str.contains("[1-9]").any()}
    if not filled:
        raise InputError(_problem("amounts_none", table.where))
    taken = [value for c, name in named.items() if name in filled for value in values[c]]
    largest = max((abs(value) for value in taken if value == value), default=0.0)
    unit = unit_of(plain, head, list(filled), answers, largest)
    common: dict[str, Any] = {
        "template": load_template().version,
        "header_row": header + 1,
        "columns": {name: f"{kind} {year}" for name, (year, kind) in filled.items()},
        "numbers": number_format(frame[list(filled)], table.where, plain.numbers),
        "factor": unit.factor,
        "factors": unit.by_column,
        "unit_column": unit.column,
    }
    texts_left = [name for name in head.names if name in frame.columns and name not in said]
    questions = [*chosen.questions, *([unit.question] if unit.question else [])]
    questions += consolidated_question(preamble_of(plain, head), answers, table.where)
    notes = [*chosen.notes, *_empty(head, chosen.columns, filled), *unit.notes]
    account = account_column(frame, texts_left, table.where)
    if account is not None:
        mapping, more_questions, more = account_map(
            frame, account, texts_left, common, table.where, plain.numbers, key, answers
        )
        return Draft(plain, mapping, notes + more, questions + more_questions)
    if names_sides(head.columns, head.names) and not any(has_lines(frame[name]) for name in texts_left):
        raise InputError(_problem("products_only", table.where))
    for name in texts_left:
        refuse_foreign(printed_in(frame, name, texts_left)[1], key, table.where)
    mapping, more_questions, is_part = line_map(
        frame, texts_left, common, table.where, plain.numbers, answers
    )
    titled = calls_itself_part(preamble_of(plain, head)) and mapping.sheet != "balance"
    if is_part or (titled and not mapping.group_columns):
        more_questions += part_question(answers, table.where)
    return Draft(plain, mapping, notes, questions + more_questions)


def _empty(head: Head, chosen: Collection[str], filled: Collection[str]) -> list[Text]:
    """Name the columns of a year that hold no amount; an unsaved formula looks so, too."""
    after = min(head.columns, default=0)
    blank = [name for c, name in enumerate(head.names) if c > after and c not in head.columns]
    named = [name for name in blank if (said := read_heading(name)).year and said.role == "amount"]
    named += [name for name in chosen if name not in filled]
    return [_text("columns_empty", columns=clean_text(", ".join(named), 200))] if named else []


def _number(cell: str, numbers: Convention) -> float:
    value, _ = value_of(cell, numbers)
    return float("nan") if value is None else value


def propose(rows: list[list[str]], where: str, key: str = f"{HOME}000") -> ImportMap:
    """Return the mapping that the rows of a file suggest; see :func:`draft_of`.

    Raises
    ------
    InputError
        Also where a question is open.
    """
    draft = draft_of(RawTable(where, "", rows, Text(where, where)), key, {})
    if draft.questions:
        raise InputError([open_question(question, where) for question in draft.questions])
    return draft.mapping


@dataclass(frozen=True)
class _Lines:
    """Names of lines in a column, and the line of the workbook that each means."""

    column: str
    number: str
    plan: str
    matched: dict[str, str]
    count: int
    part: bool = False
    question: Question | None = None


def line_map(
    frame: pd.DataFrame,
    names: list[str],
    common: dict[str, Any],
    where: str,
    known: NUMBERS,
    answers: Answers,
) -> tuple[ImportMap, list[Question], bool]:
    """Propose the mapping of official lines or of a balance sheet, with numbers before the names or beside them."""
    if not names:
        raise InputError(_problem("lines_none", where))
    any_map = ImportMap(kind="lines", label_column=names[0], lines={"": ""}, **common)
    amounts = amounts_of(frame, any_map, where, known).euro
    found = [
        one for column in names if (one := _lines_in(frame, column, names, amounts, answers)) is not None
    ]
    if not found:
        raise InputError(_problem("lines_none", where))
    best = max(found, key=lambda one: one.count)
    labels = labels_of(frame, best.column, best.number)
    again = labels[labels.isin(best.matched)].duplicated().any()
    groups = tuple(n for n in names if n not in (best.column, best.number)) if again else ()
    apart = kept_apart(frame, groups, list(common["columns"]), where, answers)
    if apart is not None:
        rest = [name for name in names if name != apart.column]
        mapping, questions, part = line_map(apart.frame, rest, common, where, known, answers)
        only = {**mapping.only, apart.column: apart.value}
        return mapping.model_copy(update={"only": only}), [*questions, *apart.questions], part
    draft = ImportMap(
        kind="lines",
        sheet=best.plan,
        label_column=best.column,
        number_column=best.number,
        group_columns=groups,
        lines=best.matched,
        **common,
    )
    signs = _signs_of_lines(amounts, labels.map(best.matched), best.plan)
    return draft.model_copy(update=signs), [best.question] if best.question else [], best.part and not again


def _lines_in(
    frame: pd.DataFrame, column: str, names: list[str], amounts: pd.DataFrame, answers: Answers
) -> _Lines | None:
    """Return what a column names: lines of a plan in a printed layout, or items of the balance sheet."""
    by_key, lines = printed_in(frame, column, names)
    if not by_key or len(by_key) > MOST_LABELS:
        return None
    number = number_column(frame, column, names) or ""
    labels, keys = labels_of(frame, column, number), list(by_key)
    kept = [n for n, line in enumerate(by_key.values()) if line is not None]
    sums = amounts.groupby(labels).sum(min_count=1).reindex([keys[n] for n in kept]).reset_index(drop=True)
    found = recognise(lines, sums, answers=answers)
    items = match_balance([keys[n] for n in kept])
    if found is not None and found.found >= len(items):
        matched = {keys[n]: line for n, line in zip(kept, found.lines, strict=True) if line is not None}
        return _Lines(
            column, number, found.layout.plan, matched, found.found, found.layout.part, found.question
        )
    return _Lines(column, number, "balance", items, len(items)) if len(items) >= LEAST_ITEMS else None


def _signs_of_lines(amounts: pd.DataFrame, target: pd.Series[str], plan: str) -> dict[str, str]:
    """Return how income and costs are printed, from the amounts of lines that belong there without a sign."""
    lines = load_template().grids[plan]
    costs = cost_lines(lines)
    unsigned = [name for name, line in lines.items() if line.sign == "positive" and line.need != "sum"]
    plain = target[target.isin(unsigned)]
    return {
        "income": sign_of(amounts.loc[plain[~plain.isin(costs)].index])[0] or "as_printed",
        "costs": sign_of(amounts.loc[plain[plain.isin(costs)].index])[0] or "as_printed",
    }
