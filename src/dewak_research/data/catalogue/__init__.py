"""The catalogue of official tables: what they are, whose they are, and what every column means.

One YAML file per source beside this module. From it come the contracts, the data packages and the line under
every figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from html import escape
from importlib.resources import files
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BeforeValidator, Field

from dewak_research.config import Group
from dewak_research.errors import InputError, messages, nearest, texts
from dewak_research.language import Language, Named, Text, read_yaml
from dewak_research.rules import HOME, land

_problem, _text = messages("dewak_research.data"), texts("dewak_research.data")
Kind = Literal["string", "integer", "number", "boolean"]
_BRACKETS = re.compile(r"\(([^),]+)")


def _same_in_both(given: object) -> object:
    """A name that is the same in both languages, as "INKAR 2024", may stand as one text."""
    return {"de": given, "en": given} if isinstance(given, str) else given


Called = Annotated[Text, BeforeValidator(_same_in_both)]


class Licence(Group):
    """A licence with its address; ``verified`` false where it is to be confirmed before publication."""

    id: str
    name: Called
    url: str
    verified: bool = True
    note: Text | None = None


class Column(Named):
    """One column: its title, type, unit and what is allowed in it."""

    type: Kind
    unit: Text | None = None
    note: Text | None = None
    required: bool = False
    pattern: str | None = None
    enum: tuple[str, ...] | None = None
    minimum: float | None = None
    maximum: float | None = None


class Table(Group):
    """One official table or set of boundaries.

    ``keys`` and ``fields`` are empty for boundaries; ``rows`` is given where the number of rows is fixed. ``by_hand``
    marks figures that were read and typed: single slips cannot be excluded, and the credit says so. ``taken`` is the
    day on which this vintage came into the report.
    """

    name: str
    source: str
    publisher: Text
    link: str
    licence: Licence
    file: str
    number: Called
    vintage: Text
    taken: date
    title: Text
    change: Text
    note: Text | None = None
    by_hand: bool = False
    rows: int | None = None
    keys: tuple[str, ...] = ()
    fields: dict[str, Column] = Field(default_factory=dict)

    @property
    def changed(self) -> Text:
        """Return what was changed on the way from the publisher to this table."""
        return _text("by_hand", change=self.change) if self.by_hand else self.change

    @property
    def role(self) -> str:
        """Return what the code asks for: what the table holds for the Land of the report, else its own name."""
        return next((role for role, name in land(HOME).tables.items() if name == self.name), self.name)

    @property
    def path(self) -> str:
        """Return the path below ``data/raw``."""
        return f"{self.source}/{self.file}"


def _tables(source: str, document: dict[str, Any]) -> dict[str, Table]:
    shared = {key: document[key] for key in ("publisher", "link", "licence")}
    return {
        name: Table(name=name, source=source, **(shared | entry))
        for name, entry in document["tables"].items()
    }


@cache
def catalogue() -> dict[str, Table]:
    """Return every catalogued table by name, sorted by name."""
    found: dict[str, Table] = {}
    for entry in files("dewak_research.data.catalogue").iterdir():
        if entry.name.endswith(".yaml"):
            document = read_yaml(entry.read_text(encoding="utf-8"))
            found |= _tables(entry.name.removesuffix(".yaml"), document)
    return dict(sorted(found.items()))


def table(name: str) -> Table:
    """Return one catalogued table.

    Parameters
    ----------
    name : str
        Its own name, or what it holds for the Land of the report ("tax_panel"; ``tables`` in ``rules/land``).

    Raises
    ------
    InputError
        The name is not in the catalogue; the nearest known one is offered.
    """
    known, roles = catalogue(), land(HOME).tables
    name = roles.get(name, name)
    if name not in known:
        near = nearest(name, [*known, *roles])
        listed = f"»{near}«" if near else ", ".join(known)
        raise InputError(_problem("table_unknown", "data/catalogue", name=name, right=listed))
    return known[name]


def catalogue_frame(rows: Mapping[str, int]) -> pd.DataFrame:
    """Return the catalogue as a table.

    Parameters
    ----------
    rows : mapping of str to int
        Number of rows of each table that was read, by its role.

    Returns
    -------
    DataFrame
        table, title_de, title_en, publisher_de, publisher_en, number_de, number_en, vintage_de, vintage_en,
        licence_de, licence_en, licence_url, licence_verified, link, change_de, change_en, columns (0 for
        boundaries), rows (missing for boundaries); sorted by publisher and table.
    """
    found = [
        {
            "table": t.name, "title_de": t.title.de, "title_en": t.title.en, "publisher_de": t.publisher.de,
            "publisher_en": t.publisher.en, "number_de": t.number.de, "number_en": t.number.en,
            "vintage_de": t.vintage.de, "vintage_en": t.vintage.en, "licence_de": t.licence.name.de,
            "licence_en": t.licence.name.en, "licence_url": t.licence.url,
            "licence_verified": t.licence.verified, "link": t.link, "change_de": t.changed.de,
            "change_en": t.changed.en, "columns": len(t.fields), "rows": float(rows.get(t.role, float("nan"))),
        }
        for t in catalogue().values()
    ]  # fmt: skip
    return pd.DataFrame(found).sort_values(["publisher_de", "table"], ignore_index=True)


def _unique(names: Iterable[str]) -> list[Table]:
    return [table(name) for name in dict.fromkeys(names)]


def _licence(table: Table, language: Language) -> str:
    note = table.licence.note
    name = table.licence.name[language]
    return f"{name} ({note[language]})" if note else name


def _short(publisher: str) -> str:
    """Return what stands first in brackets, the publisher's short name, or the whole name."""
    found = _BRACKETS.search(publisher)
    return found[1] if found else publisher


def source_summary(names: Iterable[str], language: Language) -> str:
    """Return the publishers in one short line, each once, and what the full credit adds."""
    source, own, more = (_text(key)[language] for key in ("source", "own", "more"))
    return f"{source}: {', '.join([*publishers(names, language), own])} ({more})"


def publishers(names: Iterable[str], language: Language) -> list[str]:
    """Return the short names of the publishers of catalogued tables, each once, in the order of the tables.

    Raises
    ------
    InputError
        A name is not in the catalogue.
    """
    return list(dict.fromkeys(_short(t.publisher[language]) for t in _unique(names)))


def source_html(names: Iterable[str], language: Language) -> str:
    """Return the credit of one or several catalogued tables with links.

    Raises
    ------
    InputError
        A name is not in the catalogue.
    """
    source, own = (_text(key)[language] for key in ("source", "own"))
    return f"{source}: {' · '.join([*source_parts(names, language), escape(own)])}."


def source_parts(names: Iterable[str], language: Language) -> list[str]:
    """Return the credit of each of several catalogued tables with links, as HTML; tables of one credit have one.

    Raises
    ------
    InputError
        A name is not in the catalogue.
    """
    changed = _text("change")[language]
    return [
        f'<a href="{escape(t.link)}">{escape(t.publisher[language])}</a>, {escape(t.number[language])}, '
        f'{escape(t.vintage[language])}; <a rel="license" href="{escape(t.licence.url)}">'
        f"{escape(_licence(t, language))}</a>; {changed}: {escape(t.changed[language])}"
        for t in _unique(names)
    ]
