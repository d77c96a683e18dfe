"""The stress test in words: what every cell says is said once, and what holds beside a probability is said with it."""

from __future__ import annotations

import pytest
from tests.unit.test_profile import LIGHT, REVERSE, profile

from dewak_research.language import LANGUAGES, Language
from dewak_research.page.labels import label
from dewak_research.unit import charts
from dewak_research.unit.sheet import leaflet
from dewak_research.unit.stress_view import stress_view
from dewak_research.unit.stress_words import stress_section

NO_LIGHT = {"light": "no_data", "probability": None, "frequency_low": None, "frequency_high": None}


def grid(trigger: object, year: object, without: tuple[object, object]) -> list[dict[str, object]]:
    """Nine cells that all say the same, and the budget without a shock."""
    cells = [
        {"revenue_fall_share": fall, "interest_rise_pp": rise, "loss_total_eur_pc": 100.0 * fall, "trigger": trigger,
         "trigger_year": year}
        for fall in (0.05, 0.1, 0.2) for rise in (1.5, 3.0, 4.5)
    ]  # fmt: skip
    base = {**cells[0], "revenue_fall_share": 0.0, "interest_rise_pp": 0.0, "trigger": without[0]}
    return [{**base, "trigger_year": without[1]}, *cells]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_grid_that_says_nine_times_the_same_says_it_once(language: Language) -> None:
    view = stress_view(LIGHT, grid("N1", 1, ("N1", 1)), REVERSE, (2010, 2014))
    page = leaflet(profile(stress=view), language)
    assert page.count("N1, 2010") == 1
    assert label("profile_grid_same_base", language, n=9, trigger="N1, 2010") in page
    cells = [cell for row in stress_section(profile(stress=view), language)["rows"] for cell in row["cells"]]
    assert len(cells) == 9 and all(cell["loss"] and not cell["trigger"] for cell in cells)


@pytest.mark.parametrize(
    ("trigger", "year", "without", "key"),
    [
        ("N1", 1, ("N1", 1), "base"), ("N1", 1, ("none", None), "first"), ("none", None, ("none", None), "none"),
        (None, None, (None, None), "unknown"),
    ],
)  # fmt: skip
def test_the_sentence_of_an_equal_grid_says_why(
    trigger: object, year: object, without: tuple[object, object], key: str
) -> None:
    view = stress_view(LIGHT, grid(trigger, year, without), REVERSE, (2010, 2014))
    said = stress_section(profile(stress=view), "de")["same"]
    start = label(f"profile_grid_same_{key}", "de", n=9, trigger="N1, 2010")
    assert said == start


def test_a_grid_that_differs_names_every_cell() -> None:
    assert stress_section(profile(), "de")["same"] == ""


def test_no_legend_of_lights_stands_where_there_is_no_light() -> None:
    legend = label("profile_stress_legend", "de")
    blind = profile(stress=stress_view(NO_LIGHT, [], [], (2010, 2014)))
    pages = [leaflet(one, "de").replace("\u00a0", " ") for one in (blind, profile())]
    assert [legend.replace("\u00a0", " ") in page for page in pages] == [False, True]
    assert legend not in str(charts.council_grid(blind, "de").note)


@pytest.mark.parametrize(("probability", "said"), [(0.426, "57,4"), (0.95, "5,0"), (0.9999, None)])
def test_a_path_that_crosses_without_a_shock_agrees_with_a_probability_below_one(
    probability: float, said: str | None
) -> None:
    light = {**LIGHT, "probability": probability, "frequency_low": probability, "frequency_high": probability}
    view = stress_view(light, grid("N1", 1, ("N1", 1)), REVERSE, (2010, 2014))
    text = stress_section(profile(stress=view), "de")["text"].replace("\u00a0", " ")
    if said is None:
        assert label("profile_stress_already", "de") in text
    else:
        assert f"in {said} % der gezogenen Verläufe überschreitet er keine" in text
        assert label("profile_stress_already", "de") not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_similar_circumstances_say_their_limits_and_no_colour_is_a_verdict(language: Language) -> None:
    far = {**profile().transfer[0], "context_light": "red", "closer_share": 0.8}
    page = leaflet(profile(transfer=[far]), language).replace("\u00a0", " ")
    assert label("profile_context_red", language) in page
    assert f'light-red">{label("profile_context_red", language)}' not in page
    assert ("höchstens 10 %" if language == "de" else "at most 10%") in page
    assert ("bis 33 %" if language == "de" else "up to 33%") in page


def test_the_kreis_of_a_model_is_not_compared_with_it_and_a_town_is_where_it_lies() -> None:
    itself = {**profile().transfer[0], "distance": 0.0, "closer_share": 0.0}
    kreis = leaflet(profile(transfer=[itself], kind="kreis"), "de")
    town = leaflet(profile(transfer=[itself]), "de")
    assert "der Kreis des Vorbilds" in kreis and label("profile_transfer_self", "de") not in kreis
    assert kreis.count('class="light light-') == town.count('class="light light-') - 1
