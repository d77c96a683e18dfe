"""The way from a sheet to the glossary: the first use of a technical word in its text, as light as it can be."""

from __future__ import annotations

import re

from dewak_research.language import Language
from dewak_research.page.terms import FirstUses

GLOSSARY = "../glossary.html"
MOST = 7
"""Links that a sheet takes at most: half a kilobyte."""
_TEXT = re.compile(r"(<p(?: class=\"small\")?>)(.*?)(</p>)", re.DOTALL)
_MARKUP = re.compile(r"(<a\b.*?</a>|<[^>]+>)", re.DOTALL)
_KNOWN = re.compile(rf"{re.escape(GLOSSARY)}#([\w-]+)")
_END = '<section class="tools'


def with_terms(html: str, language: Language) -> str:
    """Return a sheet whose paragraphs lead to the glossary, but for words that a "?" of the sheet explains already."""
    body, mark, rest = html.partition(_END)
    uses = FirstUses(language, GLOSSARY, MOST, set(_KNOWN.findall(body)))

    def linked(paragraph: re.Match[str]) -> str:
        pieces = _MARKUP.split(paragraph[2])
        pieces[::2] = map(uses.linked, pieces[::2])
        return f"{paragraph[1]}{''.join(pieces)}{paragraph[3]}"

    return _TEXT.sub(linked, body) + mark + rest
