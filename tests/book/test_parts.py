"""What the book takes over stands where a page asks for it, and is whole or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from dewak_research.book.parts import PIECES, pieces_of, with_piece, written_parts
from dewak_research.errors import InputError
from dewak_research.paths import BOOK


@pytest.mark.parametrize(
    ("page", "expected"),
    [("# T\n\nWords.\n", "# T\n\nWords.\n\nP\n"), ("# T\n\n{map}\n\nAfter.\n", "# T\n\nP\n\n\nAfter.\n")],
)
def test_a_piece_stands_where_the_page_names_it_or_at_the_end(page: str, expected: str) -> None:
    assert with_piece(page, "map", "\n\nP\n") == expected


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
