from __future__ import annotations

import pytest

from dewak_research.chapters.stress import backtest as stress_backtest
from dewak_research.chapters.stress import overview as stress_overview
from dewak_research.chapters.stress import reverse as stress_reverse
from dewak_research.chapters.stress import units as stress_units
from dewak_research.config import StressParams
from dewak_research.data import ingest
from dewak_research.stress import chapter

LANGUAGES = ("de", "en")
UNITS = ("05562020", "05954")


class Written(dict):
    values: dict


@pytest.fixture(scope="module")
def results():
    found = chapter.run(
        ingest.run({}, None, 0).tables, StressParams(draws=40, shapley_draws=10, backtest_draws=20), 1
    )
    written = Written(found.tables)
    written.values = found.values
    return written


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_has_caption_alt_source_and_data(results, language) -> None:
    shown = [
        stress_overview.light_map(results, language),
        stress_overview.council_grid_figure(results, language),
        stress_overview.episodes_figure(results, language),
        stress_units.contributions_figure(results, language),
        stress_reverse.frontier_figure(results, language),
        stress_units.herten_before_after(results, language),
        stress_backtest.coverage_figure(results, language),
        stress_backtest.pit_figure(results, language),
        stress_backtest.proxy_figure(results, language),
        *(stress_units.fan_chart(results, language, ags) for ags in UNITS),
        *(stress_units.probability_chart(results, language, ags) for ags in UNITS),
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
        stress_overview.light_map(results, language),
        stress_overview.light_table(results, language),
        stress_overview.units_table(results, language),
        stress_units.probability_chart(results, language, "05562020"),
    ]
    for found in shown:
        assert "1,3" in (found.note or "").replace("1.3", "1,3")
        assert "33,1" in (found.note or "").replace("33.1", "33,1")


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_hold_all_units_and_mark_what_is_unverified(results, language) -> None:
    units = stress_overview.units_table(results, language).html(language)
    assert units.count("<tr") == 428
    word = {"de": "ungeprüft", "en": "unverified"}[language]
    assert word in stress_overview.assumptions_table(results, language).html(language)
    assert word in stress_overview.scenario_table(results, language).html(language)
    for table in (
        stress_reverse.reverse_table(results, language, *UNITS),
        stress_reverse.breaking_table(results, language),
        stress_backtest.ordering_table(results, language),
        *(stress_units.grid_table(results, language, ags) for ags in UNITS),
    ):
        assert "<table" in table.html(language)
