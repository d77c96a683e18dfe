"""Text files of unknown encoding, and numbers as they stand in German and English tables."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dewak_research.errors import InputError, messages

LARGEST_FILE_BYTES = 60_000_000
MOST_ROWS = 400_000
MOST_COLUMNS = 3_000
LONGEST_CELL = 20_000
LONGEST = 60
EVEN = 0.8  #: of the lines are split alike
UMLAUTS = frozenset("äöüßÄÖÜé€–§²")
_problem = messages(__package__)
Convention = Literal["de", "en"]
Status = Literal[
    "value",
    "empty",
    "nil",
    "unknown",
    "pending",
    "unreliable",
    "not_applicable",
    "ambiguous",
    "unit",
    "not_a_number",
    "too_long",
]

SYMBOLS: dict[str, Status] = {
    "-": "nil",
    "–": "nil",
    "—": "nil",
    ".": "unknown",
    "...": "pending",
    "…": "pending",
    "/": "unreliable",
    "x": "not_applicable",
    "X": "not_applicable",
}
"""Symbols of the statistical offices (Zeichenerklärung of the GENESIS tables); ``-`` is exactly zero."""

_UNITS = re.compile(
    r"^(?P<number>.*?)\s*(?P<unit>Mrd\.?|Mio\.?|Tsd\.?|T|Mill\.?|bn|m|k)?\s*(?P<euro>€|EUR|Euro)?$", re.I
)
_FACTORS = {"mrd": 1e9, "bn": 1e9, "mio": 1e6, "mill": 1e6, "m": 1e6, "tsd": 1e3, "t": 1e3, "k": 1e3}
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’]")
_GERMAN = re.compile(r"^[1-9]\d{0,2}(\.\d{3})+(,\d+)?$|^\d+,\d+$")
_ENGLISH = re.compile(r"^[1-9]\d{0,2}(,\d{3})+(\.\d+)?$|^\d+\.\d+$")
_PLAIN = re.compile(r"^\d+$")
_SCIENTIFIC = re.compile(r"^\d+(\.\d+)?[eE][+-]?\d{1,2}$")
_EITHER = re.compile(r"^[1-9]\d{0,2}[.,]\d{3}$")


@dataclass(frozen=True)
class Decoded:
    """Text of a file and the encoding that was recognised."""

    text: str
    encoding: str


def decode(data: bytes, where: str) -> Decoded:
    """Recognise the encoding: byte order mark, else UTF-8 where it fits, else Windows-1252 or an older one.

    Raises
    ------
    InputError
        The bytes are empty, binary, or no text in one of these encodings.
    """
    if not data.strip():
        raise InputError(_problem("file_empty", where))
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return Decoded(data.decode(encoding), encoding)
            except UnicodeDecodeError as error:
                raise InputError(_problem("file_not_text", where)) from error
    if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0" or data[:4] == b"%PDF":
        raise InputError(_problem("file_not_csv", where))
    for encoding, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
        if len(data) > 3 and len(data) % 2 == 0 and zeros.count(0) > 0.9 * len(zeros):
            return Decoded(data.decode(encoding, "replace"), encoding)
    if not any(data.count(bytes([b])) for b in (*range(9), 11, *range(14, 32))):
        try:
            return Decoded(data.decode("utf-8"), "utf-8")
        except UnicodeDecodeError:
            return _older(data, where)
    raise InputError(_problem("file_not_text", where))


def _older(data: bytes, where: str) -> Decoded:
    """Return the text in the 8-bit encoding that makes most of its special characters German letters."""
    found: list[tuple[int, Decoded]] = []
    for encoding in ("cp1252", "cp850", "mac_roman"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        special = [c for c in text if ord(c) > 127]
        if not any(0x80 <= ord(c) < 0xA0 for c in special):
            found.append((sum(1 if c in UMLAUTS else -1 for c in special), Decoded(text, encoding)))
    if not found:
        raise InputError(_problem("file_not_text", where))
    return max(found, key=lambda one: one[0])[1]


def read_bytes(path: Path) -> bytes:
    """Read a regular file within the size limit or say why not."""
    if not path.is_file():
        raise InputError(_problem("file_missing", path.name))
    size = path.stat().st_size
    if size > LARGEST_FILE_BYTES:
        raise InputError(
            _problem("file_too_large", path.name, size=size / 1e6, most=LARGEST_FILE_BYTES / 1e6)
        )
    return path.read_bytes()


def split_rows(text: str, separator: str, where: str) -> list[list[str]]:
    """Split text into cells; rows may differ in length.

    Raises
    ------
    InputError
        Too many rows or columns, an overlong cell, or a quotation mark that is never closed.
    """
    limit = csv.field_size_limit(LONGEST_CELL)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(row)
            if len(rows) > MOST_ROWS or len(row) > MOST_COLUMNS:
                raise InputError(
                    _problem(
                        "too_many_cells", f"{where}: Zeile {len(rows)}", rows=MOST_ROWS, columns=MOST_COLUMNS
                    )
                )
    except csv.Error as error:
        raise InputError(
            _problem("cell_too_long", f"{where}: Zeile {len(rows) + 1}", most=LONGEST_CELL)
        ) from error
    finally:
        csv.field_size_limit(limit)
    return rows


def guess_separator(text: str) -> str:
    """Return the separator that splits the first lines most evenly (semicolon, tab, comma, bar)."""
    lines = [line for line in text.splitlines()[:60] if line.strip()]
    best, score = ";", 0.0
    for candidate in (";", "\t", "|", ","):
        if candidate == "," and score >= EVEN:  # commas stand in English numbers too
            break
        counts = [line.count(candidate) for line in lines]
        filled = [count for count in counts if count]
        if not filled:
            continue
        common = max(set(filled), key=lambda n, c=filled: (c.count(n), n))  # type: ignore[misc]
        quality = filled.count(common) / len(lines) * min(common, 4)
        if quality > score * 1.05:
            best, score = candidate, quality
    return best


@dataclass(frozen=True)
class Number:
    """What was understood: a value (None unless status is value, nil or unit) and why."""

    value: float | None
    status: Status
    text: str = ""

    @property
    def ok(self) -> bool:
        """Whether the value can be used as it is."""
        return self.status in ("value", "nil")


def _bare(text: str) -> tuple[str, int]:
    """Strip sign, parentheses and spaces between digits; return the rest and the sign."""
    sign = 1
    text = text.replace("\u2212", "-").strip()
    if text.startswith("(") and text.endswith(")"):
        text, sign = text[1:-1].strip(), -1
    if text[:1] in "+-" and text[1:2] not in "+-":
        sign, text = (-sign if text[0] == "-" else sign), text[1:].strip()
    elif text.endswith("-"):
        sign, text = -sign, text[:-1].strip()
    if re.search(r"\d[\s\u00a0\u202f\u2009'’]\d", text):
        groups = re.split(r"[\s\u00a0\u202f\u2009'’]", text)
        if all(len(re.split(r"[.,]", g)[0]) == 3 for g in groups[1:]):
            text = _SPACES.sub("", text)
    return text, sign


def detect_convention(texts: Iterable[str]) -> Convention | None:
    """Decide from evidence whether a column is written the German or the English way.

    Parameters
    ----------
    texts : iterable of str
        Cells of one file or column.

    Returns
    -------
    "de", "en" or None
        None where nothing decides (only plain digits or only ``1.234``-like cells) or cells contradict each other.
    """
    german = english = 0
    for text in texts:
        bare, _ = _bare(_strip_unit(text)[0])
        if len(bare) > LONGEST or _EITHER.match(bare):
            continue
        german += bool(_GERMAN.match(bare)) and not _ENGLISH.match(bare)
        english += bool(_ENGLISH.match(bare)) and not _GERMAN.match(bare)
    if bool(german) == bool(english):
        return None
    return "de" if german else "en"


def _strip_unit(text: str) -> tuple[str, float | None]:
    match = _UNITS.match(text.strip())
    if match is None or not (match["unit"] or match["euro"]):
        return text.strip(), None
    if not re.search(r"\d$|\d\)$|\d-$", match["number"].strip()):
        return text.strip(), None
    unit = (match["unit"] or "").rstrip(".").casefold()
    return match["number"].strip(), _FACTORS.get(unit, 1.0)


def parse_number(text: str, convention: Convention | None = None) -> Number:
    """Read one cell.

    Parameters
    ----------
    text : str
        The cell as it stands.
    convention : {"de", "en"}, optional
        How the file writes numbers, as far as it is known; without it ``1.234`` is ambiguous.

    Returns
    -------
    Number
        ``nil`` has the value 0; every other status than value, nil and unit has no value.
        ``unit`` has the value in the base unit (``3 T€`` is 3000), to be proposed, not to be taken.
    """
    stripped = text.strip()
    if not stripped:
        return Number(None, "empty", text)
    if stripped in SYMBOLS:
        status = SYMBOLS[stripped]
        return Number(0.0 if status == "nil" else None, status, text)
    if len(stripped) > LONGEST:
        return Number(None, "too_long", text[:LONGEST])
    number, factor = _strip_unit(stripped)
    bare, sign = _bare(number)
    value: float | None = None
    if _PLAIN.match(bare) or _SCIENTIFIC.match(bare):
        value = float(bare)
    elif _EITHER.match(bare) and convention is None:
        return Number(None, "ambiguous", text)
    elif convention != "en" and _GERMAN.match(bare):
        value = float(bare.replace(".", "").replace(",", "."))
    elif convention != "de" and _ENGLISH.match(bare):
        value = float(bare.replace(",", ""))
    if value is None:
        return Number(None, "not_a_number", text)
    value = sign * value
    if factor is not None and factor != 1.0:
        return Number(value * factor, "unit", text)
    return Number(value, "value", text)
