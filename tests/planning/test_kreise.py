"""A Kreis is the sum of its towns, wherever the units stand in an array."""

from __future__ import annotations

import numpy as np

from dewak_research.planning.kreise import sums_of_towns, with_kreise

TOWNS = ["05911000", "05954004", "05954032"]
KEYS = ["05911000", "05954", "05954004", "05954032"]


def test_towns_are_added_up_and_a_city_has_no_kreis_beside_it() -> None:
    persons = np.arange(2 * 3 * 2 * 4, dtype=float).reshape(2, 3, 2, 4)
    found, keys = with_kreise(persons, TOWNS)
    assert keys == KEYS
    np.testing.assert_array_equal(found[:, [0, 2, 3]], persons)
    np.testing.assert_array_equal(found[:, 1], persons[:, 1] + persons[:, 2])


def test_what_stood_at_the_kreis_is_replaced_and_a_missing_town_leaves_it_missing() -> None:
    values = np.array([[1.0, 99.0, 2.0, 3.0], [1.0, 99.0, np.nan, 3.0]])
    np.testing.assert_array_equal(sums_of_towns(values, KEYS, axis=-1)[:, 1], [5.0, np.nan])
    np.testing.assert_array_equal(sums_of_towns(values.T, KEYS, axis=0)[1], [5.0, np.nan])
    assert values[0, 1] == 99.0, "the input stays"
