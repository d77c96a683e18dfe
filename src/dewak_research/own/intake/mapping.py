"""How a town's file becomes lines of the workbook: its layout, and the mapping as data that can be kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
import yaml
from pydantic import BeforeValidator, Field

from dewak_research.config import Group, validate
from dewak_research.data.text_files import Convention, decode, detect_convention, parse_number, read_bytes
from dewak_research.errors import InputError, Problem, messages
from dewak_research.own.intake.earlier_lines import lines_of, lines_of_today
from dewak_research.own.safety import clean_text
from dewak_research.own.template import load_template

COLUMN = r"^(actual|plan) (19|20)\d{2}$"
_problem = messages(__package__)
SIGNS = {"as_printed": 1.0, "turned": -1.0}


def _text(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        raise ValueError('stands in quotes, like "01", because a leading zero would be lost')
    return value


Quoted = Annotated[str, BeforeValidator(_text)]


class ImportMap(Group):
    """The mapping of one file."""

    kind: Literal["lines", "accounts"] = Field(
        description="Official lines, or accounts of the chart of accounts"
    )
    template: int | None = Field(None, description="Version of the workbook whose lines are named")
    chart: str | None = Field(
        None, description="Accounts: key of the Land whose chart of accounts they follow"
    )
    sheet: Literal["result_plan", "finance_plan", "both"] = Field(
        "result_plan",
        description="Where the figures go; both: accounts of result and finance plan in one file",
    )
    header_row: int = Field(1, ge=1, le=200, description="Row with the headings, counted from 1")
    label_column: str = Field(description="Heading of the column with lines or account numbers")
    group_columns: tuple[str, ...] = Field(
        (), description="Headings whose rows are added up, such as Produktbereich"
    )
    columns: dict[str, Annotated[str, Field(pattern=COLUMN)]] = Field(
        min_length=1, description="Heading of each column of amounts: actual 2024, plan 2026"
    )
    lines: dict[str, Quoted] = Field(
        min_length=1, description="Printed line, or beginning of the account number: line of the workbook"
    )
    income: Literal["as_printed", "turned"] = Field("as_printed", description="Sign of income and receipts")
    costs: Literal["as_printed", "turned"] = Field("as_printed", description="Sign of costs and payments")
    numbers: Literal["de", "en"] = Field("de", description="Number format: 1.234,5 or 1,234.5")
    factor: Literal[1, 1000, 1000000] = Field(1, description="Euro, thousand or million euro")

    def year_of(self, heading: str) -> tuple[int, str]:
        """Return (year, kind) of a column."""
        kind, year = self.columns[heading].split()
        return int(year), kind


class _Quotes(yaml.SafeDumper):
    """Writes every text that holds a digit in quotes, so that ``08`` stays text in every YAML reader."""


_Quotes.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="'" if re.fullmatch(r"[\d.]+", text) else None
    ),
)


def dump_map(mapping: ImportMap) -> str:
    """Return the mapping as YAML with keys in quotes where they look like numbers, and how to use it again."""
    values = {**mapping.model_dump(mode="json"), "template": load_template().version}
    text = yaml.dump(values, Dumper=_Quotes, allow_unicode=True, sort_keys=False, width=100)
    return f"# Zuordnung / mapping: dewak import FILE --ags KEY --map THIS_FILE\n{text}"


def read_map(path: Path) -> ImportMap:
    """Read a mapping from a file; see :func:`load_map`."""
    name = clean_text(path.name, 80)
    return load_map(decode(read_bytes(path), name).text, name)


def load_map(text: str, where: str) -> ImportMap:
    """Read a mapping from YAML.

    Raises
    ------
    InputError
        No YAML, unknown fields, a line that the workbook does not have, a number where text belongs, or lines that an
        earlier template numbered otherwise, without saying which template is meant.
    """
    if len(text) > 200_000 or re.search(r"[&*]\w+", text.split("\n", 1)[0]) or text.count("*") > 1_000:
        raise InputError(_problem("mapping_too_large", where))
    try:
        values = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError(_problem("mapping_no_yaml", where)) from error
    if not isinstance(values, dict) or not all(isinstance(name, str) for name in values):
        raise InputError(_problem("mapping_empty", where))
    mapping = validate(values, ImportMap, where)
    assert isinstance(mapping, ImportMap)
    lines = lines_of_today(mapping.sheet, mapping.lines, mapping.template, where)
    mapping = mapping.model_copy(update={"lines": lines, "template": load_template().version})
    known = lines_of(mapping.sheet)
    unknown = sorted({line for line in mapping.lines.values() if line not in known})
    if unknown:
        listed = ", ".join(known)
        raise InputError(
            [_problem("mapping_line_unknown", f"{where}: lines", line=line, known=listed) for line in unknown]
        )
    return mapping


Rows = list[list[str]]
THOUSAND = re.compile(
    r"\b(?:in\s+)?(?:T€|TEUR|TEuro|Tsd\.?\s*(?:€|EUR|Euro)|(?:Tausend|1[. ]?000)\s*(?:€|EUR|Euro))", re.I
)
MILLION = re.compile(r"\b(?:in\s+)?(?:Mio\.?\s*(?:€|EUR|Euro)|Millionen\s*(?:€|EUR|Euro))", re.I)
ACCOUNT = re.compile(r"^[3-7]\d{3}[\s\u00a0]?\d{0,6}$")
ACCOUNT_SHARE = 0.8
_NO_WHOLE_YEAR = re.compile(r"\b(?:19|20)\d\d\s*[/–-]\s*(?:20)?\d\d\b|\bbis\b", re.I)


@cache
def _heading() -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(load_template().kind_words, key=len, reverse=True)))
    return re.compile(
        rf"^\s*(?:(?P<a>{words})\.?\s*(?:des \w*jahres|HJ|Jahr)?\s*(?P<y>(?:19|20)\d\d)"
        rf"|(?P<y2>(?:19|20)\d\d)\s*[-/]?\s*(?P<a2>{words}))\b",
        re.I,
    )


def heading_of(cell: str) -> tuple[int, str] | None:
    """Return (year, kind) of a heading such as ``Ergebnis 2010`` or ``2011 Ansatz``, or None."""
    match = _heading().match(cell)
    if match is None:
        return None
    word, year = (match["a"], match["y"]) if match["a"] else (match["a2"], match["y2"])
    return int(year), load_template().kind_words[word.casefold()]


def find_header(rows: Rows, where: str) -> int:
    """Return the index of the row with the most year headings among the first 60.

    Raises
    ------
    InputError
        There is none, a year heading occurs twice, or a column is two years or a part of one.
    """
    scores = [len({h for cell in row if (h := heading_of(cell))}) for row in rows[:60]]
    if not scores or max(scores) == 0:
        raise InputError(_problem("header_none", where))
    header = scores.index(max(scores))
    if odd := [cell.strip() for cell in rows[header] if heading_of(cell) and _NO_WHOLE_YEAR.search(cell)]:
        place = f"{where}: Zeile {header + 1}"
        raise InputError([_problem("column_no_year", place, column=clean_text(cell, 60)) for cell in odd])
    found = Counter(h for cell in rows[header] if (h := heading_of(cell)))
    twice = sorted(f"{kind} {year}" for (year, kind), n in found.items() if n > 1)
    if twice:
        raise InputError(_problem("column_twice", f"{where}: Zeile {header + 1}", columns=", ".join(twice)))
    return header


def _unique(headings: list[str]) -> list[str]:
    names = [heading.strip() or f"Spalte {number}" for number, heading in enumerate(headings, start=1)]
    before = [names[:index].count(name) for index, name in enumerate(names)]
    return [name if not n else f"{name} ({n + 1})" for name, n in zip(names, before, strict=True)]


def to_frame(rows: Rows, header: int) -> pd.DataFrame:
    """Return the rows below the header as text, by their place below it; short ones filled up, empty ones left out."""
    names = _unique(rows[header])
    stripped = ([cell.strip() for cell in row[: len(names)]] for row in rows[header + 1 :])
    body = {n: row + [""] * (len(names) - len(row)) for n, row in enumerate(stripped, start=1) if any(row)}
    return pd.DataFrame(list(body.values()), index=list(body), columns=names, dtype="str")


def best_column(
    frame: pd.DataFrame, texts: list[str], test: Callable[[str], bool], share: float
) -> str | None:
    """Return the text column with the largest share of cells that pass the test, or None below ``share``."""
    scores = {name: frame[name].map(test).mean() for name in texts}
    best = max(scores, key=lambda name: scores[name], default=None)
    return best if best is not None and scores[best] >= share else None


def number_format(amounts: pd.DataFrame, where: str) -> Convention:
    """Decide how the file writes numbers; groups of three with a single mark are taken as thousands, German first.

    Raises
    ------
    InputError
        Cells contradict each other.
    """
    cells = amounts.to_numpy(dtype=object).ravel()[:200_000].tolist()
    found = detect_convention(cells)
    if found is not None:
        return found
    point = any(re.match(r"^[-+(]?\d{1,3}\.\d{3}\b", cell) for cell in cells)
    comma = any(re.match(r"^[-+(]?\d{1,3},\d{3}\b", cell) for cell in cells)
    if point and comma:
        raise InputError(_problem("numbers_mixed", where))
    return "en" if comma else "de"


def amounts_of(frame: pd.DataFrame, mapping: ImportMap, where: str) -> pd.DataFrame:
    """Return the amounts in euro; unreadable cells are all reported at once, symbols and empty cells are unknown."""
    missing = [name for name in (mapping.label_column, *mapping.columns) if name not in frame.columns]
    if missing:
        place, listed = f"{where}: Zeile {mapping.header_row}", ", ".join(map(str, frame.columns[:20]))
        raise InputError([_problem("column_missing", place, column=name, known=listed) for name in missing])
    problems: list[Problem] = []
    result = pd.DataFrame(index=frame.index)
    for name in mapping.columns:
        known: dict[str, float | None] = {}
        for cell in dict.fromkeys(frame[name]):
            number = parse_number(cell, mapping.numbers)
            known[cell] = number.value if number.ok else None
            if number.status in ("not_a_number", "too_long", "unit", "ambiguous"):
                row = int(frame.index[frame[name] == cell][0]) + mapping.header_row
                place = f"{where}: Zeile {row}, Spalte {name}"
                problems.append(_problem("amount_unreadable", place, cell=cell[:60]))
        result[name] = frame[name].map(known).astype("float64") * mapping.factor
    if problems:
        raise InputError(problems)
    return result


def check_rows(amounts: pd.DataFrame, frame: pd.DataFrame, mapping: ImportMap, where: str) -> None:
    """Refuse rows that would be counted twice: a line printed again, or sums among their parts.

    Sums are taken for such where more than half of the lines end with a row that repeats two or more rows before it.

    Raises
    ------
    InputError
        Names the lines, or the first sum and how many there are.
    """
    labels = frame.loc[amounts.index, mapping.label_column]
    if not mapping.group_columns:
        place = f"{where}: {mapping.label_column}"
        if twice := sorted(labels[labels.duplicated()].unique()):
            raise InputError([_problem("line_twice", place, line=label) for label in twice])
        return
    money = amounts.sum(axis=1)
    blocks = [rows.to_dict() for _, rows in money[money != 0].groupby(labels) if len(rows) > 2]
    sums: list[int] = []
    ending = 0
    for rows in blocks:
        parts, before = 0.0, 0
        for row, value in rows.items():
            is_sum = before >= 2 and abs(value - parts) <= before
            sums += [int(str(row))] if is_sum else []
            parts, before = (0.0, 0) if is_sum else (parts + value, before + 1)
        ending += before == 0
    if ending > len(blocks) / 2:
        label = clean_text(" ".join(map(str, frame.loc[sums[0], list(mapping.group_columns)])), 60)
        place = f"{where}: Zeile {sums[0] + mapping.header_row}"
        raise InputError(_problem("totals_among_parts", place, n=len(sums), label=label))
