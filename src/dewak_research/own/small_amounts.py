"""Unusually small amounts that the workbook itself confirms: a question then, where an error would stop the report."""

from __future__ import annotations

from collections.abc import Callable

from dewak_research.own.known_figures import Figures, Key
from dewak_research.own.template import SumCheck, load_template


def explained(figures: Figures) -> set[tuple[object, object]]:
    """Return sheet and line of what the sheet of overrides gives a reason for."""
    rows = figures.reading.lists.get("overrides", [])
    return {(row.get("sheet"), row.get("line")) for row in rows if row.get("reason")}


def confirmed(figures: Figures, sums: list[SumCheck]) -> Callable[[Key], bool]:
    """Return whether an amount is confirmed as it stands.

    Two things confirm it: a sum of its column that was typed in and comes out with the amount as it is (a formula
    proves nothing, it adds whatever stands there), or a reason in the sheet of overrides.
    """
    fitting = {
        (s.sheet, s.line, s.year, s.kind)
        for s in sums
        if s.given is not None and s.state in ("ok", "rounded")
    }
    reasons = explained(figures)

    def of(key: Key) -> bool:
        sheet, line, year, kind = key
        typed = ((sheet, whole, year, kind) for whole in _wholes(sheet, line))
        return (sheet, line) in reasons or any(one in fitting and not _formula(figures, one) for one in typed)

    return of


def _wholes(sheet: str, line: str) -> set[str]:
    """Return the sums that a line is part of, directly or through another sum."""
    lines = load_template().grids[sheet].values()
    direct = {whole.id for whole in lines if line in (*whole.plus, *whole.minus)}
    return direct | {upper for whole in direct for upper in _wholes(sheet, whole)}


def _formula(figures: Figures, key: Key) -> bool:
    """Whether the cell of a figure holds a formula."""
    book, cell = figures.reading.book, figures.cells.get(key)
    if book is None or cell is None:
        return False
    return bool(book[figures.reading.titles[key[0]]][str(cell)].data_type == "f")
