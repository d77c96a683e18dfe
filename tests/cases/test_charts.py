"""Every figure and table of the chapter, in both languages: labels known, alt text, data, source line."""

import io
import re

import pandas as pd
import pytest

from dewak_research.chapters.cases import compared, documented, drawn, facts, figures, published_costs, tables
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.results import Results

CASES = ("herten", "grundschoettel")
PER_CASE = (
    figures.cost_bars,
    figures.rank_bars,
    figures.stability_bars,
    drawn.transfer_maps,
    figures.peer_bars,
    facts.facts_table,
    tables.scores_table,
    tables.ranking_table,
    published_costs.information_table,
)
PER_PLACE = (drawn.actor_grid, figures.weight_bars, tables.preferences_table)
ONCE = (
    compared.costs_compared,
    compared.models_compared,
    compared.feasibility_compared,
    figures.origin_bars,
    figures.robustness_bars,
    drawn.relief_curve,
    drawn.relief_tornado,
    tables.law_table,
    tables.checklist_table,
    tables.models_table,
    tables.instruments_table,
    tables.actors_table,
    tables.factor_table,
    tables.volunteer_table,
    tables.resilience_table,
    tables.agreement_table,
    tables.truth_table,
    tables.necessity_table,
    tables.own_conditions,
    tables.fit_table,
    documented.compared_table,
    documented.readings_table,
    documented.contrast_table,
    published_costs.inputs_table,
    published_costs.yardsticks_table,
)


@pytest.fixture(scope="module", params=LANGUAGES)
def shown(request: pytest.FixtureRequest, results: Results) -> list[Figure | Table]:
    language: Language = request.param
    each = [draw(results, language, case) for draw in PER_CASE for case in CASES]
    each += [draw(results, language, "musterstadt") for draw in PER_PLACE]
    return [*each, *(draw(results, language) for draw in ONCE)]


def test_names_are_unique(shown: list[Figure | Table]) -> None:
    names = [item.name for item in shown]
    assert len(names) == len(set(names))


def test_html_has_caption_source_and_data(shown: list[Figure | Table]) -> None:
    for item in shown:
        language = item.language
        assert language is not None
        html = item.html(language, "_figures")
        assert item.caption in html.replace("&amp;", "&").replace("&quot;", '"')
        assert ("Quelle" if language == "de" else "Source") in html
        assert f"{item.name}.csv" in html
        assert "nan" not in re.sub(r"<[^>]+>", " ", html).lower().split()


def test_figures_say_in_words_what_they_show(shown: list[Figure | Table]) -> None:
    for item in shown:
        if isinstance(item, Figure):
            assert len(item.alt) > 60 and item.note and not item.data.empty
            assert "None" not in item.alt and "nan" not in item.alt


def test_letters_are_readable_on_a_phone(shown: list[Figure | Table]) -> None:
    for item in shown:
        if isinstance(item, Figure):
            assert item.drawing.get_size_inches()[0] == pytest.approx(6.4)
            texts = item.drawing.findobj(lambda artist: hasattr(artist, "get_fontsize") and artist.get_text())
            assert min(text.get_fontsize() for text in texts) >= 9


def test_maps_carry_every_unit_as_data(shown: list[Figure | Table], results: Results) -> None:
    maps = [item for item in shown if item.name.startswith("case_transfer_")]
    assert len(maps) == 2
    for item in maps:
        assert isinstance(item, Figure) and len(item.data) == 427
        assert {"ags", "context_light", "mechanism_light", "feasibility_light"} <= set(item.data.columns)


def test_csv_twin_can_be_read(shown: list[Figure | Table]) -> None:
    from dewak_research.page.files import csv_text

    for item in shown:
        frame = item.data if isinstance(item, Figure) else item.frame
        assert len(pd.read_csv(io.StringIO(csv_text(frame)))) == len(frame)


def test_both_cases_stand_side_by_side_with_their_own_values(results: Results) -> None:
    frame = compared.models_compared(results, "en").frame.set_index("Model")
    named = figures.names(results, "model", "en")
    ranking = results["ranking"].set_index(["case", "model"])["first_share"]
    costs = results["costs"].set_index(["case", "model"])["annual_eur"]
    for case in CASES:
        place = figures.place(results, case, "en")
        for model, name in named.items():
            assert frame.loc[name, f"{place}: first for"] == ranking[case, model]
            assert frame.loc[name, f"{place}: euros a year, about"] == costs[case, model]


def test_every_unit_bears_the_cost_or_a_reason_is_given(results: Results) -> None:
    frame = compared.feasibility_compared(results, "en").frame.set_index("Budget")
    units = results["transfer"].groupby("case")["ags"].nunique()
    for case in CASES:
        assert frame[f"cost as in {figures.place(results, case, 'en')}"].sum() == units[case]
