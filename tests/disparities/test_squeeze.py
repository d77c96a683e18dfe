"""The squeeze test read in two ways, and the takeover of basic security in old age."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest

from dewak_research.data.result import Result
from dewak_research.disparities.basic_security import OUTCOMES, VIEWS, basic_security_relief
from dewak_research.disparities.squeeze import TERMS, squeeze_panel, squeeze_readings
from disparities.conftest import row


def test_readings_equal_pyfixest_with_products_made_by_hand(chapter: Result, panel: pd.DataFrame) -> None:
    full = squeeze_panel(panel)
    data = full[full["year"].between(2011, 2019)].dropna(subset=["capital_spending_eur_pc", *TERMS]).copy()
    for _ in range(5):
        data = data[data.groupby("ags")["year"].transform("size") > 1]
        data = data[data.groupby("land_year")["year"].transform("size") > 1]
    for name in ("kdu_100_eur_pc", "credit_lag"):
        data[f"own_{name}"] = data[name] - data.groupby("ags")[name].transform("mean")
    data["both_own"] = data["own_kdu_100_eur_pc"] * data["own_credit_lag"]
    data["own_kdu"] = data["own_kdu_100_eur_pc"] * (data["credit_lag"] - data["own_credit_lag"])
    data["own_credit"] = data["own_credit_lag"] * (data["kdu_100_eur_pc"] - data["own_kdu_100_eur_pc"])
    apart = "own_kdu + own_credit + both_own"
    for reading, product in (("levels", "kdu_x_credit"), ("deviations", "both_own"), ("always", "own_kdu")):
        names = " + ".join(apart if t == "kdu_x_credit" and reading != "levels" else t for t in TERMS)
        oracle = pf.feols(f"capital_spending_eur_pc ~ {names} | ags + land_year", data, vcov={"CRV1": "ags"})
        mine = row(chapter, "squeeze_readings", dependent="euro", reading=reading, scope="all")
        assert mine["estimate"] == pytest.approx(oracle.coef()[product], abs=1e-8)
        assert mine["se"] == pytest.approx(oracle.se()[product], rel=1e-6)
        assert mine["observations"] == len(data)


def test_the_product_of_levels_is_the_one_of_the_squeeze_test(chapter: Result) -> None:
    usual = row(chapter, "squeeze", model="within_kreis", term="kdu_x_credit")
    reading = row(chapter, "squeeze_readings", dependent="euro", reading="levels", scope="all")
    assert {key: usual[key] for key in ("estimate", "low", "observations", "clusters")} == {
        key: reading[key] for key in ("estimate", "low", "observations", "clusters")
    }


def test_deviations_do_not_see_what_differs_between_kreise(panel: pd.DataFrame) -> None:
    """Slopes that hang on the mean credit of a Kreis only: the usual product shows them, own changes do not."""
    made = squeeze_panel(panel)
    used = made[made["year"].between(2011, 2019)]
    mean_credit = made["ags"].map(used.groupby("ags")["credit_lag"].mean())
    slope = made["kdu_100_eur_pc"] * mean_credit.fillna(0.0)
    noise = np.random.default_rng(1).normal(0, 5, len(panel))
    invented = panel.assign(capital_spending_eur_pc=(9000 + 20 * slope + noise).where(slope.notna()))
    found = squeeze_readings(invented, (2010, 2019)).query("dependent == 'euro' and scope == 'all'")
    by_reading = found.set_index("reading")
    assert by_reading.loc["levels", "low"] > 5
    assert by_reading.loc["always", "estimate"] == pytest.approx(20, abs=1)
    assert by_reading.loc["deviations", "low"] < 0 < by_reading.loc["deviations", "high"]


def test_what_the_prose_says_of_theta(chapter: Result) -> None:
    table = chapter.tables["squeeze_readings"].set_index(["dependent", "reading", "scope"])
    assert table.loc[("euro", "levels", "all"), "low"] > 0
    assert table.loc[("log", "levels", "all"), "low"] < 0 < table.loc[("log", "levels", "all"), "high"]
    assert table.loc[("euro", "deviations", "all"), "high"] < 0
    open_too = table.loc[("euro", "deviations", "without_takeover")]
    assert open_too["low"] < 0 < open_too["high"]
    credit = chapter.tables["investment_quartiles"].groupby("credit")["capital_spending_eur_pc"].mean()
    assert credit["high"] < credit["low"]


def _made(before: float, after: float) -> pd.DataFrame:
    """Sixty Kreise in three Länder: every outcome moves with the recipients, ``before`` 2011 and ``after`` 2013."""
    generator = np.random.default_rng(8)
    rows = []
    for kreis in range(60):
        land, share, burden = f"{kreis % 3 + 1:02d}", generator.uniform(1, 6), generator.uniform(100, 500)
        for year in range(2007, 2020):
            move = before * (year < 2011) + after * (year >= 2014)
            outcome = 500 + move * share * 20 / 10 + generator.normal(0, 1)
            rows.append(
                (f"{land}{kreis:03d}", land, year, f"{land}-{year}", share, 20.0, burden, *[outcome] * 3)
            )
    columns = [
        "ags",
        "land",
        "year",
        "land_year",
        "old_age_basic_security_pct",
        "age_65plus_pct",
        "kdu_eur_pc",
    ]
    return pd.DataFrame(rows, columns=[*columns, *OUTCOMES])


def test_a_takeover_that_moved_something_is_found() -> None:
    found = basic_security_relief(_made(before=0.0, after=4.0))
    table = found["basic_security"].set_index(["outcome", "view"])
    assert table["full"].to_numpy() == pytest.approx(4.0, abs=0.3)
    assert table["before"].to_numpy() == pytest.approx(0.0, abs=0.3)
    staff = table.loc["staff_fte_per_10k"]
    assert (staff["verdict"] == "different").all()
    assert (table.loc["liquidity_credit_eur_pc", "verdict"] == "cannot_be_told").all(), (
        "two years before are too few"
    )
    path = found["basic_security_path"].query("year == 2011")
    assert (path[["estimate", "low", "high"]] == 0).all(axis=None)


def test_a_move_before_the_takeover_forbids_a_verdict() -> None:
    table = basic_security_relief(_made(before=2.0, after=4.0))["basic_security"]
    assert (table["verdict"] == "cannot_be_told").all()


def test_what_the_prose_says_of_the_takeover(chapter: Result) -> None:
    table = chapter.tables["basic_security"].set_index(["outcome", "view"])
    assert (table["verdict"] == "cannot_be_told").all()
    assert (table["before_p_value"].groupby("outcome").min() < 0.1).all()
    investment = table.loc["capital_spending_eur_pc"]
    assert investment.loc["plain", "full_high"] < 0
    for view in VIEWS:
        credit = table.loc[("liquidity_credit_eur_pc", view)]
        assert credit["full_low"] < 0 < credit["full_high"]
    like = investment.loc["like_burden"]
    assert like["full_low"] < 0 < like["full_high"]
    assert table.loc[("staff_fte_per_10k", "plain"), "years_before"] == 5
    shares = chapter.tables["basic_security_share"].set_index("year")["share"]
    assert shares.to_dict() == {2009: 0.13, 2010: 0.14, 2011: 0.15, 2012: 0.45, 2013: 0.75, 2014: 1.0}
