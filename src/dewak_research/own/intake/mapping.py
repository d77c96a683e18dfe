"""How a town's file becomes lines of the workbook: its layout, and the mapping as data that can be kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BeforeValidator, Field

from dewak_research.config import Group, validate
from dewak_research.data.text_files import decode, read_bytes
from dewak_research.errors import InputError, messages
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


class Currency(Group):
    """Another currency than the euro, and the rate that the user gives: one for all years, so that growth stays."""

    code: str = Field(pattern=r"^[A-Z]{3}$", description="Three letters: CHF, ISK")
    euro: float = Field(gt=0, le=1_000, description="Euro for one unit of it")
    basis: str = Field(
        min_length=3, max_length=120, description="Where the rate comes from, and of which day"
    )


class ImportMap(Group):
    """The mapping of one file."""

    kind: Literal["lines", "accounts"] = Field(
        description="Official lines, or accounts of the chart of accounts"
    )
    template: int | None = Field(None, description="Version of the workbook whose lines are named")
    chart: str | None = Field(
        None, description="Accounts: key of the Land whose chart of accounts they follow"
    )
    sheet: Literal["result_plan", "finance_plan", "balance", "population", "both"] = Field(
        "result_plan",
        description="Where the figures go; both: accounts of result and finance plan in one file",
    )
    header_row: int = Field(1, ge=1, le=200, description="Row with the headings, counted from 1")
    label_column: str = Field(description="Heading of the column with lines or account numbers")
    number_column: str = Field("", description="Heading of a column of its own with the numbers of the lines")
    group_columns: tuple[str, ...] = Field(
        (), description="Headings whose rows are added up, such as Produktbereich"
    )
    only: dict[str, str] = Field(
        {}, description="Heading: value of the rows that hold, such as one version or one legal body"
    )
    columns: dict[str, Annotated[str, Field(pattern=COLUMN)]] = Field(
        min_length=1, description="Heading of each column of amounts: actual 2024, plan 2026"
    )
    lines: dict[str, Quoted] = Field(
        min_length=1, description="Printed line, or beginning of the account number: line of the workbook"
    )
    totals: tuple[Quoted, ...] = Field(
        (), description="Accounts: groups that repeat the accounts below them and are left out"
    )
    income: Literal["as_printed", "turned"] = Field("as_printed", description="Sign of income and receipts")
    costs: Literal["as_printed", "turned"] = Field("as_printed", description="Sign of costs and payments")
    numbers: Literal["de", "en"] = Field("de", description="Number format: 1.234,5 or 1,234.5")
    factor: Literal[1, 1000, 1000000] = Field(1, description="Euro, thousand or million euro")
    factors: dict[str, Literal[1, 1000, 1000000]] = Field(
        {}, description="Unit of columns that have another one, by heading"
    )
    unit_column: str = Field("", description="Heading of a column that names the unit of every row")
    currency: Currency | None = Field(None, description="Currency of the file where it is not the euro")
    classes: dict[str, Literal["income", "costs"]] = Field(
        {}, description="Accounts of no Land: first digit of the account: what it holds"
    )
    internal: tuple[Quoted, ...] = Field(
        (), description="With classes: beginnings of accounts that only move money inside the town"
    )
    absent: tuple[Quoted, ...] = Field(
        (), description="Lines of the workbook that this layout does not have: entered as 0"
    )

    side_column: str = Field(
        "",
        description="Accounts: heading of a column that says of every row whether it is debit (S) or credit (H)",
    )

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
    unknown = sorted({line for line in (*mapping.lines.values(), *mapping.absent) if line not in known})
    if unknown:
        listed = ", ".join(known)
        raise InputError(
            [_problem("mapping_line_unknown", f"{where}: lines", line=line, known=listed) for line in unknown]
        )
    if twice := sorted({*mapping.absent} & {*mapping.lines.values()}):
        raise InputError(_problem("mapping_absent_filled", where, lines=", ".join(twice)))
    return mapping
