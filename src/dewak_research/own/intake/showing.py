"""What was understood, as a table from → to, before anything is written."""

from __future__ import annotations

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text as Plain

from dewak_research.errors import texts
from dewak_research.language import Language
from dewak_research.own.contents import amount
from dewak_research.own.intake.pdf_draft import is_draft, place_heading, place_of
from dewak_research.own.safety import clean_text
from dewak_research.own.template import label_of, load_template

_text = texts(__package__)
SHOWN_COLUMNS = 6  #: the latest
BESIDE = 3  #: so many stand beside each other; more are cut in a narrow window


def from_to(rows: pd.DataFrame, language: Language) -> list[Table]:
    """Return tables per sheet and three columns: line of the workbook, what the file prints for it, amounts by year.

    Of a PDF all years are shown, and where each line stands in it.

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
        draft = is_draft(part)
        shown = columns if draft else columns[-SHOWN_COLUMNS:]
        places = _places(part, language) if draft else {}
        for n in range(0, len(shown), BESIDE):
            tables.append(_table(str(sheet), part, shown[n : n + BESIDE], places, language))
    return tables


def _places(part: pd.DataFrame, language: Language) -> dict[str, str]:
    """Return by line where it stands in the PDF."""
    at: dict[str, dict[str, None]] = {}
    for row in part.to_dict("records"):
        if place := place_of(row):
            at.setdefault(str(row["line"]), {})[place[language]] = None
    return {line: "; ".join(places) for line, places in at.items()}


def _table(
    sheet: str, part: pd.DataFrame, shown: list[tuple[int, str]], places: dict[str, str], language: Language
) -> Table:
    table = Table(title=Plain(load_template().sheets[sheet][language]))
    table.add_column(_text("column_to")[language], overflow="fold")
    table.add_column(_text("column_from")[language], overflow="fold")
    if places:
        table.add_column(place_heading()[language], overflow="fold")
    for year, kind in shown:
        heading = f"{load_template().kinds[str(kind)][language]} {year}"
        table.add_column(heading, justify="right", no_wrap=True)
    sums = part.groupby(["line", "year", "kind"], sort=False)["value"].sum()
    for line, own in part.groupby("line", sort=False):
        labels = list(dict.fromkeys(own["label"]))
        more = _text("and_more", n=len(labels) - 1)[language] if len(labels) > 1 else ""
        cells = [sums.get((line, year, kind)) for year, kind in shown]
        written = ["" if value is None else amount(round(float(value), 2), language) for value in cells]
        name, at = label_of(sheet, str(line))[language], [places.get(str(line), "")] if places else []
        table.add_row(*map(Plain, (name, f"{clean_text(labels[0], 60)}{more}", *at, *written)))
    return table


def print_from_to(rows: pd.DataFrame, language: Language) -> None:
    """Print the tables; text of the file is shown as it is, never as markup."""
    console = Console(highlight=False)
    for table in from_to(rows, language):
        console.print(table)
