"""Two depths of a chapter: a page for a council, a page for checking, and beside both the notebook with its code.

A cell tagged ``check`` belongs to the second page. Figures and tables are numbered by chapter in the order of the
notebook, over both pages. Reader pages carry no code: below each figure a link leads to its cell in the notebook.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path

import nbformat
from docutils.nodes import make_id
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from dewak_research.book.citation import charts_of, cite_link, words
from dewak_research.book.first_rows import with_first_rows
from dewak_research.book.glossary import link_edition
from dewak_research.book.notebook import read_notebook, rewrite_html
from dewak_research.errors import texts
from dewak_research.language import Language

CHECK = "check"
SUFFIX = "_check"
CODE_PAGES = "notebooks"

_SHOWN = re.compile(r'class="dewak-(figure|table)\b[^"]*" id="([a-z][a-z0-9_]*)"')
_CAPTION = re.compile(r'<caption[^>]*>|<div class="dewak-caption[^"]*">')
_DATA_LINK = re.compile(r'<a class="dewak-data".*?</a>', re.DOTALL)
_HEADING = re.compile(r"^(#{1,3}) +(.+?)\s*$", re.MULTILINE)
_text = texts(__package__)


@dataclass(frozen=True)
class Chapter:
    """An executed notebook of one language with its figures and tables numbered.

    Parameters
    ----------
    name : str
        Name of its page, such as ``20_fiscal_stress_test``.
    title : str
        Its first heading.
    notebook : NotebookNode
        The cells, without default parameters that the run replaced.
    language : {"de", "en"}
        Language of the edition.
    """

    name: str
    title: str
    notebook: NotebookNode
    language: Language


def numbered_chapters(notebooks: Sequence[Path], language: Language) -> list[Chapter]:
    """Return the chapters of an edition, figures and tables numbered “20.3” in the order of the notebook.

    Notebooks whose names begin with the same number (profiles) count on from one to the next.

    Parameters
    ----------
    notebooks : sequence of Path
        Executed notebooks of this language.
    language : {"de", "en"}
        Language of the edition.

    Raises
    ------
    ValueError
        A figure or table has no caption that could take a number.
    """
    counts: Counter[tuple[str, str]] = Counter()
    chapters = []
    for path in sorted(notebooks):
        node = read_notebook(path)
        replaced = any("injected-parameters" in tags(cell) for cell in node.cells)
        node.cells = [cell for cell in node.cells if not (replaced and "parameters" in tags(cell))]
        for cell in node.cells:
            rewrite_html(cell, partial(_numbered, name=path.stem, language=language, counts=counts))
        title = next((text for cell in node.cells for level, text in headings(cell) if level == 1), path.stem)
        node.metadata.setdefault("language_info", {"name": "python", "pygments_lexer": "ipython3"})
        chapters.append(Chapter(path.stem, title, node, language))
    return chapters


def tags(cell: NotebookNode) -> set[str]:
    """Return the tags of a cell."""
    return set(cell.metadata.get("tags", []))


def headings(cell: NotebookNode) -> list[tuple[int, str]]:
    """Return level and text of the headings of a cell, down to the third level."""
    if cell.cell_type != "markdown":
        return []
    return [(len(found[1]), found[2]) for found in _HEADING.finditer(cell.source)]


def shown_names(cell: NotebookNode) -> list[str]:
    """Return the names, which are the anchors, of the figures and tables that a cell shows."""
    return [name for html in _html_of(cell) for name in _names_in(html)]


def _html_of(cell: NotebookNode) -> list[str]:
    return [output.get("data", {}).get("text/html", "") for output in cell.get("outputs", [])]


def _names_in(html: str) -> list[str]:
    return [name for _, name in _SHOWN.findall(html)]


def reader_pages(chapter: Chapter) -> dict[str, NotebookNode]:
    """Return the pages of a chapter for readers, by name: the main page and, where cells are tagged, that for checking.

    A passage for checking without a heading of its own stands below the heading it has in the notebook. Anchors that
    moved to the second page stay on the first one, at the link that leads there.
    """
    main: list[NotebookNode] = []
    check: list[NotebookNode] = []
    entries: list[list[str]] = []
    kept: set[str] = set()
    section, spoken = "", ""
    for cell in chapter.notebook.cells:
        named = [text for level, text in headings(cell) if level == 2]
        section = named[-1] if named else section
        if CHECK not in tags(cell):
            kept |= {make_id(text) for _, text in headings(cell)} | set(shown_names(cell))
            main += _readable(cell, chapter)
            continue
        if not named and section and spoken != section:
            check.append(_section_again(section, chapter))
            entries.append([section])
        spoken = section
        entries += [[text] for text in named]
        deeper = [make_id(text) for level, text in headings(cell) if level == 3]
        if entries:
            entries[-1] += [*deeper, *shown_names(cell)]
        check += _readable(cell, chapter)
    main.append(_markdown(_ending(chapter, entries, kept), f"{chapter.name}-depths"))
    said = _markdown(words(chapter.name, chapter.language), f"{chapter.name}-cite")
    main += [said] if any(map(shown_names, main)) else []
    pages = {chapter.name: _with_cells(chapter.notebook, main)}
    if check:
        title = _text("check_title", title=chapter.title)[chapter.language]
        lead = _text("check_lead", chapter=f"[{chapter.title}]({chapter.name})")[chapter.language]
        first = _markdown(f"# {title}\n\n{lead}", f"{chapter.name}-check")
        last = _markdown(_code_links(chapter), f"{chapter.name}-check-end")
        pages[chapter.name + SUFFIX] = _with_cells(chapter.notebook, [first, *check, last, said])
    return pages


def write_reader_pages(chapters: Sequence[Chapter], language: Language, folder: Path) -> None:
    """Write the pages of all chapters for readers as notebooks, the first use of every term linked."""
    folder.mkdir(parents=True, exist_ok=True)
    for chapter in chapters:
        for name, node in reader_pages(chapter).items():
            nbformat.write(node, folder / f"{name}.ipynb")  # type: ignore[no-untyped-call]
    link_edition(folder, language)


def shown_outputs(chapters: Sequence[Chapter]) -> list[tuple[str, str, str]]:
    """Return what the cells show: the notebook, the page on which readers find it, and the HTML."""
    return [
        (chapter.name, chapter.name + (SUFFIX if CHECK in tags(cell) else ""), output["data"]["text/html"])
        for chapter in chapters
        for cell in chapter.notebook.cells
        for output in cell.get("outputs", [])
        if "text/html" in output.get("data", {})
    ]


def figure_elsewhere(chapter: Chapter, name: str) -> str:
    """Return a figure of a chapter as another page of the edition shows it, with what its dialog says.

    Parameters
    ----------
    chapter : Chapter
        Its figures numbered; the number becomes a link to where the figure stands.
    name : str
        Name of the figure, in a cell that shows nothing else.

    Raises
    ------
    ValueError
        The chapter shows no such figure.
    """
    cell = next((cell for cell in chapter.notebook.cells if name in shown_names(cell)), None)
    if cell is None:
        raise ValueError(f"{chapter.name}: no figure {name}")
    page = chapter.name + (SUFFIX if CHECK in tags(cell) else "")
    html = next(html for html in _html_of(_readable(cell, chapter)[0]) if name in _names_in(html))
    html = html.replace(f'href="#{name}"', f'href="{page}.html#{name}"')
    return f"{html}\n{words(chapter.name, chapter.language)}"


def _numbered(html: str, name: str, language: Language, counts: Counter[tuple[str, str]]) -> str:
    """Put “Figure 20.3”, a link to itself, before the caption of what an output shows."""
    shown = _SHOWN.search(html)
    if shown is None:
        return html
    kind, anchor = shown.groups()
    chapter = name.split("_")[0]
    counts[chapter, kind] += 1
    number = f"{int(chapter)}.{counts[chapter, kind]}" if chapter.isdigit() else str(counts[chapter, kind])
    said = escape(_text(f"numbered_{kind}", number=number)[language])
    link = f'<a class="dewak-numbered" href="#{anchor}">{said}</a> '
    html, found = _CAPTION.subn(lambda caption: caption[0] + link, html, count=1)
    if not found:
        raise ValueError(f"{name}: {anchor} has no caption")
    return html


def _readable(cell: NotebookNode, chapter: Chapter) -> list[NotebookNode]:
    """Return a cell as readers see it: prose as it is, of code only what it shows, for checking its first rows."""
    if cell.cell_type != "code":
        return [cell]
    if not cell.outputs:
        return []
    seen = deepcopy(cell)
    seen.metadata = NotebookNode({"tags": sorted(tags(cell) | {"remove-input"})})  # type: ignore[no-untyped-call]
    said = escape(_text("how_computed")[chapter.language])
    link = f' <a class="dewak-code" href="{CODE_PAGES}/{chapter.name}.html#cell-{cell.id}">{said}</a>'
    rewrite_html(seen, partial(_with_links, code=link, language=chapter.language))
    if CHECK in tags(cell):
        rewrite_html(seen, partial(with_first_rows, language=chapter.language))
    return [seen]


def _with_links(html: str, code: str, language: Language) -> str:
    cite = cite_link(language, next(charts_of(html, language), None))
    return _DATA_LINK.sub(lambda data: data[0] + code + cite, html)


def _section_again(section: str, chapter: Chapter) -> NotebookNode:
    anchor = make_id(section)
    said = escape(_text("check_answer")[chapter.language])
    back = f'<p class="dewak-back"><a href="{chapter.name}.html#{anchor}">{said}</a></p>'
    return _markdown(f"## {section}\n\n{back}", f"check-of-{anchor}")


def _ending(chapter: Chapter, entries: Sequence[Sequence[str]], kept: set[str]) -> str:
    """Return what closes a main page: the parts for checking with the anchors that moved there, the notebook."""
    if not entries:
        return _code_links(chapter)
    page = chapter.name + SUFFIX
    lines = []
    for title, *anchors in entries:
        target = make_id(title)
        moved = [anchor for anchor in (target, *anchors) if anchor not in kept]
        kept |= set(moved)
        spans = "".join(f'<span id="{anchor}"></span>' for anchor in moved)
        lines.append(f'<li>{spans}<a href="{page}.html#{target}">{escape(title)}</a></li>')
    heading, lead = (_text(key)[chapter.language] for key in ("check_heading", "check_offer"))
    items = "\n".join(lines)
    link = f"[{_text('check_page')[chapter.language]}]({page})"
    return (
        f'## {heading}\n\n{lead} {link}\n\n<ul class="dewak-parts">\n{items}\n</ul>\n\n{_code_links(chapter)}'
    )


def _code_links(chapter: Chapter) -> str:
    path = f"{CODE_PAGES}/{chapter.name}"
    seen, saved = (escape(_text(key)[chapter.language]) for key in ("code_page", "code_file"))
    links = f'<a href="{path}.html">{seen}</a> · <a href="{path}.ipynb" download>{saved}</a>'
    return f'<p class="dewak-code-links">{links}</p>'


def _markdown(source: str, name: str) -> NotebookNode:
    cell: NotebookNode = new_markdown_cell(source, id=name[:64])  # type: ignore[no-untyped-call]
    return cell


def _with_cells(notebook: NotebookNode, cells: list[NotebookNode]) -> NotebookNode:
    node = NotebookNode(notebook)  # type: ignore[no-untyped-call]
    node.cells = cells
    return node
