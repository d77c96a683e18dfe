"""Every figure and table of the disparities chapter in both languages, and its notebook."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import pandas as pd
import pytest

from dewak_research.book.prose import render
from dewak_research.chapters.disparities import figures as disparities
from dewak_research.config import DisparityParams
from dewak_research.data import ingest
from dewak_research.data.accounts import benefit_types, shares
from dewak_research.disparities.chapter import run
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import find_label
from dewak_research.page.results import Cells, Results, open_results
from dewak_research.paths import ROOT
from dewak_research.stages import write_result

NOTEBOOK = ROOT / "notebooks" / "10_social_spending_disparities.ipynb"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The chapter with few draws, written and opened as the pipeline does."""
    folder: Path = tmp_path_factory.mktemp("processed")
    few = DisparityParams(bootstrap_draws=100, wild_draws=99, permutations=99, placebo_draws=10)
    write_result(run(ingest.run({}, None, 1).tables, few, 1), "disparities", folder)
    return open_results("disparities", folder)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", disparities.__all__)
def test_every_exhibit_is_complete(results: Results, name: str, language: Language) -> None:
    item = getattr(disparities, name)(results, language)
    assert isinstance(item, Figure | Table)
    page = item.html(language, "figures")
    assert item.name in page
    assert "None" not in item.caption
    if isinstance(item, Figure):
        assert len(item.alt) > 40
        width, _ = item.drawing.get_size_inches()
        assert width <= 6.4
        sizes = [t.get_fontsize() for ax in item.drawing.axes for t in ax.texts]
        assert min(sizes, default=9) >= 9
        plt.close(item.drawing)
    else:
        assert ">nan<" not in page
        assert ">None<" not in page


def test_every_share_and_benefit_type_has_a_title() -> None:
    for key in (*shares(), *(f"benefit_{name}" for name in benefit_types())):
        text = find_label(key).text
        assert text["de"], key
        assert text["en"] != text["de"], key


def test_notebook_prose_is_bound_to_values_in_both_languages(results: Results) -> None:
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    prose = [c for c in cells if c.cell_type == "markdown"]
    by_language = {lang: [c for c in prose if lang in c.metadata.tags] for lang in LANGUAGES}
    assert len(by_language["de"]) == len(by_language["en"]) > 20
    for language, some in by_language.items():
        for cell in some:
            known = {"values": results.values}
            cells_of = {"disparities": Cells(results)}
            assert "{{" not in render(cell.source, language, known, where=cell.id, cells=cells_of)


def test_notebook_shows_every_exhibit_once() -> None:
    source = "\n".join(c.source for c in nbformat.read(NOTEBOOK, as_version=4).cells if c.cell_type == "code")
    for name in disparities.__all__:
        assert source.count(f"disparities.{name}(") == 1, name
    assert "def " not in source
    assert "read_csv" not in source


def test_tables_survive_the_way_through_the_pipeline(results: Results) -> None:
    kept = results["kreis_year"]
    assert pd.api.types.is_string_dtype(kept["ags"])
    assert kept["ags"].str.len().eq(5).all()
