"""Check one file under ``cases/``: by itself, against the files that it names, and whether its sites can be used."""

from __future__ import annotations

from pathlib import Path

from dewak_research.cases.activation import activation_problems
from dewak_research.cases.check import problems_in
from dewak_research.cases.check_sites import model_problems
from dewak_research.cases.siting import site_frames
from dewak_research.documents import Document, read_document
from dewak_research.errors import InputError, Problem
from dewak_research.paths import CASES
from dewak_research.space.gained import gained


def problems_of_file(file: Path) -> list[Problem]:
    """Return every problem of a file; what hangs on other files is judged only once the file by itself is right.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    document = read_document(file)
    problems = problems_in(document)
    if problems:
        return problems
    if document.data["kind"] == "activation":
        named = {name: _content(name) for name in ("documented", "unit_figures")}
        return [
            *activation_problems(document, named["documented"]["cases"], named["unit_figures"]["figures"])
        ]
    if document.data["kind"] == "case" and document.data.get("sites") is not None:
        return [*model_problems(document, _content("models")["models"]), *_coordinates(document)]
    return []


def _content(name: str) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = read_document(CASES / f"{name}.yaml").data
    return found


def _coordinates(document: Document) -> list[Problem]:
    """Compute with the sites: coordinates that cannot be right are told then."""
    try:
        gained(*site_frames(document))
    except InputError as error:
        return error.problems
    return []
