"""Tables of the chapter on disparities from a handful of rows, known beforehand or computed a second time."""

from __future__ import annotations

import math
from statistics import fmean, median, pstdev

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from shapely.geometry import Point

from dewak_research.disparities.areas import people_by_density
from dewak_research.disparities.basic_security import exposed
from dewak_research.disparities.bridge import kdu_paths
from dewak_research.disparities.census import SHOWN, break_evidence
from dewak_research.disparities.choices import periods
from dewak_research.disparities.convergence import convergence_tables
from dewak_research.disparities.distance import in_scope
from dewak_research.disparities.inequality import kdu_range
from dewak_research.disparities.panel import estimation_sample
from dewak_research.disparities.since import KINDS, minimum_security_by_kind, minimum_security_change
from dewak_research.disparities.space import with_geometry
from dewak_research.disparities.squeeze import relief_summary
from dewak_research.disparities.synthetic_control import Question, answer, land_means, permutation
from dewak_research.disparities.validation import against_booked, persons_per_unit

from .test_synthetic_control import _toy


def test_people_of_another_area_lie_more_than_half_away() -> None:
    frame = pd.DataFrame({"ags": ["a"] * 3, "density_per_km2": [10.0, 10.0, np.nan], "area_km2": [5.0, 5.0, 40.0],
                          "population": [76.0, 74.0, 50.0]})  # fmt: skip
    derived, elsewhere = people_by_density(frame)
    assert derived.tolist()[:2] == [50, 50] and np.isnan(derived[2])
    assert elsewhere.tolist() == [True, False, False]
    assert people_by_density(frame.drop(columns="area_km2"))[0].isna().all()


def test_exposure_is_of_the_years_before() -> None:
    rows = [("a", 2009, 2.0, 20.0, 100.0), ("a", 2011, 4.0, 25.0, 300.0), ("a", 2013, 90.0, 90.0, 900.0),
            ("b", 2013, 1.0, 1.0, 1.0)]  # fmt: skip
    columns = ["ags", "year", "old_age_basic_security_pct", "age_65plus_pct", "kdu_eur_pc"]
    found = exposed(pd.DataFrame(rows, columns=columns))
    assert found["year"].tolist() == [2009, 2011, 2013] and set(found["ags"]) == {"a"}
    # 2 % of 200 of 1,000 people, and 4 % of 250
    assert found["recipients_per_1k"].tolist() == pytest.approx([(4 + 10) / 2] * 3)
    assert found["burden_100_eur_pc"].tolist() == pytest.approx([2.0] * 3)


def test_the_break_is_the_slope_within_laender() -> None:
    rng = np.random.default_rng(5)
    rows = [(f"{land}{i:03d}", year, *rng.lognormal(3, 0.2, len(SHOWN)))
            for land in ("05", "09") for i in range(4) for year in range(2009, 2014)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["ags", "year", *SHOWN])
    found = break_evidence(frame).set_index(["variable", "year"])
    assert len(found) == len(SHOWN) * 4
    logs = np.log(frame.pivot_table(index="ags", columns="year", values="density_per_km2"))
    step = logs[2011] - logs[2010] - (logs[2010] - logs[2009] + logs[2012] - logs[2011]) / 2
    for name, year in (("density_per_km2", 2011), ("gdp_keur_pc", 2012)):
        wide = np.log(frame.pivot_table(index="ags", columns="year", values=name))
        lands = pd.get_dummies(wide.index.str[:2], dtype=float).set_index(wide.index)
        fit = sm.OLS(wide[year] - wide[year - 1], lands.assign(step=step)).fit()
        assert found.loc[(name, year), "slope"] == pytest.approx(fit.params["step"])
        assert found.loc[(name, year), "kreise"] == 8


def test_choices_of_years() -> None:
    assert periods((2010, 2019)) == {
        "whole": (2010, 2019), "first_half": (2010, 2014), "second_half": (2015, 2019),
        "between_censuses": (2012, 2019),
    }  # fmt: skip
    assert "between_censuses" not in periods((2013, 2019)) and "between_censuses" not in periods((2008, 2013))


