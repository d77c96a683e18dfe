"""Tables and figures whose sources are laws and publications of the rules data, not catalogued statistics.

Their ``sources`` are ids of the method chapter ("S30"); the source line shows name and address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dewak_research.language import Language
from dewak_research.report.figure import Figure, Table
from dewak_research.report.labels import label
from dewak_research.rules import Source, source


def _linked(found: Source) -> str:
    name = f"{escape(found.name)} ({found.id})"
    return f'<a href="{escape(found.url)}">{name}</a>' if found.url else name


class _RuleSources:
    name: str
    note: str | None
    sources: Sequence[str]

    def _foot(self, language: Language, address: str | None) -> str:
        parts = [f'<div class="dewak-note">{escape(self.note)}</div>'] if self.note else []
        linked = "; ".join(_linked(source(s)) for s in dict.fromkeys(self.sources))
        parts.append(f'<div class="dewak-source">{label("law_source", language)}: {linked}.</div>')
        if address is not None:
            link = f'<a class="dewak-data" href="{escape(address)}/{self.name}.csv" download>'
            parts.append(f"{link}{escape(label('data_csv', language))}</a>")
        return "".join(parts)


@dataclass(frozen=True)
class RuleTable(_RuleSources, Table):
    """A `Table` that rests on laws and publications."""


@dataclass(frozen=True)
class RuleFigure(_RuleSources, Figure):
    """A `Figure` that rests on laws and publications."""
