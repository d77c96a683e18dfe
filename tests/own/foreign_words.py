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
    "08": r"\bGemO\b",
    "14": r"SächsGemO|SächsKomHVO|Haushaltsstrukturkonzept",
}
#: Words that two Länder share, and those Länder.
SHARED = (r"Sonderergebnis|special result|Basiskapital|base capital", ("08", "14"))
#: Sections of an own law that another Land has under the same number, as its pages cite them.
CITED = {
    "08": r"GemO (?:Baden-Württemberg )?§ 80"
    r"|§ 80(?: Abs\. \d(?: (?:und|Satz) \d)*|\(\d\)(?: and \(\d\)| sentence \d)*)* GemO",
}


def foreign_words(text: str, key: str, language: str) -> list[str]:
    """Return the words of a text that belong to the law of another Land than that of the key."""
    own = re.sub(CITED[key], "", text) if key in CITED else text
    patterns = [FOREIGN[language], *(law for land, law in LAWS.items() if land != key)]
    patterns += [SHARED[0]] if key not in SHARED[1] else []
    return [found for pattern in patterns for found in re.findall(pattern, own)]


def words(folder: Path, language: str, page: str | None = None) -> str:
    """Return the text of one page of an own report, or of all, without marks."""
    pages = [FILES[page]] if page else list(FILES.values())
    text = "".join((folder / language / name).read_text(encoding="utf-8") for name in pages)
    plain = re.sub(r"<(style|title)\b.*?</\1>|<[^>]+>", " ", text, flags=re.S)
    return re.sub(r"\s+", " ", unescape(plain))
