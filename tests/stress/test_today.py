from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.config import StressParams
from dewak_research.data.peers import peers_of_all
from dewak_research.stress.today import MEASURES, old_debt_relief, relief_by_rule, today_tables
from dewak_research.stress.today_shocks import interest_losses, tax_falls
from dewak_research.stress.transmission import Maturities

HERTEN, WETTER, MUELHEIM = "05562020", "05954032", "05117000"
WITHOUT_CAPACITY = ("05382072", "05382076")  # Wachtberg, Windeck


@pytest.fixture(scope="module")
def found(stress_inputs):
    return today_tables(stress_inputs, StressParams(), peers_of_all(stress_inputs))


def one(frame: pd.DataFrame, **keys: object) -> pd.Series:
    for column, value in keys.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_every_town_has_every_measure_with_its_vintage(found) -> None:
    table = found["today"]
    assert len(table) == 396 * len(MEASURES)
    assert table["vintage"].isin(["2024", "2024-12-31", "2025-12-31"]).all()
    assert not table.loc[table["measure"].str.endswith("debt_2025"), "confirmed"].any()
    assert table.loc[~table["confirmed"], "measure"].unique().tolist() == [
        "liquidity_credit_eur_pc",
        "core_debt_eur_pc",
    ]


@pytest.mark.parametrize(
    ("ags", "measure", "value"),
    [
        (HERTEN, "liquidity_credit_eur_pc", 4448), (HERTEN, "core_debt_eur_pc", 5602), (HERTEN, "budget_stage", 5),
        (HERTEN, "tax_capacity_eur_pc", 1359.6), (HERTEN, "land_tax_b_multiplier_pct", 920),
        (WETTER, "liquidity_credit_eur_pc", 1844), (WETTER, "integrated_debt_eur_pc", 3168.85),
        (WETTER, "budget_stage", 5), (MUELHEIM, "trade_tax_multiplier_pct", 580),
    ],
)  # fmt: skip
def test_position_of_known_towns(found, ags: str, measure: str, value: float) -> None:
    assert one(found["today"], ags=ags, measure=measure)["value"] == value


def test_herten_has_the_highest_liquidity_credit_among_its_peers(found) -> None:
    row = one(found["today"], ags=HERTEN, measure="liquidity_credit_eur_pc")
    assert (row["rank"], row["peer_percentile"], row["peers_known"]) == (1, 100.0, 15)


@pytest.mark.parametrize(
    ("ags", "points", "year", "by_hand", "at_once"),
    [
        # a quarter of the liquidity credit at once, the rest over five years, investment credit over twelve
        (HERTEN, 1, 1, 4448 * 0.25 * 0.01, 44.48),
        (HERTEN, 3, 5, 0.03 * (4448 * (0.25 + 0.75 * 4 / 5) + (5602 - 4448) * 4 / 12), 0.03 * (4448 + 1154 / 3)),
        (WETTER, 2, 3, 0.02 * (1844 * (0.25 + 0.75 * 2 / 5) + (3222 - 1844) * 2 / 12), 0.02 * (1844 + 1378 / 6)),
        (MUELHEIM, 1, 5, 0.01 * (7276 * 0.85 + (10720 - 7276) / 3), 0.01 * (7276 + 3444 / 3)),
    ],
)  # fmt: skip
def test_interest_by_hand(found, ags: str, points: int, year: int, by_hand: float, at_once: float) -> None:
    row = one(found["today_stress"], ags=ags, case=f"interest_{points}", year=year)
    assert row["loss_eur_pc"] == pytest.approx(by_hand)
    assert row["at_once_eur_pc"] == pytest.approx(at_once)


