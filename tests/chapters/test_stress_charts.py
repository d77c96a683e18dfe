from __future__ import annotations

import pytest

from dewak_research.chapters.stress import backtest, figures, tables
from dewak_research.config import StressParams
from dewak_research.data import ingest
from dewak_research.stress import chapter

LANGUAGES = ("de", "en")
UNITS = ("05562020", "05954")


class Written(dict):
    """Tables as a stage wrote them: whoever asks gets a copy."""

    def __getitem__(self, name):
        return super().__getitem__(name).copy()


@pytest.fixture(scope="module")
def results():
    params = StressParams(draws=40, shapley_draws=10, backtest_draws=20)
    return Written(chapter.run(ingest.run({}, None, 0).tables, params, 1).tables)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_has_caption_alt_source_and_data(results, language) -> None:
    shown = [
        figures.light_map(results, language),
        figures.council_grid_figure(results, language),
        figures.episodes_figure(results, language),
        figures.contributions_figure(results, language),
        figures.frontier_figure(results, language),
        figures.herten_before_after(results, language),
        backtest.coverage_figure(results, language),
        backtest.pit_figure(results, language),
        backtest.proxy_figure(results, language),
        *(figures.fan_chart(results, language, ags) for ags in UNITS),
        *(figures.probability_chart(results, language, ags) for ags in UNITS),
    ]
    assert len({figure.name for figure in shown}) == len(shown)
    for figure in shown:
        assert figure.caption
        assert figure.alt
        assert len(figure.data) > 0
        assert "{" not in figure.caption + figure.alt + (figure.note or "")
        assert figure.svg().startswith("<svg") or "<svg" in figure.svg()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_with_a_probability_shows_how_uncertain_the_crisis_frequency_is(results, language) -> None:
    shown = [
        figures.light_map(results, language),
        tables.light_table(results, language),
        tables.units_table(results, language),
        figures.probability_chart(results, language, "05562020"),
    ]
    for found in shown:
        assert "1,3" in (found.note or "").replace("1.3", "1,3")
        assert "33,1" in (found.note or "").replace("33.1", "33,1")


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_hold_all_units_and_mark_what_is_unverified(results, language) -> None:
    units = tables.units_table(results, language).html(language)
    assert units.count("<tr") == 428
    word = {"de": "ungeprüft", "en": "unverified"}[language]
    assert word in tables.assumptions_table(results, language).html(language)
    assert word in tables.scenario_table(results, language).html(language)
    for table in (
        tables.light_table(results, language),
        tables.reverse_table(results, language, *UNITS),
        tables.breaking_table(results, language),
        backtest.ordering_table(results, language),
        *(tables.grid_table(results, language, ags) for ags in UNITS),
    ):
        assert "<table" in table.html(language)
