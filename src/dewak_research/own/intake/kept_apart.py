"""Rows beside each other that are never added: versions of one plan, and legal bodies with books of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from dewak_research.errors import InputError, messages, texts
from dewak_research.language import Text
from dewak_research.own.intake.amounts import to_frame
from dewak_research.own.intake.mapping import ImportMap
from dewak_research.own.intake.questions import Question, answer_to
from dewak_research.own.safety import clean_text

_problem, _text = messages(__package__), texts(__package__)
_HEADING = re.compile(
    r"\bversion|planstand|planversion|variante|szenario|scenario|fassung|lesung|mandant|buchungskreis|rechtsträger|gesellschaft\b|körperschaft"
    r"|\bkommunen?\b|\bgemeinden?\b|mitgliedsgemeinde|\bstadt\b|municipality|company",
    re.I,
)
_VERSION = re.compile(
    r"\bentwurf|\bbeschl(?:uss|ossen)|\bnachtrag|\blesung\b|\bfassung\b|änderungsliste|\bdraft\b",
    re.I,
)
SHOWN = 4
MOST_ASKED = 12  #: more of them are no versions that one could choose from


@dataclass(frozen=True)
class Apart:
    """A column that tells rows apart that are never added.

    Attributes
    ----------
    frame : DataFrame
        The rows that hold, by the answer; those of the first value while the question is open.
    column : str
        The heading.
    value : str
        Which rows are kept.
    question : Question, optional
        Which of them hold; None where it was answered.
    """

    frame: pd.DataFrame
    column: str
    value: str
    question: Question | None

    @property
    def questions(self) -> list[Question]:
        """The question, if it is open."""
        return [self.question] if self.question else []


def kept_apart(
    frame: pd.DataFrame,
    groups: Sequence[str],
    columns: Sequence[str],
    where: str,
    answers: Mapping[str, str],
) -> Apart | None:
    """Ask which rows hold where a column tells versions of a plan or legal bodies apart; they are never added.

    Parameters
    ----------
    frame : DataFrame
        The table as text, a column per heading.
    groups : sequence of str
        Headings over which rows would be added.
    columns : sequence of str
        Headings of the amounts.
    where : str
        The file, for messages.
    answers : mapping
        Answers to questions of an earlier call: ``rows_N`` for the column N.

    Returns
    -------
    Apart or None
        None where no column tells such rows apart.

    Raises
    ------
    InputError
        There are too many to choose from: names some of them, and the next step.
    """
    filled = frame[list(columns)].apply(lambda cells: cells.str.contains("[1-9]"))
    for name in groups:
        own = whole_column(frame[name])
        beside = [own[filled[column] & (own != "")].unique() for column in columns]
        values = [str(value) for value in max(beside, key=len, default=[])]
        versions = [value for value in values if _VERSION.search(value)]
        told = tells_apart(name) or 2 * len(versions) > len(values)  # a product may be called so too
        if len(values) < 2 or not told:
            continue
        column = clean_text(name, 60)
        if len(values) > MOST_ASKED:
            shown = clean_text(", ".join(values[:SHOWN]), 120)
            raise InputError(_problem("versions_beside", where, column=column, values=shown))
        options = tuple((str(n), Text(value, value)) for n, value in enumerate(values, start=1))
        key = f"rows_{list(frame.columns).index(name) + 1}"
        question = Question(key, _text("ask_apart", column=column), options)
        answer = answer_to(question, answers)
        value = values[int(answer or 1) - 1]
        return Apart(frame[own == value], name, value, None if answer else question)
    return None


def tells_apart(heading: str) -> bool:
    """Whether a heading names versions of a plan or legal bodies."""
    return bool(_HEADING.search(heading))


def whole_column(cells: pd.Series[str]) -> pd.Series[str]:
    """Return a column with blank cells filled from above: a name that is printed once stands for the rows below it."""
    return cells.mask(cells == "").ffill().fillna("")


def kept_rows(rows: list[list[str]], mapping: ImportMap) -> list[list[str]]:
    """Return the rows that a mapping keeps; the others are empty, so that all stay in their place."""
    if not mapping.only:
        return rows
    frame = to_frame(rows, mapping.header_row - 1)
    kept = pd.Series(True, index=frame.index)
    for name, value in mapping.only.items():
        if name in frame.columns:
            kept &= whole_column(frame[name]) == value
    gone = {int(n) + mapping.header_row - 1 for n in frame.index[~kept]}
    return [[] if n in gone else row for n, row in enumerate(rows)]
