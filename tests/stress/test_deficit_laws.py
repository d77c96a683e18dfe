"""Laws of Länder other than Lower Saxony that test deficits: each held against a plain account of its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dewak_research.rules import land
from dewak_research.stress import deficit_test as test_of_law
from dewak_research.stress.deficit_test import Cover, Stocks, deficit_test

YEARS = 4
amounts = st.lists(st.integers(-50, 50).map(float), min_size=YEARS, max_size=YEARS)
stocks = st.integers(0, 60).map(float)


@dataclass
class Purse:
    """One year in plain numbers: both reserves, both surpluses of the year, what is carried forward."""

    own: float
    other: float
    carried: float
    surplus: float = 0.0
    apart: float = 0.0

    def pay(self, debt: float, *sources: str) -> float:
        """Pay a debt from the sources in turn; return what is left of it."""
        for source in sources:
            used = min(debt, getattr(self, source))
            setattr(self, source, getattr(self, source) - used)
            debt -= used
        return debt

    def year(self, ordinary: float, apart: float) -> float:
        """Book a year of which the law asks for the ordinary result; return what older deficits were made up for."""
        self.pay(max(-apart, 0.0), "other")
        self.surplus, self.apart = max(ordinary, 0.0), max(apart, 0.0)
        left = self.pay(max(-ordinary, 0.0), "own", "apart", "other")
        still = self.pay(self.carried, "surplus", "apart", "own", "other")
        made_up = self.carried - still
        self.carried = left + still
        self.own, self.other = self.own + self.surplus, self.other + self.apart
        return made_up


def outcome(
    key: str, ordinary: list[float], apart: list[float], before: tuple[float, ...], **given: object
) -> test_of_law.Tested:
    rules = land(key).rule_set(2026)
    return deficit_test(np.array(ordinary), np.array(apart), Stocks.of(*before), rules, **given)  # type: ignore[arg-type]


def hesse(ordinary: list[float], apart: list[float], purse: Purse) -> list[tuple[bool, float]]:
    """§ 92(5) no. 1 HGO: the ordinary result and all that was carried forward, or reserves; by year."""
    found = []
    for results in zip(ordinary, apart, strict=True):
        purse.year(*results)
        found.append((purse.carried < 0.005, purse.carried))
    return found


@given(amounts, amounts, stocks, stocks, stocks)
def test_hesse_counts_what_was_carried_and_uses_the_reserves(
    ordinary: list[float], apart: list[float], own: float, other: float, carried: float
) -> None:
    found = outcome("06", ordinary, apart, (own, other, carried, 0.0), cash_eur=np.zeros(YEARS))
    by_hand = hesse(ordinary, apart, Purse(own, other, carried))
    assert (~found.not_balanced).tolist() == [met for met, _ in by_hand]
    assert [float(stock.carried_eur) for stock in found.stocks] == pytest.approx(
        [left for _, left in by_hand]
    )


def test_hesse_asks_for_cash_as_well() -> None:
    found = outcome("06", [1.0, 1.0, 1.0], [0.0] * 3, (0, 0, 0, 0), cash_eur=np.array([0.0, -0.01, np.nan]))
    assert found.redemption_not_covered.tolist() == [False, True, False]
    assert found.duty.tolist() == [False, True, False]
    assert found.undefined.tolist() == [False, False, True]


def test_hesse_does_not_ask_for_the_extraordinary_result_or_for_equity() -> None:
    found = outcome("06", [1.0], [-9.0], (0, 2, 0, -5), cash_eur=np.zeros(1))
    assert not found.duty.any() and not found.undefined.any()
    assert Cover(found.cover[0]) is Cover.BALANCED
    assert float(found.stocks[0].carried_eur) == 0.0 and float(found.stocks[0].net_position_eur) == -13.0


def test_hesse_without_a_deficit_still_needs_what_was_carried() -> None:
    found = outcome("06", [1.0], [0.0], (np.nan, np.nan, np.nan, np.nan), cash_eur=np.zeros(1))
    assert Cover(found.cover[0]) is Cover.UNDEFINED and found.undefined.all()


class YearOfDebts(NamedTuple):
    """What is carried and charged at the end of a year, and the years from which both come."""

    carried: float
    charged: float
    owed_of: set[float]
    charged_of: set[float]


def baden_wuerttemberg(ordinary: list[float], apart: list[float], purse: Purse) -> list[YearOfDebts]:
    """§ 80(3) GemO with a list of deficits, each with its year: carried and charged to the base capital, by year."""
    carried, found = [[-1, purse.carried]], []
    for year, results in enumerate(zip(ordinary, apart, strict=True)):
        made_up = purse.year(*results)
        for one in carried:  # the oldest first
            used = min(one[1], made_up)
            one[1], made_up = one[1] - used, made_up - used
        left = purse.carried - sum(amount for _, amount in carried)
        carried.append([year, left])
        over = [one for one in carried if year - one[0] >= 3]
        carried = [one for one in carried if year - one[0] < 3]
        charged = sum(amount for _, amount in over)
        purse.carried -= charged
        owed_of, charged_of = (
            {origin for origin, amount in part if amount > 0.005} for part in (carried, over)
        )
        found.append(YearOfDebts(purse.carried, charged, owed_of, charged_of))
    return found


@given(amounts, amounts, stocks, stocks, stocks)
def test_baden_wuerttemberg_carries_three_years_and_charges_the_base_capital(
    ordinary: list[float], apart: list[float], own: float, other: float, carried: float
) -> None:
    found = outcome("08", ordinary, apart, (own, other, carried, 1e6))
    by_hand = baden_wuerttemberg(ordinary, apart, Purse(own, other, carried))
    assert [float(stock.carried_eur) for stock in found.stocks] == pytest.approx(
        [one.carried for one in by_hand]
    )
    assert found.written_off_eur.tolist() == pytest.approx([one.charged for one in by_hand])
    for year, (left, charged, *_) in enumerate(by_hand):
        if left < 0.005 and charged < 0.005:
            assert not found.not_balanced[year]
        if charged > 0.005:
            assert found.not_balanced[year]


BW_CASES = {
    "made up for in the third year": ([-3.0, 0.0, 0.0, 3.0], [False] * 4, [0.0] * 4),
    "not made up for: charged": ([-3.0, 1.0, 0.0, 1.0], [True, True, True, True], [0.0, 0.0, 0.0, 1.0]),
    "a year without a deficit of its own": ([-1.0, 0.0, 0.0, 0.0], [True] * 4, [0.0, 0.0, 0.0, 1.0]),
}


@pytest.mark.parametrize("name", BW_CASES)
def test_a_deficit_of_baden_wuerttemberg_by_hand(name: str) -> None:
    ordinary, unmet, charged = BW_CASES[name]
    found = outcome("08", ordinary, [0.0] * YEARS, (0, 0, 0, 100))
    assert found.not_balanced.tolist() == unmet
    assert found.written_off_eur.tolist() == charged


def met_by_deadline(ordinary: list[float], purse: Purse) -> list[str]:
    """§ 80(3) GemO by year: is a deficit open then charged later (unmet), open when the plan ends, or made up for?"""
    found = baden_wuerttemberg(ordinary, [0.0] * len(ordinary), purse)
    charged, owed = [one.charged_of for one in found], [one.owed_of for one in found]
    return [
        "unmet" if charged[year] or owed[year] & set().union(*charged[year:])
        else "open" if owed[year] & owed[-1] else "met"
        for year in range(len(ordinary))
    ]  # fmt: skip


SIX = st.lists(st.integers(-20, 20).map(float), min_size=6, max_size=6)


@given(SIX, stocks)
@example([-1.0, 0.0, 0.0, -1.0, 1.0, 0.0], 0.0)
@example([0.0, 0.0, -1.0, 0.2, 0.2, 0.5], 0.0)
def test_what_is_charged_to_the_base_capital_was_never_made_up_for(
    ordinary: list[float], owed: float
) -> None:
    """A surplus that pays for a newer deficit says nothing on one whose three years were over before."""
    found = outcome("08", ordinary, [0.0] * 6, (0, 0, owed, 1e6))
    told = [
        "open" if ends else "unmet" if unmet else "met"
        for unmet, ends in zip(found.not_balanced, found.plan_ends, strict=True)
    ]
    assert told == met_by_deadline(ordinary, Purse(0.0, 0.0, owed))


def test_base_capital_below_zero_is_a_test_of_its_own() -> None:
    found = outcome("08", [0.0, -4.0], [0.0, 0.0], (4, 0, 0, 3))
    assert found.overindebted.tolist() == [False, True] and found.about_to_be.tolist() == [True, False]


@given(amounts, amounts, stocks, stocks, st.lists(stocks, min_size=YEARS, max_size=YEARS))
def test_saxony_adds_both_results_and_both_reserves(
    ordinary: list[float], apart: list[float], own: float, other: float, offset: list[float]
) -> None:
    """§ 72(3) SächsGemO: income covers costs with the reserves, after what is set against the base capital."""
    found = outcome(
        "14", ordinary, apart, (own, other, 0.0, 0.0), offset_eur=np.array(offset), cash_eur=np.zeros(YEARS)
    )
    reserves, carried = own + other, 0.0
    for year, (result, extra, set_off) in enumerate(zip(ordinary, apart, offset, strict=True)):
        total = result + min(max(-result, 0.0), set_off) + extra
        met = total + reserves > -0.005 or result + extra > -0.005
        assert found.not_balanced[year] == (not met), year
        short = max(-(total + reserves), 0.0)
        rest = max(total + reserves, 0.0)
        # what is left makes up for what was carried: a reserve is used for that as well
        paid = min(carried, rest)
        reserves, carried = rest - paid, carried - paid + short
        stock = found.stocks[year]
        assert float(stock.carried_eur) == pytest.approx(carried)
        both = float(stock.ordinary_reserve_eur + stock.extraordinary_reserve_eur)
        assert both == pytest.approx(reserves)


def test_saxony_asks_for_cash_and_says_what_was_set_off() -> None:
    found = outcome(
        "14", [-2.0, 1.0], [0.0, 0.0], (0, 0, 0, 9),
        offset_eur=np.array([2.0, 0.0]), cash_eur=np.array([1.0, -1.0]),
    )  # fmt: skip
    assert [Cover(code) for code in found.cover] == [Cover.OFFSET, Cover.BALANCED]
    assert found.duty.tolist() == [False, True]