@pytest.mark.parametrize(
    ("ags", "multiplier", "capacity"), [(HERTEN, 480, 1359.6), (WETTER, 500, 1645.5), (MUELHEIM, 580, 1453.7)]
)
def test_tax_losses_by_hand(found, stress_inputs, ags: str, multiplier: float, capacity: float) -> None:
    panel = stress_inputs["tax_panel"].query("ags == @ags").set_index("year")
    trade = panel["trade_tax_eur_pc"] * (1 - 35 / multiplier)
    three = trade + panel["income_tax_share_eur_pc"] + panel["vat_share_eur_pc"]
    own = max(0.0, 1 - three[2009] / three[2008])
    worst = max(1 - three[year] / three[year - 1] for year in range(1996, 2020))
    mix = trade.loc[2017:2019].sum() / three.loc[2017:2019].sum()
    for case, fall in {"tax_own_2009": own, "tax_own_worst": worst, "tax_nrw_2020": 0.198 * mix}.items():
        row = one(found["today_stress"], ags=ags, case=case)
        assert row["loss_eur_pc"] == pytest.approx(fall * capacity)


def test_the_low_loss_leaves_out_the_part_that_land_taxes_had(found, stress_inputs) -> None:
    tax = found["today_stress"].query("case == 'tax_own_worst' and loss_eur_pc > 0").set_index("ags")
    part = (tax["loss_low_eur_pc"] / tax["loss_eur_pc"]).dropna()
    assert part.between(0.5, 1.0).all() and part.median() == pytest.approx(0.85, abs=0.05)
    booked = stress_inputs["payments"].query(
        "ags == @WETTER and account in ['6011', '6012'] and product_group == '611'"
    )
    years = booked.groupby("year")["amount_eur"].sum()
    panel = stress_inputs["tax_panel"].query("ags == @WETTER").set_index("year").loc[years.index]
    three = (
        panel["trade_tax_eur_pc"] * (1 - 35 / 500)
        + panel["income_tax_share_eur_pc"]
        + panel["vat_share_eur_pc"]
    )
    people = stress_inputs["units"].set_index("ags").loc[WETTER, "population"]
    own = three.sum() * people
    assert part[WETTER] == pytest.approx(own / (own + years.sum()), abs=0.002)
    interest = found["today_stress"].query("case == 'interest_1'")
    assert interest["loss_low_eur_pc"].isna().all()


def test_wetter_falls_less_in_2009_than_in_its_own_worst_year(found) -> None:
    own, worst = (
        one(found["today_stress"], ags=WETTER, case=f"tax_own_{name}") for name in ("2009", "worst")
    )
    assert own["loss_eur_pc"] < worst["loss_eur_pc"]
    assert worst["reference_year"] == 2005


def test_points_of_land_tax_by_hand(found) -> None:
    wetter = one(found["today_stress"], ags=WETTER, case="interest_1", year=1)
    assert wetter["land_tax_b_points"] == pytest.approx(4.61 * 25_959 / (4_146_701 / 490))
    herten = one(found["today_stress"], ags=HERTEN, case="interest_1", year=1)
    assert herten["land_tax_b_points"] == pytest.approx(11.12 * 60_707 / (7_497_144 / 795))
    assert (wetter["booked_year"], herten["booked_year"]) == (2011, 2010)


def test_unknown_tax_capacity_stays_unknown(found) -> None:
    stressed = found["today_stress"]
    for ags in WITHOUT_CAPACITY:
        tax = stressed[(stressed["ags"] == ags) & stressed["case"].str.startswith("tax")]
        assert len(tax) == 4
        assert tax["loss_eur_pc"].isna().all()
        assert np.isnan(one(found["today"], ags=ags, measure="tax_capacity_eur_pc")["peer_percentile"])


def test_losses_are_never_negative_and_grow_with_points_and_years(found) -> None:
    stressed = found["today_stress"]
    assert (stressed["loss_eur_pc"].dropna() >= 0).all()
    assert (stressed["land_tax_b_points"].dropna() >= 0).all()
    interest = stressed[stressed["case"].str.startswith("interest")]
    wide = interest.pivot_table(index="ags", columns=["case", "year"], values="loss_eur_pc")
    for year in (1, 3, 5):
        assert (wide["interest_1", year] <= wide["interest_2", year]).all()
        assert (wide["interest_2", year] <= wide["interest_3", year]).all()
    assert (wide["interest_1", 1] <= wide["interest_1", 5]).all()
    assert (interest["loss_eur_pc"] <= interest["at_once_eur_pc"] + 1e-9).all()


