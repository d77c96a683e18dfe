"""How a value is written in each language: numbers, shares, amounts, and what is missing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from string import Formatter
from typing import Any

import pandas as pd

from dewak_research.language import Language, Text
from dewak_research.page.labels import label

_MINUS = "\N{MINUS SIGN}"
_NBSP = "\N{NO-BREAK SPACE}"
PROBABILITY_DIGITS = 1
"""A probability is written with so many digits of per cent, wherever it stands."""
_EXACT_BELOW = 1e9
"""Fifteen digits, all that a binary number is sure of, say six after the point below this."""
_NUMBER_DIGITS = {"_eur": 0, "_eur_pc": 0, "_pct": 1, "_share": 3}
_GERMAN = str.maketrans({",": ".", ".": ","})


#: What is set apart from its number, and stays on one line with it: signs in German, areas and large amounts in both.
_SIGN: dict[Language, re.Pattern[str]] = {
    "de": re.compile(r"\s(?:(?<=\d\s)(?=[%€‰]|Mio\.|Mrd\.|k?m²)|(?<=Mio\.\s|Mrd\.\s)(?=€))"),
    "en": re.compile(r"\s(?<=\d\s)(?=million\b|billion\b|k?m²)"),
}


def kept_together(text: str, language: Language) -> str:
    """Return a text whose signs stay with their numbers: 23 %, 4 Mio. €, 51 km²; €4 million; English joins 23%."""
    return _SIGN[language].sub(_NBSP, text)


def with_unit(value: str, unit: str, language: Language) -> str:
    """Write a value with its unit where the language has it: 132 € je Monat and 8,9 %, €132 a month and 8.9%.

    Parameters
    ----------
    value : str
        A number as written.
    unit : str
        Its unit as a label has it, with or without words after the sign; may be empty.
    """
    if not unit:
        return value
    if language == "de":
        return f"{value}{_NBSP}{unit}"
    if unit.startswith("€"):
        return f"{_money(value, language)}{unit[1:]}"
    return f"{value}{'' if unit.startswith('%') else _NBSP}{unit}"


def is_missing(value: Any) -> bool:
    """Tell whether a scalar is missing: None, NaN, NA or NaT; infinite numbers count as missing."""
    if value is None:
        return True
    if isinstance(value, float):
        return not math.isfinite(value)
    if isinstance(value, str | int):
        return False
    answer = pd.isna(value)
    return bool(answer) if isinstance(answer, bool) or getattr(answer, "ndim", 1) == 0 else False


def _written(value: Any, spec: str) -> str:
    """Write a number by Python's format; a half goes away from zero, as treasurers round: 0.35 is 0.4, -2.5 is -3.

    What a binary number holds beyond fifteen significant digits is noise and decides nothing.
    """
    if not isinstance(value, float) or spec[-1:] not in {"f", "%", "e"} or abs(value) >= _EXACT_BELOW:
        return format(value, spec)
    with localcontext(rounding=ROUND_HALF_UP):
        return format(Decimal(f"{value:.15g}"), spec)


def formatted(value: Any, spec: str, language: Language) -> str:
    """Write a value by a Python format, with the language's marks.

    Parameters
    ----------
    value : number
        Missing values become “keine Angabe”/“no data”.
    spec : str
        Python's format, as ``",.2f"`` or ``".1%"``; a comma asks for marks between thousands. ``".1p"`` is a
        probability, see :func:`chance`; ``"2r"`` a whole number of two significant digits, see :func:`rounded`,
        ``"+2r"`` with its sign.
    language : {"de", "en"}
        German writes 1.234,5 and 23,3 %; English 1,234.5 and 23.3%.
    """
    if is_missing(value):
        return label("no_data", language)
    if spec.endswith("p"):
        return chance(value, language, int(spec.strip(".p")))
    if spec.endswith("r"):
        value, spec = rounded(value, int(spec[:-1])), "+,.0f" if spec.startswith("+") else ",.0f"
    return _in_marks(value if value else abs(value), spec, language)


@lru_cache(maxsize=2**16, typed=True)  # pages, summaries and maps of hundreds of units write the same values
def _in_marks(value: Any, spec: str, language: Language) -> str:
    text = _written(value, spec)
    if spec.endswith("g") and "e" in text:  # no reader wants 1.13e+03
        text = format(Decimal(text), ",f")
    if re.fullmatch(r"[-+]0(\.0+)?%?", text):
        text = text[1:]
    text = text.replace("-", _MINUS)
    if language == "de":
        text = text.translate(_GERMAN).replace("%", f"{_NBSP}%")
    return text


def number(value: Any, language: Language, digits: int = 0) -> str:
    """Write a number with marks between thousands: 1.234,5 or 1,234.5."""
    return formatted(value, f",.{digits}f", language)


def rounded(value: Any, digits: int = 2) -> Any:
    """Round to significant digits: 82,772 is 83,000. What rests on assumptions claims no more; missing stays so."""
    return value if is_missing(value) else float(_written(float(value), f".{digits - 1}e"))


def pct(value: Any, language: Language, digits: int = 1) -> str:
    """Write a share (0–1) in per cent: 23,3 % or 23.3%."""
    return formatted(value, f",.{digits}%", language)


def rounded_parts(parts: Iterable[float], digits: int = 0) -> list[float]:
    """Round parts so that what is printed adds up to the rounded sum (largest remainder).

    Every part is rounded down, and those that lost most get the steps that are missing; of equals the first.

    Parameters
    ----------
    parts : iterable of float
        All known; signs may differ.
    digits : int
        Digits after the point.

    Raises
    ------
    ValueError
        A part is missing.
    """
    exact = [float(part) * 10**digits for part in parts]
    if any(is_missing(part) for part in exact):
        raise ValueError("a part is missing: parts add up only where all are known")
    tidy = [round(part, 6) for part in exact]
    steps = [math.floor(part) for part in tidy]
    lacking = math.floor(math.fsum(tidy) + 0.5 + 1e-9) - sum(steps)
    most = sorted(range(len(tidy)), key=lambda i: steps[i] - tidy[i])
    for place in most[:lacking]:
        steps[place] += 1
    return [step / 10**digits for step in steps]


def whole_shares(shares: Iterable[float]) -> list[int]:
    """Round shares in per cent to whole numbers that add up as the shares do: 100 where they are all of something."""
    return [int(share) for share in rounded_parts(shares)]


def chance(value: Any, language: Language, digits: int = PROBABILITY_DIGITS) -> str:
    """Write a probability in per cent: “über 99,9 %” and “unter 0,1 %” where rounding would claim certainty.

    Only what is 0 or 1 in the results reads 0 % or 100 %.
    """
    step = 10.0 ** -(digits + 2)
    if not is_missing(value):
        rounded = float(_written(value, f".{digits}%")[:-1])
        if rounded == 0.0 < value:
            return label("chance_under", language, share=pct(step, language, digits))
        if value < 1.0 and rounded == 100.0:
            return label("chance_over", language, share=pct(1.0 - step, language, digits))
    return pct(value, language, digits)


def eur(value: Any, language: Language, digits: int = 0) -> str:
    """Write an amount in euros: 1.234 € or €1,234."""
    if is_missing(value):
        return label("no_data", language)
    return _money(number(value, language, digits), language)


def eur_m(value_eur: Any, language: Language, digits: int = 1) -> str:
    """Write an amount given in euros in millions: 1,2 Mio. € or €1.2 million."""
    if is_missing(value_eur):
        return label("no_data", language)
    text = number(float(value_eur) / 1e6, language, digits)
    if language == "de":
        return f"{text}{_NBSP}Mio.{_NBSP}€"
    return f"{_money(text, language)}{_NBSP}million"


def _money(text: str, language: Language) -> str:
    if language == "de":
        return f"{text}{_NBSP}€"
    return f"{_MINUS}€{text[1:]}" if text.startswith(_MINUS) else f"€{text}"


def date(value: Any, language: Language) -> str:
    """Write a day: 26.1.2026 or 26 January 2026; the months are named in English whatever the computer speaks."""
    day = pd.Timestamp(str(value))
    if language == "de":
        return f"{day.day}.{day.month}.{day.year}"
    return f"{day.day} {day.month_name()} {day.year}"


def interval(low: Any, high: Any, spec: str, language: Language) -> str:
    """Write a range: 23,3 % bis 25,1 % or 23.3% to 25.1%; missing where one end is."""
    if is_missing(low) or is_missing(high):
        return label("no_data", language)
    return label(
        "interval", language, low=formatted(low, spec, language), high=formatted(high, spec, language)
    )


def with_interval(
    frame: pd.DataFrame,
    spec: str,
    language: Language,
    value: str = "estimate",
    low: str = "low",
    high: str = "high",
) -> pd.Series[str]:
    """Write every row's value with its range in brackets: 0,12 (0,05 bis 0,19)."""
    cells = [
        f"{formatted(v, spec, language)} ({interval(a, b, spec, language)})"
        for v, a, b in zip(frame[value], frame[low], frame[high], strict=True)
    ]
    return pd.Series(cells, index=frame.index, dtype="str")


