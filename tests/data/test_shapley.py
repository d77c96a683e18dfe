from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from dewak_research.data.measures import shapley_weights, subset_matrix


@pytest.mark.parametrize("players", [1, 2, 4])
def test_weights_equal_the_mean_over_all_orders(players: int) -> None:
    v = np.random.default_rng(1).normal(size=2**players)
    gains = np.zeros(players)
    orders = list(permutations(range(players)))
    for order in orders:
        inside = 0
        for player in order:
            gains[player] += v[inside | 1 << player] - v[inside]
            inside |= 1 << player
    assert shapley_weights(players) @ v == pytest.approx(gains / len(orders))


def test_contributions_add_up_to_the_whole() -> None:
    v = np.random.default_rng(2).normal(size=(64, 3))
    assert (shapley_weights(6) @ v).sum(axis=0) == pytest.approx(v[-1] - v[0])


def test_rows_are_all_subsets_from_empty_to_whole() -> None:
    rows = subset_matrix(3)
    assert not rows[0].any()
    assert rows[-1].all()
    assert len({tuple(row) for row in rows}) == 8
    assert rows[0b101].tolist() == [True, False, True]