@given(st.floats(0, 2e4), st.floats(0, 2e4), st.floats(0, 1e3))
def test_more_debt_never_costs_less(credit: float, rest: float, more: float) -> None:
    debt = pd.DataFrame(
        {
            "ags": ["a", "b"],
            "liquidity_credit_eur_pc": [credit, credit + more],
            "core_debt_eur_pc": [credit + rest, credit + more + rest],
        }
    )
    wide = interest_losses(debt, Maturities(0.25, 5, 12)).pivot_table(
        index=["case", "year"], columns="ags", values="loss_eur_pc"
    )
    assert (wide["a"] <= wide["b"] + 1e-9).all()


def test_a_rise_is_no_fall_and_refunds_above_receipts_leave_the_next_fall_unknown() -> None:
    years = [*range(2007, 2011), 2017, 2018, 2019]
    up, refunds = [100.0] * 7, [-50.0, 10.0, 5.0, 5.0, 10.0, 10.0, 10.0]
    up[2] = 120.0
    taxes = pd.concat(
        pd.DataFrame({"ags": ags, "year": years, "trade_tax": values, "all_three": values})
        for ags, values in (("up", up), ("refunds", refunds))
    )
    falls = tax_falls(taxes, pd.Series({"up": 1.0, "refunds": 1.0}))
    assert one(falls, ags="up", case="tax_own_2009")["fall_share"] == 0.0
    assert one(falls, ags="up", case="tax_own_worst")["fall_share"] == pytest.approx(1 - 100 / 120)
    assert one(falls, ags="refunds", case="tax_own_worst")["reference_year"] == 2009
    assert one(falls, ags="up", case="tax_nrw_2020")["fall_share"] == pytest.approx(0.198)


def test_relief_by_rule() -> None:
    bound = relief_by_rule(pd.Series([0.0, 100.0, 500.0, 1844.0, 4448.0]))
    assert bound.tolist() == pytest.approx([0.0, 0.0, 0.411 * 400, 0.411 * 1744, 2948.0])


def test_published_relief_is_kept_and_all_others_are_an_upper_bound_without_recipient(found) -> None:
    relief = found["old_debt_relief"]
    known = relief[relief["recipient"] == "known"]
    assert len(known) == 12
    assert (known["amount_eur_pc"] <= known["upper_bound_eur_pc"]).all()
    assert one(relief, ags=HERTEN)["amount_eur"] == 153_600_000
    others = relief[relief["recipient"] == "unknown"]
    assert others[["amount_eur", "amount_eur_pc"]].isna().all().all()
    assert one(relief, ags=WETTER)["upper_bound_eur_pc"] == pytest.approx(716.784)


def test_one_setting_leaves_out_the_unconfirmed_debt_and_what_rests_on_it(stress_inputs) -> None:
    params = StressParams(show_unconfirmed_debt=False)
    tables = today_tables(stress_inputs, params, peers_of_all(stress_inputs))
    assert tables["today"]["confirmed"].all()
    assert not tables["today_stress"]["case"].str.startswith("interest").any()
    assert tables["old_debt_relief"]["upper_bound_eur_pc"].isna().all()
    assert one(tables["old_debt_relief"], ags=HERTEN)["amount_eur_pc"] == 2530
    assert old_debt_relief(stress_inputs)["upper_bound_eur_pc"].notna().all()


def test_counts_add_up(found) -> None:
    assert found["today_stages"]["towns"].sum() == 396
    assert found["today_stages"]["towns"].tolist() == [8, 245, 43, 47, 42, 8, 3]
    status = found["today_status"].iloc[0]
    assert (status["balanced"], status["on_reserves"], status["in_consolidation"]) == (253, 90, 53)
    assert (status["over_indebted"], status["over_indebtedness_unclear"]) == (
        20,
        14,
    )  # stage 1; stages 2 and 3
    assert one(found["today_counts"], measure="tax_capacity_eur_pc")["known"] == 394
