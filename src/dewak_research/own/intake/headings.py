"""What the heading of a column says: year and kind, or why its amounts are no figures of one year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from dewak_research.own.template import load_template

Role = Literal[
    "amount",
    "deviation",
    "commitment",
    "part_of_year",
    "two_years",
    "total",
    "forecast",
    "remainder",
    "mean",
    "none",
]
LONGEST_HEADING = 120
_YEAR = re.compile(r"(?<![\d.,])((?:19|20)\d\d)(?![\d]|[.,]\d)")
_DATE = re.compile(
    r"(?<!\d)(?:(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)\d\d)?|((?:19|20)\d\d)-(\d\d)-(\d\d))(?!\d)"
)
_SHORT_YEAR = re.compile(r"(?:^|\s)['’]?([1-4]\d)(?=$|\s*(?:T?€|T?EUR)?$)", re.I)
_TWO = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*(?:/|–|-|\+|bis|und)\s*((?:19|20)?\d\d)(?!\d)", re.I)
_DEVIATION = re.compile(
    r"abw(?:\.|eichung)|differen[zt]|veränderung|±|\+\s?/\s?-|%|prozent|v\.\s?h\.|anteil|index|je\s+(?:einw|ew)|pro\s+kopf"
    r"|/\s?ew\b|per\s+(?:capita|head)|deviation|change|vergleich|plan\s?[-/]\s?ist|zu-?/abgang",
    re.I,
)
_REMAINDER = re.compile(
    r"\b(?:HAR|KAR|HER)\b|haushalts?(?:ausgabe|einnahme)?reste?\b|\breste?\b|ermächtigungsübertrag|übertrag(?:en|ung|bar)|gebunden"
    r"|verfügbar|verbrauch|verfügung|vorgemerkt|obligo|mittelbindung|carry-?over|committed|available",
    re.I,
)
_AGAINST = re.compile(
    r"gegenüber|\bggü\b|\bzu(?:m|r)?\s+(?:(?:19|20)\d\d|ansatz|vorjahr|plan)|\bagainst\b", re.I
)
_COMMITMENT = re.compile(r"\bVE\b|verpflichtungserm|commitment", re.I)
_PART = re.compile(
    r"\bbis\b|\bquartal|\bhalbjahr|\bq[1-4]\b|\bmonat|\bjan(?:uar)?\b|\bfeb(?:ruar)?\b|\bmärz\b|\bapril\b|\bmai\b|\bjuni\b"
    r"|(?<!\d)(?:0?[1-9]|1[01])\s?/\s?(?:20)?[1-9]\d(?![\d/])|\bmrz\b|\bmär\b|\bapr\b|\bjun\b|\bjul[iy]?\b|\bmarch\b|\bjune\b|\boct(?:ober)?\b|\baug(?:ust)?\b|\bsept?(?:ember)?\b|\bokt(?:ober)?\b|\bnov(?:ember)?\b|\bunterjährig|\blaufend\b|\bytd\b",
    re.I,
)
_SHORTER = re.compile(
    r"quartal|halbjahr|\bq[1-4]\b|(?:pro|je|per)\s+monat|monatlich|\bmonthly|half-?year", re.I
)
_TOTAL = re.compile(r"\b(?:gesamt|summe|insgesamt|kumuliert|zusammen|total|sum)\b", re.I)
_MEAN = re.compile(
    r"mittelwert|durchschnitt|jahres-?mittel\b|\bmittel\s+(?:19|20)\d\d\s*[-–/]|\bmedian\b|\bø|\baverage\b|\bavg\b|\bmean\b",
    re.I,
)
_FORECAST = re.compile(r"prognose|hochrechnung|vorschau|erwartet|voraussichtlich|forecast", re.I)
_NEW = re.compile(
    r"\bneu(?:e|er|es)?\b|einschl|inkl|nach\s+(?:dem\s+)?nachtrag|fortgeschrieben|geändert|\bnew\b", re.I
)
_OLD = re.compile(r"\bbisher|\balte?r?\b|ursprüngl|\bold\b|\bvor\s+nachtrag", re.I)
_CHANGE = re.compile(r"nachtrag|änderung|mehr\s?/?\s?(?:\(?\+?\)?)?\s?weniger|amendment", re.I)
_PLAN = re.compile(
    r"ansatz|ansätze|\w*plan(?:ung)?\b|planungsjahr|\bplan|entwurf|mittelfrist|\bmifri|budget|\bsoll\b|\bha\b|haushaltsjahr|\bhj\b|haushalt\b"
    r"|folgejahr|draft|\bbeschluss\b|satzung|veranschlag|\bmfp\b|\bfipl\b",
    re.I,
)
_ACTUAL = re.compile(
    r"ergebnis(?!plan|haush)|\bist\b|\bist-|rechnung|abschluss|\bre\b|\bjr\b|\bja\b|\bactual|\bresult(?!\splan)|\berg\b\.?",
    re.I,
)
CONSOLIDATED = re.compile(r"gesamtabschlu|konzern|konsolidier|consolidated", re.I)
_SAYS_NOTHING = re.compile(
    r"\b(?:T?EUR|TEuro|Euro|kEUR|Tsd|Tausend|Mio|Mill|Millionen|Angaben?|in|je|jahre?s?|years?|betr[aä]ge?|werte?|amounts?|values?|stand"
    r"|zum|am|per|nr|spalte|seite|anlage|datum|vom|(?:ins)?gesamt\w*|summe|total|alle|erträge|ertrag|aufwendungen|aufwand"
    r"|(?:ein|aus)zahlungen|einnahmen|ausgaben|saldo|income|costs|receipts|payments|balance)\b",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_RELATIVE = (
    (re.compile(r"vorvorjahr|vvj\b", re.I), -2),
    (re.compile(r"vorjahr|\bvj\b", re.I), -1),
    (
        re.compile(
            r"(?:haushalts|plan)jahr(?:es)?\s*\+\s*(\d)|\bhj\.?\s*\+\s*(\d)|(\d)\.\s*(?:folge|plan)jahr", re.I
        ),
        0,
    ),
    (re.compile(r"haushaltsjahr|\bhj\b|laufendes\s+jahr", re.I), 0),
)


@dataclass(frozen=True)
class Heading:
    """What a heading says.

    Attributes
    ----------
    role : str
        ``amount`` for figures of one whole year; the others name why they are not; ``none`` without year and kind.
    year : int, optional
        The year, or None where it is not printed.
    kind : str, optional
        ``actual`` or ``plan``, or None where it is not printed.
    offset : int, optional
        Years after the budget year where the heading only says so (Vorjahr is −1).
    state : str
        ``new`` and ``old`` amounts beside an amendment, the ``change`` itself, or empty.
    unknown : str
        Words beside a year that say neither a kind nor why the amounts are no figures, or that companies are in them;
        empty without any.
    """

    role: Role
    year: int | None = None
    kind: str | None = None
    offset: int | None = None
    state: Literal["new", "old", "change", ""] = ""
    unknown: str = ""


def tidy(text: str) -> str:
    """Return a heading on one line: hyphens at line ends are joined, spaces are single."""
    return " ".join(re.sub(r"(?<=\w)-\s*\n\s*(?=[a-zäöü])|\u00ad\s*", "", text).split())


@lru_cache(maxsize=20_000)
def read_heading(text: str) -> Heading:
    """Read a heading; what is longer than a heading can be says nothing."""
    words = tidy(text)
    if not words or len(words) > LONGEST_HEADING:
        return Heading("none")
    plain, whole, part = _without_dates(words)
    years = list(dict.fromkeys(int(y) for y in _YEAR.findall(plain))) or whole
    kind = _kind(plain)
    if kind and not years and (short := _SHORT_YEAR.search(plain)):
        years = [2000 + int(short[1])]
    offset = None if years else _offset(plain)
    said = bool(years) or kind is not None
    year = years[0] if len(years) == 1 else None
    if said and _COMMITMENT.search(plain):
        return Heading("commitment", year)
    if _DEVIATION.search(plain) and not (_CHANGE.search(plain) and "%" not in plain):
        return Heading("deviation" if said or "%" in plain else "none", year)
    if (
        said
        and kind is None
        and (_REMAINDER.search(plain) or (_state(plain) == "change" and _AGAINST.search(plain)))
    ):
        return Heading("remainder" if _REMAINDER.search(plain) else "deviation", year)
    if _MEAN.search(plain):
        return Heading("mean", year)
    if _two_years(plain) or len(years) > 1:
        return Heading("total" if _TOTAL.search(plain) else "two_years", None, kind)
    state = _state(plain)
    if _SHORTER.search(plain) and said:
        return Heading("part_of_year", year, kind)
    if kind != "plan" and said and (part or _PART.search(plain)):
        return Heading("part_of_year", year, "actual")
    if said and _FORECAST.search(plain):
        return Heading("forecast", year, "plan", offset)
    if not years and kind is None and offset is None and not state:
        return Heading("total" if _TOTAL.search(plain) and len(plain) < 30 else "none")
    if whole and kind is None:
        kind = "actual"
    unknown = unknown_words(plain) if years and kind is None and not state else ""
    if years and (companies := CONSOLIDATED.search(plain)):
        unknown = unknown or companies[0]
    return Heading("amount", year, kind, offset, state, unknown)


def unknown_words(text: str) -> str:
    """Return the words of a heading that are no year, unit, side or filling."""
    return " ".join(_WORD.findall(_SAYS_NOTHING.sub(" ", _YEAR.sub(" ", tidy(text)))))


def _without_dates(words: str) -> tuple[str, list[int], bool]:
    """Return the text without dates, the years that end on a printed 31.12., and whether another date is in it."""
    whole: list[int] = []
    part = False
    for found in _DATE.finditer(words):
        day, month, year = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
        if not 1 <= int(month) <= 12:
            continue
        if (int(day), int(month)) == (31, 12):
            whole += [int(year)] if year else []
        else:
            part = True
            whole += [int(year)] if year and not _YEAR.search(_DATE.sub(" ", words)) else []
    return _DATE.sub(" ", words), list(dict.fromkeys(whole)), part


def _two_years(words: str) -> bool:
    for first, second in _TWO.findall(words):
        later = int(second) if len(second) == 4 else int(first[:2] + second)
        if later > int(first):
            return True
    return False


def _kind(words: str) -> str | None:
    known = load_template().kind_words.get(words.casefold().rstrip("."))
    if known:
        return known
    actual, plan = _ACTUAL.search(words), _PLAN.search(words)
    if actual and plan:
        return "actual" if actual.start() < plan.start() else "plan"
    return "actual" if actual else "plan" if plan else None


def _offset(words: str) -> int | None:
    for pattern, years in _RELATIVE:
        if found := pattern.search(words):
            steps = [int(digit) for digit in found.groups() if digit]
            return steps[0] if steps else years
    return None


def _state(words: str) -> Literal["new", "old", "change", ""]:
    if _NEW.search(words):
        return "new"
    if _OLD.search(words):
        return "old"
    return (
        "change"
        if _CHANGE.search(words) and not re.search(r"nachtrags(?:plan|haushalt|ansatz)", words, re.I)
        else ""
    )


def budget_year_of(texts: list[str]) -> int | None:
    """Return the budget year that titles name (``Haushaltsplan 2026``), or None where they name none or several."""
    bare = {int(text) for text in texts if re.fullmatch(r"\s*(?:19|20)\d\d\s*", text)}
    found = {
        int(match[1])
        for text in texts
        for match in re.finditer(
            r"(?:haushalt(?:s?plan|ssatzung|sjahr|sentwurf)?|budget|etat|entwurf|\bhh|\bhj)[\W_]{0,3}(?:der\s\w+\s)?((?:19|20)\d\d)(?!\d|\s*[/–-]\s*\d)",
            text, re.I,
        )
    }  # fmt: skip
    said = found or bare
    return said.pop() if len(said) == 1 else None
