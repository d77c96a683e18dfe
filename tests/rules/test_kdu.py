import math

import pytest

from dewak_research.rules import unverified, value
from dewak_research.rules.kdu import federal_share, formula_share

CHECKS = value("kdu_federal_share", "published_total_share", 2024).value


@pytest.mark.parametrize("land", sorted(CHECKS))
def test_the_formula_meets_the_published_shares(land):
    assert formula_share(land, 2024) == pytest.approx(CHECKS[land], abs=1e-9)
    assert federal_share(land, 2024).share == pytest.approx(CHECKS[land])


def test_five_laender_are_checked():
    assert sorted(CHECKS.values()) == [0.670, 0.691, 0.695, 0.702, 0.721]


@pytest.mark.parametrize(("year", "share"), [(2017, 0.461), (2018, 0.467), (2019, 0.421), (2024, 0.713)])
def test_north_rhine_westphalia(year, share):
    assert federal_share("05", year).share == pytest.approx(share)


def test_without_the_education_value_nrw_has_62_8_percent():
    education = value("kdu_federal_share", "education_points", 2024).value["05"]
    assert formula_share("05", 2024) - education / 100 == pytest.approx(0.628)


def test_a_value_above_the_cap_is_not_used_silently():
    assert formula_share("07", 2024) == pytest.approx(0.787)
    found = federal_share("07", 2024)
    assert math.isnan(found.share)
    assert not found.verified
    assert "78,7 %" in found.reason.de
    assert "78.7 %" in found.reason.en
    assert "rp_formula_share" in {v.key for v in unverified("kdu_federal_share")}


@pytest.mark.parametrize(("land", "year"), [("08", 2019), ("05", 2021), ("99", 2024)])
def test_an_unknown_share_stays_unknown(land, year):
    found = federal_share(land, year)
    assert math.isnan(found.share)
    assert found.reason.en


def test_a_ten_percent_shock_costs_2_9_percent_today_and_5_8_under_the_rules_of_2019():
    assert round(10 * (1 - federal_share("05", 2024).share), 1) == 2.9
    assert round(10 * (1 - federal_share("05", 2019).share), 1) == 5.8
