"""What the book takes over stands where a page asks for it, and is whole or not there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dewak_research.book.book import build_book
from dewak_research.book.builder import BookError
from dewak_research.book.parts import (
    PARTS,
    PICTURE,
    PIECES,
    SEARCH,
    SOURCE,
    pieces_of,
    with_piece,
    written_parts,
)
from dewak_research.errors import InputError
from dewak_research.paths import BOOK
from dewak_research.unit.sheet_places import SHEETS


@pytest.mark.parametrize(
    ("page", "expected"),
    [("# T\n\nWords.\n", "# T\n\nWords.\n\nP\n"), ("# T\n\n{map}\n\nAfter.\n", "# T\n\nP\n\n\nAfter.\n")],
)
def test_a_piece_stands_where_the_page_names_it_or_at_the_end(page: str, expected: str) -> None:
    assert with_piece(page, "map", "\n\nP\n") == expected


@pytest.mark.parametrize("page", ["{mapp}\n", "{map}\n\n{map} \n", "Words.\n{Map}\n"])
def test_a_name_of_no_piece_is_told_with_its_page(page: str) -> None:
    with pytest.raises(InputError, match=r"(?s)map\.md.*unknown name.*\{map\}"):
        with_piece(page, "map", "P")


def test_a_hand_written_page_that_is_missing_is_named(tmp_path: Path) -> None:
    written, results = tmp_path / "book", tmp_path / "processed"
    shutil.copytree(BOOK / "_static", written / "_static")
    shutil.copytree(BOOK / "_templates", written / "_templates")
    (written / "_config.yml").write_text("title: T\n", encoding="utf-8")
    (written / "_toc.yml").write_text(
        "{root: index, parts: [{caption: {de: T, en: P}, chapters: [{file: map}, {file: terms}]}]}",
        encoding="utf-8",
    )
    (written / "en").mkdir()
    (written / "en" / "index.md").write_text("# T\n", encoding="utf-8")
    pieces = results / PARTS / PIECES / "en"
    pieces.mkdir(parents=True)
    for name in (PICTURE, SEARCH, "map"):
        (pieces / f"{name}.md").write_text("P", encoding="utf-8")
    (results / PARTS / SOURCE / "en").mkdir(parents=True)
    (results / SHEETS).mkdir()
    rewrite = {"terms": lambda text, language: text}
    with pytest.raises(BookError, match="map, terms"):
        build_book(written, results, tmp_path / "html", rewrite=rewrite, languages=["en"])


def test_without_its_parts_the_book_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="dewak run"):
        written_parts(tmp_path)


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_piece_has_its_page(stages_run: Path, language: str) -> None:
    pages = {page.stem: page.read_text(encoding="utf-8") for page in (BOOK / language).glob("*.md")}
    pieces = pieces_of(written_parts(stages_run), language)  # type: ignore[arg-type]
    assert {"picture", "search"} < set(pieces)
    assert set(pieces) - {"picture", "search"} <= set(pages)
    assert "{{ picture }}" in pages["index"]
    assert (stages_run / "parts" / PIECES / language).is_dir()
