"""A figure of long ago stands for nothing of today: it is left out and asked for, or called by its year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from dewak_research.own.check import load_own
from dewak_research.own.gap import gap_section
from dewak_research.own.missing_cells import cells_missing
from dewak_research.own.municipal_plan import prepare_plan
from dewak_research.own.pages import transfer_page
from dewak_research.own.plan import plan_frame
from dewak_research.own.probability import OwnProbability
from dewak_research.own.report import _head
from dewak_research.own.stress import run_own_stress
from own import musterstadt

PANEL = pd.DataFrame(columns=["ags", "year", "income_tax_share_eur_pc", "vat_share_eur_pc"])


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    folder: Path = tmp_path_factory.mktemp("own")
    musterstadt.write(folder)
    return load_own(musterstadt.KEY, folder)


def aged(figures: pd.DataFrame, sheet: str, years: int) -> pd.DataFrame:
    """The figures of a sheet put back by some years."""
    found = figures.copy()
    found.loc[found["sheet"] == sheet, "year"] -= years
    return plan_frame(found)


@pytest.mark.parametrize(("years", "used"), [(0, True), (3, True), (4, False), (15, False)])
def test_debt_of_a_balance_sheet_older_than_four_years_is_no_debt_of_the_plan(
    own, years: int, used: bool
) -> None:  # type: ignore[no-untyped-def]
    """The last one is of 2024, the plan begins in 2025: of 2021 it counts, of 2020 it is too old."""
    frame = aged(own.figures, "balance", years)
    stress = run_own_stress(frame, "nrw")
    row = stress.episodes.set_index("title_de").loc["Zinsen drei Punkte höher"]
    assert (row["missing"] == "") == used
    assert bool(cells_missing(frame, "zins", [2026, 2027], "de")) != used
    found = prepare_plan(frame, stress, own.key, "kreisangehoerige_gemeinde", PANEL, None)
    assert ("debt" in found.missing) != used


@pytest.mark.parametrize(("years", "said"), [(0, False), (1, False), (2, True), (9, True)])
def test_inhabitants_of_long_ago_are_called_by_their_year(own, years: int, said: bool) -> None:  # type: ignore[no-untyped-def]
    """2024 less two is 2022, four years before the plan of 2026."""
    for language, words in (("de", "rechnen mit diesem Stand"), ("en", "use this figure")):
        heads = _head(own, aged(own.figures, "population", years), language, ["de", "en"])["heads"]
        assert (words in heads) == said and f"31.12.{2024 - years}" in heads.replace("31 Dec ", "31.12.")


def test_the_circumstances_say_of_which_years_they_are(own) -> None:  # type: ignore[no-untyped-def]
    none = pd.DataFrame(columns=["case", "model", "closer_share"])
    rules = run_own_stress(plan_frame(own.figures), "nrw").rules
    lead = transfer_page(own, none, {}, None, rules, "de")["transfer_lead"]
    assert "der Jahre 2011 bis 2022" in lead


@pytest.mark.parametrize(
    ("year", "said"), [(2015, "Grundsteuer B von 2015, der Gewerbesteuer von 2024"), (None, "")]
)
def test_points_name_the_years_of_their_multipliers(year: int | None, said: str) -> None:
    amounts = ("effect_last_eur", "gap_median_eur", "gap_safe_eur", "land_tax_b_points_median",
               "land_tax_b_points_safe", "trade_tax_points_median", "trade_tax_points_safe")  # fmt: skip
    row = {"step": "plan", "probability": 0.1, **dict.fromkeys(amounts, 1.0)}
    row |= {"land_tax_b_multiplier_year": year, "trade_tax_multiplier_year": 2024}
    empty = pd.DataFrame(columns=["name", "year", "effect_eur"])
    cut = pd.DataFrame({"year": [2026], "planned_eur": [float("nan")]})
    tables = {
        "policy": pd.DataFrame([row]),
        "measures": empty,
        "fan_with": pd.DataFrame(),
        "spending_cut": cut,
    }
    found = OwnProbability(years=(2026,), tables=tables)
    rules = run_own_stress(plan_frame(musterstadt.contents().figures), "nrw").rules
    note = gap_section(found, rules, "de")["policy_tables"][0]["note"]
    assert said in note and ("2024" in note) == bool(said)
