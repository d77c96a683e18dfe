"""What a file leaves open: a question with its answers, asked by the command line and by the page alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dewak_research.errors import InputError, Problem, messages
from dewak_research.language import LANGUAGES, Text

_problem = messages(__package__)


@dataclass(frozen=True)
class Question:
    """One thing that the file does not say and that a person must decide.

    Attributes
    ----------
    key : str
        Its name, as in ``--answer KEY=VALUE``.
    text : Text
        The question in both languages.
    options : tuple of (value, Text)
        The possible answers: the value to give, and what it means.
    default : str, optional
        The answer that the file suggests; it is never taken without being confirmed.
    """

    key: str
    text: Text
    options: tuple[tuple[str, Text], ...]
    default: str | None = None


def answer_to(question: Question, answers: Mapping[str, str]) -> str | None:
    """Return the answer that was given, or None while the question is open.

    Raises
    ------
    InputError
        The answer is none of the options.
    """
    given = answers.get(question.key)
    if given is None:
        return None
    allowed = [value for value, _ in question.options]
    for value, meaning in question.options:
        if given.strip().casefold() in (value.casefold(), *(meaning[one].casefold() for one in LANGUAGES)):
            return value
    listed = ", ".join(allowed)
    raise InputError(_problem("answer_unknown", f"--answer {question.key}", answer=given[:60], known=listed))


def open_question(question: Question, where: str) -> Problem:
    """Return a question as a problem: what is open, what can be answered, how to answer it."""
    listed = Text(
        *(
            "; ".join(f"{value} = {meaning[tongue]}" for value, meaning in question.options)
            for tongue in LANGUAGES
        )
    )
    first = question.default or question.options[0][0]
    return _problem(
        "question_open", where, question=question.text, answers=listed, key=question.key, value=first
    )
