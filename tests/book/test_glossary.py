"""The first use of a technical word on a page leads to its entry, and nothing but running text is touched."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dewak_research.book.glossary import anchor, glossary_page, link_edition, link_terms
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.terms import terms
from dewak_research.paths import BOOK

GINI = '<a class="term" href="glossary.html#term-gini">{}</a>'


def test_only_the_first_use_on_a_page_is_linked() -> None:
    first, second = link_terms(["Der Gini-Koeffizient und noch ein Gini.", "Wieder Gini."], "de")
    assert first == f"Der {GINI.format('Gini-Koeffizient')} und noch ein Gini."
    assert second == "Wieder Gini."


@pytest.mark.parametrize(
    "text",
    [
        "# Gini",
        "## Der Gini {#own}",
        "| Gini | 0,2 |",
        "`Gini`",
        "```python\nGini\n```",
        "$Gini$",
        "$$\nGini\n$$",
        "[Gini](methods.md)",
        "![Gini](x.svg)",
        '<div title="Gini">\nGini\n</div>',
        'Siehe <a href="x">Gini</a>',
        "https://example.org/Gini",
        "(Gini)=",
        ":::{div} Gini",
        "Gini\n: steht als Begriff einer Liste",
        "Ginister und Virgini",
        "    Gini",
    ],
)
def test_headings_code_links_tables_and_html_stay(text: str) -> None:
    assert link_terms([text], "de") == [text]


def test_running_text_around_them_is_linked() -> None:
    text = "# Gini\n\n**Gini** und `Gini`\n\n> Theil\n- AUC\n"
    found = link_terms([text], "de")[0]
    assert re.findall(r">(\w+)</a>", found) == ["Gini", "Theil", "AUC"]
    assert f"**{GINI.format('Gini')}** und `Gini`" in found


def test_the_longer_of_two_terms_at_one_place_wins() -> None:
    found = link_terms(["Die Schwelle des Haushaltsrechts."], "de")[0]
    assert ">Schwelle des Haushaltsrechts</a>" in found


def test_an_edition_is_linked_page_by_page_and_the_glossary_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("The AUC.", encoding="utf-8")
    (tmp_path / "glossary.md").write_text("The AUC.", encoding="utf-8")
    node = new_notebook(cells=[new_code_cell("AUC"), new_markdown_cell("The AUC, the AUC.")])
    nbformat.write(node, tmp_path / "20_x.ipynb")
    link_edition(tmp_path, "en")
    assert "term-auc" in (tmp_path / "a.md").read_text(encoding="utf-8")
    assert (tmp_path / "glossary.md").read_text(encoding="utf-8") == "The AUC."
    cells = nbformat.read(tmp_path / "20_x.ipynb", as_version=4).cells
    assert cells[0].source == "AUC"
    assert cells[1].source.count("term-auc") == 1


def test_a_sign_stays_with_its_number_in_german() -> None:
    assert link_terms(["Um 20 % und 5 € mehr, `20 %`."], "de") == ["Um 20\u00a0% und 5\u00a0€ mehr, `20 %`."]
    assert link_terms(["By 20 % of it."], "en") == ["By 20 % of it."]


def test_captions_and_notes_are_linked_but_no_cell_of_a_table(tmp_path: Path) -> None:
    html = (
        '<div aria-label="AUC"><table><caption>AUC by year</caption><tr><td>Gini</td></tr></table>'
        '<div class="dewak-note">The Brier score &amp; the AUC.</div></div>'
    )
    output = new_output("display_data", {"text/html": html})
    node = new_notebook(cells=[new_code_cell("show()", outputs=[output]), new_markdown_cell("AUC and Gini.")])
    nbformat.write(node, tmp_path / "20_x.ipynb")
    link_edition(tmp_path, "en")
    cells = nbformat.read(tmp_path / "20_x.ipynb", as_version=4).cells
    shown = cells[0].outputs[0].data["text/html"]
    assert '<caption><a class="term" href="glossary.html#term-auc">AUC</a> by year</caption>' in shown
    assert "<td>Gini</td>" in shown and 'aria-label="AUC"' in shown
    assert re.findall(r"#term-(\w+)", shown) == ["auc", "brier"]
    assert re.findall(r"#term-(\w+)", cells[1].source) == ["gini"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_glossary_page_has_an_anchor_for_every_link(language: Language) -> None:
    page = glossary_page((BOOK / language / "glossary.md").read_text(encoding="utf-8"), language)
    for term in terms().values():
        assert (f"({anchor(term)})=\n{term.word[language]}\n: " in page) == (term.group is not None)
