"""The block of today on the sheet and in the notebook of a unit."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dewak_research.language import LANGUAGES, Language
from dewak_research.page.labels import find_label, label
from dewak_research.stress.today import MEASURES
from dewak_research.stress.today_shocks import CASES
from dewak_research.unit import charts
from dewak_research.unit.sheet import leaflet
from dewak_research.unit.today import (
    IN_WORDS_ONLY,
    relief_in_words,
    status_in_words,
    today_section,
)
from dewak_research.unit.view import Profile

from .test_profile import profile

VALUES = {
    "liquidity_credit_eur_pc": 4448.0, "core_debt_eur_pc": 5602.0, "integrated_debt_eur_pc": 7019.63,
    "tax_capacity_eur_pc": np.nan, "land_tax_a_multiplier_pct": 285.0, "land_tax_b_multiplier_pct": 920.0,
    "trade_tax_multiplier_pct": 480.0, "budget_stage": 5.0, "over_indebtedness": 1.0,
}  # fmt: skip


def town(
    relief: dict[str, Any] | None = None,
    confirmed_only: bool = False,
    unit: dict[str, Any] | None = None,
    **values: float,
) -> Profile:
    rows = [
        {"measure": measure, "value": (VALUES | values)[measure], "vintage": vintage, "peers_known": 15,
         "confirmed": table != "debt_today", "peer_median": 2.0, "peer_percentile": 80.0, "rank": 2}
        for measure, (table, vintage) in MEASURES.items()
        if not (confirmed_only and table == "debt_today")
    ]  # fmt: skip
    losses = [
        {"case": case, "year": year, "loss_eur_pc": 41.65, "at_once_eur_pc": 48.3, "reference_year": 2004,
         "booked_year": 2010, "land_tax_b_points": 268.1}
        for case in CASES
        for year in ((1, 3, 5) if case.startswith("interest") else (1,))
        if not (confirmed_only and case.startswith("interest"))
    ]  # fmt: skip
    found = relief or {"amount_eur_pc": np.nan, "upper_bound_eur_pc": 717.0}
    made = profile(today=rows, today_stress=losses, relief=found)
    return replace(made, unit=unit or made.unit)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_measure_case_and_stage_has_words(language: Language) -> None:
    for measure, (_, vintage) in MEASURES.items():
        assert measure in IN_WORDS_ONLY or find_label(f"today_{measure}").unit
        assert label(f"today_vintage_{vintage}", language)
    assert all(label(f"today_{case}", language) for case in CASES)
    for stage in range(1, 8):
        assert label(f"today_stage_{stage}", language)
        assert label(f"today_meaning_{stage}", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheet_shows_today_before_the_years_2009_to_2011(language: Language) -> None:
    page = leaflet(town(), language)
    assert page.index('id="today"') < page.index(f"<h2>{label('profile_population_title', language)}</h2>")
    assert page.index('id="today"') < page.index(label("profile_comparison_title", language))
    words = re.sub("<[^>]+>", "", page)  # a term may lead to the glossary
    assert label("today_stage_5", language) in words
    assert label("today_no_answer", language) in words


def test_unknown_value_is_said_as_unknown_and_the_vintage_stands_beside_it() -> None:
    rows = {row["name"]: row for row in today_section(town(), "de")["rows"]}
    assert not rows["Steuereinnahmekraft"]["known"]
    assert rows["Liquiditätskredite *"]["vintage"] == "31.12.2025"
    assert rows["Hebesatz Grundsteuer B"]["value"] == "920"


def test_status_says_the_law_and_over_indebtedness_only_where_noted() -> None:
    assert "§ 76 GO NRW" in status_in_words(town(), "de")
    assert "Überschuldung" in status_in_words(town(), "de")
    assert "Überschuldung" not in status_in_words(town(over_indebtedness=0.0), "de")
    assert "Überschuldung" not in status_in_words(town(over_indebtedness=np.nan), "de")


@pytest.mark.parametrize("stage", [2, 3])
def test_a_stage_whose_meaning_is_not_confirmed_is_not_called_negative_equity(stage: int) -> None:
    assert "Eigenkapital ist negativ" in status_in_words(town(over_indebtedness=1.0), "de")
    german = status_in_words(town(over_indebtedness=float(stage)), "de")
    english = status_in_words(town(over_indebtedness=float(stage)), "en")
    assert "Eigenkapital" not in german and f"Stufe {stage} der Überschuldung" in german
    assert "equity" not in english and f"stage {stage} of over-indebtedness" in english


def test_relief_is_published_or_an_upper_bound_or_nothing() -> None:
    known = town({"amount_eur_pc": 2530.0, "upper_bound_eur_pc": 2948.0})
    assert "2.530" in relief_in_words(known, "de")
    assert "höchstens 717" in relief_in_words(town(), "de").replace("\u00a0", " ")
    assert "nicht bekannt" in relief_in_words(town(), "de")
    assert "keine Übernahme" in relief_in_words(
        town({"amount_eur_pc": np.nan, "upper_bound_eur_pc": 0.0}), "de"
    )
    assert relief_in_words(town({"amount_eur_pc": np.nan, "upper_bound_eur_pc": np.nan}), "de") == ""


def test_the_mark_of_the_unconfirmed_publisher_goes_with_the_debt() -> None:
    assert "Herausgeber nicht bestätigt" in leaflet(town(), "de")
    without = leaflet(town(confirmed_only=True), "de")
    assert "Herausgeber nicht bestätigt" not in without
    assert "Liquiditätskredite *" not in without
    assert "Zinsen dauerhaft" not in without


@pytest.mark.parametrize(("language", "said"), [("de", "kein Rückgang"), ("en", "no fall")])
def test_taxes_that_rose_are_no_fall_of_nothing(language: Language, said: str) -> None:
    rose = [row | {"loss_eur_pc": 0.0, "land_tax_b_points": 0.0} for row in town().today_stress]
    page = leaflet(replace(town(), today_stress=rose), language)
    assert page.count(said) == sum(case.startswith("tax") for case in CASES)


def test_core_debt_above_all_debt_is_explained_and_only_then() -> None:
    said = label("today_debt_note", "de")
    assert said not in leaflet(town(), "de")
    assert said in leaflet(town(core_debt_eur_pc=7020.0), "de")
    assert said not in leaflet(town(core_debt_eur_pc=np.nan), "de")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_kreis_says_what_is_known_of_it_and_what_is_not(language: Language) -> None:
    kreis = profile(kind="kreis")
    said = label("kreis_today_unknown", language)
    assert said in leaflet(kreis, language)
    assert said in charts.today(kreis, language).html(language)
    assert label("today_towns_only", language) in charts.today_stress(kreis, language).html(language)


def test_the_ennepe_ruhr_kreis_shows_the_debt_of_its_area_and_its_own_plan() -> None:
    debt = {"kreis": "05954", "year": 2023, "core_debt_eur_pc": 2912.0, "liquidity_credit_eur_pc": 1754.0}
    unit = {**profile().unit, "ags": "05954", "kind": "kreis"}
    page = leaflet(replace(profile(kind="kreis"), unit=unit, debt=debt), "de").replace("\u00a0", " ")
    assert "2.912 € je Einwohner, darunter Liquiditätskredite 1.754 €" in page
    assert "Erträge 752,8 Mio. €, Aufwendungen 783,7 Mio. €, Fehlbetrag 30,9 Mio. €" in page
    assert "lokaldirekt" in page and "zu bestätigen" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_notebook_tables_hold_all_years_and_name_their_sources(language: Language) -> None:
    stressed = charts.today_stress(town(), language)
    assert len(stressed.frame) == 13
    assert len(charts.today(town(), language).frame) == len(MEASURES) - len(IN_WORDS_ONLY)
    assert "debt_today" in stressed.sources