def test_convergence_of_a_toy_by_its_definitions(toy_panel: pd.DataFrame) -> None:
    panel = toy_panel.assign(kdu_eur_pc=np.exp(toy_panel["ln_kdu"]))
    gone = panel["ags"].unique()[:4]
    panel.loc[panel["ags"].isin(gone) & (panel["year"] == 2012), "kdu_eur_pc"] = np.nan  # they do not enter
    found = convergence_tables(panel, (2010, 2015), 100, 1)
    kept = panel[~panel["ags"].isin(gone)]
    wide = np.log(kept.pivot_table(index="ags", columns="year", values="kdu_eur_pc"))
    assert len(wide) == 36
    assert found["sigma_path"].set_index("year")["sigma"].to_dict() == pytest.approx(
        {year: pstdev(wide[year]) for year in wide}
    )
    line = sm.OLS(wide[2015], sm.add_constant(wide[2010])).fit()
    speeds = found["beta_convergence"].set_index("model")["speed"]
    assert speeds["unconditional"] == pytest.approx(-math.log(line.params[2010]) / 5)
    lands = pd.get_dummies(wide.index.str[:2], dtype=float).set_index(wide.index)
    within = sm.OLS(wide[2015], lands.assign(start=wide[2010])).fit().params["start"]
    assert speeds["conditional_land"] == pytest.approx(-math.log(within) / 5)
    first, last = (pd.qcut(wide[year], 4, labels=False) + 1 for year in (2010, 2015))
    moved = pd.crosstab(first, last, normalize="index")
    table = found["rank_transitions"].set_index(["from_class", "to_class"])["probability"]
    assert table.to_dict() == pytest.approx({(a, b): moved.loc[a, b] for a in moved.index for b in moved})
    assert found["rank_mobility"]["spearman"].item() == pytest.approx(wide[2010].corr(wide[2015], "spearman"))


def test_hessen_and_the_saarland_took_credit_over() -> None:
    table = pd.DataFrame({"x": range(4)}, index=["05111", "06411", "10041", "16051"])
    assert in_scope(table, "all") is table
    assert list(in_scope(table, "without_takeover").index) == ["05111", "16051"]


def test_the_ends_of_the_range() -> None:
    panel = pd.DataFrame({"ags": list("abcde"), "name": list("ABCDE"), "year": [2019] * 4 + [2018],
                          "kdu_eur_pc": [200.0, np.nan, 50.0, 120.0, 999.0]})  # fmt: skip
    found = kdu_range(panel, 2019).iloc[0]
    assert (found["lowest_ags"], found["highest_name"], found["median_eur_pc"]) == ("c", "A", 120)
    assert (found["lowest_eur_pc"], found["highest_eur_pc"], found["highest_to_lowest"]) == (50, 200, 4)


def test_rows_that_effects_fit_perfectly_are_dropped() -> None:
    rows = [("a", 1, 1.0), ("a", 2, 2.0), ("b", 1, 3.0), ("b", 2, np.nan), ("c", 1, 4.0), ("c", 2, 5.0), ("d", 2, 6.0),
            ("d", 3, 7.0), ("a", 9, 8.0)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["ags", "year", "y"]).assign(x=1.0)
    frame["land_year"] = frame["ags"].map({"a": "L", "b": "L", "c": "L", "d": "M"}) + frame["year"].astype(
        str
    )
    sample, alone = estimation_sample(frame, "y", ["x"], (1, 3))
    assert sample[["ags", "year"]].to_numpy().tolist() == [
        ["a", 1],
        ["a", 2],
        ["c", 1],
        ["c", 2],
        ["d", 2],
        ["d", 3],
    ]
    assert alone == ["b"]
    # d is alone in its Land in both years
    sample, alone = estimation_sample(frame, "y", ["x"], (1, 3), alone_in_land=True)
    assert sample["ags"].tolist() == ["a", "a", "c", "c"] and alone == ["b", "d"]


def test_recipients_then_and_now() -> None:
    first, last = dict.fromkeys(KINDS, 10), dict.fromkeys(KINDS, 20) | {"asylum": 5}
    table = pd.DataFrame([{"year": 2021, "total": 85, **last}, {"year": 2015, "total": 50, **first}])
    found = minimum_security_change(table).set_index("kind")
    assert found["growth_share"].to_dict() == pytest.approx(
        {**dict.fromkeys(KINDS, 1.0), "asylum": -0.5, "total": 0.7}
    )
    assert found.loc["total", ["first_year", "last_year", "first_persons"]].tolist() == [2015, 2021, 50]
    shares = minimum_security_by_kind(table).set_index(["year", "kind"])["part_share"]
    assert shares[2015].to_dict() == dict.fromkeys(sorted(KINDS), 0.2)
    assert shares[2021, "asylum"] == pytest.approx(5 / 85)


def test_boundaries_keep_their_places_as_bytes() -> None:
    shapes = gpd.GeoDataFrame({"ags": ["a", "b"]}, geometry=[Point(7, 51), Point(8, 52)], crs="EPSG:4326")
    assert with_geometry(shapes) is shapes
    stored = pd.DataFrame({"ags": ["a", "b"], "geometry": [bytes(one.wkb) for one in shapes.geometry]})
    found = with_geometry(stored)
    assert found.crs == "EPSG:4326" and [(p.x, p.y) for p in found.geometry] == [(7, 51), (8, 52)]
    assert found["ags"].tolist() == ["a", "b"]


