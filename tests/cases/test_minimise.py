"""Boolean minimisation against brute force and a textbook example."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dewak_research.cases.minimise import (
    Implicant,
    easy_counterfactuals,
    implicant,
    minimal_covers,
    minimise,
    parse_term,
    prime_implicants,
)


def brute_primes(rows: set[int], free: set[int], k: int) -> set[Implicant]:
    """All maximal products that cover only rows and free configurations, and at least one row."""
    allowed = rows | free
    valid = []
    for literals in product((0, 1, None), repeat=k):
        item = implicant(
            {str(i): bool(v) for i, v in enumerate(literals) if v is not None}, [str(i) for i in range(k)]
        )
        covered = {row for row in range(1 << k) if item.covers(row)}
        if covered <= allowed and covered & rows:
            valid.append((item, covered))
    return {item for item, covered in valid if not any(covered < other for _, other in valid)}


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 4), st.data())
def test_prime_implicants_are_those_of_brute_force(k: int, data: st.DataObject) -> None:
    states = data.draw(st.lists(st.sampled_from("10?"), min_size=1 << k, max_size=1 << k))
    rows = {i for i, s in enumerate(states) if s == "1"}
    free = {i for i, s in enumerate(states) if s == "?"}
    assert set(prime_implicants(rows, free, k)) == brute_primes(rows, free, k)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 4), st.data())
def test_covers_are_complete_minimal_and_all_found(k: int, data: st.DataObject) -> None:
    rows = data.draw(st.sets(st.integers(0, (1 << k) - 1), min_size=1, max_size=6))
    primes = prime_implicants(rows, set(), k)
    covers = minimal_covers(rows, primes)
    size = len(covers[0])
    for smaller in range(1, size):
        assert not any(
            all(any(p.covers(r) for p in choice) for r in rows) for choice in combinations(primes, smaller)
        )
    found = {
        tuple(sorted(choice))
        for choice in combinations(primes, size)
        if all(any(p.covers(r) for p in choice) for r in rows)
    }
    assert set(covers) == found


def test_textbook_example_of_mccluskey() -> None:
    """f(A,B,C,D) = Σm(4,8,10,11,12,15) + d(9,14): BC'D' + AB' + AC or BC'D' + AD' + AC."""
    names = ["A", "B", "C", "D"]
    found = {
        " + ".join(sorted(t.text(names) for t in model))
        for model in minimise([4, 8, 10, 11, 12, 15], [9, 14], 4)
    }
    assert found == {"A*C + A*~B + B*~C*~D", "A*C + A*~D + B*~C*~D"}


def test_nothing_to_cover() -> None:
    assert minimise([], [1, 2], 2) == []


def test_too_many_conditions() -> None:
    with pytest.raises(ValueError, match="conditions"):
        prime_implicants([0], [], 11)


def test_terms_are_read_and_written() -> None:
    names = ["DEV", "URB", "IND"]
    assert parse_term("DEV*~IND", names).text(names) == "DEV*~IND"
    assert parse_term("1", names).text(names) == "1"
    with pytest.raises(ValueError, match="XYZ"):
        parse_term("DEV*XYZ", names)


def test_easy_counterfactual_follows_the_expectation() -> None:
    """Outcome at A*~B only; ~A is known to fail; whether A*B counts depends on what theory expects of B."""
    names = ["A", "B"]
    careful, simple = [parse_term("A*~B", names)], [parse_term("A", names)]
    assert easy_counterfactuals(careful, simple, [3], {"B": True}, names) == [3]
    assert easy_counterfactuals(careful, simple, [3], {"B": False}, names) == []
    assert easy_counterfactuals(careful, simple, [3], {}, names) == []
