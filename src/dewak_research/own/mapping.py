"""How a town's file becomes lines of the workbook: the mapping is data and can be kept, changed and given again."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import yaml
from pydantic import BeforeValidator, Field

from dewak_research.config import Group, validate
from dewak_research.errors import InputError, Problem
from dewak_research.language import Text
from dewak_research.own.template import load_template

COLUMN = r"^(actual|plan) (19|20)\d{2}$"
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
    sheet: Literal["result_plan", "finance_plan"] = Field("result_plan", description="Where the figures go")
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


def _represent(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "'" if re.fullmatch(r"[\d.]+", text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Quotes.add_representer(str, _represent)


def dump_map(mapping: ImportMap) -> str:
    """Return the mapping as YAML with keys in quotes where they look like numbers."""
    values: dict[str, Any] = mapping.model_dump()
    values["group_columns"] = list(values["group_columns"])
    return str(yaml.dump(values, Dumper=_Quotes, allow_unicode=True, sort_keys=False, width=100))


def load_map(text: str, where: str) -> ImportMap:
    """Read a mapping from YAML.

    Raises
    ------
    InputError
        No YAML, unknown fields, a line that the workbook does not have, a number where text belongs.
    """
    right = Text("YAML, wie »dewak import« es vorschlägt", "YAML as “dewak import” proposes it")
    step = Text("Vorschlag neu erzeugen lassen und anpassen", "have the proposal made again and adapt it")
    if len(text) > 200_000 or re.search(r"[&*]\w+", text.split("\n", 1)[0]) or text.count("*") > 1_000:
        raise InputError(
            Problem(Text("die Zuordnung ist zu groß", "the mapping is too large"), where, right, step)
        )
    try:
        values = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        what = Text("die Zuordnung ist kein gültiges YAML", "the mapping is no valid YAML")
        raise InputError(Problem(what, where, right, step)) from error
    if not isinstance(values, dict) or not all(isinstance(name, str) for name in values):
        raise InputError(Problem(Text("die Zuordnung ist leer", "the mapping is empty"), where, right, step))
    mapping = validate(values, ImportMap, where)
    assert isinstance(mapping, ImportMap)
    known = load_template().grids[mapping.sheet]
    unknown = sorted({line for line in mapping.lines.values() if line not in known})
    if unknown:
        raise InputError(
            [
                Problem(
                    Text(f"die Zeile »{line}« gibt es nicht", f"there is no line “{line}”"),
                    f"{where}: lines",
                    Text("eine von " + ", ".join(known), "one of " + ", ".join(known)),
                    step,
                )
                for line in unknown
            ]
        )
    return mapping
