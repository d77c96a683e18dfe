from __future__ import annotations

from pathlib import Path

import pytest

from dewak_research.errors import InputError
from dewak_research.language import LANGUAGES
from dewak_research.unit import sheet_places, sheets
from dewak_research.unit.kreis_sheet import kreise_elsewhere
from dewak_research.unit.view import load_profile_tables


def test_a_book_without_sheets_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="dewak run"):
        sheet_places.written_sheets(tmp_path)


def test_a_stage_that_has_not_run_is_named_before_a_process_starts(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="ingest"):
        sheets.write_sheets(tmp_path, LANGUAGES)
    assert not (tmp_path / sheets.SHEETS).exists()


def test_every_unit_is_in_exactly_one_part() -> None:
    keys = [f"{number:05}" for number in range(2 * sheets.AT_ONCE + 1)]
    parts = list(sheets._in_parts(keys))
    assert [key for part in parts for key in part] == keys
    assert max(map(len, parts)) == sheets.AT_ONCE
    assert list(sheets._in_parts([])) == []


@pytest.mark.slow
def test_the_bytes_do_not_depend_on_who_else_is_written(stages_run: Path, tmp_path: Path) -> None:
    tables = load_profile_tables(stages_run)
    units, kreise = [str(ags) for ags in tables.units["ags"]], kreise_elsewhere(tables)
    whole = sheet_places.written_sheets(stages_run)
    for language in LANGUAGES:
        names = {path.stem for path in (whole / language / "profile").iterdir()}
        assert names == {"sources", *units, *kreise}
    for elsewhere, keys in ((False, units[-2:]), (True, kreise[3:5])):
        data = sheets._write_some(stages_run, tmp_path, LANGUAGES, (elsewhere, keys))
        assert [one.unit["ags"] for one in data] == keys
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) == 4 * (2 * len(LANGUAGES) + 1)
    for path in written:
        assert path.read_bytes() == (whole / path.relative_to(tmp_path)).read_bytes(), path.name
