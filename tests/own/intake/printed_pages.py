"""Pages of budgets printed cell by cell: headings of several lines, facing pages, stamps, remarks, further tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from fpdf import FPDF

from own.intake.town_tables import german

LEADING = 4.0  #: mm from line to line
KINDS = ("Ergebnis", "Ansatz", "Ansatz", "Planung", "Planung", "Planung")


@dataclass(frozen=True)
class Grid:
    """A table on a page.

    Attributes
    ----------
    heads : sequence of str
        Heading of each column of amounts, its lines parted by a bar; they stand in the middle of the heading.
    rows : sequence of (str, str, list of float)
        Number, name, amounts.
    numbers, names : bool
        Whether they are printed.
    remarks : dict
        What stands behind the amounts of a row, by its number.
    """

    heads: Sequence[str]
    rows: Sequence[tuple[str, str, list[float]]]
    write: Callable[[float], str] = german
    numbers: bool = True
    names: bool = True
    top: float = 30
    wide: float = 75
    step: float = 27
    remarks: dict[str, str] = field(default_factory=dict)


def new_page(pdf: FPDF, *lines: str) -> None:
    """Begin a page with its title."""
    pdf.add_page(orientation="L")
    pdf.set_font("Helvetica", "", 8)
    for n, line in enumerate(lines):
        pdf.text(15, 12 + 5 * n, line)


def print_grid(pdf: FPDF, grid: Grid) -> float:
    """Print a table and return where it ends."""
    first = 15 + (grid.wide if grid.names else 12)
    most = max(head.count("|") + 1 for head in grid.heads)
    texts = [head.split("|") for head in grid.heads]
    for n, lines in enumerate(texts):
        middle = first + grid.step * (n + 0.5)
        begin = grid.top + LEADING * (most - len(lines)) / 2
        for k, text in enumerate(lines):
            pdf.text(middle - pdf.get_string_width(text) / 2, begin + LEADING * k, text)
    if grid.names:
        pdf.text(25, grid.top + LEADING * (most - 1) / 2, "Ertrags- und Aufwandsarten")
    at = grid.top + LEADING * most + 2
    for number, name, values in grid.rows:
        if grid.numbers:
            pdf.text(16, at, number)
        if grid.names:
            pdf.text(25, at, name)
        for n, value in enumerate(values):
            text = grid.write(value)
            pdf.text(first + grid.step * (n + 1) - 2 - pdf.get_string_width(text), at, text)
        pdf.text(first + grid.step * len(values) + 3, at, grid.remarks.get(number, ""))
        at += LEADING + 0.8
    return at


def only(rows: Sequence[tuple[str, str, list[float]]], *places: int) -> list[tuple[str, str, list[float]]]:
    """Return rows with some of their amounts."""
    return [(number, name, [values[n] for n in places]) for number, name, values in rows]
