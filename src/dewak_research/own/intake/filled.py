"""A workbook's contents with what was understood of a file, for the commands and the page alike."""

from __future__ import annotations

from dewak_research.own.contents import KEYS, Contents
from dewak_research.own.intake.currencies import with_currency
from dewak_research.own.intake.pdf_draft import sources_of
from dewak_research.own.intake.result import Understood
from dewak_research.own.safety import clean_text
from dewak_research.own.workbook import with_imported


def filled_with(contents: Contents, imported: Understood, source: str) -> Contents:
    """Return the contents with the figures, the register and the currency of a file, and where they come from.

    Raises
    ------
    InputError
        The workbook already names another rate of currency.
    """
    source = clean_text(source, 120)
    known = with_currency(contents, imported.mappings, source)
    figures = imported.figures[[*KEYS, "value", "origin"]]
    return with_imported(known, figures, sources_of(imported, source, known.language), imported.register)
