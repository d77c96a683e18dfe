"""Where a narrow column may break a long word: at soft hyphens between its parts, never anywhere else."""

from __future__ import annotations

import re

SOFT = (
    "Ähn|lichen", "Alters|gruppen", "Alt|schulden|entlastung", "Angebots|miete", "Arbeits|losen|quote", "Arbeits|lose",
    "Ausländer|anteil", "Bedarfs|gemein|schaft", "Betei|ligungen", "Brutto|inlands|produkt", "Eigen|kapital|quote",
    "Ein|wohner", "Einkommen|steuer", "Erreich|barkeit", "Finanz|rechnung", "Gewerbe|steuer", "Grund|sicherung",
    "Grund|steuer", "Haushalts|führung", "Haushalts|sicherungs|konzept", "Haushalts|status", "Kenn|zahl",
    "Kern|haushalt", "Kinder|tages|betreuung", "Langzeit|arbeitslose", "Liquiditäts|kredite",
    "Mindest|sicherungs|quote", "Pflege|bedürftige", "Pflege|heim|plätze", "Schlüssel|zuweisung",
    "schlech|testen", "Sozial|transfers",
    "Steuer|einnahme|kraft", "Steuer|kraft", "Verän|derung", "Über|schuldung", "Ver|lust|vortrag",
    "Wahrschein|lichkeit", "Zuwei|sungen",
    "consoli|dation", "inhab|itant", "Me|dian", "munici|palities", "perma|nently", "proba|bility", "provi|sional",
)  # fmt: skip
"""Long words of heads and rows, with a bar where a line may end (syllables by Duden and Merriam-Webster)."""
_PARTS = {word.replace("|", ""): word.replace("|", "\N{SOFT HYPHEN}") for word in SOFT}
_LONG = re.compile("|".join(sorted(_PARTS, key=len, reverse=True)))


def with_soft_hyphens(text: str) -> str:
    """Return a head or a name with soft hyphens, so that a phone breaks its long words where a syllable ends.

    Parameters
    ----------
    text : str
        Text that is shown; never what is compared, searched or written to a file.
    """
    return _LONG.sub(lambda found: _PARTS[found[0]], text)
