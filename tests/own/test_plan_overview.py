"""The figures behind the first page: worked out by hand on Musterstadt and on plans that cross a line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.own.cash_path import balance_over_years, cash_path
from dewak_research.own.check import load_own
from dewak_research.own.first_page import cases_picture, pictures, sentences
from dewak_research.own.measures import with_measures
from dewak_research.own.missing_cells import cells_missing, what_opens, years_shown
from dewak_research.own.peer_ratios import find_peers, own_ratios
from dewak_research.own.plan import plan_frame
from dewak_research.own.plan_overview import overview
from dewak_research.own.stress import run_own_stress
from dewak_research.own.stress_page import stress_page
from dewak_research.stress.plan_test import plan_test
from own import musterstadt

PLANNED = (2026, 2027, 2028, 2029)
GENERAL = musterstadt.BALANCE_2021["allgemeine_ruecklage"]
NO_MEASURES = pd.DataFrame(columns=["name", "amount_eur", "first_year", "full_year"])


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("own")
    musterstadt.write(folder)
    return load_own(musterstadt.KEY, folder)


@pytest.fixture(scope="module")
def frame(own) -> pd.DataFrame:
    return plan_frame(own.figures)


def worse(frame: pd.DataFrame, by_year: dict[int, float]) -> pd.DataFrame:
    """The plan with its results lower by amounts in euro."""
    changed = frame.copy()
    results = (changed["sheet"] == "result_plan") & changed["line"].isin(["26", "28"])
    for year, amount in by_year.items():
        changed.loc[results & (changed["year"] == year), "value"] -= amount
    return changed


def test_the_smallest_headroom_is_that_of_the_worst_year_not_of_the_first(own, frame: pd.DataFrame) -> None:
    found = overview(frame, run_own_stress(frame, "nrw"), own.measures)
    assert found is not None and found.duty is None and found.room_year == 2029
    left = musterstadt.BALANCE_2021["ausgleichsruecklage"] + sum(
        musterstadt.annual_result(year) for year in range(2022, 2030)
    )
    assert found.room_eur == pytest.approx(0.05 * GENERAL + left)
    assert found.to_balance_eur == -min(musterstadt.annual_result(year) for year in PLANNED)
    assert found.measures_eur == 1_300_000
    assert found.per_head(musterstadt.HEADS[2024]) == 1.0


def test_what_is_borne_in_every_year_is_the_edge_of_the_test(frame: pd.DataFrame) -> None:
    stress = run_own_stress(frame, "nrw")
    found = overview(frame, stress, NO_MEASURES)
    assert found is not None and stress.booked is not None
    for size, crossed in ((0.999, False), (1.001, True)):
        tested = stress.booked.tested(np.full(len(PLANNED), -found.bearable_eur * size))
        assert tested[["n1", "n2", "n3"]].any(axis=None) == crossed


def test_a_line_crossed_in_two_years_arises_with_the_haushaltssatzung_and_again_with_the_accounts(
    frame: pd.DataFrame,
) -> None:
    hit = worse(frame, {2027: 25e6, 2028: 25e6})
    stress = run_own_stress(hit, "nrw")
    found = overview(hit, stress, NO_MEASURES)
    assert found is not None and found.duty is not None
    assert (found.duty.year, found.duty.line, found.duty.arises, found.duty.again) == (
        2028,
        "n2",
        "budget",
        True,
    )
    de, en = (sentences(found, stress, language)[1] for language in ("de", "en"))
    assert (
        "2028 überschreitet der Plan" in de and "Haushaltssatzung 2026" in de and "Jahresabschluss 2028" in de
    )
    assert "5\u00a0%" in de and "Haushaltssatzung of 2026" in en and "annual accounts of 2028" in en
    assert found.needed_eur > 0 and "unter jeder Schwelle" in sentences(found, stress, "de")[2]
    assert stress.booked is not None
    healed = stress.booked.tested(np.full(len(PLANNED), found.needed_eur * 1.001))
    assert not healed[["n1", "n2", "n3"]].any(axis=None)


def test_a_quarter_lost_after_the_plan_year_is_a_duty_of_the_accounts_only(frame: pd.DataFrame) -> None:
    """Since 31 December 2023 the quarter counts for the plan year alone; later years count with their accounts."""
    hit = worse(frame, {2028: 45e6})
    found = overview(hit, run_own_stress(hit, "nrw"), NO_MEASURES)
    assert found is not None and found.duty is not None
    assert (found.duty.year, found.duty.line, found.duty.arises, found.duty.again) == (
        2028,
        "n1",
        "accounts",
        False,
    )
    assert "erst mit dem Jahresabschluss 2028" in sentences(found, run_own_stress(hit, "nrw"), "de")[1]


def test_without_a_balance_sheet_the_sentence_names_the_cells(frame: pd.DataFrame) -> None:
    bare = frame[frame["sheet"] != "balance"]
    stress = run_own_stress(bare, "nrw")
    found = overview(bare, stress, NO_MEASURES)
    said = sentences(found, stress, "de")
    assert "es fehlt eine Bilanz" in said[1] and "Blatt Bilanz" in said[1]
    assert [shown["target"] for shown in pictures(found, bare, stress, "de")] == [
        "index.html#plan",
        "stress.html",
    ]


def test_outside_the_land_no_line_is_named(frame: pd.DataFrame) -> None:
    stress = run_own_stress(frame, "none")
    said = " ".join(sentences(overview(frame, stress, NO_MEASURES), stress, "de"))
    assert "keine Schwelle der Rücklagen" in said and "Haushaltssicherungskonzept" not in said


def test_a_case_is_its_mean_year_per_head(frame: pd.DataFrame) -> None:
    stress = run_own_stress(frame, "nrw")
    shown = cases_picture(overview(frame, stress, NO_MEASURES), stress, "de")
    grants = sum(0.1 * musterstadt.value(musterstadt.RESULT, "schluesselzuweisung", year) for year in PLANNED)
    named = {name: value for name, _, value in shown["bars"]}
    assert named["Schlüsselzuweisungen 10 % unter Plan"] == f"{grants / 4 / musterstadt.HEADS[2024]:.0f}"


def test_measures_raise_the_result_and_are_shown_beside_it(own, frame: pd.DataFrame) -> None:
    table = with_measures(run_own_stress(frame, "nrw"), own.measures).set_index("year")
    assert table["effect_eur"].tolist() == [700_000, 1_000_000, 1_300_000, 1_300_000]
    assert (table["result_with_eur"] - table["result_eur"] - table["effect_eur"]).abs().max() < 1e-6
    assert not table["duty"].any() and with_measures(run_own_stress(frame, "nrw"), NO_MEASURES).empty


def test_measures_can_take_a_plan_back_below_the_line(frame: pd.DataFrame) -> None:
    hit = worse(frame, {2027: 15e6, 2028: 6e6})
    stress = run_own_stress(hit, "nrw")
    enough = pd.DataFrame([{"name": "a", "amount_eur": 9e6, "first_year": 2026, "full_year": np.nan}])
    table = with_measures(stress, enough).set_index("year")
    assert table["duty"].any() and not table["duty_with"].any()


def test_cash_and_loans_follow_the_finance_plan_by_hand(frame: pd.DataFrame) -> None:
    path = cash_path(frame).set_index("year")
    taken, repaid = (
        sum(musterstadt.value(musterstadt.FINANCE, line, year) for year in range(2025, 2030))
        for line in ("33", "35")
    )
    assert path.loc[2029, "investment_credit_eur"] == pytest.approx(74_000_000 + taken - repaid)
    assert path.loc[2029, "liquidity_credit_eur"] == 18_000_000
    ins = [musterstadt.value(musterstadt.FINANCE, f"{n:02d}", 2025) for n in (*range(1, 9), 18, 19, 21, 33)]
    outs = [
        musterstadt.value(musterstadt.FINANCE, f"{n:02d}", 2025) for n in (*range(10, 16), 24, 25, 26, 35)
    ]
    assert path.loc[2025, "change_eur"] == sum(ins) - sum(outs)
    assert path.loc[2025, "funds_eur"] == 7_400_000 + sum(ins) - sum(outs)
    assert path.index[path["planned"]].tolist() == [2025, *PLANNED]


def test_without_a_finance_plan_stocks_end_with_the_balance_sheet(frame: pd.DataFrame) -> None:
    path = cash_path(frame[frame["sheet"] != "finance_plan"]).set_index("year")
    assert path.index.tolist() == [2022, 2023, 2024] and path["change_eur"].isna().all()
    assert cash_path(frame[~frame["sheet"].isin(["finance_plan", "balance"])]).empty
    assert balance_over_years(frame).loc["allgemeine_ruecklage"].tolist() == [GENERAL] * 3


def test_an_empty_cell_is_named_and_what_it_opens(own, frame: pd.DataFrame) -> None:
    assert years_shown([2024, 2022, 2026, 2025]) == "2022, 2024–2026"
    (cell,) = cells_missing(frame, "asyl", PLANNED, "de")
    assert "Leistungen für Asylbewerber" in cell and "2026–2029" in cell and "Blatt Ergebnisplan" in cell
    table = own_ratios(own, find_peers(own), None)
    opens = what_opens(frame, own.missing, run_own_stress(frame, "nrw"), table)
    first = opens.set_index("line").loc["asylleistungen"]
    assert first["cases"] == ["REFUGEE2015"] and first["years"] == [*musterstadt.ACTUAL, *musterstadt.PLAN]
    assert opens["opens"].is_monotonic_decreasing and "08" not in set(opens["line"])


def test_a_kreis_is_asked_for_levy_and_benefits_not_for_trade_tax(frame: pd.DataFrame) -> None:
    stress = run_own_stress(frame, "nrw", kreis=True)
    found = overview(frame, stress, NO_MEASURES)
    said = " ".join(stress_page(stress, frame, found, "de")["stress_lines"])
    assert "Kreisumlage" in said and "Sozialtransferaufwendungen" in said and "Gewerbesteuer" not in said
    assert found is not None and stress.booked is not None
    grants = [musterstadt.value(musterstadt.RESULT, "02", year) for year in PLANNED]
    share = stress.booked.critical_fall_share(np.array(grants, float))
    shocked = stress.booked.path.set_index("year")["result_eur"].copy()
    shocked.loc[list(PLANNED)] -= 1.001 * share * np.array(grants)
    path = shocked.reset_index()
    assert plan_test(path, stress.rules, *stress.booked.reserves, plan_year=2026)[["n1", "n2", "n3"]].any(
        axis=None
    )


TAXES = ("gewerbesteuer", "steueranteile", "gewerbesteuerumlage", "kreisumlage", "grundsteuer_b")


def test_a_kreis_is_not_asked_for_taxes_that_it_does_not_have(own, frame: pd.DataFrame) -> None:
    """Cases that move trade tax or tax shares apply to towns; the empty cells are no gap of a Kreis."""
    of_kreis = frame[~frame["line"].isin(TAXES)]
    gone = [("result_plan", line, year, "plan") for line in TAXES for year in PLANNED]
    missing = pd.DataFrame(gone, columns=["sheet", "line", "year", "kind"])
    ratios = own_ratios(own, find_peers(own), None)
    for kreis in (True, False):
        stress = run_own_stress(of_kreis, "nrw", kreis=kreis)
        applies = stress.episodes.set_index("title_de")["applies"]
        assert (
            applies["Der größte Steuerzahler geht: ein Fünftel der Gewerbesteuer fehlt drei Jahre"] != kreis
        )
        assert applies["Schlüsselzuweisungen 10 % unter Plan"] and applies["Zinsen drei Punkte höher"]
        said = str(stress_page(stress, of_kreis, None, "de")["episode_rows"])
        assert ("gilt für Kreise nicht unmittelbar" in said) == kreis
        assert ("es fehlt: davon in 01: Gewerbesteuer" in said) != kreis
        opened = what_opens(of_kreis, missing, stress, ratios)
        assert ("gewerbesteuer" in set(opened["line"])) != kreis


def test_reserves_without_lines_of_law_are_not_called_so(frame: pd.DataFrame) -> None:
    for rules, titled in (("nrw", True), ("none", False)):
        stress = run_own_stress(frame, rules)
        titles = [
            shown["title"] for shown in pictures(overview(frame, stress, NO_MEASURES), frame, stress, "de")
        ]
        assert ("Schwellen des Gesetzes" in titles[1]) == titled and titles[1].startswith("Rücklagen")


def test_room_is_written_in_millions_and_not_to_the_euro(own, frame: pd.DataFrame) -> None:
    stress = run_own_stress(frame, "nrw")
    found = overview(frame, stress, own.measures)
    assert found is not None
    said = " ".join(stress_page(stress, frame, found, "de")["stress_lines"]).replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert f"{found.room_eur / 1e6:.2f} Mio. €".replace(".", ",", 1) in said
    assert f"{found.bearable_eur / 1e6:.2f} Mio. €".replace(".", ",", 1) in said
