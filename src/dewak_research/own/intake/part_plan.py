"""A plan of one area or product, or of the town with its companies, is no plan of the municipality."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dewak_research.errors import InputError, messages, texts
from dewak_research.own.intake.headings import CONSOLIDATED
from dewak_research.own.intake.questions import Question, answer_to
from dewak_research.own.safety import clean_text

_problem, _text = messages(__package__), texts(__package__)
PART_ONLY = "part_only"
_COMPANY = re.compile(
    r"wirtschaftsplan|eigenbetrieb|zweckverband|stadtwerke|\bgmbh\b|\baör\b|sondervermögen", re.I
)


def consolidated_question(titles: Sequence[str], answers: Mapping[str, str], where: str) -> list[Question]:
    """Ask whether a table that calls itself consolidated, or that of a company, shows the municipality alone.

    Raises
    ------
    InputError
        It holds companies, too, or nothing else.
    """
    said = next((one for one in titles if CONSOLIDATED.search(one) or _COMPANY.search(one)), None)
    if said is None:
        return []
    options = (("group", _text("with_companies")), ("core", _text("without_companies")))
    question = Question("consolidated", _text("ask_consolidated", title=clean_text(said, 80)), options)
    answer = answer_to(question, answers)
    if answer == "group":
        raise InputError(_problem("consolidated", where))
    return [] if answer else [question]


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