def test_relief_in_one_row() -> None:
    relief = pd.DataFrame(
        {"relief_eur_pc": [10.0, 30.0, 80.0], "relief_million_eur": [500.0, 1_500.0, 1_000.0]}
    )
    found = relief_summary(relief).iloc[0]
    assert (found["reform_year"], found["added_share"], found["total_billion_eur"]) == (2020, 0.25, 3.0)
    assert found[["lowest_eur_pc", "median_eur_pc", "highest_eur_pc"]].tolist() == [10, 30, 80]


def test_means_of_laender_count_people_and_leave_out_who_is_incomplete() -> None:
    rows = [("05", year, "kreis", 100.0, 1.0) for year in (2010, 2011)]
    rows += [("05", year, "kreisfreie_stadt", 400.0, 3.0) for year in (2010, 2011)]
    rows += [("09", 2010, "kreis", 50.0, 1.0), ("09", 2011, "kreis", np.nan, 1.0)]  # a year without a figure
    rows += [("02", year, "kreisfreie_stadt", 9.0, 1.0) for year in (2010, 2011)]  # Hamburg
    panel = pd.DataFrame(rows, columns=["land", "year", "kind", "x", "weight"])
    found = land_means(panel, Question("x", 2010, 2011))
    assert found.to_dict() == {"05": {2010: (100 + 3 * 400) / 4, 2011: (100 + 3 * 400) / 4}}
    cities = land_means(panel, Question("x", 2010, 2011, cities_only=True))
    assert cities.to_dict() == {"05": {2010: 400.0, 2011: 400.0}}


def mean_gap(wide: pd.DataFrame) -> float:
    """Mean gap of t from year 7 on to the mix of the others that a general optimiser finds."""
    t, donors = wide["t"].to_numpy(), wide.drop(columns="t").to_numpy()
    found = minimize(
        lambda w: ((t[:7] - donors[:7] @ w) ** 2).sum(), np.full(donors.shape[1], 1 / donors.shape[1]),
        jac=lambda w: -2 * donors[:7].T @ (t[:7] - donors[:7] @ w), method="SLSQP", bounds=[(0, 1)] * donors.shape[1],
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1}, options={"ftol": 1e-15, "maxiter": 1000},
    )  # fmt: skip
    return fmean((t - donors @ found.x)[7:])


def test_the_answer_of_the_twin_counted_out() -> None:
    wide = _toy(5.0)
    wide = wide.assign(
        t=wide["t"] + 0.3 * (wide.index % 3), h=wide["h"] + 40 * (wide.index % 2)
    )  # h is like nobody
    drawn = permutation(wide, "t", 7, demeaned=False)
    found = answer(wide, drawn, "t", 7, demeaned=False)
    lands = {str(land): part for land, part in drawn.groupby("land")}
    late = {land: fmean(part.loc[part["year"] >= 7, "gap"]) for land, part in lands.items()}
    misfit = {land: math.sqrt(fmean(part.loc[part["year"] < 7, "gap"] ** 2)) for land, part in lands.items()}
    near = [late[land] for land in wide.columns.drop("t") if misfit[land] <= 5 * misfit["t"]]
    assert found["effect"] == pytest.approx(mean_gap(wide), abs=1e-4) == late["t"]
    assert found["placebos"] == len(near) and 0 < len(near) < 8
    assert (found["placebo_low"], found["placebo_high"]) == (min(near), max(near))
    assert found["p_value"] == sum(abs(gap) >= abs(late["t"]) - 1e-9 for gap in late.values()) / 9
    years = ("fitted_years", "later_years", "donors", "false_start")
    assert [found[name] for name in years] == [7, 3, 8, 4] and found["least_p_value"] == 1 / 9
    assert found["mean_before"] == pytest.approx(fmean(wide.loc[:6, "t"]))
    ratios = {land: part["ratio"].iloc[0] for land, part in lands.items()}
    assert found["rank"] == sum(ratio >= ratios["t"] for ratio in ratios.values())
    assert found["ratio_p_value"] == found["rank"] / 9
    others = [mean_gap(wide.drop(columns=donor)) for donor in wide.columns.drop("t")]
    assert (found["left_out_low"], found["left_out_high"]) == pytest.approx(
        (min(others), max(others)), abs=1e-3
    )
    assert (found["verdict"] == "different") == (found["p_value"] <= 0.1 and abs(late["t"]) > misfit["t"])


