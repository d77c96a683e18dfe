"""Shapley value, core and nucleolus against published games and the definition."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dewak_research.errors import InputError
from dewak_research.space.sharing import (
    better_alone,
    core_is_empty,
    leaving,
    members,
    nucleolus,
    savings,
    shapley,
    shares,
)


def _game(n, worth):
    return np.array([worth({i for i in range(n) if s >> i & 1}) if s else 0.0 for s in range(2**n)])


def _airport(lengths):
    """Saving of sharing one runway (Littlechild and Owen 1973): the sum of all runways less the longest."""
    return _game(len(lengths), lambda who: sum(lengths[i] for i in who) - max(lengths[i] for i in who))


def _estate(estate, claims):
    """What is left of an estate for a group once all others have their claims (Aumann and Maschler 1985)."""
    total = sum(claims)
    return _game(len(claims), lambda who: max(estate - (total - sum(claims[i] for i in who)), 0.0))


def by_orders(value):
    """Shapley value from its definition, order by order."""
    n = int(np.log2(len(value)))
    orders, found = [*permutations(range(n))], np.zeros(n)
    for order in orders:
        there = 0
        for i in order:
            found[i] += value[there | 1 << i] - value[there]
            there |= 1 << i
    return found / len(orders)


def test_three_runways_cost_a_third_five_sixths_and_one_and_five_sixths():
    lengths = np.array([1.0, 2.0, 3.0])
    assert lengths - shapley(_airport(lengths)) == pytest.approx([1 / 3, 5 / 6, 11 / 6], abs=1e-12)


@pytest.mark.parametrize(
    ("estate", "expected"),
    [(100, [100 / 3] * 3), (200, [50, 75, 75]), (300, [50, 100, 150])],
)
def test_three_wives_of_the_talmud(estate, expected):
    assert nucleolus(_estate(estate, [100, 200, 300])) == pytest.approx(expected, abs=1e-7)


def test_the_gloves_leave_everything_to_the_rare_hand():
    # one left glove, two right ones: the core and the nucleolus give all to the left, Shapley 2/3, 1/6, 1/6
    game = _game(3, lambda who: float(0 in who and len(who) > 1))
    assert shapley(game) == pytest.approx([2 / 3, 1 / 6, 1 / 6], abs=1e-12)
    assert nucleolus(game) == pytest.approx([1, 0, 0], abs=1e-9)
    assert leaving(["L", "R1", "R2"], game, shapley(game))["coalition"].tolist() == ["L + R1", "L + R2"]
    assert not core_is_empty(game)


def test_a_majority_of_three_has_no_core():
    game = _game(3, lambda who: float(len(who) >= 2))
    assert core_is_empty(game)
    assert nucleolus(game) == pytest.approx([1 / 3] * 3, abs=1e-9)
    assert better_alone(game, shapley(game)).max() == pytest.approx(1 / 3)


@given(arrays(float, 15, elements=st.floats(0, 1e5, allow_nan=False)))
def test_shapley_equals_its_definition_and_adds_up(values):
    game = np.concatenate([[0.0], values])
    assert shapley(game) == pytest.approx(by_orders(game), abs=1e-6)
    assert shapley(game).sum() == pytest.approx(game[-1], abs=1e-6)


@given(arrays(float, 4, elements=st.floats(0.1, 10)))
def test_what_each_adds_by_itself_is_what_each_gets(own):
    game = members(4) @ own
    for split in (shapley(game), nucleolus(game)):
        assert split == pytest.approx(own, abs=1e-6)


@given(arrays(float, 11, elements=st.floats(0, 100)))
def test_the_nucleolus_lies_in_the_core_where_there_is_one(values):
    # a convex game has a core: every coalition's worth is a rising function of its size plus own worths
    own = np.sort(values[:4])
    game = _game(4, lambda who: sum(own[i] for i in who) + values[4] * len(who) ** 2)
    assert not core_is_empty(game)
    assert better_alone(game, nucleolus(game)).max() == pytest.approx(0.0, abs=1e-5)
    assert better_alone(game, shapley(game)).max() == 0.0


def _largest_complaints(game, split):
    return np.sort((game - members(len(split)) @ split)[1:-1])[::-1]


def test_no_split_of_a_fine_grid_has_smaller_complaints():
    rng = np.random.default_rng(3)
    for _ in range(20):
        low = rng.uniform(0, 1, 3)
        game = np.array([0, low[0], low[1], 0, low[2], 0, 0, 0])
        for s in (3, 5, 6):
            game[s] = sum(low[i] for i in range(3) if s >> i & 1) + rng.uniform(0, 3)
        game[7] = game[[3, 5, 6]].max() + rng.uniform(1, 3)
        best = _largest_complaints(game, nucleolus(game))
        grid = np.arange(0.0, game[7], 0.05)
        for a in grid:
            for b in grid[grid <= game[7] - a]:
                split = np.array([a, b, game[7] - a - b])
                if (split >= low).all():
                    assert _largest_complaints(game, split)[0] >= best[0] - 1e-9


def test_shares_say_who_would_be_better_off_alone():
    # worth of {0}, {1}, {0, 1}, {2}, {0, 2}, {1, 2}, all: the first joins for nothing, together they lose a little
    game = np.array([0.0, 10.0, 2.0, 12.0, 3.0, 13.0, 5.0, 14.0])
    table = shares(["a", "b", "c"], game).set_index("carrier")
    assert table["shapley_eur"].to_numpy() == pytest.approx(by_orders(game))
    assert table["better_alone"].tolist() == [True, True, True]
    assert table["adds_last_eur"].tolist() == [9.0, 1.0, 2.0]
    assert table["alone_eur"].tolist() == [10.0, 2.0, 3.0]


def test_every_coalition_is_asked_once():
    asked = []
    savings("abc", lambda who: asked.append(who) or float(len(who)))
    assert sorted(asked) == sorted({*asked})
    assert len(asked) == 7


@pytest.mark.parametrize(("carriers", "words"), [([str(i) for i in range(11)], "11"), (["a", "a"], "twice")])
def test_too_many_or_doubled_carriers_are_said(carriers, words):
    with pytest.raises(InputError, match=words):
        savings(carriers, lambda who: 0.0)


@pytest.mark.parametrize("game", [np.zeros(3), np.array([1.0, 2.0]), np.array([0.0, np.nan])])
def test_what_is_no_game_is_said(game):
    with pytest.raises(InputError, match="saving"):
        shapley(game)
