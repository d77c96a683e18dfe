"""Read all files under ``cases/``."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from dewak_research.data.tables import read_table
from dewak_research.documents import Document, read_document
from dewak_research.errors import InputError, Problem
from dewak_research.paths import CASES

LIBRARY_FILES = (
    "models",
    "criteria",
    "stakeholders",
    "qca",
    "documented",
    "unit_figures",
    "activation",
    "platforms",
)
TEMPLATE = "template"
EXAMPLES = "examples"
"""Folder of invented cases: shown as what they are, no part of the tables of cases."""


@dataclass(frozen=True)
class CaseFiles:
    """What lies under ``cases/``: documents by file name without ending, what could not be read; consumer prices.

    Invented cases (``EXAMPLES``) stand apart.
    """

    documents: dict[str, Document]
    problems: list[Problem]
    prices: pd.DataFrame = field(default_factory=lambda: read_table("germany_cpi", contract=False))
    examples: dict[str, Document] = field(default_factory=dict)


def read_case_files(folder: Path = CASES) -> CaseFiles:
    """Read every input of the case studies: the library's files, and each further file as a case study.

    A file named ``template.yaml`` is no input. What cannot be read is kept as a problem, so that it is told
    together with the problems of the others.
    """
    cases = {path.stem for path in folder.glob("*.yaml")} - {TEMPLATE}
    invented = sorted(path.stem for path in (folder / EXAMPLES).glob("*.yaml"))
    documents: dict[str, Document] = {}
    examples: dict[str, Document] = {}
    problems: list[Problem] = []
    for into, place, names in (
        (documents, folder, sorted(cases | set(LIBRARY_FILES))),
        (examples, folder / EXAMPLES, invented),
    ):
        for name in names:
            try:
                into[name] = read_document(place / f"{name}.yaml")
            except InputError as error:
                problems += error.problems
    return CaseFiles(documents, problems, examples=examples)
