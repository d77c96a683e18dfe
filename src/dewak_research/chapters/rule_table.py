"""Tables and figures whose sources are laws and publications of the rules data, not catalogued statistics.

Their ``sources`` are ids of the method chapter ("S30"); the source line shows name and address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.rules import Source, source


def _linked(found: Source) -> str:
    name = f"{escape(found.name)} ({found.id})"
    return f'<a href="{escape(found.url)}">{name}</a>' if found.url else name


class _RuleSources:
    sources: Sequence[str]

    def _credit(self, language: Language) -> str:
        linked = "; ".join(_linked(source(s)) for s in dict.fromkeys(self.sources))
        return f'<div class="dewak-source">{label("law_source", language)}: {linked}.</div>'


@dataclass(frozen=True)
class RuleTable(_RuleSources, Table):
    """A `Table` that rests on laws and publications."""


@dataclass(frozen=True)
class RuleFigure(_RuleSources, Figure):
    """A `Figure` that rests on laws and publications."""
