"""Rows beside each other that are never added: versions of one plan, and legal bodies with books of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from dewak_research.errors import InputError, messages
from dewak_research.own.safety import clean_text

_problem = messages(__package__)
_HEADING = re.compile(
    r"\bversion|planstand|planversion|variante|szenario|scenario|fassung|lesung|mandant|buchungskreis|rechtsträger|gesellschaft\b",
    re.I,
)
_VERSION = re.compile(
    r"\bentwurf|\bbeschl(?:uss|ossen)|\bnachtrag|\blesung\b|\bfassung\b|änderungsliste|\bdraft\b",
    re.I,
)
SHOWN = 4


def refuse_versions(frame: pd.DataFrame, groups: Sequence[str], columns: Sequence[str], where: str) -> None:
    """Refuse to add over a column that tells versions of a plan or legal bodies apart.

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

    Raises
    ------
    InputError
        One year and kind has amounts of two versions or bodies: names them, and the next step.
    """
    filled = frame[list(columns)].apply(lambda cells: cells.str.contains("[1-9]"))
    for name in groups:
        beside = [frame.loc[filled[column] & (frame[name] != ""), name].unique() for column in columns]
        values: Sequence[str] = max(beside, key=len, default=[])
        versions = [value for value in values if _VERSION.search(value)]
        told = bool(_HEADING.search(name)) or 2 * len(versions) > len(
            values
        )  # a product may be called so too
        if len(values) > 1 and told:
            shown = clean_text(", ".join(map(str, values[:SHOWN])), 120)
            raise InputError(_problem("versions_beside", where, column=clean_text(name, 60), values=shown))
