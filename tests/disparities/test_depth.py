"""What holds under other choices: specification curve, Oster's δ, other comparisons, false discoveries."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
from linearmodels.panel import PanelOLS

from dewak_research.data.result import Result
from dewak_research.disparities import specification
from dewak_research.disparities.choices import CHOICES, EAST, FOCAL, MAIN, control_sets, periods
from dewak_research.disparities.curve import curve
from dewak_research.disparities.oster import adjusted, delta, moments
from dewak_research.disparities.robustness import discoveries, discovery_counts, verdicts
from dewak_research.disparities.specification import orders
from dewak_research.disparities.within_land import agreement
from disparities.conftest import row


def test_there_are_at_least_two_hundred_specifications_each_once(chapter: Result) -> None:
    table = chapter.tables["specification_curve"]
    assert table.groupby("term").size().min() >= 200
    assert not table.duplicated(["term", *CHOICES]).any()
    assert table.groupby("term")["main"].sum().tolist() == [1] * len(FOCAL)
    assert not table.isna().any().any()


def test_the_main_specification_is_the_two_way_model_of_the_ladder(chapter: Result) -> None:
    curves, ladder = chapter.tables["specification_curve"], chapter.tables["ladder"]
    mine = curves[curves["main"]].set_index("term")
    theirs = ladder[ladder["model"] == "two_way"].set_index("term").loc[mine.index]
    for column in ("estimate", "se", "low", "high", "p_value"):
        assert mine[column].to_numpy() == pytest.approx(theirs[column].to_numpy(), abs=1e-8), column


@pytest.mark.parametrize("seed", range(12))
def test_a_specification_equals_pyfixest(chapter: Result, panel: pd.DataFrame, seed: int) -> None:
    """Any twelve of them: rows, weights, effects, controls, form and clusters as the table says, built anew here."""
    spec = chapter.tables["specification_curve"].sample(1, random_state=seed).iloc[0]
    rows = panel.query("2010 <= year <= 2019").dropna(subset=["ln_kdu", *FOCAL]).copy()
    rows["kdu_relative"] = rows["kdu_eur_pc"] / rows["kdu_eur_pc"].mean()
    rows["people"] = rows.groupby("ags")["weight"].transform("mean")
    rows = rows[rows["year"].between(*periods((2010, 2019))[spec["period"]])]
    rows = {
        "all": rows,
        "west": rows[~rows["land"].isin(EAST)],
        "kreise_only": rows[rows["kind"] == "kreis"],
    }[spec["sample"]]
    period = "year" if spec["effects"] == "kreis_year" else "land_year"
    names = [spec["term"], *control_sets(spec["term"])[spec["controls"]]]
    oracle = pf.feols(
        f"{spec['form']} ~ {' + '.join(names)} | ags + {period}",
        rows,
        vcov={"CRV1": spec["cluster"]},
        weights="people" if spec["weights"] == "people" else None,
        fixef_rm="singleton",
    )
    assert spec["observations"] == oracle._N
    assert oracle.coef()[spec["term"]] == pytest.approx(spec["estimate"], abs=1e-8)
    assert oracle.se()[spec["term"]] == pytest.approx(spec["se"], rel=1e-6)


def test_a_weighted_specification_equals_linearmodels(chapter: Result, panel: pd.DataFrame) -> None:
    rows = panel.query("2010 <= year <= 2019").dropna(subset=["ln_kdu", *FOCAL]).copy()
    rows["people"] = rows.groupby("ags")["weight"].transform("mean")
    data = rows.set_index(["ags", "year"])
    fit = PanelOLS(
        data["ln_kdu"], data[list(FOCAL)], weights=data["people"], entity_effects=True, time_effects=True
    ).fit()
    choice = MAIN | {"weights": "people"}
    mine = chapter.tables["specification_curve"]
    mine = mine[(mine[list(choice)] == pd.Series(choice)).all(axis=1)].set_index("term")["estimate"]
    assert mine[list(FOCAL)].to_numpy() == pytest.approx(fit.params[list(FOCAL)].to_numpy(), abs=1e-8)


def test_a_permuted_estimate_equals_doing_the_permutation_by_hand(panel: pd.DataFrame) -> None:
    cell = next(
        specification.cells(
            specification.Material.of(panel, (2010, 2019), 2, 3), "whole", (2010, 2019), "all", "kreis_year"
        )
    )
    sample = (
        panel.query("2010 <= year <= 2019").dropna(subset=["ln_kdu", *FOCAL]).sort_values(["ags", "year"])
    )
    keys = sample["ags"].unique()
    lender = dict(zip(keys, keys[orders(sample, 2, 3)[2]], strict=True))
    paths = sample.set_index(["ags", "year"])["ln_kdu"]
    borrowed = sample.assign(
        ln_kdu=[paths[lender[a], t] for a, t in zip(sample["ags"], sample["year"], strict=True)]
    )
    oracle = pf.feols(f"ln_kdu ~ {' + '.join(FOCAL)} | ags + year", borrowed).coef()["foreign_pct"]
    found = [
        estimate[2]
        for choice, _, estimate, _ in specification.estimates(cell)
        if (choice["term"], choice["controls"], choice["form"]) == ("foreign_pct", "all", "ln_kdu")
    ]
    assert found[0] == pytest.approx(oracle, abs=1e-8)


def test_a_permutation_stays_within_a_land_and_the_same_years(panel: pd.DataFrame) -> None:
    sample = panel.query("2010 <= year <= 2019").dropna(subset=["ln_kdu", *FOCAL])
    seen = sample.groupby("ags").agg(land=("land", "first"), years=("year", tuple))
    found = orders(sample, 5, 1)
    assert (found[0] == np.arange(len(seen))).all()
    for order in found:
        assert sorted(order) == list(range(len(seen)))
        assert seen["land"].to_numpy()[order].tolist() == seen["land"].tolist()
        assert seen["years"].to_numpy()[order].tolist() == seen["years"].tolist()
    assert (found[1] != found[0]).mean() > 0.5


def _noise(panel: pd.DataFrame, effect: float) -> pd.DataFrame:
    noise = np.random.default_rng(5).normal(0, 0.2, len(panel))
    made = panel.assign(ln_kdu=effect * panel["foreign_pct"].fillna(0) + noise)
    return made.assign(kdu_eur_pc=np.exp(made["ln_kdu"]) * 100)


@pytest.mark.slow
def test_the_curve_finds_an_effect_that_is_there_and_none_in_noise(panel: pd.DataFrame) -> None:
    none = curve(_noise(panel, 0.0), (2010, 2019), 39, 1)[1].set_index("term")
    assert none["significant_share"].max() < 0.5
    assert none["median_p_value"].min() > 1 / 40
    there = curve(_noise(panel, 0.05), (2010, 2019), 39, 1)[1].set_index("term")
    assert there.loc["foreign_pct", "median"] == pytest.approx(0.05, abs=0.02)  # the euro form is convex
    assert there.loc["foreign_pct", ["median_p_value", "share_p_value"]].tolist() == [1 / 40, 1 / 40]


def _toy(selection: float) -> np.ndarray:
    """Cross products of y, x, w1 with y = 0.5 x + w1 + w2 exactly; δ, as Oster defines it, is ``selection``."""
    # var w1 = 1, var w2 = 0.6, cov(x, w1) = 0.4, so cov(x, w2) = selection · 0.4 · 0.6; w1 and w2 unrelated
    c1, c2 = 0.4, selection * 0.4 * 0.6
    cross = np.array([[1.0, c1, c2], [c1, 1.0, 0.0], [c2, 0.0, 0.6]])  # x, w1, w2
    weights = np.array([[0.5, 1.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])  # y, x, w1
    return weights @ cross @ weights.T


@pytest.mark.parametrize("selection", [0.3, 1.0, 1.7, -0.5])
def test_oster_gives_back_the_selection_that_was_built_in(selection: float) -> None:
    m = moments(_toy(selection), 1)
    assert float(delta(m, np.array(1.0), target=0.5)) == pytest.approx(selection, abs=1e-10)


def test_oster_by_hand() -> None:
    """x and w1 of variance 1 with covariance 0.4, w2 of 0.6 and δ = 1: the true effect 0.5 is the adjusted one."""
    m = moments(_toy(1.0), 1)
    # cov(y, x) = .5 + .4 + .24 = 1.14; var y = .25 + 1 + .6 + 2 · .5 · (.4 + .24) = 2.49
    assert m["beta_short"] == pytest.approx(1.14)
    assert m["var_y"] == pytest.approx(2.49)
    assert m["r_short"] == pytest.approx(1.14**2 / 2.49)
    # β̃ = .5 + .24 / (1 − .16); τ_x = 1 − .16
    assert m["beta_full"] == pytest.approx(0.5 + 0.24 / 0.84)
    assert m["var_left"] == pytest.approx(0.84)
    assert float(adjusted(m, np.array(1.0))) == pytest.approx(0.5, abs=1e-10)


def test_moments_agree_with_least_squares_for_every_draw(toy_panel: pd.DataFrame) -> None:
    data = toy_panel[["ln_kdu", "unemployment_pct", "age_65plus_pct", "ln_density"]].to_numpy()
    data = data - data.mean(axis=0)
    parts = [data, data[:100], data[50:]]
    m = moments(np.stack([part.T @ part for part in parts]), 2)
    for place, part in enumerate(parts):
        beta, left = np.linalg.lstsq(part[:, 1:], part[:, 0], rcond=None)[:2]
        assert m["beta_full"][place] == pytest.approx(beta[1])
        assert m["r_full"][place] == pytest.approx(1 - left[0] / (part[:, 0] @ part[:, 0]))


def test_false_discoveries_by_hand() -> None:
    one = pd.DataFrame({"term": list("abc"), "estimate": 1.0, "p_value": [0.001, 0.04, 0.03], "kind": "k"})
    two = pd.DataFrame({"term": ["d"], "estimate": 1.0, "p_value": [0.9], "name": "n"})
    found = discoveries({"one": one, "two": two}, {"one": "kind", "two": "name"}).set_index("term")
    # p · 4 / rank from above, never falling: .004, .04 · 4/3, .03 · 4/2 → .0533, .9
    assert found["q_value"].tolist() == pytest.approx([0.004, 0.16 / 3, 0.16 / 3, 0.9])
    assert found["discovery"].tolist() == [True, False, False, False]
    counts = discovery_counts(found.reset_index()).set_index("family")
    assert counts.loc["all"].tolist() == [4, 3, 1, 2]
    assert counts.loc["two"].tolist() == [1, 0, 0, 0]


def test_a_verdict_needs_sign_significance_and_both_tests() -> None:
    joint = pd.DataFrame(
        {
            "term": list("abcd"),
            "median": [1.0, -1.0, 1.0, 1.0],
            "positive_share": [0.95, 0.05, 0.5, 0.99],
            "significant_share": [0.92, 0.5, 0.4, 0.95],
            "median_p_value": [0.01, 0.01, 0.01, 0.2],
            "share_p_value": 0.01,
        }
    )
    oster = pd.DataFrame(
        {"term": list("abcd"), "delta": 2.0, "set_low": 0.1, "set_high": 1.0, "holds": "yes"}
    )
    main = pd.DataFrame({"term": list("abcd"), "estimate": 1.0, "low": 0.0, "high": 2.0, "q_value": 0.01})
    found = verdicts(joint, oster, main)["verdict"].tolist()
    assert found == ["robust", "direction", "not_robust", "not_robust"]


def test_lands_that_agree_have_no_spread_beyond_sampling() -> None:
    table = pd.DataFrame({"estimate": [1.0, 1.0, 1.0], "se": 0.1, "low": 0.8, "high": 1.2})
    found = agreement(table).iloc[0]
    assert (found["q"], found["i_squared"], found["significant"]) == (0, 0, 3)
    apart = agreement(table.assign(estimate=[0.0, 1.0, 2.0])).iloc[0]
    assert apart["q"] == pytest.approx(200)
    assert apart["i_squared"] == pytest.approx(1 - 2 / 200)


def test_comparisons_equal_the_ladder_where_both_have_them(chapter: Result) -> None:
    other = chapter.tables["comparisons"].set_index(["comparison", "term"])["estimate"]
    ladder = chapter.tables["ladder"].set_index(["model", "term"])["estimate"]
    pairs = {"two_way": "two_way", "within_land": "kreis_land_year", "long_all": "long_differences"}
    for mine, theirs in pairs.items():
        assert other[mine].to_numpy() == pytest.approx(ladder[theirs][other[mine].index].to_numpy(), abs=1e-8)


def test_long_within_land_equals_pyfixest(chapter: Result, panel: pd.DataFrame) -> None:
    rows = panel[panel["year"].isin([2010, 2019])].dropna(subset=["ln_kdu", *FOCAL])
    oracle = pf.feols(f"ln_kdu ~ {' + '.join(FOCAL)} | ags + land_year", rows, fixef_rm="singleton").coef()
    mine = chapter.tables["comparisons"].query("comparison == 'long_within_land'").set_index("term")
    assert mine["estimate"][list(FOCAL)].to_numpy() == pytest.approx(oracle[list(FOCAL)].to_numpy(), abs=1e-8)


def test_what_the_prose_says_of_robustness(chapter: Result) -> None:
    table = chapter.tables["robustness"].set_index("term")
    unemployment = table.loc["unemployment_pct"]
    assert unemployment["same_sign_share"] > 0.95
    assert unemployment["significant_share"] > 0.9
    assert 1 < unemployment["delta"] < 1.5
    assert unemployment["holds"] == "yes"
    weak = table.loc[["ln_gdp_pc", "age_65plus_pct", "ln_asking_rent"]]
    assert weak["same_sign_share"].max() < 0.8
    assert table.loc["ln_tax_capacity_lag", "median"] < 0
    assert table.loc["ln_tax_capacity_lag", "significant_share"] < 0.5
    counts = row(chapter, "discovery_counts", family="all")
    assert 0 < counts["discoveries"] < counts["below_level"]
    counted = set(chapter.tables["discovery_counts"]["family"])
    assert {"squeeze", "squeeze_readings", "credit_squeeze", "basic_security"} < counted
    assert not chapter.tables["discoveries"].duplicated(["family", "model", "term"]).any()
    lands = chapter.tables["by_each_land"].set_index("land_name")
    assert (lands.loc[["Brandenburg", "Sachsen-Anhalt", "Thüringen"], "low"] < 0).all()


def test_what_the_alternative_text_says_of_the_choices(chapter: Result) -> None:
    table = chapter.tables["specification_curve"].query("term == 'unemployment_pct'")
    moved = {c: np.ptp(table.groupby(c)["estimate"].median().to_numpy()) for c in CHOICES}
    assert set(sorted(moved, key=lambda c: moved[c])[-2:]) == {"form", "effects"}
