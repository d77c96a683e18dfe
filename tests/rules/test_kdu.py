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
    found = federal_shares("05", range(2016, 2028)).set_index("year")["share"]
    assert found.to_dict() == {
        2017: 0.461, 2018: 0.468, 2019: 0.454, 2020: 0.711, 2021: 0.694,
        2022: 0.684, 2023: 0.704, 2024: 0.713, 2025: 0.721, 2026: 0.728,
    }  # fmt: skip


@pytest.mark.parametrize("year", range(2017, 2027))
def test_every_land_has_a_final_share_and_the_ordinance_it_was_read_in(year):
    found = value("kdu_federal_share", "share", year)
    assert sorted(found.value) == LAENDER
    assert found.verified
    assert "S220" in {source.id for source in found.sources}
    assert found.note is not None
    assert f"BBFestV {min(year + 1, 2026)}" in found.note["de"]


def test_the_first_setting_of_2019_is_named_as_such():
    assert "42,1" in value("kdu_federal_share", "share", 2019).note["de"]


@pytest.mark.parametrize("year", range(2022, 2027))
def test_the_formula_gives_the_share_of_nrw_since_2022(year):
    base, education = (
        value("kdu_federal_share", k, year).value["05"] for k in ("base_points", "education_points")
    )
    points = base + value("kdu_federal_share", "addition_points", year).value + education
    assert points / 100 == pytest.approx(value("kdu_federal_share", "share", year).value["05"], abs=1e-9)


def test_the_cap_is_nationwide_so_a_land_may_lie_above_it():
    assert part("share")["07"] == 0.787 > value("kdu_federal_share", "cap_share", 2024).value
    assert federal_shares("07", range(2024, 2025))["verified"].all()


def test_an_unknown_share_stays_unknown():
    assert federal_shares("08", range(2016, 2017)).empty
    assert federal_shares("05", range(2027, 2030)).empty
    assert federal_shares("99", range(2024, 2025)).empty


def test_without_the_education_value_nrw_has_62_8_percent():
    assert part("base_points")["05"] + part("addition_points") == pytest.approx(62.8)
