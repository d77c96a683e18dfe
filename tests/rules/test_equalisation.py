"""Levy and fictitious multipliers of every year: what was read at a source and what is still open."""

from __future__ import annotations

import pytest

from dewak_research.rules import unverified, value, values

PLACE = "land/05/equalisation"
LEVY = {
    2005: 81, 2006: 74, 2007: 73, 2008: 65, 2009: 66, 2010: 71, 2011: 70, 2012: 69, 2013: 69,
    2018: 68.3, 2020: 35, 2026: 35,
}  # fmt: skip


@pytest.mark.parametrize("year", range(2005, 2027))
def test_the_levy_multiplier_of_every_year_is_read_or_shown_as_unverified(year):
    found = value(PLACE, "levy_multiplier_pct", year)
    assert found.verified == (year not in (2014, 2015, 2016, 2017, 2019))
    if found.verified:
        assert year not in LEVY or found.value == LEVY[year]
    else:
        assert found.range is not None
        assert found.range[0] <= found.value <= found.range[1]


@pytest.mark.parametrize(
    ("key", "of_years"),
    [
        (
            "trade_tax",
            {2011: 411, 2016: 417, 2018: 417, 2019: 418, 2020: 418, 2021: 418, 2022: 414, 2023: 416},
        ),
        ("property_tax_b", {2011: 413, 2017: 429, 2019: 443, 2021: 443, 2022: 479, 2023: 493}),
        ("property_tax_a", {2011: 209, 2017: 217, 2019: 223, 2021: 223, 2022: 247, 2023: 254}),
    ],
)
def test_fictitious_multipliers_that_were_found_are_read_or_said_to_come_from_the_press(key, of_years):
    found = {year: value(PLACE, f"fictitious_multiplier_{key}_pct", year) for year in of_years}
    assert {year: v.value for year, v in found.items()} == of_years
    by_hand = {year for year, v in found.items() if v.certainty == "certainty_by_hand"}
    assert {year for year, v in found.items() if v.verified} == set(of_years) - by_hand
    assert by_hand <= {2016, 2017, 2018, 2019, 2020}
    assert by_hand, "the press has reported some of them"


@pytest.mark.parametrize("year", [2009, 2010, 2012, 2013, 2014, 2015, 2024, 2026])
def test_fictitious_multipliers_that_were_not_found_stay_visible_with_a_range(year):
    found = value(PLACE, "fictitious_multiplier_trade_tax_pct", year)
    assert (found.verified, found.tag) == (False, "K")
    assert found in unverified(PLACE)
    assert found.range is not None
    assert found.range[0] <= found.value <= found.range[1]


def test_a_range_stands_only_where_the_value_was_not_read():
    assert all(v.range is None for v in values(PLACE) if v.verified)
