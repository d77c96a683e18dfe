"""What was understood, as a table from → to, before anything is written."""

from __future__ import annotations

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text as Plain

from dewak_research.errors import texts
from dewak_research.language import Language
from dewak_research.own.contents import amount
from dewak_research.own.safety import clean_text
from dewak_research.own.template import label_of, load_template

_text = texts(__package__)
SHOWN_COLUMNS = 6


def from_to(rows: pd.DataFrame, language: Language) -> list[Table]:
    """Return one table per sheet: line of the workbook, what the file prints for it, and the amounts by year.

    Parameters
    ----------
    rows : DataFrame
        As in :class:`~dewak_research.own.intake.result.Understood`.
    language : {"de", "en"}
        Of the headings.
    """
    tables = []
    for sheet, part in rows.groupby("sheet", sort=False):
        columns = sorted(set(zip(part["year"], part["kind"], strict=True)))
        shown = columns[-SHOWN_COLUMNS:]
        table = Table(title=Plain(load_template().sheets[str(sheet)][language]))
        table.add_column(_text("column_to")[language], overflow="fold")
        table.add_column(_text("column_from")[language], overflow="fold")
        for year, kind in shown:
            table.add_column(f"{load_template().kinds[str(kind)][language]} {year}", justify="right")
        sums = part.groupby(["line", "year", "kind"], sort=False)["value"].sum()
        for line, own in part.groupby("line", sort=False):
            labels = list(dict.fromkeys(own["label"]))
            more = _text("and_more", n=len(labels) - 1)[language] if len(labels) > 1 else ""
            cells = [sums.get((line, year, kind)) for year, kind in shown]
            written = ["" if value is None else amount(round(float(value), 2), language) for value in cells]
            name = label_of(str(sheet), str(line))[language]
            table.add_row(*map(Plain, (name, f"{clean_text(labels[0], 60)}{more}", *written)))
        tables.append(table)
    return tables


def print_from_to(rows: pd.DataFrame, language: Language) -> None:
    """Print the tables; text of the file is shown as it is, never as markup."""
    console = Console(highlight=False)
    for table in from_to(rows, language):
        console.print(table)
