"""What the tests of reading share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dewak_research.own.intake import pdf_tables
from dewak_research.own.intake.pdf_line_names import names_of_lines
from dewak_research.own.intake.pdf_words import read


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in this process: starting one takes longer than all the rest."""

    def apart(path: Path, _: str) -> dict[str, Any]:
        return read(str(path), names_of_lines(), 60.0)

    monkeypatch.setattr(pdf_tables, "_read_apart", apart)
