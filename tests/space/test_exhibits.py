"""Every figure and table of the chapter on space, in both languages: words, alt text, data, source."""

from __future__ import annotations

import inspect

import pytest
from matplotlib.legend import Legend
from tests.exhibits import is_whole

from dewak_research.chapters import space as shown
from dewak_research.config import SpaceParams
from dewak_research.data.result import Result
from dewak_research.data.room_files import read_room_files
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.figure import Figure
from dewak_research.page.results import Results, open_results
from dewak_research.space import worked_pooling
from dewak_research.written import write_result

#: ``module.function`` → function: everything the chapter can show.
EXHIBITS = {
    f"{module}.{name}": function
    for module in shown.__all__
    for name, function in vars(getattr(shown, module)).items()
    if inspect.isfunction(function)
    and function.__module__ == f"{shown.__name__}.{module}"
    and list(inspect.signature(function).parameters) in (["results", "language"], ["pooled", "language"])
}


@pytest.fixture(scope="module")
def pooled(tmp_path_factory: pytest.TempPathFactory) -> Results:
    files = read_room_files()
    folder = tmp_path_factory.mktemp("pooled")
    write_result(worked_pooling.run(files.tables, files.as_of, SpaceParams()), "pooling", folder)
    return open_results("pooling", folder)


@pytest.fixture(scope="module")
def results(space: Result, tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("processed")
    write_result(space, "space", folder)
    return open_results("space", folder)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EXHIBITS)
def test_every_exhibit_is_whole(results: Results, pooled: Results, name: str, language: Language) -> None:
    item = EXHIBITS[name](pooled if name.startswith("rooms.") else results, language)
    is_whole(item, language)


@pytest.mark.parametrize("name", EXHIBITS)
def test_every_legend_lies_within_its_drawing(results: Results, pooled: Results, name: str) -> None:
    item = EXHIBITS[name](pooled if name.startswith("rooms.") else results, "de")  # the longer words
    if not isinstance(item, Figure) or not (legends := item.drawing.findobj(Legend)):
        return
    item.drawing.canvas.draw()
    for legend in legends:
        box, sheet = legend.get_window_extent(), item.drawing.bbox
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= sheet.x1 and box.y1 <= sheet.y1, box


def test_the_chapter_has_more_than_a_dozen_exhibits() -> None:
    assert len(EXHIBITS) > 18


def test_the_map_of_both_parts_towns_into_thirds(results: Results) -> None:
    data = shown.together.both_map(results, "en").data
    assert data["value_third"].value_counts().tolist() == [132, 132, 132]
    worst = data[(data["value_third"] == 3) & (data["minutes_third"] == 3)]
    assert worst["value"].min() > data["value"].median() and worst["minutes"].min() > data["minutes"].median()


def test_deprivation_is_shown_for_one_year_only(results: Results) -> None:
    for name in ("need_maps", "both_map", "quadrant_points"):
        data = getattr(shown.together, name)(results, "de").data
        rows = data[data["need"] == "deprivation"] if "need" in data else data
        assert rows["year"].nunique() == 1
