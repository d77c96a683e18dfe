"""The glossary page, and the way to it: the first use of a technical word on a page leads to its entry.

Links are set when an edition is put together, never by hand, and only in running text and in what is said of a figure
or table (caption, note): headings, code, formulas, cells, other HTML and what already is a link stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import nbformat

from dewak_research.book.notebook import rewrite_html
from dewak_research.language import Language
from dewak_research.page.terms import FirstUses, anchor, glossary
from dewak_research.page.values import kept_together

PAGE = "glossary"
_FENCE = re.compile(r"\s*(`{3,}|~{3,}|\${2})")
#: A line that is no running text: heading, table, HTML, image, anchor, directive, definition's term is looked up apart.
_APART = re.compile(r"\s*(#|\||<|!\[|\(.*\)=\s*$|:{3,}|\{#|\[\^)|^(?: {4}|\t)")
#: Pieces of a line that are no running text: code, formula, link, image, tag, escaped mark.
_PIECES = re.compile(
    r"(`+[^`]*`+|\$[^$\n]+\$|!?\[[^\]]*\]\([^)]*\)|\[[^\]]*\]\[[^\]]*\]|<a\b.*?</a>|<[^>]+>|https?://\S+|\{[a-z]+\}`[^`]*`)"
)


#: What is said of a figure or table, in the outputs of a notebook.
_SAID = re.compile(r'(<div class="dewak-(?:caption|note)">|<caption>)(.*?)(</div>|</caption>)', re.DOTALL)


def glossary_page(intro: str, language: Language) -> str:
    """Return the glossary as a MyST page below its hand-written introduction: generated from the list of words."""
    lines = [intro.rstrip(), ""]
    for title, members in glossary(language):
        lines += [f"## {title}", ""]
        for term in members:
            lines += [f"({anchor(term)})=", term.word[language], f": {term.said[language]}", ""]
    return "\n".join(lines)


class Linker:
    """Links the first use of every term on one page; texts come in the order in which they are read.

    Parameters
    ----------
    language : {"de", "en"}
        Language of the page.
    """

    def __init__(self, language: Language) -> None:
        self._language: Language = language
        self._uses = FirstUses(language, f"{PAGE}.html")

    def text(self, markdown: str) -> str:
        """Return a text of the page with its links."""
        fence, block, lines = "", False, markdown.split("\n")
        for place, line in enumerate(lines):
            mark = _FENCE.match(line)
            if fence:
                fence = "" if line.strip().startswith(fence) else fence
            elif mark:
                fence = "" if mark[1] == "$$" and line.count("$$") > 1 else mark[1]
            elif not line.strip():
                block = False
            elif block or _APART.match(line) or _is_defined(lines, place):
                block = block or line.lstrip().startswith("<")
            else:
                lines[place] = self._line(line)
        return "\n".join(lines)

    def output(self, html: str) -> str:
        """Return the HTML of a figure or table with links in its caption and note."""
        linked = _SAID.sub(lambda said: said[1] + self._line(said[2]) + said[3], html)
        return kept_together(linked, self._language)

    def _line(self, line: str) -> str:
        pieces = _PIECES.split(line)
        for place in range(0, len(pieces), 2):
            pieces[place] = kept_together(self._uses.linked(pieces[place]), self._language)
        return "".join(pieces)


def _is_defined(lines: list[str], place: int) -> bool:
    return place + 1 < len(lines) and lines[place + 1].startswith(": ")


def link_terms(texts: Iterable[str], language: Language) -> list[str]:
    """Return the texts of one page, in order, with the first use of every term linked."""
    linker = Linker(language)
    return [linker.text(text) for text in texts]


def link_edition(source: Path, language: Language) -> None:
    """Link the terms on every page and in every notebook of an edition's source folder, but on the glossary itself."""
    for page in sorted(source.glob("*.md")):
        if page.stem != PAGE:
            page.write_text(link_terms([page.read_text(encoding="utf-8")], language)[0], encoding="utf-8")
    for path in sorted(source.glob("*.ipynb")):
        node = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        linker = Linker(language)
        for cell in node.cells:
            if cell.cell_type == "markdown":
                cell.source = linker.text(cell.source)
            rewrite_html(cell, linker.output)
        nbformat.write(node, path)  # type: ignore[no-untyped-call]
