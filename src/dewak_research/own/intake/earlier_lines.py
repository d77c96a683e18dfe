"""Lines that a mapping names, moved to the workbook of today where it was made for an earlier one."""

from __future__ import annotations

from collections.abc import Mapping

from dewak_research.errors import InputError, messages
from dewak_research.own.template import Line, load_template

_problem = messages(__package__)


def lines_of(sheet: str) -> dict[str, Line]:
    """Return the lines that a mapping can name: of its plan, or of both."""
    grids = load_template().grids
    return {**grids["result_plan"], **grids["finance_plan"]} if sheet == "both" else grids[sheet]


def lines_of_today(sheet: str, lines: Mapping[str, str], version: int | None, where: str) -> dict[str, str]:
    """Return what a file prints → line of the workbook of today.

    Parameters
    ----------
    sheet : str
        Plan of the mapping, or "both".
    lines : mapping
        What the file prints → line of the workbook, as the mapping says it.
    version : int, optional
        Version of the template that the mapping was made for; None = it does not say so.
    where : str
        The mapping, for refusals.

    Raises
    ------
    InputError
        It does not say its version, and a line it names means another one today.
    """
    template = load_template()
    moved = {
        earlier: {line: template.line_today(earlier, sheet, line) for line in lines.values()}
        for earlier in template.earlier
    }
    if version is None:
        other = {line for found in moved.values() for line, today in found.items() if line != today}
        if unclear := ", ".join(sorted(other & set(lines_of(sheet)))):
            versions = {"current": template.version, "before": min(template.earlier)}
            raise InputError(_problem("mapping_template", where, lines=unclear, **versions))
    found = moved.get(str(version) if version else min(template.earlier), {})
    return {printed: found.get(line, line) for printed, line in lines.items()}
