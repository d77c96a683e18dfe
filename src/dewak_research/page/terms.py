"""The words of the report, one for one thing, read from ``terms.yaml``: their meaning, their forms, what to avoid."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from dewak_research.data.register import fold
from dewak_research.errors import entries
from dewak_research.language import Language, Text

FILE = "terms.yaml"
_ANCHOR = "term-{}"


@dataclass(frozen=True)
class Term:
    """One concept.

    Parameters
    ----------
    key : str
        Its key, and its anchor on the glossary page.
    word, said : Text
        Its entry, as Markdown: the word and what it means.
    group : str, optional
        Where it stands on the glossary page; None for a word of the house that has no entry there.
    find : mapping of language to pattern
        Its forms in a text; its first use on a page leads to the entry.
    never, but : mapping of language to pattern
        What no reader's text says instead, and what is taken out before looking for it.
    """

    key: str
    word: Text
    said: Text
    group: str | None = None
    find: Mapping[str, str] = field(default_factory=dict)
    never: Mapping[str, str] = field(default_factory=dict)
    but: Mapping[str, str] = field(default_factory=dict)

    def forbidden(self, text: str, language: Language) -> Iterator[str]:
        """Yield what a text says instead of this word."""
        if language not in self.never:
            return
        if language in self.but:
            text = re.sub(self.but[language], " ", text)
        for hit in re.finditer(self.never[language], text):
            yield hit.group()


@lru_cache(maxsize=1)
def terms() -> dict[str, Term]:
    """Return every concept by key, in the order of the file."""
    return {
        key: Term(
            key=key,
            word=Text.of(entry["word"]),
            said=Text.of(entry["said"]),
            group=entry.get("group"),
            **{part: entry.get(part, {}) for part in ("find", "never", "but")},
        )
        for key, entry in entries(__package__, FILE)["terms"].items()
    }


def anchor(term: Term) -> str:
    """Return the anchor of a term on the glossary page."""
    return _ANCHOR.format(term.key.replace("_", "-"))


@lru_cache(maxsize=2)
def patterns(language: Language) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return by key how every term with an entry stands in a text."""
    return tuple(
        (term.key, re.compile(rf"(?<![\w’-])(?:{term.find[language]})(?![\w-])"))
        for term in terms().values()
        if term.group is not None and language in term.find
    )


@lru_cache(maxsize=4096)  # the sheets of hundreds of units share most of their sentences
def _uses(text: str, language: Language) -> tuple[tuple[int, int, str], ...]:
    """Return start, end with a minus sign, and key of the first use of every term in a text, in reading order."""
    return tuple(
        sorted(
            (hit.start(), -hit.end(), key) for key, look in patterns(language) if (hit := look.search(text))
        )
    )


class FirstUses:
    """Links the first use of every term on one page to its entry; texts come in the order in which they are read.

    Parameters
    ----------
    language : {"de", "en"}
        Language of the page.
    page : str
        The glossary, as seen from the page.
    most : int, optional
        Number of links at most.
    known : collection of str
        Anchors that the page leads to already.
    """

    def __init__(
        self, language: Language, page: str, most: int | None = None, known: Collection[str] = ()
    ) -> None:
        self._language = language
        self._open = {key for key, _ in patterns(language) if anchor(terms()[key]) not in known}
        self._page = page
        self._left = len(self._open) if most is None else most

    def linked(self, text: str) -> str:
        """Return a piece of running text with its links; it holds no markup."""
        if not self._left:
            return text
        found = [use for use in _uses(text, self._language) if use[2] in self._open]
        parts, done = [], 0
        for start, minus_end, key in found:
            if start < done or not self._left:
                continue
            target = f"{self._page}#{anchor(terms()[key])}"
            parts += [text[done:start], f'<a class="term" href="{target}">{text[start:-minus_end]}</a>']
            done = -minus_end
            self._left -= 1
            self._open.discard(key)
        return "".join([*parts, text[done:]])


def glossary(language: Language) -> list[tuple[str, list[Term]]]:
    """Return the entries of the glossary page: title of each group, its terms in alphabetical order."""
    shown = [term for term in terms().values() if term.group is not None]
    return [
        (
            Text.of(title)[language],
            sorted(
                (t for t in shown if t.group == group), key=lambda t: fold(t.word[language].replace("*", ""))
            ),
        )
        for group, title in entries(__package__, FILE)["groups"].items()
    ]
