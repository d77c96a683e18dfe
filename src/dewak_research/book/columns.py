"""What the columns of the files beside figures and tables hold, as CSV on the Web (W3C) beside each file.

Heads of files are names for machines or words of a page; the description says in the language of the edition what a
column is called there, in which unit, and of which type its cells are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from dewak_research.errors import entries
from dewak_research.language import Language, Text
from dewak_research.page.files import compact_json, write_whole
from dewak_research.page.labels import is_known, label

ENDING = "-metadata.json"
CONTEXT = "http://www.w3.org/ns/csvw"
FILE = "columns.yaml"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CODE = re.compile(r"C\d+")
_INTEGER = re.compile(r"-?\d+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")


@cache
def _own() -> dict[str, Any]:
    return entries(__package__, FILE)


def said_of(head: str, language: Language, file: str = "") -> str | None:
    """Return what a column is called on the page, with its unit; None where its head is words or nobody says it.

    Parameters
    ----------
    head : str
        The column's name in the file.
    file : str
        Name of the file without ending; some names mean another thing in some files.
    """
    own = _own()
    if _CODE.fullmatch(head):
        return Text.of(own["code"])[language]
    if not is_name(head):
        return None
    said = own["tables"].get(file, {}).get(head)
    if said is None and is_known(head):
        said = head
    if said is None:
        ends = (said for end, said in own["ends"].items() if head.endswith(end))
        said = own["names"].get(head) or next(ends, None)
    if isinstance(said, str):
        return label(said, language, with_unit=True)
    return None if said is None else Text.of(said)[language]


def is_name(head: str) -> bool:
    """Return whether a head is a name for machines, which needs a description; heads of words are labels themselves."""
    return _NAME.fullmatch(head) is not None


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
        said = said_of(str(head), language, file.stem)
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
    files = sorted(figures.rglob("*.csv"))
    for file in files:
        write_description(file, titles.get(f"{file.parent.name}/{file.stem}", ""), language)
    return len(files)


def write_description(file: Path, title: str, language: Language) -> None:
    """Write ``<name>.csv-metadata.json`` beside one file."""
    write_whole(file.with_name(file.name + ENDING), compact_json(description(file, title, language)) + "\n")
