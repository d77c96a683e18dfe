"""The line under every figure and table: publisher, table, licence, link and note of change.

The Datenlizenz Deutschland - Namensnennung 2.0 asks for exactly these.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from dewak_research.data import catalogue as entries
from dewak_research.language import Language, Text

_SOURCE = Text("Quelle", "Source")
_CHANGED = Text("Änderung", "Change")
_OWN = Text("eigene Berechnung", "own calculation")
_MORE = Text("Tabellen, Lizenzen, Änderungen", "tables, licences, changes")


def _unique(names: Iterable[str]) -> list[entries.Table]:
    return [entries.table(name) for name in dict.fromkeys(names)]


def _licence(table: entries.Table, language: Language) -> str:
    note = table.licence.note
    return f"{table.licence.name} ({note[language]})" if note else table.licence.name


def source_line(names: Iterable[str], language: Language) -> str:
    """Return the credit of one or several catalogued tables as plain text.

    Raises
    ------
    InputError
        A name is not in the catalogue.
    """
    parts = [
        f"{t.publisher[language]}, {t.number}, {t.vintage[language]} ({t.link}); {_licence(t, language)} "
        f"({t.licence.url}); {_CHANGED[language]}: {t.changed[language]}"
        for t in _unique(names)
    ]
    return f"{_SOURCE[language]}: " + " · ".join([*parts, _OWN[language]]) + "."


def _short(publisher: str) -> str:
    """Return what stands in brackets, the publisher's short name, or the whole name."""
    inside = publisher.rpartition("(")[2].rstrip(")") if publisher.endswith(")") else publisher
    return inside.partition(",")[0]


def source_summary(names: Iterable[str], language: Language) -> str:
    """Return the publishers in one short line, each once, and what the full credit adds."""
    publishers = dict.fromkeys(_short(t.publisher[language]) for t in _unique(names))
    said = ", ".join([*publishers, _OWN[language]])
    return f"{_SOURCE[language]}: {said} ({_MORE[language]})"


def source_html(names: Iterable[str], language: Language) -> str:
    """Return the credit with links.

    Raises
    ------
    InputError
        A name is not in the catalogue.
    """
    parts = [
        f'<a href="{escape(t.link)}">{escape(t.publisher[language])}</a>, {escape(t.number)}, '
        f'{escape(t.vintage[language])}; <a rel="license" href="{escape(t.licence.url)}">'
        f"{escape(_licence(t, language))}</a>; {_CHANGED[language]}: {escape(t.changed[language])}"
        for t in _unique(names)
    ]
    return f"{_SOURCE[language]}: " + " · ".join([*parts, escape(_OWN[language])]) + "."
