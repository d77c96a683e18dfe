"""The page on the questions for a council: when which one is asked."""

from __future__ import annotations

from dewak_research.book.published import below
from dewak_research.language import Language
from dewak_research.page.html import templates
from dewak_research.page.labels import label
from dewak_research.unit.council_questions import rule_rows, shown

PAGE = "council_questions"


def rules_page(intro: str, language: Language) -> str:
    """Return the page on the questions for a council: when which one is asked, below its hand-written introduction."""
    table = (
        templates("dewak_research.book")
        .get_template("council_rules.html")
        .render(
            t=lambda key, **values: label(key, language, **values),
            rows=rule_rows(language),
            shown=shown(),
        )
    )
    return below(intro, table)
