"""What the columns of the files beside figures and tables hold, as CSV on the Web (W3C) beside each file.

Heads of files are names for machines or words of a page; the description says in the language of the edition what a
column is called there, in which unit, and of which type its cells are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from dewak_research.errors import entries
from dewak_research.language import Language, Text
from dewak_research.page.files import write_whole
from dewak_research.page.labels import is_known, label

ENDING = "-metadata.json"
CONTEXT = "http://www.w3.org/ns/csvw"
FILE = "columns.yaml"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_INTEGER = re.compile(r"-?\d+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")


@cache
def _own() -> dict[str, Any]:
    return entries(__package__, FILE)


def said_of(head: str, language: Language) -> str | None:
    """Return what a column is called on the page, with its unit; None where its head is words or says no more."""
    if not _NAME.fullmatch(head):
        return None
    if is_known(head):
        return label(head, language, with_unit=True)
    own = _own()
    if head in own["names"]:
        return Text.of(own["names"][head])[language]
    return next((Text.of(said)[language] for end, said in own["ends"].items() if head.endswith(end)), None)


def datatype(cells: pd.Series[Any]) -> str:
    """Return the type of the cells that are known: boolean, integer, number or string; keys with a zero are strings."""
    known = [str(cell) for cell in cells if str(cell)]
    if known and set(known) <= {"True", "False"}:
        return "boolean"
    padded = any(re.match(r"-?0\d", cell) for cell in known)
    if known and not padded and all(map(_INTEGER.fullmatch, known)):
        return "integer"
    if known and not padded and all(map(_NUMBER.fullmatch, known)):
        return "number"
    return "string"


def description(file: Path, title: str, language: Language) -> dict[str, Any]:
    """Return the description of one file.

    Parameters
    ----------
    file : Path
        A CSV file with one row of heads.
    title : str
        What it shows; empty where nobody says it.
    """
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    columns = []
    for head in frame.columns:
        said = said_of(str(head), language)
        more = {} if said is None else {"dc:description": said}
        columns.append({"titles": str(head), **more, "datatype": datatype(frame[head]), "null": ""})
    named = {"dc:title": title} if title else {}
    return {
        "@context": [CONTEXT, {"@language": language}],
        "url": file.name,
        **named,
        "tableSchema": {"columns": columns},
    }


def write_descriptions(figures: Path, titles: Mapping[str, str], language: Language) -> int:
    """Write ``<name>.csv-metadata.json`` beside every CSV below a folder; return their number.

    Parameters
    ----------
    figures : Path
        The folder of an edition with a folder for each notebook.
    titles : mapping of str to str
        Captions by ``<notebook>/<name>``.
    """
    written = 0
    for file in sorted(figures.rglob("*.csv")):
        title = titles.get(f"{file.parent.name}/{file.stem}", "")
        found = json.dumps(description(file, title, language), ensure_ascii=False, separators=(",", ":"))
        write_whole(file.with_name(file.name + ENDING), found + "\n")
        written += 1
    return written
