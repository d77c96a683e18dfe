"""Tables below each other and beside each other: parts of a plan, the whole, and plans of different kinds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from dewak_research.errors import InputError, texts
from dewak_research.language import Text
from dewak_research.own.contents import KEYS, figures_from
from dewak_research.own.intake.heads import find_head, is_amount
from dewak_research.own.intake.printed import printed_line
from dewak_research.own.intake.questions import Question, answer_to
from dewak_research.own.intake.result import Understood
from dewak_research.own.intake.tables import RawTable
from dewak_research.own.safety import clean_text
from dewak_research.own.template import load_template

_text = texts(__package__)
LEAST_RESTART = 8
"""A number of a line this much below the one before begins another plan."""
MOST_PIECES = 400
WHOLE = re.compile(r"gesamt|whole|\btotal\b", re.I)


def pieces_of(table: RawTable) -> list[RawTable]:
    """Return the plans that stand below each other, each with the heading that holds for it.

    A heading that is printed again on every page, while the lines go on, begins no new plan.
    """
    try:
        head = find_head(table)
    except InputError:
        return [table]
    first = head.first
    printed = [tuple(table.cell(n, c).strip() for c in range(first, len(head.names))) for n in head.rows]
    starts = [head.rows.stop]
    heads = [head.rows]
    repeated: set[int] = set()
    last = 0
    numbers = _numbers(table, first, head.rows.stop)
    for n in range(head.rows.stop, len(table.rows)):
        again = tuple(table.cell(n, c).strip() for c in range(first, len(head.names)))
        if again == printed[-1]:
            repeated |= set(range(n + 1 - len(printed), n + 1))
        number = numbers[n]
        if number is None or not any(
            is_amount(cell.strip()) for cell in table.rows[n][first:] if cell.strip()
        ):
            continue
        if number <= last - LEAST_RESTART and number <= 2:
            starts.append(n)
            heads.append(head.rows)
        last = number
    if repeated:
        table = table.without(repeated)
    if len(starts) == 1 or len(starts) > MOST_PIECES:
        return [table]
    ends = [*starts[1:], len(table.rows)]
    if _named_by_column(table, starts, ends, first):
        return [table]
    titles = [_title(table, start) for start in starts]
    return [
        table.part(s, e, h, t or table.title) for s, e, h, t in zip(starts, ends, heads, titles, strict=True)
    ]


def _numbers(table: RawTable, first: int, begin: int) -> list[int | None]:
    """Return the number of the line in every row, from the column before the amounts that has most of them."""
    found: list[list[int | None]] = []
    for column in range(first):
        beside = column + 1 < first
        cells = [table.cell(n, column).strip() if n >= begin else "" for n in range(len(table.rows))]
        found.append([_number(cell, beside) for cell in cells])
    return max(found, key=lambda numbers: len(set(numbers)), default=[None] * len(table.rows))


def _number(cell: str, beside: bool) -> int | None:
    """Return the number of a line before its name, or alone where the name stands beside it."""
    if re.fullmatch(r"\d{1,2}\.?", cell):
        return int(cell.rstrip(".")) if beside else None
    line = printed_line(cell)
    return int(line.number) if line is not None and line.number else None


def _named_by_column(table: RawTable, starts: Sequence[int], ends: Sequence[int], first: int) -> bool:
    """Whether a column names the part that every row belongs to: then the rows are one table, added up over it."""
    for column in range(first):
        names = [
            {table.cell(n, column).strip() for n in range(s, e)} - {""}
            for s, e in zip(starts, ends, strict=True)
        ]
        if all(len(one) == 1 for one in names) and len(set.union(*names)) > 1:
            return True
    return False


def _title(table: RawTable, start: int) -> str:
    """Return the nearest line of text without amounts above the first row of a plan."""
    for n in range(start - 1, max(-1, start - 8), -1):
        cells = [cell.strip() for cell in table.rows[n] if cell.strip()]
        if cells and not any(map(is_amount, cells)) and len(cells) <= 2:
            return clean_text(cells[0], 60)
    return ""


def join(parts: Sequence[tuple[str, Understood]], answers: Mapping[str, str]) -> Understood:
    """Return what several tables of a file say together.

    Tables that fill the same sheet for the same years are the whole and its parts, or several parts: a whole that is
    the sum of the others is taken, the others confirm it; else it is asked which holds.
    """
    if len(parts) == 1:
        return parts[0][1]
    figures, notes, questions = [], [], []
    sums, mappings, rows, unmapped = [], [], [], []
    by_sheet: dict[str, list[tuple[str, Understood]]] = {}
    for title, whole in parts:
        for sheet, own in whole.figures.groupby("sheet", sort=False):
            part = replace(
                whole, figures=own.reset_index(drop=True), rows=whole.rows[whole.rows["sheet"] == sheet]
            )
            by_sheet.setdefault(str(sheet), []).append((title, part))
    for sheet, found in by_sheet.items():
        taken, said, question = _one_of(sheet, found, answers)
        figures.append(taken if isinstance(taken, pd.DataFrame) else taken.figures)
        notes += said
        questions += [question] if question else []
        for title, part in found:
            if isinstance(taken, pd.DataFrame) or part is taken or part.figures.equals(taken.figures):
                notes += [_text("note_part", title=title), *part.notes]
                rows.append(part.rows)
                sums += part.sums
                mappings += part.mappings
                unmapped.append(part.unmapped)
            questions += part.questions
    asked = list({question.key: question for question in questions}.values())
    left = pd.concat(unmapped) if unmapped else pd.Series(dtype="float64")
    joined = figures_from(pd.concat(figures, ignore_index=True))
    table = pd.concat(rows, ignore_index=True)
    register = [row for _, part in parts for row in part.register]
    return Understood(joined, notes, mappings, sums, left, table, register, asked)


def _one_of(
    sheet: str, found: Sequence[tuple[str, Understood]], answers: Mapping[str, str]
) -> tuple[Understood | pd.DataFrame, list[Text], Question | None]:
    """Return the figures that hold for a sheet: one table, or the sum of all; with a note and, if open, a question."""
    if len(found) == 1:
        return found[0][1], [], None
    series = [part.figures.set_index(KEYS)["value"] for _, part in found]
    if all(one.equals(series[0]) for one in series[1:]):
        return found[0][1], [_text("same_twice", n=len(found), sheet=load_template().sheets[sheet])], None
    together = pd.concat(series, axis=1, keys=range(len(series)))
    if not (together.notna().sum(axis=1) > 1).any():
        return pd.concat([part.figures for _, part in found], ignore_index=True), [], None
    total = together.sum(axis=1, min_count=1)
    for n, (title, part) in enumerate(found):
        others = (
            together.drop(columns=together.columns[n])
            .sum(axis=1, min_count=1)
            .reindex(series[n].index)
            .fillna(0.0)
        )
        if len(found) > 2 and ((series[n] - others).abs() <= len(found)).all():
            said = _text("whole_confirmed", title=title, n=len(found) - 1)
            return part, [said], None
    summed = total.rename("value").reset_index().assign(origin="imported")
    options = [(str(n), Text(title, title)) for n, (title, _) in enumerate(found, start=1)]
    options.append(("sum", _text("sum_of_parts", n=len(found))))
    wholes = [str(n) for n, (title, _) in enumerate(found, start=1) if WHOLE.search(title)]
    default = wholes[0] if len(wholes) == 1 else None
    question = Question(
        f"part_{sheet}", _text("ask_part", sheet=load_template().sheets[sheet]), tuple(options), default
    )
    answer = answer_to(question, answers)
    if answer is None:
        return found[int(default or 1) - 1][1], [], question
    return (summed if answer == "sum" else found[int(answer) - 1][1]), [], None
