"""Every figure and table of the chapter on the integrated plan, in both languages: words, alt text, data, source."""

from __future__ import annotations

import inspect

import pytest
from tests.exhibits import is_whole

from dewak_research.chapters import planning as shown
from dewak_research.data.result import Result
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.labels import find_label
from dewak_research.page.results import Results, open_results
from dewak_research.written import write_result

#: ``module.function`` → function: everything the chapter can show of the whole Land.
EXHIBITS = {
    f"{module}.{name}": function
    for module in shown.__all__
    for name, function in vars(getattr(shown, module)).items()
    if inspect.isfunction(function)
    and not name.startswith("_")
    and function.__module__ == f"{shown.__name__}.{module}"
    and list(inspect.signature(function).parameters) == ["results", "language"]
}


@pytest.fixture(scope="module")
def results(plan: Result, tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("processed")
    write_result(plan, "planning", folder)
    return open_results("planning", folder)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EXHIBITS)
def test_every_exhibitis_whole(results: Results, name: str, language: Language) -> None:
    is_whole(EXHIBITS[name](results, language), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_bands_of_one_unit(results: Results, language: Language) -> None:
    figure = shown.population.unit_bands(results, language, "05562020", "Herten")
    is_whole(figure, language)
    assert (figure.data["p05"] <= figure.data["p95"]).all()
    people_only = {"de": "nur Bevölkerung", "en": "people only"}[language]
    assert people_only in figure.caption
    for key in ("outlook_bands_caption", "outlook_print"):
        assert people_only in find_label(key).text[language]


def test_tables_show_the_reasons_and_the_tries(results: Results) -> None:
    kreise = shown.population.kreise_table(results, "de")
    assert "Steinfurt" in kreise.html("de", "figures") and kreise.caption.endswith("woher der Abstand kommt")
    base = shown.population.base_table(results, "en").html("en", "figures")
    assert "0 to 2 years" in base and "100,000" in base


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["unit_need", "unit_need_table"])
def test_need_of_one_unit(results: Results, name: str, language: Language) -> None:
    is_whole(getattr(shown.need, name)(results, language, "05954", "Ennepe-Ruhr-Kreis"), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_units_stand_side_by_side_with_the_bands_of_each(results: Results, language: Language) -> None:
    units = {"05562020": "Herten", "05954": "Ennepe-Ruhr-Kreis"}
    figure = shown.need.need_of_units(results, language, units)
    assert [ax.get_title("left") for ax in figure.drawing.axes] == list(units.values())
    is_whole(figure, language)
    for ags, name in units.items():
        growth = results["need_growth"].set_index(["ags", "service"]).loc[ags, "growth_high_share"]
        rows = figure.data[(figure.data["unit"] == name) & (figure.data["part"] == "people")]
        drawn = rows.set_index("service")["high"]
        assert drawn.to_dict() == pytest.approx((100 * growth).to_dict())


#: Columns of result tables whose keys a reader may meet, and the pattern of their names.
KEYS = {
    ("assumption_effects", "assumption"): "assumption_{}",
    ("need_split", "service"): "service_{}",
    ("need_split", "scenario"): "scenario_{}",
    ("payers", "payer"): "payer_{}",
    ("cost_check", "part"): "plan_part_{}",
    ("unit_cost_check", "service"): "booked_{}",
    ("rate_backtest", "series"): "rate_series_{}",
    ("rate_backtest", "method"): "plan_{}",
}


@pytest.mark.parametrize(("table", "column"), KEYS)
def test_every_key_in_use_has_a_name_in_both_languages(plan: Result, table: str, column: str) -> None:
    for key in plan.tables[table][column].unique():
        text = find_label(KEYS[table, column].format(key)).text
        assert text.de and text.en, key


def test_the_spread_of_rates_stands_beside_the_band_of_people(results: Results) -> None:
    figure = shown.need.unit_need(results, "en", "05954", "Ennepe-Ruhr-Kreis")
    rows = figure.data.set_index(["service", "part"])
    spread = results["rates_spread"].query("ags == '05954'").set_index("service")
    for service, one in spread.iterrows():
        assert rows.loc[(service, "assumed_rates"), ["low", "high"]].tolist() == [
            one["low_pct"],
            one["high_pct"],
        ]
        assert rows.loc[(service, "people"), "low"] <= rows.loc[(service, "people"), "high"]
    assert "spread of the assumptions about rates" in figure.caption
