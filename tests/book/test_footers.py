"""The foot of a page says what that page rests on; no page and no template claims more than is true of it."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from dewak_research.book.edition import footers
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.credit import credit, kinds_of_page, rests_on
from dewak_research.page.labels import label
from dewak_research.paths import BOOK, ROOT

#: What was said of every page, whatever stood on it.
CLAIM = re.compile(
    r"[Aa]lle Zahlen[^.]{0,40}amtlichen|[Aa]ll figures[^.]{0,60}official|Every figure[^.]{0,40}official"
    r"|nur mit amtlichen Zahlen|official figures only|entsteht[^.]{0,40}aus den amtlichen Tabellen"
)


def _notebook(path: Path, html: str) -> None:
    cell = new_code_cell("show()", outputs=[new_output("display_data", {"text/html": html})])
    nbformat.write(new_notebook(cells=[cell]), path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_foot_of_a_page_names_the_kinds_of_its_sources(tmp_path: Path, language: Language) -> None:
    _notebook(tmp_path / "20_x.ipynb", credit(["kreise_panel", "S108"], language))
    (tmp_path / "index.md").write_text(credit(["kreise_panel"], language), encoding="utf-8")
    (tmp_path / "rerun.md").write_text("# Annahme", encoding="utf-8")
    found = footers(tmp_path, language)
    official, press = (label(f"rests_on_{kind}", language) for kind in ("official", "press"))
    assert official in found["20_x"] and press in found["20_x"]
    assert official in found["index"] and press not in found["index"]
    assert found["rerun"] == ""


def test_the_template_says_what_the_page_rests_on_and_nothing_of_its_own() -> None:
    template = (BOOK / "_templates" / "edition-footer.html").read_text(encoding="utf-8")
    assert "rests_on" in template
    assert not CLAIM.search(template)


def test_no_page_and_no_template_says_that_every_number_is_official() -> None:
    places = [
        *BOOK.glob("*/*.md"),
        *(ROOT / "notebooks").glob("*.ipynb"),
        *(ROOT / "src").rglob("*.html"),
        *(ROOT / "src").rglob("*.yaml"),
    ]
    assert not [str(path) for path in places if CLAIM.search(path.read_text(encoding="utf-8"))]


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_built_page_rests_on_what_its_foot_says(html: Path, language: Language) -> None:
    for path in sorted((html / language).glob("*.html")):
        page, _, foot = path.read_text(encoding="utf-8").partition('class="edition-footer"')
        article = page.partition("<article")[2]
        if foot:
            assert rests_on(kinds_of_page(article, language), language) in " ".join(foot.split()), path.name
