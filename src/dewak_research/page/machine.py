"""Written numbers read back: a file for machines holds ``1654`` where the page says ``1.654 €``, in either language."""

from __future__ import annotations

import re
from decimal import Decimal

from dewak_research.language import Language

_MARKS = {"de": (".", ","), "en": (",", ".")}
_NUMBER = {
    language: re.compile(
        rf"(?<![\w.,])[+-]?(?:\d{{1,3}}(?:\{thousands}\d{{3}})+|\d+)(?:\{point}\d+)?(?![\w.,])"
    )
    for language, (thousands, point) in _MARKS.items()
}
_BETWEEN = re.compile(r"(?:[\s()%€–·;/±]|bis|to|über|over|unter|under|Mio\.|million)*")
_ALONE = re.compile(r"([+-]?)\s*€?\s*([+-]?[\d.]+)\s*(%|€)?")


def machine_text(text: str, language: Language) -> str:
    """Return a cell that holds written numbers with the marks of machines.

    A number alone becomes the number: an amount without its sign of money, per cent as a share of one. Of several
    numbers with nothing but words like "to" between them each is rewritten and the rest stays. Anything else stays as
    it is: names, keys, days, sentences.

    Parameters
    ----------
    text : str
        As `page.values.formatted` writes it.
    language : {"de", "en"}
        Whose marks it has.
    """
    plain = text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{MINUS SIGN}", "-").replace("-€", "€-")
    thousands, point = _MARKS[language]
    spaced, written = plain.replace("€", " € "), _NUMBER[language]
    if not written.search(spaced) or not _BETWEEN.fullmatch(written.sub("", spaced)):
        return text
    found = written.sub(
        lambda hit: hit.group().replace(thousands, "").replace(point, ".").lstrip("+"), spaced
    )
    alone = _ALONE.fullmatch(found.strip())
    if alone is None:
        return re.sub(r"\s+", " ", found).strip() if found != spaced else text
    sign, digits, unit = alone.groups()
    if unit is None and found == spaced and digits == text:
        return text
    value = Decimal(f"{sign if not digits.startswith('-') else ''}{digits}")
    return format(value / 100 if unit == "%" else value, "f")
