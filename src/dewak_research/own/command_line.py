"""What the command line is told: a path has a name, and a question that nobody answers is not answered by silence."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from dewak_research.errors import InputError, messages

_problem = messages(__package__)


def given_path(given: str | Path) -> Path:
    """Return a path that was given; an empty one would be the folder the command is called in.

    Raises
    ------
    InputError
        It is empty.
    """
    if not str(given).strip():
        raise InputError(_problem("path_empty", "PATH"))
    return Path(given)


def confirmed(question: str) -> bool:
    """Ask a question of yes or no.

    Raises
    ------
    InputError
        Nobody is there to answer it, as in a script; nothing is written then.
    typer.Abort
        It was broken off with Ctrl+C.
    """
    try:
        return typer.confirm(question)
    except typer.Abort:
        if sys.stdin.isatty():
            raise
        typer.echo()
        raise InputError(_problem("nobody_answers", "stdin")) from None
