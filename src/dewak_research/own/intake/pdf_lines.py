"""Words of a page become printed lines, and words that belong together become one cell of text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from dewak_research.own.intake.heads import is_amount, is_year

GROUP_GAP = (
    0.42  #: of the size of the letters: thousands split by a space stand closer than this, columns do not
)
WORD_GAP = 0.5  #: of the size: words of one heading stand closer than this
SMALL = 0.8  #: of the usual size: a raised mark of a footnote
MOST_SMALL = 400
_MARK = re.compile(r"^(?:\*{1,3}|\d{1,2}\)?|[a-z]\)|[¹²³⁴⁵])$")
_GROUP = re.compile(r"^\d{3}(?:,\d{1,2})?[-–−)]?$")
_LEADING = re.compile(r"^[(\-–−+]?\d{1,3}(?:[ \u00a0]\d{3})*$")
_SIGN = re.compile(r"^[-–−+(]$")
_CURRENCY = re.compile(r"^(?:€|EUR|T€|TEUR|%)$", re.I)
_MINUS = str.maketrans({"−": "-", "‐": "-", "‑": "-", "‒": "-", "\u00ad": "-"})


@dataclass(frozen=True)
class Word:
    """Text with its place on the page, in points from the left and the top; size of its letters."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return (self.top + self.bottom) / 2

    @property
    def centre(self) -> float:
        """Its place from the left."""
        return (self.x0 + self.x1) / 2

    @property
    def is_amount(self) -> bool:
        """Whether it holds a digit and could be an amount."""
        return is_amount(self.text) and any(sign.isdigit() for sign in self.text)

    @property
    def is_text(self) -> bool:
        """Whether it holds a letter and is no unit."""
        return any(sign.isalpha() for sign in self.text) and not _CURRENCY.match(self.text)


@dataclass(frozen=True)
class Line:
    """One printed line: its number on the page, counted from 1, and its words from left to right."""

    number: int
    words: tuple[Word, ...]

    @property
    def middle(self) -> float:
        """Its height on the page."""
        return median(word.middle for word in self.words)

    @property
    def amounts(self) -> list[Word]:
        """The longest run of amounts that stand beside each other; the last where two are as long."""
        best: list[Word] = []
        run: list[Word] = []
        for word in self.words:
            if word.is_amount:
                run.append(word)
                best = run if len(run) >= len(best) else best
            elif word.is_text:
                run = []
        return [] if all(is_year(word.text) for word in best) else best


def words_of(raw: Sequence[Sequence[object]]) -> list[Word]:
    """Return words from rows of text, x0, x1, top, bottom, size; other signs for minus become one."""
    return [
        Word(str(text).translate(_MINUS), *(float(str(value)) for value in places))
        for text, *places in raw
        if str(text).strip()
    ]


def lines_of(words: Sequence[Word]) -> list[Line]:
    """Return the printed lines of a page from top to bottom, without raised marks of footnotes."""
    kept = _without_marks(words)
    rows: list[list[Word]] = []
    for word in sorted(kept, key=lambda one: one.middle):
        near = rows[-1] if rows else []
        if near and word.middle - median(one.middle for one in near[-5:]) <= 0.4 * min(
            word.size, near[-1].size
        ):
            near.append(word)
        else:
            rows.append([word])
    return [Line(n, tuple(_joined(row))) for n, row in enumerate(rows, start=1)]


def _without_marks(words: Sequence[Word]) -> list[Word]:
    """Leave out small words that look like marks and touch the word before them."""
    if not words:
        return []
    usual = median(word.size for word in words)
    small = [word for word in words if word.size < SMALL * usual and _MARK.match(word.text)]
    if len(small) > MOST_SMALL:
        return list(words)
    marks = {
        id(word)
        for word in small
        for other in words
        if other.size >= SMALL * usual
        and abs(word.x0 - other.x1) <= 0.3 * usual
        and word.top < other.bottom
        and word.bottom > other.top - 0.3 * usual
    }
    return [word for word in words if id(word) not in marks]


def _joined(row: Sequence[Word]) -> list[Word]:
    """Join thousands that are split by spaces, signs and units beside their number."""
    joined: list[Word] = []
    for word in sorted(row, key=lambda one: one.x0):
        last = joined[-1] if joined else None
        if last is not None and _belongs(last, word):
            joined[-1] = together([last, word])
        else:
            joined.append(word)
    return joined


def _belongs(last: Word, word: Word) -> bool:
    gap = word.x0 - last.x1
    size = min(last.size, word.size)
    if _GROUP.match(word.text) and _LEADING.match(last.text):
        return gap <= GROUP_GAP * size
    close = gap <= WORD_GAP * size
    if _SIGN.match(last.text) and word.text[:1].isdigit():
        return close and word.is_amount and len(word.text) > 2
    return close and last.is_amount and len(last.text) > 2 and word.text in ("-", ")", "€", "*")


def together(words: Sequence[Word]) -> Word:
    """Return words as one, with a space between them."""
    return Word(
        " ".join(word.text for word in words),
        min(word.x0 for word in words), max(word.x1 for word in words),
        min(word.top for word in words), max(word.bottom for word in words),
        max(word.size for word in words),
    )  # fmt: skip


def phrases_of(words: Sequence[Word]) -> list[Word]:
    """Return words that stand close to each other as one each."""
    groups: list[list[Word]] = []
    for word in words:
        if groups and word.x0 - groups[-1][-1].x1 <= WORD_GAP * min(word.size, groups[-1][-1].size):
            groups[-1].append(word)
        else:
            groups.append([word])
    return [together(group) for group in groups]
