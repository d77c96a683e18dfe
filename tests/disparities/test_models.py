"""Every estimate against an independent implementation.

Estimates agree to 1e-8, standard errors to 1e-6 (relative) of pyfixest's, whose small-sample convention is used.
Only Mundlak keeps the factor of linearmodels; against statsmodels its standard errors agree within two percent.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
import statsmodels.api as sm

from dewak_research.disparities.ladder import (
    bootstrap_t,
    rademacher,
    rolling_range,
    sign_as_expected,
    wild_bootstrap,
)
from dewak_research.disparities.models import (
    differences,
    fixed_effects,
    mundlak,
    take_out_effects,
)
from dewak_research.disparities.panel import counted, estimation_sample
from dewak_research.errors import InputError

X = ["unemployment_pct", "age_65plus_pct"]
YEARS = (2010, 2015)
FORMULAS = {
    "land_year": "ln_kdu ~ unemployment_pct + age_65plus_pct | land_year",
    "year": "ln_kdu ~ unemployment_pct + age_65plus_pct | year",
    "kreis_year": "ln_kdu ~ unemployment_pct + age_65plus_pct | ags + year",
    "kreis_land_year": "ln_kdu ~ unemployment_pct + age_65plus_pct | ags + land_year",
}


@pytest.mark.parametrize("effects", list(FORMULAS))
@pytest.mark.parametrize("cluster", ["ags", "land"])
@pytest.mark.parametrize("kind", ["toy_panel", "gappy_panel"])
def test_fixed_effects_equal_pyfixest(
    effects: str, cluster: str, kind: str, request: pytest.FixtureRequest
) -> None:
    panel = request.getfixturevalue(kind)
    found = fixed_effects(panel, "ln_kdu", X, YEARS, effects, cluster)  # type: ignore[arg-type]
    sample, _ = estimation_sample(panel, "ln_kdu", X, YEARS)
    oracle = pf.feols(FORMULAS[effects], sample, vcov={"CRV1": cluster})
    assert found.terms["estimate"].to_numpy() == pytest.approx(oracle.coef().to_numpy(), abs=1e-8)
    assert found.terms["se"].to_numpy() == pytest.approx(oracle.se().to_numpy(), rel=1e-6)


def test_within_r_squared_equals_pyfixest(toy_panel: pd.DataFrame) -> None:
    found = fixed_effects(toy_panel, "ln_kdu", X, YEARS, "kreis_year")
    oracle = pf.feols(FORMULAS["kreis_year"], toy_panel)
    assert found.facts["r_squared_within"] == pytest.approx(oracle._r2_within, abs=1e-8)


@pytest.mark.parametrize("effects", ["land_year", "kreis_year", "kreis_land_year"])
def test_effects_are_taken_out_exactly(gappy_panel: pd.DataFrame, effects: str) -> None:
    sample, _ = estimation_sample(gappy_panel, "ln_kdu", X, YEARS)
    parts = [pd.get_dummies(sample["land_year" if "land_year" in effects else "year"], dtype=float)]
    if effects.startswith("kreis"):
        parts.append(pd.get_dummies(sample["ags"], dtype=float))
    dummies = pd.concat(parts, axis=1).to_numpy()
    y = sample["ln_kdu"].to_numpy()
    expected = y - dummies @ np.linalg.lstsq(dummies, y, rcond=None)[0]
    found = take_out_effects(sample, ["ln_kdu"], effects)["ln_kdu"]  # type: ignore[arg-type]
    assert found.to_numpy() == pytest.approx(expected, abs=1e-9)


def test_mundlak_in_a_balanced_panel_is_the_within_estimate(toy_panel: pd.DataFrame) -> None:
    within = fixed_effects(toy_panel, "ln_kdu", X, YEARS, "kreis_year").terms.set_index("term")["estimate"]
    found = mundlak(toy_panel, "ln_kdu", [*X, "ln_density"], YEARS).terms.set_index("term")["estimate"]
    assert found[X].to_numpy() == pytest.approx(within[X].to_numpy(), abs=1e-8)


def test_mundlak_equals_least_squares_in_a_balanced_panel(toy_panel: pd.DataFrame) -> None:
    data = toy_panel.sort_values(["ags", "year"]).reset_index(drop=True)
    means = data.groupby("ags")[X].transform("mean").add_prefix("mean_")
    dummies = pd.get_dummies(data[["year", "land"]].astype(str), drop_first=True, dtype=float)
    design = sm.add_constant(pd.concat([data[X], means, data[["ln_density"]], dummies], axis=1))
    oracle = sm.OLS(data["ln_kdu"], design).fit()
    found = mundlak(toy_panel, "ln_kdu", [*X, "ln_density"], YEARS)
    names = found.terms["term"]
    assert found.terms["estimate"].to_numpy() == pytest.approx(oracle.params[names].to_numpy(), abs=1e-8)
    groups = pd.Categorical(data["ags"]).codes
    robust = oracle.get_robustcov_results("cluster", groups=groups)
    se = dict(zip(oracle.params.index, robust.bse, strict=True))
    assert found.terms["se"].to_numpy() == pytest.approx([se[n] for n in names], rel=0.02)
    assert found.facts["means_df"] == len(X)


def test_mundlak_notices_what_differs_between_and_within(toy_panel: pd.DataFrame) -> None:
    shifted = toy_panel.copy()
    shifted["ln_kdu"] += shifted.groupby("ags")["unemployment_pct"].transform("mean")
    assert mundlak(shifted, "ln_kdu", X, YEARS).facts["means_p_value"] < 1e-6


@pytest.mark.parametrize("span", [1, 5])
def test_differences_equal_pyfixest(gappy_panel: pd.DataFrame, span: int) -> None:
    found = differences(gappy_panel, "ln_kdu", X, YEARS, span)
    sample, _ = estimation_sample(gappy_panel, "ln_kdu", X, YEARS)
    before = sample.assign(year=sample["year"] + span)
    pairs = sample.merge(before, on=["ags", "year"], suffixes=("", "_0"))
    for name in ("ln_kdu", *X):
        pairs[f"d_{name}"] = pairs[name] - pairs[f"{name}_0"]
    effects = "| year" if span == 1 else ""
    formula = f"d_ln_kdu ~ d_unemployment_pct + d_age_65plus_pct {effects}"
    oracle = pf.feols(formula, pairs, vcov={"CRV1": "ags"}).coef()[[f"d_{x}" for x in X]]
    assert found.terms["estimate"].to_numpy() == pytest.approx(oracle.to_numpy(), abs=1e-8)
    assert found.facts["observations"] == len(pairs)


def test_a_kreis_with_one_year_is_dropped_and_counted(gappy_panel: pd.DataFrame) -> None:
    found = fixed_effects(gappy_panel, "ln_kdu", X, YEARS, "kreis_year")
    assert found.facts["singletons"] == 1
    assert found.facts["units"] == 39


def test_order_of_rows_does_not_matter(gappy_panel: pd.DataFrame) -> None:
    shuffled = gappy_panel.sample(frac=1, random_state=1)
    one, other = (fixed_effects(f, "ln_kdu", X, YEARS, "kreis_year").terms for f in (gappy_panel, shuffled))
    pd.testing.assert_frame_equal(one, other)


def test_constant_regressor_is_named(toy_panel: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="level") as error:
        fixed_effects(toy_panel.assign(level=1.0), "ln_kdu", [*X, "level"], YEARS, "kreis_year")
    assert "ändert sich innerhalb der festen Effekte nicht" in error.value.render("de")


def test_regressor_constant_in_time_is_named_under_kreis_effects(toy_panel: pd.DataFrame) -> None:
    per_kreis = toy_panel.assign(fixed=toy_panel["ln_density"])
    with pytest.raises(InputError, match="fixed"):
        fixed_effects(per_kreis, "ln_kdu", [*X, "fixed"], YEARS, "kreis_year")


def test_perfect_collinearity_is_named(toy_panel: pd.DataFrame) -> None:
    twin = toy_panel.assign(twin=2 * toy_panel["unemployment_pct"] - toy_panel["age_65plus_pct"])
    with pytest.raises(InputError, match="twin") as error:
        fixed_effects(twin, "ln_kdu", [*X, "twin"], YEARS, "kreis_year")
    assert "Kollinearität" in error.value.render("de")


def test_year_as_text_is_refused(toy_panel: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="whole number"):
        fixed_effects(toy_panel.astype({"year": str}), "ln_kdu", X, YEARS, "kreis_year")


def test_empty_and_absent_columns_are_named_together(toy_panel: pd.DataFrame) -> None:
    empty = toy_panel.assign(rent=np.nan)
    with pytest.raises(InputError) as error:
        fixed_effects(empty, "ln_kdu", ["unemployment_pc", "rent"], YEARS, "kreis_year")
    text = error.value.render("en")
    assert len(error.value.problems) == 2
    assert "unemployment_pct" in text
    assert "no value at all" in text


def test_a_single_year_is_refused(toy_panel: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="two years"):
        fixed_effects(toy_panel, "ln_kdu", X, (2010, 2010), "kreis_year")


@pytest.mark.parametrize("effects", ["kreis_year", "kreis_land_year"])
def test_wild_bootstrap_equals_doing_every_draw_in_full(toy_panel: pd.DataFrame, effects: str) -> None:
    """Draw by draw: build y*, take the effects out again, run least squares, cluster by Land."""
    sample, _ = estimation_sample(toy_panel, "ln_kdu", X, YEARS)
    residual = take_out_effects(sample, ["ln_kdu", *X], effects)  # type: ignore[arg-type]
    y, x = residual["ln_kdu"].to_numpy(), residual[X].to_numpy()
    codes = np.asarray(pd.Categorical(sample["land"]).codes, dtype=np.intp)
    signs = rademacher(12, 8, 5)
    parts = [sample["ags"], sample["land_year" if "land_year" in effects else "year"]]
    dummies = np.column_stack([pd.get_dummies(p, dtype=float).to_numpy() for p in parts])
    left, size, _ = np.linalg.svd(dummies, full_matrices=False)
    basis = np.linalg.qr(np.column_stack([left[:, size > 1e-8], x]))[0]
    fast = bootstrap_t(y, x, basis, codes, signs)
    restricted = y - x[:, 1:] @ np.linalg.lstsq(x[:, 1:], y, rcond=None)[0]
    for draw, sign in enumerate(signs):
        star = sample.assign(star=(y - restricted) + restricted * sign[codes])
        again = take_out_effects(star, ["star", *X], effects)  # type: ignore[arg-type]
        fit = sm.OLS(again["star"], again[X]).fit(
            cov_type="cluster", cov_kwds={"groups": codes, "use_correction": False}
        )
        assert fast[draw] == pytest.approx(float(fit.tvalues.iloc[0]), rel=1e-7)


def test_wild_p_value_is_small_for_a_strong_effect_only(toy_panel: pd.DataFrame) -> None:
    noise = toy_panel.assign(noise=np.random.default_rng(1).normal(size=len(toy_panel)))
    table = wild_bootstrap(noise, "ln_kdu", ["unemployment_pct", "noise"], YEARS, 999, 1).set_index("term")
    assert table.loc["unemployment_pct", "wild_p_value"] < 0.05 < table.loc["noise", "wild_p_value"]


def test_wild_p_value_counts_the_sample_among_its_draws(toy_panel: pd.DataFrame) -> None:
    """With 19 draws none of which reaches t, p is 1/20 and never 0: the sample itself is one of the draws."""
    found = wild_bootstrap(toy_panel, "ln_kdu", ["unemployment_pct"], YEARS, 19, 1)
    sample, _ = estimation_sample(toy_panel, "ln_kdu", ["unemployment_pct"], YEARS)
    residual = take_out_effects(sample, ["ln_kdu", "unemployment_pct"], "kreis_year")
    y, x = residual["ln_kdu"].to_numpy(), residual[["unemployment_pct"]].to_numpy()
    codes = np.asarray(pd.Categorical(sample["land"]).codes, dtype=np.intp)
    dummies = np.column_stack([pd.get_dummies(sample[k], dtype=float).to_numpy() for k in ("ags", "year")])
    left, size, _ = np.linalg.svd(dummies, full_matrices=False)
    basis = np.linalg.qr(np.column_stack([left[:, size > 1e-8], x]))[0]
    drawn = bootstrap_t(y, x, basis, codes, rademacher(19, 8, 1))
    reached = (np.abs(drawn) >= abs(found["t_statistic"].iloc[0]) - 1e-12).sum()
    assert found["wild_p_value"].iloc[0] == pytest.approx((1 + reached) / 20)
    strong = toy_panel.assign(ln_kdu=toy_panel["unemployment_pct"] + 1e-3 * toy_panel["ln_kdu"])
    least = wild_bootstrap(strong, "ln_kdu", ["unemployment_pct"], YEARS, 19, 1)["wild_p_value"].iloc[0]
    assert least >= 1 / 20


def test_verdicts_and_windows_are_summed_up() -> None:
    verdicts = counted(pd.Series(["yes", "open", "yes"], name="sign"), ("yes", "no", "open"), "n")
    assert verdicts.to_numpy().tolist() == [["yes", 2], ["no", 0], ["open", 1]]
    assert list(verdicts) == ["sign", "n"]
    windows = pd.DataFrame({"term": ["a", "a", "b"], "estimate": [0.2, 0.1, 3.0]})
    assert rolling_range(windows).to_numpy().tolist() == [["a", 0.1, 0.2], ["b", 3.0, 3.0]]


def test_verdict_on_the_sign() -> None:
    assert sign_as_expected("unemployment_pct", 0.1, 0.2) == "yes"
    assert sign_as_expected("unemployment_pct", -0.2, -0.1) == "no"
    assert sign_as_expected("ln_gdp_pc", -0.2, 0.1) == "open"