class _Writer(Formatter):
    """Fills placeholders in the marks of a language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Text):
            return value[self.language]
        if isinstance(value, str):
            return format(value, format_spec)
        money = {"eur": eur, "eur_m": eur_m}.get(format_spec)
        if money is not None:
            return money(value, self.language)
        if isinstance(value, float) and not format_spec and not is_missing(value):
            raise ValueError(f"the number {value!r} stands without a format")
        return formatted(value, format_spec, self.language)


def filled(text: str, language: Language, **values: Any) -> str:
    """Fill the placeholders of a text: ``"{share:.0%} von {name}"``, ``"{amount:eur}"``.

    Raises
    ------
    KeyError
        A placeholder has no value.
    ValueError
        A number with digits stands without a format.
    """
    return _Writer(language).vformat(text, (), values)


def is_number_column(column: pd.Series[Any]) -> bool:
    """Tell whether a column holds numbers (and not truth values)."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def default_format(name: str, column: pd.Series[Any]) -> str:
    """Return whole numbers without digits, else the digits that the unit in the name suggests."""
    if name == "year" or name.endswith("_year"):
        return ".0f"
    known = column.dropna()
    if is_number_column(column) and bool((known == known.round()).all()):
        return ",.0f"
    digits = next((n for end, n in _NUMBER_DIGITS.items() if name.endswith(end)), 2)
    return f",.{digits}f"
