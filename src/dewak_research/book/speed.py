"""The page on speed: every committed table of ``benchmarks/results``, beside what, when and where it was measured.

The scripts write their tables in English for whoever runs them; the page has its own words for every cell. A word that
is missing, or a table that nobody described, ends the build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from dewak_research.config import Group
from dewak_research.errors import entries, texts
from dewak_research.language import Language, Text
from dewak_research.page import values
from dewak_research.paths import ROOT

PAGE = "speed"
FILE = "speed.yaml"
RESULTS = ROOT / "benchmarks" / "results"
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_MEASURED = re.compile(
    r"^Measured on (?P<day>\d{4}-\d{2}-\d{2}) on (?P<machine>[^,]+), (?P<processors>\d+) processors, "
    r"(?P<programs>[^;]+); load of the machine (?P<low>[\d.]+)(?: to (?P<high>[\d.]+))?\.$",
    re.MULTILINE,
)
_RULE = re.compile(r"[-: |]+")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_PLAIN = re.compile(r"(?:[\d,.]+\s?%?)?|(?:\w+/)?\w+\.html")
_HASH = re.compile(r"`[0-9a-f]{16}`")
_SWAP = str.maketrans(",.", ".,")
_text = texts(__package__)


class Measured(Group):
    """What the page says of a table.

    Parameters
    ----------
    title : Text
        Heading.
    script : str
        File in ``benchmarks`` that measures it.
    compared : Text
        What is measured and what it stands beside.
    silent : Text
        What the table does not say.
    """

    title: Text
    script: str
    compared: Text
    silent: Text


@cache
def measured() -> dict[str, Measured]:
    """Return what is said of every table, by the name of its file, in the order of the page."""
    return {name: Measured(**entry) for name, entry in entries(__package__, FILE)["tables"].items()}


@cache
def _words() -> dict[str, Text]:
    """Return the words of the tables, by the English ones; ``#`` stands for a number."""
    known = (Text.of(entry) for entry in entries(__package__, FILE)["words"])
    return {text.en: text for text in known}


def tables_of(text: str) -> list[list[list[str]]]:
    """Return the tables of a result as rows of cells, the heading first; lines that draw a table are left out."""
    tables: list[list[list[str]]] = []
    inside = False
    for line in _FENCE.sub("", text).splitlines():
        begins = line.startswith("|")
        if begins and not inside:
            tables.append([])
        inside = begins
        if begins and not _RULE.fullmatch(line):
            tables[-1].append([cell.strip() for cell in line.strip().strip("|").split("|")])
    return tables


def cell(text: str, language: Language) -> str:
    """Return a cell in a language: numbers as it writes them, words as the list has them.

    Raises
    ------
    KeyError
        The list has no such words.
    """
    if _HASH.fullmatch(text):
        return text
    english = [found.group() for found in _NUMBER.finditer(text)]
    numbers = iter(number.translate(_SWAP) if language == "de" else number for number in english)
    said = text if _PLAIN.fullmatch(text) else _words()[_NUMBER.sub("#", text)][language]
    if text.endswith(".html"):
        return f"`{text}`"
    if said == text:
        said = _NUMBER.sub(lambda _: next(numbers), text)
        return said.replace("%", "\N{NO-BREAK SPACE}%") if language == "de" else said
    return re.sub("#", lambda _: next(numbers), said)


def _conditions(text: str, language: Language) -> str:
    """Return when and where a table was measured.

    Raises
    ------
    ValueError
        The result does not say so.
    """
    found = _MEASURED.search(text)
    if found is None:
        raise ValueError("no line on day, machine and load, as benchmarks/measured writes it")
    loads = [values.number(float(found[name]), language, 1) for name in ("low", "high") if found[name]]
    return _text(
        "speed_measured",
        day=values.date(date.fromisoformat(found["day"]), language),
        machine=found["machine"],
        processors=found["processors"],
        programs=found["programs"],
        load="–".join(loads),
    )[language]


def _lines(rows: list[list[str]], language: Language) -> Iterator[str]:
    said = [[cell(one, language) for one in row] for row in rows]
    yield f"| {' | '.join(said[0])} |"
    yield f"|---|{'---:|' * (len(said[0]) - 1)}"
    yield from (f"| {' | '.join(row)} |" for row in said[1:])
    yield ""


def speed_page(intro: str, language: Language, results: Path = RESULTS) -> str:
    """Return the page below its hand-written introduction: every table of ``results``, and what was not measured yet.

    Raises
    ------
    KeyError
        A cell has no word in the list.
    ValueError
        A table is not described, or does not say when and where it was measured.
    """
    odd = sorted({path.stem for path in results.glob("*.md")} - set(measured()))
    if odd:
        raise ValueError(f"{FILE} says nothing of these tables of benchmarks/results: {', '.join(odd)}")
    lines = [intro.rstrip(), ""]
    for name, about in measured().items():
        lines += [f"## {about.title[language]}", "", about.compared[language], ""]
        path = results / f"{name}.md"
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        for rows in tables_of(text):
            lines += _lines(rows, language)
        when = _conditions(text, language) if text else _text("speed_not_yet")[language]
        lines += [about.silent[language], "", f"{when} `python benchmarks/{about.script}`", ""]
    return "\n".join(lines)
