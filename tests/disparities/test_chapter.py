"""The chapter on the official figures: known values, and every direction that the prose states in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest

from dewak_research.data.result import Result
from dewak_research.disparities.chapter import run
from dewak_research.disparities.panel import REGRESSORS, TIME_CONSTANT, build_panel
from dewak_research.disparities.squeeze import quartile_means, relief_by_kreis
from dewak_research.disparities.validation import against_booked, extremes
from dewak_research.errors import InputError
from dewak_research.page.results import find_row
from disparities.conftest import FEW, SEED, row


def test_kdu_per_head_against_the_books(chapter: Result, tables: dict[str, pd.DataFrame]) -> None:
    # README of the figures: r = 0.978, n = 129 with carried-forward records; those are out here
    said = find_row(tables["agreement"], "agreement", {"measure": "kdu", "status": "all"})
    pairs = chapter.tables["validation_pairs"]
    assert said["n"] == len(pairs) == 124
    assert said["correlation"] == pytest.approx(pairs["kdu_eur_pc"].corr(pairs["booked_eur_pc"]))
    assert said["correlation"] == pytest.approx(0.978, abs=0.005)


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


def test_no_table_holds_an_infinite_number(chapter: Result) -> None:
    for name, table in chapter.tables.items():
        numbers = table.select_dtypes("number").to_numpy(dtype=float)
        assert not np.isinf(numbers).any(), name


def test_every_interval_holds_its_order(chapter: Result) -> None:
    checked = 0
    for name, table in chapter.tables.items():
        for column in [c for c in table.columns if c == "low" or c.endswith("_low") or "_low_" in c]:
            high = column.replace("low", "high")
            assert (table[column] <= table[high]).all(), (name, column)
            checked += 1
    assert checked > 15


def test_rows_that_the_prose_names_are_there_once(chapter: Result) -> None:
    one_row = ["period", "kdu_range", "rank_mobility", "relief_summary", "spatial_dependence", "validation"]
    assert [len(chapter.tables[name]) for name in one_row] == [1] * len(one_row)
    assert set(chapter.tables["ladder"]["term"]) == set(REGRESSORS)


@pytest.mark.slow
def test_same_seed_same_tables(chapter: Result, tables: dict[str, pd.DataFrame]) -> None:
    again = run(tables, FEW, SEED)
    assert set(again.tables) == set(chapter.tables)
    for name, table in chapter.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name], obj=name)


def test_missing_input_tables_are_named(tables: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(InputError, match="gesamtkreis"):
        run({"kreise": tables["kreise"]}, FEW, SEED)


def test_what_the_prose_says_of_booked_spending(chapter: Result) -> None:
    shares = {"definition": "soc_transfer_share", "kind": "all"}
    assert 0.2 < row(chapter, "definition_shares", year=2010, **shares)["value_share"] < 0.25
    types = {"benefit_type": "sgb2", "kind": "all", "year": 2010}
    assert 0.4 < row(chapter, "benefit_types", **types)["part_share"] < 0.5
    assert row(chapter, "validation")["slope_high"] < 1


def test_what_the_prose_says_of_inequality(chapter: Result) -> None:
    cv = {"measure": "cv", "sample": "same", "weighting": "units"}
    ends = [row(chapter, "inequality_path", year=year, **cv)["value"] for year in (2008, 2022)]
    assert ends[0] < ends[1]
    theil = {"index_name": "theil", "component": "between_1", "weighting": "people", "year": 2019}
    assert row(chapter, "inequality_parts", **theil)["share"] > 0.5
    speed = row(chapter, "beta_convergence", model="unconditional")
    assert speed["speed_low"] < 0 < speed["speed_high"]
    assert speed["variance_ratio"] > 1
    assert row(chapter, "sigma_path", year=2019)["change_low"] > 0
    shares = {"scope": "germany", "year": 2019}
    assert row(chapter, "variance_shares", factor="need", **shares)["share"] > 0.8


def test_what_the_prose_says_of_models_and_causes(chapter: Result) -> None:
    unemployment = chapter.tables["ladder"].query("term == 'unemployment_pct'")
    assert (unemployment["low"] > 0).all()
    assert unemployment["effect_share"].to_numpy() == pytest.approx(np.exp(unemployment["estimate"]) - 1)
    assert row(chapter, "rolling_range", term="unemployment_pct")["lowest"] > 0
    age = chapter.tables["ladder"].query("term == 'age_65plus_pct'").set_index("model")["estimate"]
    assert age["pooled"] > 0 > age["two_way"]
    blocks = chapter.tables["shapley"].set_index("block")["value"]
    order = ["labour", "land", "settlement", "demography", "strength"]
    assert blocks[order].is_monotonic_decreasing
    assert blocks[order].sum() == pytest.approx(blocks["r_squared"])
    ruhr = row(chapter, "oaxaca", comparison="ruhr", part="unexplained")
    assert ruhr["low"] < 0 < ruhr["high"]
    assert ruhr["members"] == 15
    assert row(chapter, "oaxaca", comparison="indebted", part="unexplained")["low"] > 0


def test_what_the_prose_says_of_space_and_squeeze(chapter: Result) -> None:
    moran = chapter.tables["moran"].query("neighbours == 'queen'").set_index("scope")["i"]
    assert moran["germany"] > moran["within_land"] > 0
    neighbours = chapter.tables["spatial_effects"].query("effect == 'indirect'")
    assert ((neighbours["low"] < 0) & (neighbours["high"] > 0)).all()
    random_maps = {"map": "within_land"}
    assert row(chapter, "placebo_summary", scope="germany", **random_maps)["significant_share"] > 0.9
    highest = row(chapter, "placebo_summary", scope="within_land", **random_maps)["highest_rho"]
    real = row(chapter, "placebo_summary", scope="within_land", map="real")["highest_rho"]
    assert highest < real == pytest.approx(row(chapter, "spatial_dependence")["rho"], abs=1e-6)
    terms = chapter.tables["squeeze"].set_index(["model", "term"])
    assert terms.loc[("within_kreis", "kdu_x_credit"), "high"] > 0
    for model in ("within_kreis", "compare_kreise_log", "within_kreis_log"):
        assert terms.loc[(model, "kdu_100_eur_pc"), "high"] < 0
    before = chapter.tables["event_view"].query("year < 2019")
    assert (before["high"] < 0).any()


def test_federal_shares_are_those_of_the_rules(chapter: Result) -> None:
    assert row(chapter, "federal_share", year=2019)["share"] == 0.454
    assert row(chapter, "federal_share", year=2024)["share"] == pytest.approx(0.276 + 0.352 + 0.085)


def test_relief_is_a_quarter_of_gross_kdu(tables: dict[str, pd.DataFrame]) -> None:
    panel = build_panel(tables["kreise"])
    found = relief_by_kreis(panel).set_index("ags")["relief_eur_pc"]
    gross = panel[panel["year"] == 2019].set_index("ags")["kdu_eur_pc"]
    assert (found / gross.loc[found.index]).to_numpy() == pytest.approx(0.25)


def test_every_kreis_is_in_one_quartile(tables: dict[str, pd.DataFrame]) -> None:
    table = quartile_means(build_panel(tables["kreise"]), (2010, 2019))
    sizes = table.groupby("kdu_quartile")["kreise"].sum()
    assert sizes.max() - sizes.min() <= 1


def test_the_first_rank_is_the_highest_kdu_and_need_and_price_are_against_the_median() -> None:
    shares, costs = [0.05, 0.1, 0.2], [1000.0, 1500.0, 1800.0]
    panel = pd.DataFrame({"name": list("abc"), "year": 2019, "land_name": "L", "recipients_share": shares,
                          "cost_eur_per_recipient": costs})  # fmt: skip
    panel["kdu_eur_pc"] = panel["recipients_share"] * panel["cost_eur_per_recipient"]
    found = extremes(panel, 2019, each=1)
    assert found[["rank", "name"]].to_numpy().tolist() == [[1, "c"], [3, "a"]]
    assert found["need_pct"].tolist() == pytest.approx([100, -50])
    assert found["price_pct"].tolist() == pytest.approx([20, -100 / 3])


def test_too_few_pairs_are_explained() -> None:
    panel = pd.DataFrame({"ags": ["05111"], "year": [2010], "name": ["X"], "kdu_eur_pc": [1.0]})
    booked = pd.DataFrame({"kreis": ["05111"], "year": [2010], "population": [1.0], "kdu_eur": [1.0]})
    with pytest.raises(InputError, match="three"):
        against_booked(panel, booked)
