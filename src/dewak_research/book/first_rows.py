"""Tables of a page for checking: the first rows stand there, the others wait, so that the page stays light and short.

The waiting rows lie in a ``<template>``, which a browser neither lays out nor prints. ``tables.js`` puts those of a
table of moderate length in their place before a reader or the printer comes to them, and those of a long one when they
are asked for. Without scripts the line below says how many rows there are and leads to the CSV with all of them.
"""

from __future__ import annotations

import re
from html import escape
from string import Template

from dewak_research.language import Language
from dewak_research.page.labels import label
from dewak_research.page.widths import LONG_ROWS

KEPT_WHOLE = 8
"""Tables with as many rows as this stand whole."""
FIRST, FIRST_LONG = 5, 10
"""Rows of a longer table that stand there at once, and those of one that is sorted and searched."""
_BODY = re.compile(r"<tbody>\n(.*?)\n</tbody></table></div>", re.DOTALL)
_ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)
_CSV = re.compile(r'<a class="dewak-data" href="([^"]+)"')
_SHORTENED = Template(
    "<tbody>\n$first\n<template>\n$later\n</template></tbody></table></div>"
    '<p class="dewak-rest" data-all="$all" data-rows="$rows">$said <a href="$csv" download>CSV</a></p>'
)


def with_first_rows(html: str, language: Language) -> str:
    """Return what a cell shows with only the first rows of a table that has more than `KEPT_WHOLE`.

    A table without a file of its data stays whole, as does everything that is no table.

    Parameters
    ----------
    html : str
        From ``page.figure.Table.html``.
    """
    body, csv = _BODY.search(html), _CSV.search(html)
    rows = _ROW.findall(body[1]) if body else []
    if body is None or csv is None or len(rows) <= KEPT_WHOLE:
        return html
    shown = FIRST_LONG if len(rows) > LONG_ROWS else FIRST
    short = _SHORTENED.substitute(
        first="\n".join(rows[:shown]),
        later="\n".join(rows[shown:]),
        rows=len(rows),
        all=escape(label("table_all", language, n=len(rows))),
        said=escape(label("table_first", language, n=shown, m=len(rows))),
        csv=csv[1],
    )
    return html[: body.start()] + short + html[body.end() :]
