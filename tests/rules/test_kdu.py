import pytest

from dewak_research.disparities.squeeze import federal_shares
from dewak_research.rules import value

LAENDER = [f"{n:02d}" for n in range(1, 17)]


def part(key):
    return value("kdu_federal_share", key, 2024).value


@pytest.mark.parametrize("land", LAENDER)
def test_base_addition_and_education_give_the_published_share_of_every_land(land):
    points = part("base_points")[land] + part("addition_points") + part("education_points")[land]
    assert points / 100 == pytest.approx(part("share")[land], abs=1e-9)


def test_published_shares():
    assert sorted(part("share").values())[:5] == [0.670, 0.687, 0.691, 0.695, 0.698]
    found = federal_shares("05", range(2017, 2026)).set_index("year")["share"]
    assert found.to_dict() == {2017: 0.461, 2018: 0.467, 2019: 0.421, 2024: 0.713}


def test_the_cap_is_nationwide_so_a_land_may_lie_above_it():
    assert part("share")["07"] == 0.787 > value("kdu_federal_share", "cap_share", 2024).value
    assert federal_shares("07", range(2024, 2025))["verified"].all()


def test_an_unknown_share_stays_unknown():
    assert federal_shares("08", range(2019, 2020)).empty
    assert federal_shares("05", range(2020, 2024)).empty
    assert federal_shares("99", range(2024, 2025)).empty


def test_without_the_education_value_nrw_has_62_8_percent():
    assert part("base_points")["05"] + part("addition_points") == pytest.approx(62.8)
