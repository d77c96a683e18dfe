"""Pages that are lists: the publications the report rests on, and the official tables with their licences."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import yaml

from dewak_research.data.catalogue import Table, catalogue
from dewak_research.language import Language, Text

_WORDS = {
    "publisher": Text("Herausgeber", "Publisher"),
    "number": Text("Tabelle", "Table"),
    "vintage": Text("Stand", "Vintage"),
    "licence": Text("Lizenz", "Licence"),
    "change": Text("Änderung", "Change"),
    "note": Text("Hinweis", "Note"),
    "file": Text("Datei in der Sammlung", "File in the repository"),
    "unverified": Text("ungeprüft", "unverified"),
}


def read_references(book: Path) -> list[dict[str, Any]]:
    """Return ``book/references.yaml``: groups with a title in both languages and items by number."""
    groups: list[dict[str, Any]] = yaml.safe_load((book / "references.yaml").read_text(encoding="utf-8"))
    return groups


def references_page(groups: list[dict[str, Any]], intro: str, language: Language) -> str:
    """Return the references as a MyST page below its hand-written introduction."""
    lines = [intro.rstrip(), ""]
    for group in groups:
        lines += [f"## {group['title'][language]}", "", "```{raw} html", '<dl class="references">']
        for key, item in group["items"].items():
            text = escape(str(item["text"]))
            if item.get("url"):
                text = f'<a href="{escape(item["url"])}">{text}</a>'
            lines.append(f'<dt id="{key.lower()}">{key}</dt><dd>{text}</dd>')
        lines += ["</dl>", "```", ""]
    return "\n".join(lines)


def _entry(table: Table, language: Language) -> list[str]:
    licence = f'<a rel="license" href="{escape(table.licence.url)}">{escape(table.licence.name)}</a>'
    if table.licence.note is not None:
        licence += f" ({escape(table.licence.note[language])})"
    if not table.licence.verified:
        licence += f' <span class="tag tag-unverified">{_WORDS["unverified"][language]}</span>'
    publisher = f'<a href="{escape(table.link)}">{escape(table.publisher[language])}</a>'
    facts = [
        ("publisher", publisher),
        ("number", escape(table.number)),
        ("vintage", escape(table.vintage[language])),
        ("licence", licence),
        ("change", escape(table.change[language])),
    ]
    if table.note is not None:
        facts.append(("note", escape(table.note[language])))
    facts.append(("file", f"<code>data/raw/{escape(table.path)}</code>"))
    rows = [f"<dt>{_WORDS[key][language]}</dt><dd>{text}</dd>" for key, text in facts]
    return ["```{raw} html", f'<dl class="facts" id="{escape(table.name)}">', *rows, "</dl>", "```", ""]


def sources_page(intro: str, language: Language) -> str:
    """Return the official tables as a MyST page below its hand-written introduction: generated from the catalogue."""
    lines = [intro.rstrip(), ""]
    for table in catalogue().values():
        title = table.title[language]
        lines += [f"## {title[:1].upper()}{title[1:]}", "", *_entry(table, language)]
    return "\n".join(lines)
