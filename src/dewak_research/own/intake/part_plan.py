"""A plan of one area or product is no plan of the whole municipality."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dewak_research.errors import InputError, messages, texts
from dewak_research.own.intake.questions import Question, answer_to

_problem, _text = messages(__package__), texts(__package__)
PART_ONLY = "part_only"
_PART_PLAN = re.compile(
    r"\bteil(?:ergebnis|finanz)?plan|\bteilhaushalt|\bprodukt(?:bereich|gruppe)?\s+\d", re.I
)


def calls_itself_part(titles: Sequence[str]) -> bool:
    """Whether a title says that the plan is that of an area or product."""
    return any(map(_PART_PLAN.search, titles))


def part_question(answers: Mapping[str, str], where: str) -> list[Question]:
    """Ask whether a plan of an area or product is meant for the whole municipality.

    Raises
    ------
    InputError
        It is a part.
    """
    options = (("part", _text("only_a_part")), ("whole", _text("the_whole")))
    question = Question(PART_ONLY, _text("ask_part_only"), options)
    answer = answer_to(question, answers)
    if answer == "part":
        raise InputError(_problem("part_plan", where))
    return [] if answer else [question]
