"""Profiles: the place among peers, what is missing, pages of strange names, the finder."""

from __future__ import annotations

import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from dewak_research.book.lists import finder_page, groups
from dewak_research.data.indicators import INDICATORS, indicators_of, kdu_places
from dewak_research.data.peers import beside_peers
from dewak_research.data.register import fold
from dewak_research.language import LANGUAGES, Language, Text
from dewak_research.page.html import line_over_years, mark_on_scale, stacked_bar
from dewak_research.page.labels import find_label, label
from dewak_research.unit import charts
from dewak_research.unit.sheet import leaflet
from dewak_research.unit.stress_view import StressView, stress_view
from dewak_research.unit.stress_words import stress_section
from dewak_research.unit.view import Profile
from dewak_research.unit.words import above_others, booked_span, booked_years, what_is_missing

GRID = [
    {"revenue_fall_share": fall, "interest_rise_pp": rise, "loss_total_eur_pc": 100.0 * fall, "trigger": trigger,
     "trigger_year": year}
    for fall, rise, trigger, year in (
        (0.0, 0.0, "none", None), (0.1, 3.0, None, None), (0.1, 1.5, "N1", 2), (0.2, 1.5, "none", None),
        (0.2, 3.0, "N3", 5),
    )
]  # fmt: skip
REVERSE = [
    {"direction": "GFK2009", "bearable_eur_pc": -12.0},
    {"direction": "COST2024", "bearable_eur_pc": -12.0},
]
LIGHT = {"light": "red", "probability": 0.5, "frequency_low": 0.6, "frequency_high": 0.7, "light_low": "red",
         "light_high": "red"}  # fmt: skip


def profile(name: str = "Musterstadt", kind: str = "kreisangehoerige_gemeinde", **changes: object) -> Profile:
    status = [{"year": year, "status": "reported", "suppressed_cells": 0} for year in (2009, 2010, 2011)]
    years = [{"year": year, "population": 10_000.0 + year, "tax_capacity_eur_pc": 500.0, "trade_tax_eur_pc": -4.0,
              "kdu_eur_pc": 120.0} for year in (2008, 2009, 2010)]  # fmt: skip
    made = Profile(
        unit={"ags": "05999999", "name": name, "kind": kind, "kreis": "05999", "area_km2": 12.5,
              "population_2021": 12_345.0, "has_balance_2009": True},
        kreis_name="Musterkreis", status=status, population=years, tax=years,
        age={"0–17": 20.0, "18–39": 30.0, "40–64": 30.0, "65–74": 10.0, "75+": 10.0}, kdu=years,
        kdu_place={"year": 2019, "place": 3, "of": 400, "place_land": 1, "of_land": 53},
        comparison=[{"indicator": i.key, "value": 1.0, "peer_median": 2.0, "peer_percentile": 0.0, "peers_known": 15}
                    for i in indicators_of(kind)],
        neighbours=[{"peer": "05999998", "name": "Nachbar & Söhne", "rank": 1, "distance": 1.0}],
        peers=15, features=16, persons_per_unit=1.95,
        stress=stress_view(LIGHT, GRID, REVERSE, (2010, 2014)),
        transfer=[{"case": "herten", "called": Text("Fall Musterstadt", "Case Musterstadt"), "context_light": "green",
                   "distance": 1.0, "closer_share": 0.05,
                   "mechanism_light": "unknown", "conditions_known": 3, "conditions_asked": 5,
                   "feasibility_light": "amber", "feasibility_reason": "compensate"}],
    )  # fmt: skip
    return replace(made, **changes)


def compared_each(values: list[float], *own: float) -> list[pd.Series]:
    keys = [f"p{i}" for i in range(len(values))]
    each = [
        pd.DataFrame({"ags": ["me", *keys], "indicator": f"x{i}", "value": [one, *values]})
        for i, one in enumerate(own)
    ]
    peers = pd.DataFrame({"ags": "me", "rank": range(1, len(keys) + 1), "peer": keys})
    out = beside_peers(pd.concat(each), peers, by=["indicator"])
    return [row for _, row in out[out["ags"] == "me"].iterrows()]


