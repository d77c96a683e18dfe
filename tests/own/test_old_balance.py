"""A workbook with the embedded balance sheet of 2009 only: what is too old is called so, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest

from dewak_research.own.cash_path import balance_over_years, cash_path
from dewak_research.own.missing_cells import cells_missing, what_opens
from dewak_research.own.money_page import money_page
from dewak_research.own.plan import plan_frame
from dewak_research.own.stress import OwnStress, run_own_stress
from dewak_research.own.stress_page import stress_page
from dewak_research.own.workbook import new_contents
from own import heidestadt, musterstadt

TOWN = "05562020"


@dataclass(frozen=True)
class Own:
    frame: pd.DataFrame
    stress: OwnStress

    def money(self, language: str) -> dict[str, object]:
        return money_page(cash_path(self.frame), balance_over_years(self.frame), 60_000.0, 2025, language)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def own() -> Own:
    """A new workbook with the result plan of Musterstadt."""
    known = new_contents(TOWN, "de", 2026).figures
    assert set(known.loc[known["sheet"] == "balance", "year"]) == {2009}
    planned = musterstadt.contents(key=TOWN).figures.query("sheet == 'result_plan'")
    frame = plan_frame(pd.concat([known, planned], ignore_index=True))
    return Own(frame, run_own_stress(frame, "nrw"))


@pytest.mark.parametrize(("language", "said"), [("de", "die von 2009"), ("en", "that of 2009")])
def test_the_year_of_the_old_balance_sheet_is_said(own: Own, language: str, said: str) -> None:
    lines = stress_page(own.stress, own.frame, None, language)["stress_lines"]  # type: ignore[arg-type]
    assert any(said in line for line in lines)
    assert not any("Keine Bilanz" in line or "No balance sheet" in line for line in lines)


def test_without_any_balance_sheet_none_is_named(own: Own) -> None:
    bare = own.frame[own.frame["sheet"] != "balance"]
    lines = stress_page(run_own_stress(bare, "nrw"), bare, None, "de")["stress_lines"]
    assert any("Keine Bilanz" in line for line in lines)


@pytest.mark.parametrize("language", ["de", "en"])
def test_old_stocks_stand_in_the_table_but_in_no_sentence_and_no_picture(own: Own, language: str) -> None:
    page = own.money(language)
    lines = " ".join(page["money_lines"])  # type: ignore[arg-type]
    assert page["debt_picture"] == {} and len(page["money_lines"]) == 1  # type: ignore[arg-type]
    assert "2009" in lines and ("zu alt" in lines or "too old" in lines)
    rows = [part["rows"] for part in page["money_parts"]]  # type: ignore[attr-defined]
    assert any(row[0] == "2009" for row in rows[1])


def test_the_annex_asks_for_a_newer_balance_sheet_first(own: Own) -> None:
    opens = what_opens(own.frame, pd.DataFrame(columns=["sheet", "line", "year"]), own.stress, pd.DataFrame())
    asked = opens.set_index(["sheet", "line"])
    for line in ("allgemeine_ruecklage", "ausgleichsruecklage", "investitionskredite", "liquiditaetskredite"):
        assert asked.loc[("balance", line), "years"] == [2024]
    assert asked.loc[("balance", "investitionskredite"), "cases"] == ["RATES2022"]
    assert "law" in asked.loc[("balance", "allgemeine_ruecklage"), "others"]


def test_the_year_that_is_asked_for_is_one_whose_accounts_can_be_there(own: Own) -> None:
    named = cells_missing(own.frame, "zins", [2026, 2027, 2028, 2029], "de")
    assert len(named) == 2 and all("2024" in name for name in named)


def test_a_recent_balance_sheet_is_carried_on() -> None:
    frame = plan_frame(musterstadt.contents().figures)
    page = money_page(cash_path(frame), balance_over_years(frame), 48_520.0, 2025, "de")
    assert len(page["money_lines"]) > 1 and page["debt_picture"]
    opens = what_opens(
        frame, pd.DataFrame(columns=["sheet", "line", "year"]), run_own_stress(frame, "nrw"), pd.DataFrame()
    )
    assert "balance" not in set(opens["sheet"])


def test_an_old_balance_sheet_of_lower_saxony_is_named_in_its_words() -> None:
    from dewak_research.own.layout_in_hand import in_layout

    figures = heidestadt.contents().figures
    figures = figures.assign(year=figures["year"].mask(figures["sheet"] == "balance", 2017))
    with in_layout("03"):
        frame = plan_frame(figures)
        lines = " ".join(stress_page(run_own_stress(frame, "nds"), frame, None, "de")["stress_lines"])
    assert (
        "Die letzte Bilanz mit Nettoposition in der Mappe ist die von 2017" in lines
        and "Schwelle" not in lines
    )
