"""The chapter on the official figures: known values, and every direction that the prose states in words."""

from __future__ import annotations

import math

import pandas as pd
import pyfixest as pf
import pytest

from dewak_research.data.result import Result
from dewak_research.disparities.chapter import run
from dewak_research.disparities.panel import REGRESSORS, TIME_CONSTANT, build_panel
from dewak_research.disparities.squeeze import quartile_means, relief_by_kreis
from dewak_research.disparities.validation import against_booked
from dewak_research.errors import InputError
from disparities.conftest import FEW, SEED


def test_kdu_per_head_against_the_books(chapter: Result) -> None:
    # README of the figures: r = 0.978, n = 129 with carried-forward records; those are out here
    assert chapter.values["validation_r"] == pytest.approx(0.978, abs=0.005)
    assert chapter.values["validation_n"] == 124


def test_national_totals_against_published_ones(chapter: Result) -> None:
    totals = chapter.tables["national_totals"]
    assert totals["published_billion_eur"].tolist() == [13.45, 14.88, 3.4]
    assert (totals["ratio"] - 1).abs().max() < 0.07


def test_real_ladder_equals_pyfixest(chapter: Result, tables: dict[str, pd.DataFrame]) -> None:
    panel = build_panel(tables["kreise"]).query("2010 <= year <= 2019").dropna(subset=["ln_kdu", *REGRESSORS])
    moving = [r for r in REGRESSORS if r not in TIME_CONSTANT]
    ladder = chapter.tables["ladder"]
    for model, names, effects in (
        ("pooled", list(REGRESSORS), "land_year"),
        ("two_way", moving, "ags + year"),
        ("kreis_land_year", moving, "ags + land_year"),
    ):
        oracle = pf.feols(f"ln_kdu ~ {' + '.join(names)} | {effects}", panel, vcov={"CRV1": "ags"})
        mine = ladder[ladder["model"] == model].set_index("term").loc[names]
        assert mine["estimate"].to_numpy() == pytest.approx(oracle.coef()[names].to_numpy(), abs=1e-8)
        assert mine["se"].to_numpy() == pytest.approx(oracle.se()[names].to_numpy(), rel=1e-6)


def test_values_are_numbers_or_texts_and_finite(chapter: Result) -> None:
    for name, value in chapter.values.items():
        assert isinstance(value, int | float | str), name
        assert not isinstance(value, float) or math.isfinite(value), name


def test_every_interval_holds_its_order(chapter: Result) -> None:
    for name in chapter.values:
        if f"{name}_low" in chapter.values and f"{name}_high" in chapter.values:
            assert float(chapter.values[f"{name}_low"]) <= float(chapter.values[f"{name}_high"]), name


def test_same_seed_same_tables(chapter: Result, tables: dict[str, pd.DataFrame]) -> None:
    again = run(tables, FEW, SEED)
    assert again.values == chapter.values
    for name, table in chapter.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name], obj=name)


def test_missing_input_tables_are_named(tables: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(InputError, match="gesamtkreis"):
        run({"kreise": tables["kreise"]}, FEW, SEED)


def test_what_the_prose_says_in_words(chapter: Result) -> None:
    v = {name: float(value) for name, value in chapter.values.items() if not isinstance(value, str)}
    assert 0.2 < v["soc_transfer_share_all_2010"] < 0.25
    assert 0.4 < v["type_sgb2_part_share"] < 0.5
    assert v["kdu_cv_same_2022"] > v["kdu_cv_same_2008"]
    assert v["theil_between_1_share_people_2019"] > 0.5
    assert v["beta_unconditional_low"] < 0 < v["beta_unconditional_high"]
    assert v["beta_variance_ratio"] > 1
    assert v["variance_need_germany_2019"] > 0.8
    assert v["lmdi_price_billion_eur"] > 0 > v["lmdi_need_billion_eur"]
    unemployment = chapter.tables["ladder"].query("term == 'unemployment_pct'")
    assert (unemployment["low"] > 0).all()
    assert v["rolling_unemployment_pct_lowest"] > 0
    age = chapter.tables["ladder"].query("term == 'age_65plus_pct'").set_index("model")["estimate"]
    assert age["pooled"] > 0 > age["two_way"]
    assert v["shapley_labour"] > v["shapley_land"] > v["shapley_settlement"]
    assert v["shapley_settlement"] > v["shapley_demography"] > v["shapley_strength"]
    assert v["oaxaca_ruhr_unexplained_low"] < 0 < v["oaxaca_ruhr_unexplained_high"]
    assert v["oaxaca_indebted_unexplained_low"] > 0
    assert v["moran_queen_germany_i"] > v["moran_queen_within_land_i"] > 0
    neighbours = chapter.tables["spatial_effects"].query("effect == 'indirect'")
    assert ((neighbours["low"] < 0) & (neighbours["high"] > 0)).all()
    assert v["placebo_germany_within_land_significant_share"] > 0.9
    assert v["placebo_within_land_within_land_highest_rho"] < v["placebo_within_land_real_rho"]
    assert v["squeeze_within_kreis_kdu_100_eur_pc_high"] < 0
    assert v["squeeze_within_kreis_kdu_x_credit_high"] > 0
    assert all(v[f"squeeze_{m}_kdu_100_eur_pc_high"] < 0 for m in ("compare_kreise_log", "within_kreis_log"))
    before = chapter.tables["event_view"].query("year < 2019")
    assert (before["high"] < 0).any()
    assert v["validation_slope_high"] < 1


def test_relief_is_a_quarter_of_gross_kdu(tables: dict[str, pd.DataFrame]) -> None:
    panel = build_panel(tables["kreise"])
    found = relief_by_kreis(panel).set_index("ags")["relief_eur_pc"]
    gross = panel[panel["year"] == 2019].set_index("ags")["kdu_eur_pc"]
    assert (found / gross.loc[found.index]).to_numpy() == pytest.approx(0.25)


def test_every_kreis_is_in_one_quartile(tables: dict[str, pd.DataFrame]) -> None:
    table = quartile_means(build_panel(tables["kreise"]), (2010, 2019))
    sizes = table.groupby("kdu_quartile")["kreise"].sum()
    assert sizes.max() - sizes.min() <= 1


def test_too_few_pairs_are_explained() -> None:
    panel = pd.DataFrame({"ags": ["05111"], "year": [2010], "name": ["X"], "kdu_eur_pc": [1.0]})
    booked = pd.DataFrame({"kreis": ["05111"], "year": [2010], "population": [1.0], "kdu_eur": [1.0]})
    with pytest.raises(InputError, match="three"):
        against_booked(panel, booked)
