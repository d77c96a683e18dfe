"""The section of a profile on who lives there later and which need comes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dewak_research.language import LANGUAGES, Language
from dewak_research.page.labels import label
from dewak_research.unit import outlook_charts
from dewak_research.unit.outlook import (
    OUTLOOK_AGES,
    OUTLOOK_SERVICES,
    estimate,
    how_sure,
    need_rows,
    outlook_section,
    people_rows,
)
from dewak_research.unit.sheet import leaflet
from dewak_research.unit.view import Profile, ProfileTables, load_profile_tables, profile_of

from .test_profile import profile

KINDS = ("kreisangehoerige_gemeinde", "kreisfreie_stadt", "kreis")


def with_outlook(kind: str = KINDS[0], **changes: float) -> Profile:
    values: dict[str, Any] = {
        "first_year": 2024, "shown_year": 2040, "persons": 1234.4, "p05": 900.0, "p50": 1100.0, "p95": 1300.0,
        "change_low_pct": -27.0, "change_pct": -11.0, "change_high_pct": 5.0,
    }  # fmt: skip
    people = [values | changes | {"age": age} for age in (*OUTLOOK_AGES, "total")]
    need = [
        {"service": "care_allowance", "need_now": 812.0, "p05": 830.0, "p50": 900.0, "p95": 980.0,
         "growth_low_share": 0.02, "growth_share": 0.11, "growth_high_share": 0.2},
        {"service": "childcare_3_6", "need_now": 500.0, "p05": 300.0, "p50": 400.0, "p95": 490.0,
         "growth_low_share": -0.4, "growth_share": -0.2, "growth_high_share": -0.02},
    ]  # fmt: skip
    bands = [
        {"age": age, "year": year, "p05": 90.0, "p50": 100.0, "p95": 110.0}
        for age in (*OUTLOOK_AGES, "total")
        for year in (2024, 2030, 2040, 2050)
    ]
    tested = {
        age: {"age": age, "origin": 2015, "target": 2024, "mape_pct": 8.91, "coverage_pct": 75.5}
        for age in ("3-5", "75+")
    }
    return profile(kind=kind, people=people, need_growth=need, people_range=bands, backtest=tested)


@pytest.mark.parametrize(
    ("persons", "written"),
    [
        (0.3, 0.0),
        (7.6, 8.0),
        (999.4, 999.0),
        (999.6, 1000.0),
        (1234.4, 1230.0),
        (1045.46, 1050.0),
        (44_949.0, 44_900.0),
    ],
)
def test_an_estimate_is_written_in_three_figures(persons: float, written: float) -> None:
    assert estimate(persons) == written


@pytest.mark.parametrize("unknown", [None, np.nan, pd.NA])
def test_an_unknown_number_is_never_zero(unknown: Any) -> None:
    assert estimate(unknown) is None


def test_rows_say_now_later_band_and_what_the_whole_band_says() -> None:
    first = people_rows(with_outlook(), "de")[0]
    assert (first["now"], first["later"], first["band"]) == ("1.230", "1.100", "900 bis 1.300")
    assert (first["change"], first["direction"]) == ("−11\N{NO-BREAK SPACE}%", "offen")
    fewer, more = need_rows(with_outlook(), "en")
    assert (fewer["direction"], more["direction"]) == ("fewer", "more")
    assert more["change"] == "+11%"


def test_a_service_without_a_rate_and_an_age_without_anybody_are_unknown() -> None:
    none = with_outlook(persons=0.0, change_low_pct=np.nan, change_pct=np.nan, change_high_pct=np.nan)
    rows = people_rows(none, "de")
    assert {row["change"] for row in rows} == {row["direction"] for row in rows} == {"keine Angabe"}
    for row in need_rows(profile(), "de"):
        assert row["now"] == row["later"] == row["band"] == row["direction"] == "keine Angabe"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_section_says_how_sure_and_what_it_does_not_say(kind: str, language: Language) -> None:
    unit = with_outlook(kind)
    said = how_sure(unit, language)
    assert label(f"outlook_estimated_{kind}", language) in said
    assert {"de": "8,9 %", "en": "8.9%"}[language] in said
    page = leaflet(unit, language)
    assert page.count('id="outlook"') == 1
    assert label("outlook_not_said", language) in re.sub("&#39;", "'", page)
    assert "../own_figures.html" in page and "../50_integrated_plan.html" in page
    assert "50_integrated_plan" not in leaflet(unit, language, alone=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_unit_without_a_projection_says_so(language: Language) -> None:
    assert label("outlook_unknown", language) in leaflet(profile(), language)
    assert label("outlook_unknown", language) in outlook_charts.outlook(profile(), language).html(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_notebook_shows_the_same_rows_and_ends_in_the_year_shown(language: Language) -> None:
    unit = with_outlook()
    table = outlook_charts.outlook(unit, language)
    assert len(table.frame) == len(OUTLOOK_AGES) + len(OUTLOOK_SERVICES)
    figure = outlook_charts.outlook_bands(unit, language)
    assert set(figure.data["age"]) == {*OUTLOOK_AGES, "total"}
    assert figure.data["year"].max() == 2040
    assert len(figure.drawing.axes) >= 1 + len(OUTLOOK_AGES)


@pytest.fixture(scope="module")
def tables(stages_run: Path) -> ProfileTables:
    return load_profile_tables(stages_run)


def read_number(text: str) -> float:
    return float(text.replace(",", ""))


@pytest.mark.browser  # needs the stages of this very state of the code, as the built report does
def test_every_unit_has_the_section_and_its_numbers_are_those_of_the_tables(tables: ProfileTables) -> None:
    planning = tables.stages["planning"]
    people = planning["population_change"].set_index(["ags", "age"])
    need = planning["need_growth"].set_index(["ags", "service"])
    assert len(tables.units) == 427
    for ags in map(str, tables.units["ags"]):
        section = outlook_section(profile_of(tables, ags), "en")
        assert section["known"], ags
        shown = [
            *(
                (row, people.loc[(ags, age)], "persons")
                for row, age in zip(section["people"], OUTLOOK_AGES, strict=True)
            ),
            *(
                (row, need.loc[(ags, key)], "need_now")
                for row, key in zip(section["need"], OUTLOOK_SERVICES, strict=True)
            ),
        ]
        for row, cells, now in shown:
            low, high = row["band"].split(" to ")
            written = [read_number(text) for text in (row["now"], row["later"], low, high)]
            assert written == pytest.approx(
                [cells[now], cells["p50"], cells["p05"], cells["p95"]], rel=0.005, abs=0.51
            ), ags
            assert written[2] <= written[1] <= written[3], ags


@pytest.mark.browser
def test_a_kreis_is_the_sum_of_its_towns(tables: ProfileTables) -> None:
    planning = tables.stages["planning"]
    people = planning["population_change"].query("age in @OUTLOOK_AGES").rename(columns={"age": "what"})
    need = planning["need_growth"].query("service in @OUTLOOK_SERVICES").rename(columns={"service": "what"})
    for frame, now in ((people, "persons"), (need, "need_now")):
        towns = frame[frame["ags"].str.len() == 8]
        summed = towns.groupby([towns["ags"].str[:5], "what"])[now].sum()
        kreise = frame[frame["ags"].str.len() == 5].set_index(["ags", "what"])[now]
        assert len(kreise) == 31 * frame["what"].nunique()
        assert kreise.to_numpy() == pytest.approx(summed.loc[kreise.index].to_numpy(), rel=1e-4)
