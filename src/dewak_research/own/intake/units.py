"""In which unit a table is written, and what says so: titles, headings, rows, footer and number formats."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from dewak_research.errors import texts
from dewak_research.language import Text
from dewak_research.own.intake.heads import Head
from dewak_research.own.intake.questions import Question, answer_to
from dewak_research.own.intake.tables import FORMAT, RawTable
from dewak_research.own.safety import clean_text

_text = texts(__package__)
Factor = Literal[1, 1000, 1000000]
FACTORS: tuple[Factor, ...] = (1, 1_000, 1_000_000)
_EURO = r"(?:€|EUR|Euro)"
_THOUSAND = re.compile(
    rf"(?<![\d\w.,])(?:T\s?€|T\s?EUR\b|TEuro\b|k€|kEUR\b|Tsd\.?(?:\s*{_EURO})?|Tausend(?:\s*{_EURO})?|thousands?\b|{_EURO}\s*['’]000)"
    rf"|(?:^|\bin\s|\bje\s|[(x×*]\s?)\s*(?:1[.\s]?000|'?000)\s*{_EURO}",
    re.I,
)
_MILLION = re.compile(rf"(?<![\d\w.,])(?:Mio\.?|Mill\.?|Millionen|millions?)(?:\s*{_EURO})?(?!\w)", re.I)
_PLAIN = re.compile(rf"(?:^|\bin\s+|[(\[–/-]\s*)(?:vollen\s+)?{_EURO}(?:\s*$|[)\].,;–-]|\s)", re.I)
_AMOUNT = re.compile(
    r"(?<![\d.,])(?!(?:19|20)\d\d\b)\d[\d.,]*\s*(?:T\s?€|T\s?EUR|TEuro|k€|kEUR|Tsd|Tausend|Mio|Mill|thousand|million)",
    re.I,
)
_THRESHOLD = re.compile(
    r"wertgrenze|schwelle|oberhalb|unterhalb|mehr\s+als|bis\s+zu|mindestens|höchstens|\bab\s+\d|über\s+\d|geringfügig"
    r"|erheblich|threshold|more than",
    re.I,
)
_UNIT_CELL = re.compile(
    rf"^[(\[]?\s*(?:in\s+)?(?:T\s?€|TEUR|TEuro|k€|Tsd\.?\s*{_EURO}?|Mio\.?\s*{_EURO}?|{_EURO})\s*[)\]]?$",
    re.I,
)
UNIT_COLUMN_SHARE = 0.8
MOST_EURO = 1e12
"""An assumption: no line of a municipality reaches it in a year; above it the unit is asked for, never refused."""


@dataclass(frozen=True)
class Unit:
    """The unit of a table.

    Attributes
    ----------
    factor : int
        Euro per unit for columns without one of their own.
    by_column : dict
        Euro per unit of columns that name another unit.
    column : str
        Heading of a column that names the unit of every row; empty without one.
    notes : list of Text
        What says so.
    question : Question, optional
        Asked where two places contradict each other.
    """

    factor: Factor = 1
    by_column: dict[str, Factor] = field(default_factory=dict)
    column: str = ""
    notes: list[Text] = field(default_factory=list)
    question: Question | None = None


def factor_in(text: str) -> Factor | None:
    """Return the unit that a text names; a threshold or an amount with its unit (50 TEUR) names none."""
    if _THRESHOLD.search(text) or _AMOUNT.search(text):
        return None
    found = {
        factor for pattern, factor in ((_MILLION, 1_000_000), (_THOUSAND, 1_000)) if pattern.search(text)
    }
    if len(found) == 1:
        return cast(Factor, found.pop())
    return 1 if not found and _PLAIN.search(text) else None


def factor_of_format(shown: str) -> Factor | None:
    """Return the unit of a cell with this number format: one that leaves out thousands shows units but holds euro."""
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", shown.split(";")[0])
    if re.search(r"[0#],+(?![0#])", bare):
        return 1
    digits = re.sub(r"[#0?.,]+", "#", shown.replace("\\", ""))  # their zeros are no amount before the unit
    return factor_in(" ".join(re.findall(r'"([^"]*)"', shown)) or digits)


def unit_of(
    table: RawTable, head: Head, columns: list[str], answers: Mapping[str, str], largest: float = 0.0
) -> Unit:
    """Find the unit of a table whose headings stand in one row.

    Parameters
    ----------
    table, head
        The table and its heading.
    columns : list of str
        Headings of the columns that are taken.
    answers : mapping
        The answer to ``unit`` where it was asked.
    largest : float, optional
        The largest amount as it is printed; a unit that makes it impossible is asked for.
    """
    shown = _by_format(table, head, columns)
    if shown is not None:
        return shown
    if unit_column := _unit_column(table, head, columns):
        return Unit(column=unit_column, notes=[_text("unit_by_row", column=unit_column)])
    evidence = [(place, text, f) for place, text in _texts(table, head, columns) if (f := factor_in(text))]
    own = {name: f for name in columns if (f := factor_in(name))}
    evidence += [(f"»{name}«", name, f) for name, f in own.items()]
    read = {FORMAT: factor_of_format}
    hinted = [(place, text, f) for place, text in table.hints if (f := read.get(place, factor_in)(text))]
    evidence += hinted
    said = {f for _, _, f in evidence}
    general = {f for place, _, f in evidence if not place.startswith("»")}
    mixed_columns = len(set(own.values())) > 1 and len(own) == len(columns) and not general
    if mixed_columns:
        return Unit(
            by_column=own,
            notes=[_text("unit_said", factor=f, place=f"»{n}«", said=n) for n, f in own.items()],
        )
    notes = [
        _text("unit_said", factor=f, place=p, said=clean_text(t, 80)) for p, t, f in evidence[:3] if f != 1
    ]
    too_large = max(said, default=1) > 1 and largest * max(said) > MOST_EURO
    only_hinted = bool(hinted) and len(hinted) == len(evidence) and (said != {1} or hinted[0][0] == FORMAT)
    if len(said) < 2 and not too_large and not only_hinted:
        return Unit(said.pop() if said else 1, notes=notes)
    options = tuple((str(factor), _text(f"unit_{factor}")) for factor in FACTORS)
    listed = "; ".join(f"{place}: {clean_text(text, 60)}" for place, text, _ in evidence[:4])
    text = _text("ask_unit", evidence=listed)
    if only_hinted:
        text = _text("ask_unit_format", evidence=listed)
    elif len(said) < 2:
        factor = max(said)
        text = _text(
            "ask_unit_large",
            evidence=listed,
            factor=factor,
            amount=f"{largest * factor:,.0f}".replace(",", "."),
        )
    question = Question("unit", text, options)
    answer = answer_to(question, answers)
    if answer is None:
        return Unit(question=question)
    return Unit(cast(Factor, int(answer)), notes=[_text("unit_answered", factor=int(answer))])


def _texts(table: RawTable, head: Head, columns: list[str]) -> list[tuple[str, str]]:
    """Return the places outside the amounts where a unit can stand: above, headings of labels, footer."""
    found = [("", table.title)] if table.title else []
    for n in range(head.rows.start):
        found += [(f"Zeile {n + 1}", cell) for cell in table.rows[n] if cell.strip()]
    found += [("Zeile " + str(head.rows.stop), name) for name in head.names if name not in columns]
    taken = [head.names.index(name) for name in columns]
    last = max(
        (n for n in range(head.rows.stop, len(table.rows)) if any(table.cell(n, c) for c in taken)), default=0
    )
    for n in range(max(last + 1, head.rows.stop), len(table.rows)):
        found += [(f"Zeile {n + 1}", cell) for cell in table.rows[n] if cell.strip()]
    return found


def _unit_column(table: RawTable, head: Head, columns: list[str]) -> str:
    for c, name in enumerate(head.names):
        cells = [cell for n in range(head.rows.stop, len(table.rows)) if (cell := table.cell(n, c).strip())]
        units = [cell for cell in cells if _UNIT_CELL.match(cell)]
        if name not in columns and len(units) > 1 and len(units) >= UNIT_COLUMN_SHARE * len(cells):
            return name
    return ""


def _by_format(table: RawTable, head: Head, columns: list[str]) -> Unit | None:
    taken = {head.names.index(name) for name in columns}
    shown = [f for (n, c), f in table.formats.items() if c in taken and n >= head.rows.stop]
    factors = {factor for form in shown if (factor := factor_of_format(form))}
    if (
        len(factors) != 1
        or len(shown) < len([1 for n, c in table.numbers if c in taken and n >= head.rows.stop]) / 2
    ):
        return None
    factor = factors.pop()
    return Unit(factor, notes=[_text("unit_by_format", factor=factor, shown=clean_text(shown[0], 40))])
