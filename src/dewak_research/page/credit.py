"""The source line below a figure or table, and what a whole page rests on: the kinds of all its sources.

A line in words (`said`) stands for what rests on no source: inputs of the report itself, which are assumptions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from dewak_research.data.catalogue import catalogue, source_html, source_summary
from dewak_research.language import Language
from dewak_research.page.labels import label
from dewak_research.rules import sources as law_sources

#: Kinds of sources in the order in which a page names them; "by_hand" is how a value came here.
ORDER = ("official", "law", "study", "project", "published", "press", "advisory", "by_hand", "assumption")
_MARK = re.compile(r'data-kinds=\\?"([a-z_ ]+)\\?"')
_SAYS_PRESS = re.compile(r"[Pp]resse")


def table_kinds(name: str) -> list[str]:
    """Return the kinds of a catalogued table: official, and press where the catalogue says so of its origin."""
    table = catalogue().get(name)
    if table is None:
        return []
    said = " ".join(text.de for text in (table.number, table.changed, table.note) if text is not None)
    return ["official", "press"] if _SAYS_PRESS.search(said) else ["official"]


def _marked(kinds: Iterable[str]) -> str:
    return f' data-kinds="{" ".join(dict.fromkeys(kinds))}"'


def credit(sources: Sequence[str], language: Language, said: str | None = None) -> str:
    """Return the source line of a figure or table as HTML; ``data-kinds`` says of what kinds its sources are.

    Parameters
    ----------
    sources : sequence of str
        Names of the catalogue (official tables) and ids of the rules ("S30": laws and publications).
    language : {"de", "en"}
        Language of the line.
    said : str, optional
        A line in words instead, for what rests on neither.

    Raises
    ------
    InputError
        A name is not in the catalogue.
    """
    if said is not None:
        return f'<div class="dewak-source"{_marked(["assumption"])}>{escape(said)}</div>'
    known = law_sources()
    tables = [name for name in dict.fromkeys(sources) if name not in known]
    laws = [known[name] for name in dict.fromkeys(sources) if name in known]
    lines = []
    if tables:
        kinds = _marked(kind for name in tables for kind in table_kinds(name))
        lines.append(
            f'<details class="dewak-source"{kinds}><summary>{escape(source_summary(tables, language))}</summary>'
            f'<div class="dewak-credit">{source_html(tables, language)}</div></details>'
        )
    if laws:
        names = [(escape(law.cited(language)), law.url) for law in laws]
        linked = "; ".join(f'<a href="{escape(url)}">{name}</a>' if url else name for name, url in names)
        kinds = _marked(law.kind for law in laws)
        lines.append(f'<div class="dewak-source"{kinds}>{label("law_source", language)}: {linked}.</div>')
    return "".join(lines)


def kinds_of_page(text: str, language: Language) -> tuple[str, ...]:
    """Return what a page rests on, from the source lines of its figures and tables and the words beside its values.

    Parameters
    ----------
    text : str
        The page with its figures and tables, as HTML or as the source that holds it.
    language : {"de", "en"}
        Language of the page.

    Returns
    -------
    tuple of str
        Of ``ORDER``; empty for a page without a source line.
    """
    found = {kind for hit in _MARK.finditer(text) for kind in hit[1].split()}
    if found:
        words = text.lower()
        for kind in ("by_hand", "assumption"):
            said = label(f"certainty_{kind}", language).lower()
            if re.search(rf"\b{re.escape(said.split(',')[-1].strip())}", words):
                found.add(kind)
    return tuple(kind for kind in ORDER if kind in found)


def rests_on(kinds: Sequence[str], language: Language) -> str:
    """Return the sentence that says what the figures of a page rest on; nothing for a page without any."""
    if not kinds:
        return ""
    named = [label(f"rests_on_{kind}", language) for kind in kinds]
    return label("rests_on", language, kinds="; ".join(named))
