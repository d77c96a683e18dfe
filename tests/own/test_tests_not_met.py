"""What own reports of Hesse, Baden-Württemberg and Saxony say on every test that is not met, and on what is unknown."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest

from dewak_research.language import Language
from dewak_research.own.contents import figures_from
from dewak_research.own.deficit_page import deficit_path
from dewak_research.own.first_page import sentences
from dewak_research.own.layout_in_hand import in_layout
from dewak_research.own.plan import plan_frame
from dewak_research.own.plan_overview import overview
from dewak_research.own.stress import OwnStress, run_own_stress
from dewak_research.own.stress_page import stress_page
from dewak_research.rules import land
from own.foreign_words import foreign_words

M = 1e6
YEARS = range(2024, 2030)
LANGUAGES: tuple[Language, ...] = ("de", "en")
ORDINARY = {"06": "22", "08": "18", "14": "18"}
Amounts = Mapping[int, float]


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def told(
    key: str,
    ordinary: Amounts,
    cash: Amounts | None = None,
    apart: Amounts | None = None,
    equity: float = 30.0,
) -> tuple[OwnStress, dict[Language, tuple[str, list[str]]]]:
    """Return the test of a plan (EUR m, 0 where nothing is given; cash after redemption, None = not entered), and its
    sentence on the first page and the sentences of the stress page by language."""
    rows = []
    for year in YEARS:
        kind = "actual" if year == 2024 else "plan"
        results = (ordinary.get(year, 0.0), (apart or {}).get(year, 0.0))
        entered = dict(zip((ORDINARY[key], "25", "26"), (*results, sum(results)), strict=True))
        rows += [("result_plan", line, year, kind, M * value, "given") for line, value in entered.items()]
        if cash is None or year in cash:
            paid = {"17": 1.0 + (cash or {}).get(year, 0.0), "35": 1.0}
            rows += [("finance_plan", line, year, kind, M * value, "given") for line, value in paid.items()]
    capital = "netto_position" if key == "06" else "basiskapital"
    names = (
        "ueberschussruecklage_ordentlich",
        "ueberschussruecklage_ausserordentlich",
        "fehlbetraege_vorjahre",
    )
    balance = {capital: equity, **dict.fromkeys(names, 0.0), "jahresergebnis": ordinary.get(2024, 0.0)}
    rows += [("balance", line, 2024, "actual", M * value, "given") for line, value in balance.items()]
    with in_layout(key):
        frame = plan_frame(figures_from(rows))
        stress = run_own_stress(frame, land(key).rules)
        found = overview(frame, stress, pd.DataFrame())
        said = {
            language: (
                plain(sentences(found, stress, language)[1]),
                [plain(line) for line in stress_page(stress, frame, found, language)["stress_lines"]],
            )
            for language in LANGUAGES
        }
    return stress, said


CASH = dict.fromkeys(YEARS, 1.0)


@pytest.mark.parametrize("key", ["06", "14"])
def test_a_later_test_that_is_not_met_is_said_and_so_are_further_years(key: str) -> None:
    stress, said = told(key, {2026: -1.0, 2027: -0.5, 2028: 3.0}, CASH | {2028: -0.5, 2029: -0.25})
    plan = stress.plan.set_index("year")
    assert plan.index[plan["not_balanced"]].tolist() == [2026, 2027]
    assert plan.index[plan["redemption_not_covered"]].tolist() == [2028, 2029]
    shorts, agains = ("0,50 Mio. €", "€0.50 million"), ("nicht erfüllt: ", "either: ")
    for language, short, again in zip(LANGUAGES, shorts, agains, strict=True):
        first_page, page = said[language]
        for text in (first_page, " ".join(page)):
            assert short in text and again + "2027." in text and again + "2029." in text
            order = [text.index(part) for part in ("2026", again + "2027", short, again + "2029")]
            assert order == sorted(order)


def test_a_test_of_the_budget_year_alone_has_no_further_years() -> None:
    _, said = told("06", {}, CASH | {2026: -0.5})
    assert "Dieselbe" not in said["de"][0] and "The same" not in said["en"][0]


def test_what_is_charged_to_the_base_capital_is_said_with_its_year() -> None:
    _, said = told("08", {2026: -1.0, 2027: 0.2, 2028: 0.2, 2029: 0.5})
    assert "1,0 Mio. € Fehlbeträge" in said["de"][0] and "Ende 2029 gehen 0,1 Mio. €" in said["de"][0]
    assert "at the end of 2029 €0.1 million" in said["en"][0]
    _, said = told("08", {2024: -1.0})  # the budget year carries what 2027 ends
    assert "2026 bleiben" in said["de"][0] and "Ende 2027 gehen 1,0 Mio. €" in said["de"][0]


def test_a_deficit_that_the_plan_ends_too_early_for_is_charged_in_no_year() -> None:
    _, said = told("08", {2028: -1.0})
    assert "der Plan endet aber 2029" in said["de"][0] and "gehen" not in said["de"][0]


def test_all_tests_met_again_means_equity_too() -> None:
    stress, said = told("08", {}, apart={2027: -2.0}, equity=1.0)
    assert stress.plan["status"].eq("balanced").all() and stress.plan["overindebted"].iloc[-1]
    assert any("does not meet all tests again" in line for line in said["en"][1])
    assert not any("erfüllt alle Prüfungen ab" in line for line in said["de"][1])


@pytest.mark.parametrize("key", ["06", "14"])
def test_whether_all_tests_are_met_again_stays_open_where_cash_is_unknown(key: str) -> None:
    cash = {year: 1.0 for year in YEARS if year < 2029}
    _, said = told(key, {2026: -1.0, 2027: 2.0}, cash)
    every, unsaid = ("alle Prüfungen", "all tests"), ("für 2029 nicht sagen", "told for 2029")
    for language, again, open_ in zip(LANGUAGES, every, unsaid, strict=True):
        first_page, page = said[language]
        assert open_ in first_page and sum(open_ in line for line in page) == 1
        assert not any(again in line for line in page)


@pytest.mark.parametrize("key", ["06", "08", "14"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_open_or_met_plan_is_told_in_the_words_of_its_own_law(key: str, language: Language) -> None:
    cash = {year: 1.0 for year in YEARS if year != 2028}
    plans = [told(key, {2026: 0.5}, CASH), told(key, {2026: 0.5}, cash), told(key, dict.fromkeys(YEARS, 0.0))]
    for _, said in plans:
        first_page, page = said[language]
        assert not foreign_words(" ".join([first_page, *page]), key, language)
        assert "Haushaltssicherungskonzept" not in first_page and "consolidation plan" not in first_page
    _, said = plans[1]
    unknown = {
        "de": "Prüfungen des Haushaltsrechts erfüllt sind, lässt sich nicht",
        "en": "tests of budget law are met cannot",
    }
    assert (unknown[language] in said[language][0]) == (key != "08")  # its law does not ask for cash
    assert any("2028" in line for line in said[language][1]) == (key != "08")


def test_a_new_task_is_measured_on_all_tests() -> None:
    stress, _ = told("06", dict.fromkeys(YEARS, 1.0), CASH | {2028: 0.25})
    with in_layout("06"):
        found = overview(plan_frame(figures_from([])), stress, pd.DataFrame())
    assert found is not None
    german, english = (plain(sentences(found, stress, language)[2]) for language in LANGUAGES)
    assert "0,25 Mio. €" in german and "alle Prüfungen" in german
    assert "€0.25 million" in english and "all tests" in english


@pytest.mark.parametrize("key", ["06", "08", "14"])
def test_long_words_of_the_head_can_be_broken(key: str) -> None:
    stress, _ = told(key, {})
    for head in deficit_path(stress, "de")["stress_head"]:
        assert max(map(len, head.replace("\N{SOFT HYPHEN}", " ").split())) <= 14, head
