"""An account that stands above others is their sum only where the amounts say so."""

from __future__ import annotations

import numpy as np
import pytest

from dewak_research.own.intake.totals import _adds_up


def adds_up(values: list[float], named: bool) -> bool:
    euro = {1: np.array([60.0, 0.0]), 2: np.array([40.0, 30.0]), 3: np.array([9.0, 9.0])}
    return _adds_up(np.array(values), "40", {1: "4011", 2: "4012", 3: "5010"}, euro, named)


@pytest.mark.parametrize(
    ("off", "said"), [(0.0, True), (2.0, True), (-2.0, True), (2.01, False), (-2.01, False)]
)
def test_each_part_may_be_rounded_by_one_euro(off: float, said: bool) -> None:
    assert adds_up([100.0 + off, 30.0], False) is said
    assert adds_up([100.0, 30.0 + off], True) is said


def test_a_single_part_equals_its_sum_to_the_cent_in_more_than_one_year() -> None:
    def single(values: list[float], named: bool, part: list[float]) -> bool:
        return _adds_up(
            np.array(values), "40", {1: "4011", 3: "5010"}, {1: np.array(part), 3: np.ones(2)}, named
        )

    assert single([60.0, 50.0], False, [60.0, 50.0])
    assert not single([60.01, 50.0], False, [60.0, 50.0])
    assert not single([60.0, 0.0], False, [60.0, 0.0]), "one year alone may be chance"
    assert single([60.01, 50.0], True, [60.0, 50.0]), "what is called a sum may be rounded"
    assert not single([61.01, 50.0], True, [60.0, 50.0])


def test_nothing_below_adds_up_to_nothing() -> None:
    assert not _adds_up(np.zeros(2), "40", {3: "5010"}, {3: np.zeros(2)}, True)
