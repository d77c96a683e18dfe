"""The source of an edition: order, optional chapters, words, hidden code."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_notebook, new_output

from dewak_research.book.book import fill_pages
from dewak_research.book.builder import BookError
from dewak_research.book.depths import numbered_chapters, reader_pages
from dewak_research.book.edition import assemble, configuration, table_of_contents
from dewak_research.errors import InputError
from dewak_research.paths import BOOK

TOC = {
    "root": "index",
    "parts": [
        {
            "caption": {"de": "Teil", "en": "Part"},
            "chapters": [{"file": "a"}, {"file": "later", "optional": True}],
        },
        {"caption": {"de": "Leer", "en": "Empty"}, "chapters": [{"file": "none", "optional": True}]},
        {"caption": {"de": "Profile", "en": "Profiles"}, "chapters": [{"file": "p", "notebooks": "40_"}]},
    ],
}


def test_toc_keeps_order_and_leaves_out_what_is_optional_and_missing() -> None:
    toc = table_of_contents(TOC, "de", {"index", "a", "p", "40_b", "40_a"})
    assert [part["caption"] for part in toc["parts"]] == ["Teil", "Profile"]
    assert toc["parts"][0]["chapters"] == [{"file": "a"}]
    assert toc["parts"][1]["chapters"][0]["sections"] == [{"file": "40_a"}, {"file": "40_b"}]


def test_toc_puts_the_page_for_checking_below_its_chapter() -> None:

    def below(name: str) -> dict[str, str]:
        return {"file": f"{name}_check", "title": "Für die Nachprüfung"}

    toc = table_of_contents(TOC, "de", {"index", "a", "a_check", "p", "40_b", "40_b_check"})
    assert toc["parts"][0]["chapters"] == [{"file": "a", "sections": [below("a")]}]
    assert toc["parts"][1]["chapters"][0]["sections"] == [{"file": "40_b", "sections": [below("40_b")]}]


def test_toc_takes_an_optional_chapter_as_soon_as_it_is_there() -> None:
    toc = table_of_contents(TOC, "en", {"index", "a", "p", "later"})
    assert toc["parts"][0]["chapters"] == [{"file": "a"}, {"file": "later"}]


def test_toc_names_every_missing_page_at_once() -> None:
    with pytest.raises(BookError, match=r"en: .*a, index, p"):
        table_of_contents(TOC, "en", set())


def test_configuration_gives_each_edition_its_words_and_leaves_the_base_alone() -> None:
    base = yaml.safe_load((BOOK / "_config.yml").read_text(encoding="utf-8"))
    german, english = configuration(base, "de"), configuration(base, "en")
    assert german["sphinx"]["config"]["language"] == "de"
    assert german["sphinx"]["config"]["html_theme_options"]["toc_title"] == "Auf dieser Seite"
    assert english["sphinx"]["config"]["html_theme_options"]["toc_title"] == "On this page"
    assert "title" not in base
    assert german["launch_buttons"]["thebe"] is False


def test_both_editions_have_the_same_pages() -> None:
    german, english = ({page.name for page in (BOOK / language).glob("*.md")} for language in ("de", "en"))
    assert german == english


def test_headings_of_both_editions_match_in_number() -> None:
    for page in sorted((BOOK / "de").glob("*.md")):
        counts = [
            [line.split(" ")[0] for line in (BOOK / language / page.name).read_text(encoding="utf-8").splitlines()
             if line.startswith("#") and line.split(" ")[0] in {"#", "##", "###"}]
            for language in ("de", "en")
        ]  # fmt: skip
        assert counts[0] == counts[1], page.name


def test_code_is_gone_and_so_are_replaced_parameters(tmp_path: Path) -> None:
    said = new_output("stream", text="1")
    cells = [
        new_code_cell("x = 1", id="a", metadata={"tags": ["parameters"]}),
        new_code_cell("x = 2", id="b", metadata={"tags": ["injected-parameters"]}),
        new_code_cell("print(x)", id="c", outputs=[said]),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "in.ipynb")
    (chapter,) = numbered_chapters([tmp_path / "in.ipynb"], "de")
    assert [cell.id for cell in chapter.notebook.cells] == ["b", "c"]
    found = reader_pages(chapter)["in"]
    assert [cell.metadata["tags"] for cell in found.cells if cell.cell_type == "code"] == [["remove-input"]]


def test_default_parameters_stay_where_nothing_replaced_them(tmp_path: Path) -> None:
    cell = new_code_cell("x = 1", id="a", metadata={"tags": ["parameters"]})
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "in.ipynb")
    (chapter,) = numbered_chapters([tmp_path / "in.ipynb"], "de")
    assert [cell.source for cell in chapter.notebook.cells] == ["x = 1"]


def test_assemble_forgets_what_lay_there_before(tmp_path: Path) -> None:
    book = tmp_path / "book"
    for folder in ("_static", "_templates"):
        (book / folder).mkdir(parents=True)
    (book / "_config.yml").write_text("author: a\n")
    (book / "_toc.yml").write_text(yaml.safe_dump(TOC))
    source = tmp_path / "source"
    source.mkdir()
    (source / "old.md").write_text("old")
    assemble(book, {"index": "# i", "a": "# a", "p": "# p"}, tmp_path / "none", "de", source)
    assert not (source / "old.md").exists()
    assert yaml.safe_load((source / "_toc.yml").read_text())["root"] == "index"


def test_a_wrong_name_in_any_page_fails_and_all_are_named(tmp_path: Path) -> None:
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "a.md").write_text("{{ stress.wrong | number(1) }}", encoding="utf-8")
    (tmp_path / "de" / "b.md").write_text("{{ nowhere.x | pct(1) }}", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        fill_pages(tmp_path, "de", {"stress": {"right": 1.0}})
    places = " ".join(problem.where for problem in caught.value.problems)
    assert "book/de/a.md" in places
    assert "book/de/b.md" in places


def test_numbers_stand_in_the_language_of_the_edition(tmp_path: Path) -> None:
    for language in ("de", "en"):
        (tmp_path / language).mkdir()
        (tmp_path / language / "a.md").write_text("{{ share | pct(1) }}", encoding="utf-8")
    named = {"share": 0.2335}
    assert fill_pages(tmp_path, "de", named)["a"].replace("\N{NO-BREAK SPACE}", " ") in ("23,4 %", "23,3 %")
    assert fill_pages(tmp_path, "en", named)["a"] in ("23.4%", "23.3%")
