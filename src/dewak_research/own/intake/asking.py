"""Questions on the command line: asked where somebody can answer, else named with the answers that are possible."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from dewak_research.errors import InputError, messages
from dewak_research.language import Language
from dewak_research.own.intake.folder import understand_folder
from dewak_research.own.intake.pdf_draft import is_draft
from dewak_research.own.intake.questions import open_question
from dewak_research.own.intake.showing import print_from_to
from dewak_research.own.intake.understood import Understood, understand

_problem = messages(__package__)


def answers_of(given: list[str]) -> dict[str, str]:
    """Return answers by question from ``KEY=VALUE``.

    Raises
    ------
    InputError
        One is not of that form.
    """
    pairs = [text.partition("=") for text in given]
    if odd := [name for name, sign, _ in pairs if not sign]:
        raise InputError([_problem("answer_form", "--answer", given=text[:60]) for text in odd])
    return {name.strip(): value.strip() for name, _, value in pairs}


def ask_until_clear(
    file: Path, key: str, map_file: Path | None, answers: dict[str, str], language: Language
) -> Understood:
    """Read a file and ask what it leaves open, until nothing is; a draft from a PDF is shown before it is asked about.

    Raises
    ------
    InputError
        The file is refused, or nobody is there to answer: the questions are named with their answers.
    """
    understood = _read(file, key, map_file, answers)
    while understood.questions:
        if is_draft(understood.rows):
            print_from_to(understood.rows, language)
        if not sys.stdin.isatty():
            raise InputError([open_question(question, file.name) for question in understood.questions])
        for note in understood.notes:
            typer.echo(note[language])
        for question in understood.questions:
            listed = "\n".join(f"  {value}: {meaning[language]}" for value, meaning in question.options)
            typer.echo(f"{question.text[language]}\n{listed}")
            answers[question.key] = typer.prompt("?", default=question.default)
        understood = _read(file, key, map_file, answers)
    return understood


def _read(file: Path, key: str, map_file: Path | None, answers: dict[str, str]) -> Understood:
    """Read one file, or all of a folder."""
    return (
        understand_folder(file, key, answers) if file.is_dir() else understand(file, key, map_file, answers)
    )
