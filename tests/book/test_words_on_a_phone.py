"""Built profiles and council pages on a phone: no word cut inside a syllable, no number apart from its sign."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.book.conftest import COUNCILS, PROFILES

from dewak_research.language import LANGUAGES

#: Words that go on in the next line where neither a soft hyphen nor a mark stands: the part before, a bar, the rest.
CUT = r"""() => {
  const found = [];
  const range = document.createRange();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement: parent } = walker.currentNode;
    if (parent.closest("script, style, svg, option") || !parent.checkVisibility()) continue;
    for (const { 0: word, index } of data.matchAll(/[\p{L}\u00ad]{4,}/gu)) {
      let last;
      [...word].forEach((letter, at) => {
        if (letter === "\u00ad") return;
        range.setStart(walker.currentNode, index + at);
        range.setEnd(walker.currentNode, index + at + 1);
        const box = [...range.getClientRects()].at(-1);
        if (!box) return;
        if (last !== undefined && box.top - last > 4 && word[at - 1] !== "\u00ad") {
          found.push(`${word.slice(0, at)}|${word.slice(at)}`);
        }
        last = box.top;
      });
    }
  }
  return found;
}"""
APART = re.compile(r"\d[ \n](?:[%€‰]|Mio\.|Mrd\.|million\b|k?m²)")
SHEETS = [f"profile/{ags}" for ags in PROFILES] + [f"council/{ags}" for ags in COUNCILS]


def there(html: Path, sheet: str) -> list[Path]:
    return [page for language in LANGUAGES if (page := html / language / f"{sheet}.html").is_file()]


@pytest.mark.browser
@pytest.mark.parametrize("sheet", SHEETS)
def test_no_word_is_cut_inside_a_syllable(browser: Browser, html: Path, sheet: str) -> None:
    tab = browser.new_page(viewport={"width": 390, "height": 900})
    for page in there(html, sheet):
        tab.goto(page.as_uri())
        assert tab.evaluate(CUT) == [], page.relative_to(html)
    tab.close()


@pytest.mark.parametrize("sheet", SHEETS)
def test_no_number_is_apart_from_its_sign(html: Path, sheet: str) -> None:
    for page in there(html, sheet):
        text = re.sub(
            r"<(script|style)\b.*?</\1>|<[^>]+>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        assert not APART.search(text), page.relative_to(html)
