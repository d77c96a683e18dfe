"""Another currency than the euro: named by the file, converted at the rate that the mapping gives, said everywhere.

The workbook is in euro. One rate for all years leaves growth and ratios as they are in the other currency; what is
compared with other towns in euro per head depends on the rate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from dewak_research.errors import InputError, messages, texts
from dewak_research.language import Text
from dewak_research.own.contents import Contents
from dewak_research.own.intake.mapping import Currency, ImportMap

_problem, _text = messages(__package__), texts(__package__)
EURO, OF_LINE = Text("Euro", "euro"), Text("Person, Euro oder Prozent", "person, euro or percent")
CODES = ("CHF", "ISK", "DKK", "NOK", "GBP", "USD", "PLN", "CZK", "HUF", "RON", "BGN")
_WORDS = {
    "ISK": r"þús\.\s?kr|m\.\s?kr\.|milljónir króna|í krónum",
    "CHF": r"Schweizer Franken|\bin (?:1[ .'’]?000 )?Franken",
}
_NAMED = {
    code: re.compile(rf"(?<![A-Z]){code}(?![A-Z])" + (rf"|(?i:{_WORDS[code]})" if code in _WORDS else ""))
    for code in CODES
}


def euro_per_unit(mapping: ImportMap) -> float:
    """Return the euro for one unit of the file's currency; 1 where it is the euro."""
    return mapping.currency.euro if mapping.currency else 1.0


def unit_of(mapping: ImportMap) -> Text:
    """Return the name of the file's unit: its currency, or those of the lines of the sheet Population."""
    if mapping.sheet == "population":
        return OF_LINE
    return Text(mapping.currency.code, mapping.currency.code) if mapping.currency else EURO


def named_currency(cells: Sequence[str]) -> str:
    """Return the code of another currency that cells name; empty without one."""
    return next((code for code, known in _NAMED.items() if any(map(known.search, cells))), "")


def check_currency(rows: Sequence[Sequence[str]], mapping: ImportMap, where: str) -> None:
    """Refuse a file that names another currency than its mapping does, above its amounts or in its column of units.

    Raises
    ------
    InputError
        The amounts would be taken for euro, or converted at the rate of another currency.
    """
    heads = list(rows[mapping.header_row - 1])
    cells = [cell for row in rows[: mapping.header_row] for cell in row]
    if mapping.unit_column in heads:
        at = heads.index(mapping.unit_column)
        cells += [row[at] for row in rows[mapping.header_row :] if at < len(row)]
    found = named_currency(cells)
    said = mapping.currency.code if mapping.currency else ""
    if found and found != said:
        shown = {"found": found, "said": said or EURO}
        raise InputError(_problem("currency_other" if said else "currency_unsaid", where, **shown))


def currency_notes(mapping: ImportMap) -> list[Text]:
    """Say at which rate amounts become euro, and which lines are entered as zero because the layout lacks them."""
    notes = (
        [_text("note_currency", rate=_rate(mapping.currency), basis=mapping.currency.basis)]
        if mapping.currency
        else []
    )
    return [*notes, *([_text("note_absent", lines=", ".join(mapping.absent))] if mapping.absent else [])]


def _rate(currency: Currency) -> Text:
    plain = f"{currency.euro:.10f}".rstrip("0").rstrip(".")
    return Text(f"1 {currency.code} = {plain.replace('.', ',')} Euro", f"1 {currency.code} = {plain} euro")


def with_currency(contents: Contents, mappings: Sequence[ImportMap], where: str) -> Contents:
    """Return the contents with the rate on the first sheet, from where the report names it.

    Raises
    ------
    InputError
        The workbook already names another rate: its amounts would be in two measures.
    """
    given = next((mapping.currency for mapping in mappings if mapping.currency), None)
    if given is None:
        return contents
    said = f"{_rate(given)[contents.language]} ({given.basis})"
    before = contents.form.get("currency", "")
    if before and before != said:
        raise InputError(_problem("currency_differs", where, before=before, after=said))
    return replace(contents, form={**contents.form, "currency": said})
