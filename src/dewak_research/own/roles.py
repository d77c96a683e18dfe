"""Which line of the workbook plays which part: the one place where a meaning becomes the number of a line.

The numbers are those of the Land's plan (``role`` in ``rules/land/<key>/lines.yaml``); another Land numbers otherwise.
"""

from __future__ import annotations

from functools import cache

from dewak_research.language import LANGUAGES, Text
from dewak_research.own.layout_in_hand import layout_in_hand
from dewak_research.own.template import load_template

DETAILS = {"kdu": "unterkunft", "hzp": "sozialhilfe", "sgb8": "jugendhilfe", "asyl": "asylleistungen"}
"""Item of the stress test → line of the benefit."""
JUDGED_BY = (
    "allgemeine_ruecklage", "ausgleichsruecklage", "base_equity", "ordinary_reserve", "extraordinary_reserve",
    "carried_deficits",
)  # fmt: skip


@cache
def _roles(layout: str, sheet: str) -> dict[str, str]:
    lines = load_template(layout).grids[sheet].values()
    return {
        role: line.id
        for line in lines
        for role in ((line.role,) if isinstance(line.role, str) else line.role or ())
    }


def line_for(sheet: str, name: str) -> str:
    """Return the id of the line that plays a part ("annual_result" → "26"); the id of a line stands for itself.

    Raises
    ------
    KeyError
        The sheet has no such line.
    """
    return name if name in load_template().grids[sheet] else _roles(layout_in_hand(), sheet)[name]


def has_line(sheet: str, name: str) -> bool:
    """Whether the workbook in hand has a line by this role or id; what a Land does not print is not asked for."""
    return name in load_template().grids[sheet] or name in _roles(layout_in_hand(), sheet)


def reserve_lines() -> tuple[str, ...]:
    """Return the lines of the balance sheet by which the law of the Land in hand judges a plan."""
    return tuple(line_for("balance", name) for name in JUDGED_BY if has_line("balance", name))


def line_shown(sheet: str, name: str) -> Text:
    """Return how a sentence names a line: its number, or its name in quotes where it has none."""
    line = load_template().grids[sheet][line_for(sheet, name)]
    return Text(line.number, line.number) if line.number else Text(f"»{line.label.de}«", f"“{line.label.en}”")


def reserves_shown() -> Text:
    """Return the names of the lines by which the law judges, one after the other."""
    lines = [load_template().grids["balance"][line].label for line in reserve_lines()]
    return Text(*(", ".join(label[language] for label in lines) for language in LANGUAGES))
