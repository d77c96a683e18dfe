"""Which line of the workbook plays which part: the one place where a meaning becomes the number of a line.

The numbers are those of the Land's plan (``role`` in ``rules/land/<key>/lines.yaml``); another Land numbers otherwise.
"""

from __future__ import annotations

from functools import cache

from dewak_research.own.template import load_template


@cache
def _roles(sheet: str) -> dict[str, str]:
    return {line.role: line.id for line in load_template().grids[sheet].values() if line.role}


def line_for(sheet: str, name: str) -> str:
    """Return the id of the line that plays a part ("annual_result" → "26"); the id of a line stands for itself.

    Raises
    ------
    KeyError
        The sheet has no such line.
    """
    return name if name in load_template().grids[sheet] else _roles(sheet)[name]