def test_estimates_held_against_the_books_by_hand() -> None:
    booked = pd.DataFrame(
        {"kreis": list("abcd"), "year": 2010, "population": 10.0, "kdu_eur": [1000, 2000, 4000, 0.0]}
    )
    panel = pd.DataFrame(
        {"ags": list("abcd"), "year": 2010, "name": list("ABCD"), "kdu_eur_pc": [105.0, 190, 460, 1]}
    )
    table, facts = against_booked(panel, booked)
    assert table[["name", "booked_eur_pc", "ratio"]].to_numpy().tolist() == [
        ["A", 100, pytest.approx(1.05)], ["B", 200, pytest.approx(0.95)], ["C", 400, pytest.approx(1.15)],
    ]  # fmt: skip
    slope, constant = np.polyfit([100, 200, 400], [105, 190, 460], 1)
    assert facts[["slope", "intercept"]].iloc[0].tolist() == pytest.approx([slope, constant])
    assert facts["median_ratio"].item() == pytest.approx(median([1.05, 0.95, 1.15]))
    assert facts["within_10_pct_share"].item() == pytest.approx(2 / 3)


def test_persons_follow_the_sizes_of_the_units() -> None:
    rows = [(2011, 100.0, 1.0, 50.0, 10.0), (2011, 200.0, 3.0, 50.0, 10.0), (2012, 100.0, 1.0, 100.0, 0.0),
            (2012, 300.0, 1.0, 0.0, 100.0)]  # fmt: skip
    columns = ["year", "kdu_eur_pc", "weight", "benefit_units_1_person_pct", "benefit_units_5plus_pct"]
    found = persons_per_unit(pd.DataFrame(rows, columns=columns), 2011).set_index("year")
    assert found["persons_per_unit"].to_dict() == pytest.approx({2011: 1.95, 2012: (1 + 5.6) / 2})
    # one person where 1.95 were assumed: its cost per head is 1.95 times as much; five and more: 1.95 / 5.6
    one, large = 100 * 1.95 / 1, 300 * 1.95 / 5.6
    assert found.loc[2012, "cv_alternative"] == pytest.approx(pstdev([one, large]) / fmean([one, large]))
    assert found.loc[2012, "cv"] == pytest.approx(0.5) and found.loc[
        2012, "rank_correlation"
    ] == pytest.approx(-1)
    assert found.loc[2012, "mean_ratio"] == pytest.approx((one + large) / 400)
    assert found.loc[2011, ["mean_ratio", "rank_correlation"]].tolist() == pytest.approx([1, 1])


def test_only_what_changed_has_a_part_in_national_spending() -> None:
    """People, need or price alone doubles everywhere: all of the change stands under its name."""
    years = (2012, 2013)
    table = pd.DataFrame({"year": years, "status": "anchored", "computed_billion_eur": [1.0, 2.0]})
    for name in ("published_billion_eur", "factor", "factor_low", "factor_high"):
        table[name] = [1.0, 3.0]
    prices = pd.DataFrame({"year": years, "cpi_2020_100": [80.0, 100.0]})
    for part, column in (
        ("need", "recipients_share"),
        ("price", "cost_eur_per_recipient"),
        ("people", "weight"),
    ):
        rows = [(ags, year, 1e6, 0.1, 5_000.0) for ags in ("05111", "09162") for year in years]
        frame = pd.DataFrame(
            rows, columns=["ags", "year", "weight", "recipients_share", "cost_eur_per_recipient"]
        )
        frame.loc[frame["year"] == 2013, column] *= 2
        frame["kdu_eur_pc"] = frame["recipients_share"] * frame["cost_eur_per_recipient"]
        unused = ("ln_kdu", "ln_recipients", "ln_gdp_pc", "ln_tax_capacity_lag")
        frame = frame.assign(density_per_km2=1.0, **dict.fromkeys(unused, 0.0))
        found = kdu_paths(frame, years, table, prices)
        last = found[found["year"] == 2013].set_index(["level", "base", "prices"]).sort_index()
        for base in ("census_2011", "as_printed"):
            nominal, real = (last.loc[("bridge", base, kind)] for kind in ("nominal", "real"))
            others = {"people", "place", "need", "price"} - {part}
            assert nominal[part] == pytest.approx(1.0) == nominal["total"], part
            assert nominal[list(others)].abs().max() < 1e-12
            assert nominal["sum_billion_eur"] == pytest.approx(2.0)
            assert real["total"] == pytest.approx(2.0 - 1.25)  # what cost 1 cost 1.25 in the prices of 2013
            anchored = last.loc[
                ("anchored", base, "nominal")
            ]  # the factor of the bridge triples what was paid
            assert anchored["total"] == pytest.approx(6.0 - 1.0) == anchored["total_low"]
