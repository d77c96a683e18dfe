"""A PDF becomes tables: its plan is found and read in another process; every row keeps its page and printed line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from dewak_research.errors import InputError, messages, texts
from dewak_research.language import Text
from dewak_research.own.intake.headings import LONGEST_HEADING
from dewak_research.own.intake.pdf_groups import beside, grouped
from dewak_research.own.intake.pdf_line_names import names_of_lines
from dewak_research.own.intake.pdf_lines import words_of
from dewak_research.own.intake.pdf_rows import PageTable, tables_of_page
from dewak_research.own.intake.tables import RawTable
from dewak_research.own.intake.units import factor_in
from dewak_research.own.safety import clean_text
from dewak_research.own.template import load_template

_problem, _text = messages(__package__), texts(__package__, "pdf.yaml")
MOST_SECONDS = 60
LARGEST_BYTES = 60_000_000
SHOWN_PAGES = 12
LONGEST_TITLE = 60
MOST_HINTS = 3
_EURO = re.compile(r"€|\bEUR\b|\bEuro\b")
_PLACE = re.compile(r"^(?P<where>.*): Zeile (?P<row>\d+)(?P<rest>.*)$", re.DOTALL)
Found = dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """What was read in a PDF.

    Attributes
    ----------
    tables : list of RawTable
        One per plan; the pages of a plan below each other.
    places : dict
        By the name of a table: page and printed line of every row.
    notes : list of Text
        Which pages were read, and which were not.
    unsure : dict
        First page and title of plans that only their amounts make the whole.
    """

    tables: list[RawTable]
    places: dict[str, list[tuple[int, int]]]
    notes: list[Text]
    unsure: dict[int, str] = field(default_factory=dict)

    def place(self, where: str) -> tuple[int, int] | None:
        """Return page and printed line of a place in a table as messages name it, or None."""
        found = _PLACE.match(where)
        rows = self.places.get(found["where"], []) if found else []
        return rows[int(found["row"]) - 1] if found and 0 < int(found["row"]) <= len(rows) else None

    def named(self, where: str) -> str:
        """Return the place with its page, as the printed plan has it."""
        found, place = _PLACE.match(where), self.place(where)
        if found is None or place is None:
            return where
        return f"{found['where']}: Seite {place[0]}, Zeile {place[1]}{found['rest']}"


def listed(pages: Sequence[int]) -> str:
    """Return numbers of pages as text: 12–13, 40."""
    spans: list[list[int]] = []
    for page in sorted(set(pages)):
        if spans and page == spans[-1][-1] + 1:
            spans[-1].append(page)
        else:
            spans.append([page])
    shown = [f"{span[0]}–{span[-1]}" if len(span) > 1 else str(span[0]) for span in spans]
    return ", ".join(shown[:SHOWN_PAGES]) + (", …" if len(shown) > SHOWN_PAGES else "")


def read_pdf(path: Path) -> Draft:
    """Read the plans of the whole municipality in a PDF.

    Raises
    ------
    InputError
        It is protected, damaged or too large, holds no text or no plan, or it takes too long.
    """
    where = clean_text(path.name, 80)
    found = _read_apart(path, where)
    if "refused" in found:
        raise InputError(_problem(found["refused"], where, pages=found.get("pages", 0)))
    if not found["with_text"] and found["searched"]:
        raise InputError(_problem("pdf_no_text", where, pages=found["pages"]))
    if not found["plans"]:
        code = "pdf_only_parts" if found["parts"] else "pdf_no_plan"
        raise InputError(
            _problem(code, where, pages=found["searched"], parts=listed(found["parts"]), of=found["pages"])
        )
    tables, places, apart = [], {}, list[int]()
    for plan in found["plans"]:
        for table, rows in _tables_of(plan, found, where, apart):
            tables.append(table)
            places[table.where] = rows
    if not tables:
        raise InputError(_problem("pdf_no_plan", where, pages=found["searched"], of=found["pages"]))
    return Draft(tables, places, _notes(found, apart), _unsure(found))


def _read_apart(path: Path, where: str) -> Found:
    """Read the words in another process, within time and memory."""
    if not path.is_file():
        raise InputError(_problem("pdf_damaged", where))
    with path.open("rb") as handle:
        begins = handle.read(1024)
    if b"%PDF" not in begins:
        raise InputError(_problem("pdf_damaged", where))
    if path.stat().st_size > LARGEST_BYTES:
        raise InputError(_problem("pdf_large", where, megabytes=LARGEST_BYTES // 1_000_000))
    stored = path.resolve().stat()
    answer: Found = json.loads(_words_apart(path.resolve(), stored.st_mtime_ns, stored.st_size, where))
    return answer


@lru_cache(maxsize=4)
def _words_apart(path: Path, changed: int, size: int, where: str) -> bytes:
    """Return what the other process says of a file.

    It is kept while the file stays the same: a draft is read for every question and once more before it is written.
    """
    roots = [str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH", "")]
    module = "dewak_research.own.intake.pdf_words"
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, str(path), str(MOST_SECONDS)],
            input=json.dumps(names_of_lines()).encode(), capture_output=True, timeout=MOST_SECONDS, check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, roots))},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise InputError(_problem("pdf_slow", where, seconds=MOST_SECONDS)) from error
    if done.returncode != 0:
        raise InputError(_problem("pdf_unread", where, seconds=MOST_SECONDS))
    return done.stdout


def _tables_of(
    plan: Found, found: Found, where: str, apart: list[int]
) -> list[tuple[RawTable, list[tuple[int, int]]]]:
    """Return the tables of one plan; pages that face another and do not fit to it go into ``apart``."""
    groups = grouped(_page_tables(plan, found, apart))
    hints = [_units(group) for group in groups]
    title = clean_text(plan["title"], LONGEST_TITLE) or load_template().sheets[plan["plan"]].de
    made = []
    for n, group in enumerate(groups):
        pages = listed([table.page for table in group])
        which = (
            f"{title} ({pages})"
            if n == 0 or pages != listed([t.page for t in groups[n - 1]])
            else f"{title} ({pages}, {n + 1})"
        )
        rows = [row.cells for table in group for row in table.rows]
        at = [(table.page, row.line) for table in group for row in table.rows]
        how = _text("how", pages=pages, title=title)
        others = () if hints[n] else tuple(dict.fromkeys(one for more in hints for one in more))
        made.append((RawTable(f"{where}: {which}", which, rows, how, hints=others[:MOST_HINTS]), at))
    return made


def _page_tables(plan: Found, found: Found, apart: list[int]) -> Iterator[PageTable]:
    """Read the tables of the pages of a plan; those of a facing page take their names from the page before."""
    before: list[PageTable] = []
    for page in plan["pages"]:
        raw = found["read"].get(str(page))
        tables = tables_of_page(page, words_of(raw["words"]), raw["across"], raw["down"]) if raw else []
        if page not in plan["facing"]:
            before = tables
            yield from tables
            continue
        joined = [beside(*pair) for pair in zip(before, tables, strict=False)]
        if joined and len(before) == len(tables) and all(joined):
            yield from filter(None, joined)
        else:
            apart.append(page)


def _units(group: Sequence[PageTable]) -> list[tuple[str, str]]:
    """Return the words outside the amounts of some tables that name a unit, with their page."""
    return [
        (_text("page", page=table.page).de, cell)
        for table in group
        for row in table.rows
        for cell in (row.cells if row.heading or not any(row.cells[1:]) else ())
        if len(cell) < LONGEST_HEADING and (factor_in(cell) or _EURO.search(cell))
    ]


def _unsure(found: Found) -> dict[int, str]:
    return {
        plan["pages"][0]: clean_text(plan["title"], LONGEST_TITLE)
        for plan in found["plans"]
        if plan["unsure"]
    }


def _notes(found: Found, apart: Sequence[int]) -> list[Text]:
    notes = []
    joined = [page for plan in found["plans"] for page in plan["facing"] if page not in apart]
    if joined:
        notes.append(_text("facing_joined", pages=listed(joined)))
    if apart:
        notes.append(_text("facing_apart", pages=listed(apart)))
    if found["parts"]:
        notes.append(_text("parts_left", pages=listed(found["parts"])))
    if found["similar"]:
        notes.append(_text("similar_left", pages=listed(found["similar"])))
    if found["unread"]:
        notes.append(_text("not_read", pages=listed(found["unread"])))
    if found["searched"] < found["pages"]:
        notes.append(_text("not_searched", first=found["searched"] + 1, last=found["pages"]))
    read = {int(page): one for page, one in found["read"].items()}
    if pictures := [page for page, one in read.items() if one["picture"]]:
        notes.append(_text("pictures", pages=listed(pictures)))
    return notes
