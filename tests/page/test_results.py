"""A notebook opens what the pipeline wrote, and says what to do where nothing is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from dewak_research.errors import InputError
from dewak_research.page import results as notebook
from dewak_research.page.results import open_results, show


def test_tables_and_values_of_a_stage(processed: Path) -> None:
    results = open_results("toy", processed)
    assert results.values == {"share": 0.2334}
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


def test_a_stage_may_have_no_values(processed: Path) -> None:
    (processed / "values" / "toy.json").unlink()
    assert open_results("toy", processed).values == {}


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
    monkeypatch.setattr(notebook, "get_ipython", Shell)
    show(item)  # type: ignore[arg-type]
    assert item.heard == expected
