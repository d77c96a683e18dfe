"""Words of the law of one Land that mean nothing on the pages of another, and the words of a page."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from dewak_research.own.report import FILES

#: Words of the law of North Rhine-Westphalia.
SECTIONS = r"§ ?(?:56b|7[4-9]|8[0-9])\b|GO NRW|KrO|N[1-4]\b|Bezirksregierung|Landschaftsverband|"
FOREIGN = {
    "de": SECTIONS
    + r"Ausgleichsrücklage|llgemeinen? Rücklage|beide Rücklagen|Schwelle|Stufen? des|Minderaufw"
    r"|Landschaftsumlage|Ampel",
    "en": SECTIONS
    + r"equalisation reserve|general reserve|both reserves|threshold|\bladder\b|general spending cut"
    r"|Landschaft levy|\blight (?:green|amber|red)",
}
#: By Land: what names its own law.
LAWS = {
    "03": r"NKomVG|KomHKVO|Nettoposition",
    "06": r"\bHGO\b|Hessenkasse|Netto-Position",
    "08": r"(?<!Sächs)\bGemO\b|Sonderergebnis|special result",
    "14": r"SächsGemO|SächsKomHVO|Haushaltsstrukturkonzept",
}


def words(folder: Path, language: str, page: str | None = None) -> str:
    """Return the text of one page of an own report, or of all, without marks."""
    pages = [FILES[page]] if page else list(FILES.values())
    text = "".join((folder / language / name).read_text(encoding="utf-8") for name in pages)
    plain = re.sub(r"<(style|title)\b.*?</\1>|<[^>]+>", " ", text, flags=re.S)
    return re.sub(r"\s+", " ", unescape(plain))
