"""The executed notebook of a chapter as a page of its own with all code, and as a file to download.

It lies outside Jupyter Book, so the search index does not hold every text twice. Pictures are those of the chapter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from functools import partial
from pathlib import Path

from markupsafe import Markup
from nbconvert import HTMLExporter
from pygments.formatters import HtmlFormatter

from dewak_research.book.depths import CODE_PAGES, Chapter
from dewak_research.book.notebook import notebook_text, rewrite_html
from dewak_research.errors import texts
from dewak_research.language import LANGUAGES
from dewak_research.page.files import write_whole
from dewak_research.page.html import templates

_STYLE = "a11y-high-contrast-light"
_BESIDE = re.compile(r'((?:src|href)=")(?=_figures/|[\w-]+\.html)')
_PAGE_LINK = re.compile(r"\]\((\w+)(?:\.md|\.ipynb)?(#[^)\s]*)?\)")
_CELL = re.compile(r'id="cell-id=')
_FORMULA = re.compile(r"\$[^$\n]+\$")
_text = texts(__package__)


def write_code_pages(chapters: Sequence[Chapter], edition: Path) -> list[Path]:
    """Write ``notebooks/<name>.html`` and ``.ipynb`` of every chapter below an edition; return the pages.

    Every cell has the anchor ``#cell-<id>``. Pictures and pages of the edition are linked, not copied.
    """
    exporter = HTMLExporter(template_name="basic", exclude_anchor_links=True, exclude_input_prompt=True)  # type: ignore[no-untyped-call]
    template = templates(__package__).get_template("code_page.html")
    colours = Markup(HtmlFormatter(style=_STYLE).get_style_defs(".highlight"))
    folder = edition / CODE_PAGES
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for chapter in chapters:
        node = deepcopy(chapter.notebook)
        for cell in node.cells:
            if cell.cell_type == "markdown":
                cell.source = _PAGE_LINK.sub(r"](../\1.html\2)", _BESIDE.sub(r"\1../", cell.source))
            rewrite_html(cell, partial(_BESIDE.sub, r"\1../"))
        write_whole(folder / f"{chapter.name}.ipynb", notebook_text(node))
        body, _ = exporter.from_notebook_node(node)
        language = chapter.language
        page = template.render(
            t=lambda key, language=language: _text(key)[language],
            chapter=chapter,
            other=next(each for each in LANGUAGES if each != language),
            body=Markup(_CELL.sub('id="cell-', body)),
            colours=colours,
            formulas=any(_FORMULA.search(cell.source) for cell in node.cells if cell.cell_type == "markdown"),
        )
        pages.append(folder / f"{chapter.name}.html")
        write_whole(pages[-1], page)
    return pages
