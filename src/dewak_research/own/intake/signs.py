"""Signs: how income and costs are printed, and the one line that stands against it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dewak_research.errors import InputError, messages, texts
from dewak_research.language import Text
from dewak_research.own.contents import written
from dewak_research.own.intake.mapping import ImportMap
from dewak_research.own.intake.printed import printed_line
from dewak_research.own.intake.questions import Question, answer_to
from dewak_research.own.intake.result import Understood
from dewak_research.own.intake.totals import says_total
from dewak_research.own.safety import clean_text
from dewak_research.own.template import SumCheck, columns_of, label_of, load_template

_problem, _text = messages(__package__), texts(__package__)
CLEAR_SHARE = 0.9
LEAST_SUMS = 3
UNPLACED_SHARE = 0.015  #: of the largest amount; numbered lines above it are no trifle
MOST_FAILING = 1 / 3  #: of the printed sums may disagree before it is asked
SIDES = ("income", "costs")


def sign_of(amounts: pd.DataFrame) -> tuple[str | None, float]:
    """Return how amounts that belong into the workbook without a sign are printed, and the share of positive money.

    At least 90 % of the money must carry one sign; else the answer is None.
    """
    money, positive = amounts.abs().sum().sum(), amounts.clip(lower=0).sum().sum()
    share = positive / money if money > 0 else 1.0
    return "as_printed" if share >= CLEAR_SHARE else "turned" if 1 - share >= CLEAR_SHARE else None, share


def confirmed(sums: list[SumCheck]) -> bool:
    """Whether printed balances (income less costs) agree with their parts, so that the signs are certain."""
    lines = load_template().grids
    balances = [s for s in sums if s.given is not None and s.given and lines[s.sheet][s.line].minus]
    return bool(balances) and all(s.state in ("ok", "rounded") for s in balances)


def sign_questions(
    mapping: ImportMap, sums: list[SumCheck], answers: Mapping[str, str]
) -> tuple[ImportMap, list[Question]]:
    """Ask once where all income or all costs of official lines carry a minus and no sum says how it is meant."""
    questions = []
    settled = {}
    for side in SIDES:
        if mapping.kind != "lines" or getattr(mapping, side) != "turned" or confirmed(sums):
            continue
        options = (("turned", _text("turn_signs")), ("as_printed", _text("keep_signs")))
        question = Question(f"signs_{side}", _text(f"ask_signs_{side}"), options, "turned")
        answer = answer_to(question, answers)
        if answer is None:
            questions.append(question)
        else:
            settled[side] = answer
    return mapping.model_copy(update=settled), questions


def _failing(sums: list[SumCheck], unmapped: int) -> list[SumCheck]:
    """Return the printed sums that disagree with their parts, or lack parts that have no line."""
    lacking = ("fails", "not_checkable") if unmapped else ("fails",)
    return [check for check in sums if check.given and check.state in lacking]


def sums_question(
    sums: list[SumCheck], unmapped: int, answers: Mapping[str, str], where: str
) -> list[Question]:
    """Ask whether a file is taken whose printed sums mostly disagree with their parts, or lack parts that have no line.

    Raises
    ------
    InputError
        It is not to be taken.
    """
    printed = [check for check in sums if check.given]
    fails = _failing(sums, unmapped)
    if len(printed) < LEAST_SUMS or len(fails) <= MOST_FAILING * len(printed):
        return []
    options = (("stop", _text("sums_stop")), ("take", _text("sums_take")))
    named = [label_of(check.sheet, check.line) for check in fails[:3]]
    lines = Text("; ".join(name.de for name in named), "; ".join(name.en for name in named))
    question = Question("sums", _text("ask_sums", n=len(fails), printed=len(printed), lines=lines), options)
    answer = answer_to(question, answers)
    if answer == "stop":
        raise InputError(_problem("sums_disagree", where, lines=lines))
    return [] if answer else [question]


def unplaced_question(part: Understood, answers: Mapping[str, str], where: str) -> list[Question]:
    """Ask whether a plan is taken whose large numbered lines have no target, where no sum shows that none matters.

    Where printed sums disagree it is asked beside that, so that their answer alone takes no plan of another layout.

    Raises
    ------
    InputError
        It is not to be taken.
    """
    mapping = part.mapping
    if mapping is None or mapping.kind != "lines" or mapping.sheet == "balance" or part.unmapped.empty:
        return []
    given = sum(1 for check in part.sums if check.given)
    if given >= LEAST_SUMS and len(_failing(part.sums, len(part.unmapped))) <= MOST_FAILING * given:
        return []
    least = UNPLACED_SHARE * part.figures["value"].abs().max()
    left = [
        str(label)
        for label, amount in part.unmapped.items()
        if amount >= least
        and (printed := printed_line(str(label))) is not None
        and printed.number
        and not says_total(printed.label)
    ]
    if not left:
        return []
    options = (("stop", _text("sums_stop")), ("take", _text("unplaced_take")))
    lines = clean_text("; ".join(left[:3]), 160)
    question = Question("unplaced", _text("ask_unplaced", n=len(left), lines=lines), options)
    answer = answer_to(question, answers)
    if answer == "stop":
        raise InputError(_problem("lines_unplaced", where, lines=lines))
    return [] if answer else [question]


def odd_signs(figures: pd.DataFrame, sums: list[SumCheck]) -> list[Text]:
    """Name the line whose sign alone makes a printed sum disagree."""
    notes = []
    for check in sums:
        if check.state != "fails" or check.given is None or check.computed is None:
            continue
        lines = load_template().grids[check.sheet]
        values = columns_of(figures, check.sheet).get((check.year, check.kind), {})
        gap = check.given - check.computed
        line = lines[check.line]
        tolerance = len(line.plus) + len(line.minus)
        weights = {**dict.fromkeys(line.plus, 1.0), **dict.fromkeys(line.minus, -1.0)}
        turned = [
            part for part, weight in weights.items()
            if values.get(part) and abs(gap + 2 * weight * values[part]) <= tolerance
        ]  # fmt: skip
        if check.given and abs(check.given + check.computed) <= tolerance:
            turned = [check.line]
        if len(turned) == 1:
            name = label_of(check.sheet, turned[0])
            total = label_of(check.sheet, check.line)
            notes.append(
                _text("sign_odd", line=name, year=check.year, total=total, **written(given=check.given))
            )
    return notes
