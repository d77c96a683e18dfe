"""Lines as a plan prints them, and how alike two names are."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

_NUMBERED = re.compile(r"^\s*(?:Zeile\s*)?(\d{1,2})\.?\s*(?:[-–=+./):]\s*)*(?P<label>\S.*)$")
_NUMBER = re.compile(r"^\s*(?:Zeile\s*)?0?(\d{1,2})\s*[.)]?\s*$")
_ONLY_FOR_INFORMATION = re.compile(r"^\s*nachrichtlich\s*:?\s*", re.I)
#: What plans shorten, by the beginning of the word they mean.
SHORTENED = {
    "lfd": "laufende", "verw": "verwaltungs", "einz": "einzahlungen", "ausz": "auszahlungen", "aufw": "aufwendungen",
    "auszahlg": "auszahlungen", "grundst": "grundstuecke", "bewegl": "beweglich", "anlageverm": "anlagevermogen",
    "oeff": "offentlich", "offentl": "offentlich", "rechtl": "rechtlich", "privatrechtl": "privatrechtlich",
    "sonst": "sonstige", "ordentl": "ordentliche", "allg": "allgemeine", "and": "anderung", "aufn": "aufnahme",
}  # fmt: skip
#: Words that decide what a line is, by their stems.
KINDS = {
    "income": r"ertrag|incom", "costs": r"aufwa?e?nd|\bcost", "receipts": r"einzahl|receipt",
    "payments": r"auszahl|payment",
    "balance": r"saldo|balanc", "result": r"ergebni|\bresult", "of the year": r"jahr|annual|\byea",
    "extraordinary": r"ausserord|extraord", "credit": r"kredit|credit",
}  # fmt: skip
OPPOSED = 0.6  #: what is left of the likeness of two names that differ in such a word
_FILLING = {
    "und", "der", "die", "das", "des", "den", "dem", "aus", "von", "vom", "fur", "zur", "zum", "bei", "an",
    "a", "d", "f", "u", "v", "z", "nr", "pos",
}  # fmt: skip


@dataclass(frozen=True)
class PrintedLine:
    """A line as a town prints it: its number (two digits, or None) and its label."""

    number: str | None
    label: str


def printed_line(text: str, number: str = "") -> PrintedLine | None:
    """Return number and name of a line from one cell (``10 = ordentliche Erträge``) or from two.

    Parameters
    ----------
    text : str
        The cell with the name, with or without the number before it.
    number : str
        The cell of a column of numbers of its own ("16", "07", "7."), if there is one.

    Returns
    -------
    PrintedLine or None
        None where there is no name and no number.
    """
    label, own = text.strip(), _NUMBER.match(number)
    if own:
        return PrintedLine(f"{int(own[1]):02d}", label)
    match = _NUMBERED.match(label)
    if match and not match["label"].replace(".", "").isdigit():
        return PrintedLine(f"{int(match[1]):02d}", match["label"].strip())
    return PrintedLine(None, label) if label else None


def is_number(cell: str) -> bool:
    """Whether a cell holds the number of a line and nothing else."""
    return bool(_NUMBER.match(cell))


@lru_cache(maxsize=20_000)
def folded(label: str) -> str:
    """Return a name without case, accents, brackets and filling words, abbreviations written out."""
    plain = _ONLY_FOR_INFORMATION.sub("", label).casefold().replace("ß", "ss")
    plain = re.sub(r"\([^)]*\)", " ", plain).replace("-/", " ").replace("verw.-t", "verwaltungst")
    plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    words = (SHORTENED.get(word, word) for word in re.findall(r"[a-z]+", plain))
    return " ".join(word for word in words if word not in _FILLING)


@lru_cache(maxsize=50_000)
def likeness(first: str, second: str) -> float:
    """Return how alike two names are, 0 to 1; 1 = the same words, whatever their endings and abbreviations.

    Names that say opposite things (Einzahlungen, Auszahlungen; Finanzerträge, Finanzergebnis) are not alike, however
    few letters tell them apart.
    """
    a, b = _stems(first), _stems(second)
    if not a or not b:
        return 0.0
    alike = max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b)) / 100
    return alike * (OPPOSED if _kinds(a) and _kinds(b) and _kinds(a) != _kinds(b) else 1.0)


@lru_cache(maxsize=20_000)
def likenesses(label: str, printed: tuple[tuple[str, ...], ...]) -> tuple[float, ...]:
    """Return how alike a label is to the nearest name of every entry of a layout; 0 to an entry without names."""
    return tuple(max((likeness(label, name) for name in names), default=0.0) for names in printed)


def _stems(label: str) -> str:
    return " ".join(word.rstrip("esnr") for word in folded(label).split())


def _kinds(stems: str) -> frozenset[str]:
    return frozenset(kind for kind in KINDS if re.search(KINDS[kind], stems))
