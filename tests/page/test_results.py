"""A notebook opens what the pipeline wrote, and says what to do where nothing is there."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from dewak_research.errors import InputError
from dewak_research.page import results as notebook
from dewak_research.page.results import PARTS, every_stage, find_row, open_results, show
from dewak_research.paths import ROOT
from dewak_research.stages import STAGES


def test_tables_of_a_stage(processed: Path) -> None:
    results = open_results("toy", processed)
    assert list(results) == ["line"] and len(results) == 1 and "line" in results and "lines" not in results
    table = results["line"]
    table.loc[0, "x"] = 0
    assert results["line"].loc[0, "x"] == 2019


def test_an_unknown_table_names_the_nearest(processed: Path) -> None:
    with pytest.raises(InputError, match="“line”"):
        open_results("toy", processed)["lnie"]
    with pytest.raises(InputError, match="one of: line"):
        open_results("toy", processed)["zzz"]


def test_missing_results_say_what_to_run(processed: Path) -> None:
    with pytest.raises(InputError, match="dewak run"):
        open_results("stress", processed)


def test_the_folder_may_come_from_the_environment(processed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(notebook.PROCESSED_VARIABLE, str(processed))
    assert list(open_results("toy")) == ["line"]


@pytest.mark.parametrize(("spoken", "expected"), [("en", "en"), ("de", "de"), (None, None), ("fr", None)])
def test_show_speaks_the_language_of_the_notebook(
    monkeypatch: pytest.MonkeyPatch, spoken: str | None, expected: str | None
) -> None:
    class Shell:
        user_ns = {"language": spoken} if spoken else {}

    class Item:
        heard: object = "nothing"

        def show(self, language: object) -> None:
            self.heard = language

    item = Item()
    monkeypatch.setattr("IPython.core.getipython.get_ipython", Shell)
    show(item)  # type: ignore[arg-type]
    assert item.heard == expected


TABLE = pd.DataFrame(
    {
        "measure": ["gini", "gini", "cv"],
        "year": [2010, 2019, 2019],
        "land": ["05", None, "05"],
        "value": [0.2, None, 0.5],
    }
)


def test_a_cell_is_found_by_its_keys_and_remembered_where_it_was_shown(processed: Path) -> None:
    TABLE.to_parquet(processed / "toy" / "inequality.parquet")
    shown: dict[str, object] = {}
    toy = every_stage(processed, shown.__setitem__)["toy"]
    assert toy.inequality(measure="cv").value == 0.5
    assert toy.inequality(measure="gini", year=2019).value is None
    assert shown == {
        "toy.inequality(measure='cv').value": 0.5,
        "toy.inequality(measure='gini', year=2019).value": None,
    }
    assert type(toy.inequality(measure="cv").year) is int


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"measure": "gini"}, "2 rows fit instead of one"),
        ({}, "3 rows fit instead of one"),
        ({"measure": "gnii"}, "“gini”"),
        ({"measure": "cv", "year": 2010}, "0 rows fit"),
        ({"messure": "gini"}, "“measure”"),
    ],
)
def test_an_address_that_fits_no_single_row_says_what_would(keys: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        find_row(TABLE, "toy.inequality", keys)


def test_a_whole_number_stays_whole_beside_fractions() -> None:
    found = find_row(pd.DataFrame({"year": [2020], "share": [0.25]}), "toy.reform", {})
    assert type(found["year"]) is int


def test_none_as_a_key_asks_for_the_missing_value() -> None:
    assert find_row(TABLE, "toy.inequality", {"land": None})["year"] == 2019


def test_an_unknown_column_or_table_names_the_nearest(processed: Path) -> None:
    toy = every_stage(processed)["toy"]
    with pytest.raises(InputError, match="“line”"):
        toy.lnie()
    with pytest.raises(InputError, match="one of: x, y"):
        _ = toy.line(x=2019).zzz


def test_a_stage_in_parts_is_one_for_all_who_read_it(
    processed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PARTS, "toy", ("toy", "toy_later"))
    part = processed / "toy_later"
    part.mkdir()
    pd.DataFrame({"y": [7.0]}).to_parquet(part / "point.parquet")
    assert list(open_results("toy", processed)) == ["line", "point"]
    cells = every_stage(processed)
    assert set(cells) == {"toy"} and cells["toy"].point().y == 7.0


def test_a_copy_beside_the_results_is_no_part_of_them(tmp_path: Path) -> None:
    for name, x in {"cases": 1, "cases_budgets": 2, "cases_old": 99, "old_cases": 99}.items():
        (tmp_path / name).mkdir()
        pd.DataFrame({"x": [x]}).to_parquet(tmp_path / name / ("b.parquet" if x == 2 else "a.parquet"))
    cases = open_results("cases", tmp_path)
    assert cases["a"]["x"].tolist() == [1] and cases["b"]["x"].tolist() == [2]
    assert set(every_stage(tmp_path)) == {"cases", "cases_old", "old_cases"}


def test_every_part_is_a_stage_and_no_two_have_a_table_of_one_name() -> None:
    assert {part for parts in PARTS.values() for part in parts} <= set(STAGES)
    values = ROOT / "data" / "processed" / "values"
    for parts in PARTS.values():
        tables = [
            name
            for part in parts
            for name in {
                key.split(".")[0] for key in json.loads((values / f"tables_{part}.json").read_text())
            }
        ]
        assert len(tables) == len(set(tables)) > 1
