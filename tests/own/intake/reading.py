"""What the tests of reading share: a file of an invented town is written, read and looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from dewak_research.errors import InputError
from dewak_research.own.intake.pdf_draft import CONFIRMED, YES
from dewak_research.own.intake.understood import Understood, understand
from own.intake.town_tables import Values

KEY = "05999000"


def read(
    folder: Path,
    data: str | bytes,
    answers: dict[str, str] | None = None,
    suffix: str = "csv",
    name: str = "plan",
) -> Understood:
    """Write a file, a text in UTF-8, and return what is understood of it."""
    path = folder / f"{name}.{suffix}"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return understand(path, KEY, answers=answers)


def found(understood: Understood) -> Values:
    """Return the figures by line, year and kind."""
    figures: Values = understood.figures.set_index(["line", "year", "kind"])["value"].to_dict()
    return figures


def confirmed(path: Path, key: str = KEY, **answers: str) -> Understood:
    """Read a PDF and confirm exactly its draft."""
    code = understand(path, key, answers=answers).questions[-1].options[0][0]
    assert code.startswith(f"{YES}-")
    return understand(path, key, answers={**answers, CONFIRMED: code})


def problem(caught: pytest.ExceptionInfo[InputError]) -> tuple[str, str]:
    """Return where the one problem of a refusal is, and what it says in German."""
    (one,) = caught.value.problems
    return one.where, one.what.de
