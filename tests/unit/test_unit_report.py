"""A unit's own report: what of a notebook becomes a page, and a style sheet that is whole."""

from __future__ import annotations

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dewak_research.paths import BOOK
from dewak_research.unit.report import notebook_body


def test_text_and_outputs_stand_on_the_page_and_code_does_not() -> None:
    output = new_output("display_data", {"text/html": "<figure>x</figure>", "text/plain": "x"})
    cells = [new_markdown_cell("# Profil <script>a</script>"), new_code_cell("secret = 1", outputs=[output])]
    body = str(notebook_body(new_notebook(cells=cells)))
    assert "<figure>x</figure>" in body
    assert "secret" not in body
    assert "<script>" not in body
    assert "<h1>Profil &lt;script&gt;" in body


def test_plain_outputs_are_escaped() -> None:
    cell = new_code_cell(
        "1", outputs=[new_output("stream", text="<b>"), new_output("display_data", {"text/plain": "a<b"})]
    )
    body = str(notebook_body(new_notebook(cells=[cell])))
    assert "<pre>&lt;b&gt;</pre>" in body
    assert "<pre>a&lt;b</pre>" in body


def test_style_sheet_closes_every_brace_and_asks_no_other_host() -> None:
    style = (BOOK / "_static" / "dewak.css").read_text(encoding="utf-8")
    depth = 0
    for sign in style:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
    assert "url(" not in style
    assert "@import" not in style