def compared(values: list[float], own: float) -> pd.Series:
    return compared_each(values, own)[0]


def test_place_counts_the_peers_below_and_half_of_the_ties() -> None:
    row = compared([1.0, 2.0, 3.0, 3.0, 5.0], 3.0)
    assert row["peer_median"] == 3.0
    assert row["peer_percentile"] == pytest.approx(100 * (2 + 0.5 * 2) / 5)


def test_unknown_peers_do_not_count_and_too_few_give_no_median() -> None:
    row = compared([1.0, 2.0, 3.0, 4.0, np.nan], 3.0)
    assert row["peers_known"] == 4
    assert np.isnan(row["peer_median"])
    assert np.isnan(row["peer_percentile"])


def test_an_unknown_value_has_no_place_but_its_peers_a_median() -> None:
    row = compared([1.0, 2.0, 3.0, 4.0, 5.0], np.nan)
    assert row["peer_median"] == 3.0
    assert np.isnan(row["peer_percentile"])


@given(st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=15), st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_a_higher_value_never_stands_lower(values: list[float], own: float, more: float) -> None:
    low, high = (row["peer_percentile"] for row in compared_each(values, own, own + more))
    assert 0 <= low <= high <= 100


def test_every_indicator_has_a_label_in_both_languages() -> None:
    for indicator in INDICATORS:
        assert find_label(f"profile_{indicator.key}").text["de"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_missing_is_said_too(language: Language) -> None:
    assert len(what_is_missing(profile(), language)) == 1


def test_missing_years_repeated_years_secret_cells_and_balance_are_all_said() -> None:
    status = [
        {"year": 2009, "status": "unreported", "suppressed_cells": 1200},
        {"year": 2010, "status": "reported", "suppressed_cells": 0},
        {"year": 2011, "status": "carried_forward", "suppressed_cells": 0},
    ]
    unit = {**profile().unit, "has_balance_2009": False}
    said = " ".join(what_is_missing(profile(status=status, unit=unit), "de"))
    assert "Keine Meldung für 2009" in said
    assert "Für 2011 wiederholt" in said
    assert "1.200 Zellen" in said
    assert "keine Bilanz" in said


def test_a_unit_that_never_reported_says_so() -> None:
    status = [{"year": year, "status": "unreported", "suppressed_cells": 0} for year in (2009, 2010, 2011)]
    assert "in keinem der Jahre" in what_is_missing(profile(status=status), "de")[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_is_whole_and_escapes_every_name(language: Language) -> None:
    page = leaflet(profile(name="<script>alert(1)</script> & Co"), language)
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co" in page
    assert "Nachbar &amp; Söhne" in page
    assert page.count('class="light light-') == 4
    assert f'<html lang="{language}">' in page


def test_page_of_a_unit_without_anything_says_no_data() -> None:
    empty = profile(
        population=[], tax=[], kdu=[], age={}, kdu_place=None, transfer=[],
        comparison=[{"indicator": "equity_ratio_pct", "value": np.nan, "peer_median": np.nan, "peer_percentile": np.nan,
                     "peers_known": 0}],
        stress=StressView("no_data", None, None, None, 2010, 2014, [], False, None),
    )  # fmt: skip
    page = leaflet(empty, "de")
    assert "nicht rechnen" in page
    assert page.count("keine Angabe") >= 7
    assert ">nan" not in page.lower()


def test_council_grid_names_trigger_year_none_and_unknown() -> None:
    page = leaflet(profile(), "de")
    assert "N1, 2011" in page
    assert "N3, 2014" in page
    assert "keine Schwelle" in page
    assert "Schwelle: keine Angabe" in page
    assert "(N2)" in page, "the names of the thresholds are explained on the page"


def test_interval_of_the_light_holds_the_probability() -> None:
    page = leaflet(profile(), "en")
    assert "50.0% to 70.0%" in page


def test_an_interval_of_one_value_is_said_as_such() -> None:
    sure = {**LIGHT, "probability": 1.0, "frequency_low": 0.99999, "frequency_high": 1.0}
    text = stress_section(profile(stress=stress_view(sure, GRID, REVERSE, (2010, 2014))), "de")["text"]
    assert text.count("100,0") == 1
    assert label("profile_stress_same", "de") in text


def test_a_probability_just_below_one_is_not_said_to_be_certain() -> None:
    near = {**LIGHT, "probability": 0.9998, "frequency_low": 0.9996, "frequency_high": 0.9999}
    text = stress_section(profile(stress=stress_view(near, GRID, REVERSE, (2010, 2014))), "en")["text"]
    assert text.count("over 99.9%") == 1 and "100" not in text
    assert label("profile_stress_same", "en") in text


def test_line_breaks_where_a_year_is_missing() -> None:
    svg = str(line_over_years([2000, 2001, 2002, 2003], [1.0, np.nan, 3.0, 4.0], "alt", str))
    assert svg.count("M") >= 3
    assert 'aria-label="alt"' in svg


@pytest.mark.parametrize("values", [[], [np.nan, np.nan]])
def test_line_without_values_is_nothing(values: list[float]) -> None:
    assert line_over_years(list(range(len(values))), values, "alt", str) == ""


@pytest.mark.parametrize("values", [[5.0], [5.0, 5.0], [0.0, 0.0], [-3.0, 2.0]])
def test_line_stays_inside_its_picture(values: list[float]) -> None:
    svg = str(line_over_years(list(range(2000, 2000 + len(values))), values, "alt", str))
    assert "nan" not in svg
    assert "inf" not in svg


def test_the_position_by_kdu_is_that_of_the_table() -> None:
    kreise = pd.DataFrame(
        {
            "ags": ["05999", "05998", "09999", "09998"],
            "year": 2019,
            "land": ["05", "05", "09", "09"],
            "kdu_eur_pc": [200.0, 300.0, 250.0, 40.0],
        }
    )
    place = kdu_places(kreise).iloc[0].to_dict()
    said = leaflet(profile(kdu_place=place), "en").replace("\u00a0", " ")
    assert "2019: higher than in 33% of the other Kreise and cities in Germany, lower than in all" in said


@pytest.mark.parametrize(
    ("place", "said"),
    [(1, "in allen"), (2, "höher als in 99 %"), (399, "weniger als 1 %"), (400, "niedriger")],
)
def test_all_and_none_are_said_of_the_ends_only(place: int, said: str) -> None:
    assert said in above_others(place, 400, "de").replace("\u00a0", " ")


def test_unknown_place_has_no_mark() -> None:
    assert mark_on_scale(None, "") == ""
    assert 'href="#mark" x="4"' in str(mark_on_scale(0.0, "0"))


def test_bar_parts_fill_the_bar() -> None:
    svg = str(stacked_bar({"a": 50.0, "b": 50.0}, "alt"))
    assert svg.count('width="130"') == 2


def test_whole_numbers_on_the_bar_make_one_hundred_and_every_part_is_written() -> None:
    age = {"0–17": 13.5, "18–39": 38.5, "40–64": 30.5, "65–74": 7.75, "75+": 9.75}  # rounded one by one: 102
    page = leaflet(profile(age=age), "en")
    said = [int(share) for share in re.findall(r"[–+\d]+: (\d+)%", page.split('class="age"', 1)[1])]
    assert sum(said[:5]) == 100 and len(said) == 10, (
        "the alternative and the line below the bar name all parts"
    )
    assert said[:5] == said[5:]
    people = [{**row, "census": 1987, "derived": False} for row in profile().population]
    drawn = [
        text.get_text()
        for text in charts.population(profile(age=age, population=people), "en").drawing.axes[1].texts
    ]
    assert [int(text.split("\n")[1]) for text in drawn] == said[:5]


def units() -> pd.DataFrame:
    rows = [
        ("05111000", "Düsseldorf", "kreisfreie_stadt", "05111", True),
        ("05154", "Kreis Kleve", "kreis", "05154", True),
        ("05154036", "Ü-Stadt", "kreisangehoerige_gemeinde", "05154", False),
        ("05154004", "Bedburg-Hau", "kreisangehoerige_gemeinde", "05154", True),
    ]
    return pd.DataFrame(rows, columns=["ags", "name", "kind", "kreis", "reported_any"])


def kreise() -> pd.DataFrame:
    rows = [
        ("05154", "Kreis Kleve", "kreis", "05", "Nordrhein-Westfalen"),
        ("14626", "Landkreis Görlitz", "kreis", "14", "Sachsen"),
        ("06611", "Kassel", "kreisfreie_stadt", "06", "Hessen"),
    ]
    return pd.DataFrame(rows, columns=["ags", "name", "kind", "land", "land_name"])


def test_finder_groups_towns_by_kreis_in_order_and_other_kreise_by_land() -> None:
    found = groups(units(), kreise(), "de")
    own, elsewhere = found[:2], found[2:]
    assert [group["title"] for group in own] == ["Kreisfreie Städte", "Kreis Kleve"]
    assert [entry["name"] for entry in own[1]["entries"]] == ["Bedburg-Hau", "Ü-Stadt"]
    assert [group["title"].split(":")[0] for group in elsewhere] == ["Hessen", "Sachsen"]
    assert [entry["ags"] for group in elsewhere for entry in group["entries"]] == ["06611", "14626"]


def test_finder_page_links_every_unit_and_says_who_did_not_report() -> None:
    towns = units().query("kind != 'kreis'")
    shapes = [box(6 + i / 10, 51, 6.1 + i / 10, 51.1) for i in range(len(towns))]
    areas = gpd.GeoDataFrame({"ags": towns["ags"].to_numpy()}, geometry=shapes, crs="EPSG:4326")
    page = finder_page(units(), kreise(), areas, "# Titel", "de")
    assert page.startswith("# Titel\n")
    for ags in [*units()["ags"], "14626", "06611"]:
        assert f'href="profile/{ags}.html"' in page
    assert page.count("(ohne Meldung)") == 1


@pytest.mark.parametrize(
    ("name", "folded"), [("Köln", "koeln"), ("Groß-Gerau", "gross gerau"), ("  Ä (X) ", "ae x")]
)
def test_names_are_folded_as_in_the_script(name: str, folded: str) -> None:
    assert fold(name) == folded


def test_the_reverse_question_is_answered_for_room_and_for_need() -> None:
    need = stress_view(LIGHT, GRID, REVERSE, (2010, 2014))
    room = stress_view(LIGHT, GRID, [{"bearable_eur_pc": 34.0}], (2010, 2014))
    unknown = stress_view(LIGHT, GRID, [{"bearable_eur_pc": float("nan")}], (2010, 2014))
    assert "12 € je Einwohner müssten" in leaflet(profile(stress=need), "de").replace("\u00a0", " ")
    assert "€34 per inhabitant could be missing" in leaflet(profile(stress=room), "en").replace("\u00a0", " ")
    assert "Asked in reverse" not in leaflet(profile(stress=unknown), "en")


@pytest.mark.parametrize(("amount", "said"), [(-0.2, "müsste"), (0.4, "dürfte")])
def test_an_amount_that_rounds_to_nothing_is_less_than_a_euro(amount: float, said: str) -> None:
    near = stress_view(LIGHT, GRID, [{"bearable_eur_pc": amount}], (2010, 2014))
    text = stress_section(profile(stress=near), "de")["text"].replace("\u00a0", " ")
    assert f"Weniger als 1 € je Einwohner {said}" in text


@pytest.mark.parametrize(
    ("years", "span", "words"),
    [((2009, 2010, 2011), "2009–2011", "2009 bis 2011"), ((2009, 2011), "2009, 2011", "2009 und 2011"),
     ((2010, 2011), "2010–2011", "2010 und 2011"), ((2009,), "2009", "2009"), ((), "2009–2011", "2009 bis 2011")],
)  # fmt: skip
def test_the_years_said_are_those_reported(years: tuple[int, ...], span: str, words: str) -> None:
    known = {year: "reported" if year in years else "carried_forward" for year in (2009, 2010, 2011)}
    status = [{"year": year, "status": state, "suppressed_cells": 0} for year, state in known.items()]
    assert booked_span(profile(status=status)) == span
    assert booked_years(profile(status=status), "de") == words
    assert f"Zinsen je Einwohner {span}" in leaflet(profile(status=status), "de")


@pytest.mark.parametrize(("language", "said"), [("de", "gebuchte Jahre rot"), ("en", "booked years red")])
def test_the_light_is_shown_on_three_baselines(language, said) -> None:
    lights = {"booked": "red", "mean5": "amber", "structural": "green"}
    rows = [{"baseline": name, "light": lamp} for name, lamp in lights.items()]
    shown = profile(stress=stress_view(LIGHT, GRID, REVERSE, (2010, 2014), rows))
    text = stress_section(shown, language)["text"]
    assert said in text
    assert "2007" in text and "{" not in text
    assert said not in stress_section(profile(), language)["text"]


def test_the_profile_names_the_assumption_that_moves_most_and_leaves_out_those_that_move_nothing() -> None:
    row = {"low": 0.5, "high": 1.0, "probability": 0.2}
    strong = {"parameter": "pass_through_share", "probability_low": 0.3, "probability_high": 0.1}
    nothing = {"parameter": "refund_split", "probability_low": 0.2, "probability_high": 0.2}
    swings = [
        {**row, **strong, "swing_share": 0.2, "place": 1},
        {**row, **nothing, "swing_share": 0.0, "place": 2},
    ]
    view = stress_view(LIGHT, GRID, REVERSE, (2010, 2014), tornado=swings[::-1])
    assert [one["parameter"] for one in view.tornado] == ["pass_through_share"]
    made = profile(stress=view)
    assert "(10.0% to 30.0% over its range)" in stress_section(made, "en")["text"]
    frame = charts.tornado(made, "en").frame
    assert frame.iloc[0, 1:].tolist() == ["30.0%", "20.0%", "10.0%"] and len(frame) == 1
    assert charts.tornado(profile(), "de").frame.shape == (1, 1)


@pytest.mark.parametrize(
    ("language", "steps", "none"),
    [("de", "rund 640 Punkte Grundsteuer B oder rund 230 Punkte Gewerbesteuer",
      "höhere Hebesätze braucht es dafür nicht"),
     ("en", "about 640 more points of land tax B or about 230 of trade tax", "higher multipliers are not needed")],
)  # fmt: skip
def test_the_steps_that_close_the_gap_stand_in_one_sentence(language, steps, none) -> None:
    points = {"land_tax_b_points_median": 640.0, "land_tax_b_points_safe": 1188.2}
    points |= {"trade_tax_points_median": 230.0, "trade_tax_points_safe": 427.9}
    row = {"year": 2014, "gap_median_eur": 5e6, "gap_safe_eur": 1e7, **points}

    def text(**changed: float) -> str:
        view = stress_view(LIGHT, GRID, REVERSE, (2010, 2014), steps=[{**row, **changed}])
        return stress_section(profile(stress=view), language)["text"]

    assert steps in text() and "{" not in text()
    assert ("rund 1.200 oder rund 430" if language == "de" else "about 1,200 or about 430") in text()
    assert ("mehrere hundert Punkte" if language == "de" else "several hundred points") in text()
    assert none in text(gap_safe_eur=0.0)
    kreis = text(trade_tax_points_safe=float("nan"))
    assert steps not in kreis and none not in kreis
    assert ("keine Angabe" if language == "de" else "no data") in text(land_tax_b_points_median=float("nan"))
