"""Boolean minimisation: prime implicants and all shortest sums of products (Quine–McCluskey).

A configuration of k conditions is an int: bit k−1−i is condition i (1 = present). An implicant is a pair
(value, mask): mask bits are conditions that no longer matter. Method: Quine 1952, McCluskey 1956; METHODS E.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

MAX_CONDITIONS = 10


@dataclass(frozen=True, order=True)
class Implicant:
    """A product of literals: conditions in ``mask`` are free, the others have the value in ``value``."""

    value: int
    mask: int

    def covers(self, row: int) -> bool:
        """Whether the configuration ``row`` fulfils the product."""
        return (row & ~self.mask) == self.value

    def literals(self, conditions: Sequence[str]) -> dict[str, bool]:
        """Return condition → present (True) or absent (False), in the order of ``conditions``."""
        k = len(conditions)
        bits = [1 << (k - 1 - i) for i in range(k)]
        pairs = zip(conditions, bits, strict=True)
        return {name: bool(self.value & bit) for name, bit in pairs if not self.mask & bit}

    def text(self, conditions: Sequence[str]) -> str:
        """Return the product in the usual notation, ``DEV*~IND``; an empty product is ``1``."""
        literals = self.literals(conditions)
        return "*".join(name if present else f"~{name}" for name, present in literals.items()) or "1"


def implicant(literals: Mapping[str, bool], conditions: Sequence[str]) -> Implicant:
    """Return the implicant of condition → present/absent; conditions not named are free."""
    value = mask = 0
    for i, name in enumerate(conditions):
        bit = 1 << (len(conditions) - 1 - i)
        if name not in literals:
            mask |= bit
        elif literals[name]:
            value |= bit
    return Implicant(value, mask)


def parse_term(text: str, conditions: Sequence[str]) -> Implicant:
    """Read ``DEV*~IND`` back into an implicant."""
    if text == "1":
        return implicant({}, conditions)
    literals = {part.lstrip("~"): not part.startswith("~") for part in text.split("*")}
    unknown = set(literals) - set(conditions)
    if unknown:
        raise ValueError(f"unknown conditions in {text!r}: {sorted(unknown)}")
    return implicant(literals, conditions)


def prime_implicants(rows: Iterable[int], free: Iterable[int], k: int) -> list[Implicant]:
    """Return the prime implicants of ``rows``, using the configurations in ``free`` where they simplify.

    Parameters
    ----------
    rows, free : iterables of int
        Configurations with the outcome, and logical remainders that may be assumed to have it.
    k : int
        Number of conditions, at most 10.

    Returns
    -------
    list of Implicant
        Only those that cover at least one of ``rows``; sorted.
    """
    if not 1 <= k <= MAX_CONDITIONS:
        raise ValueError(f"between 1 and {MAX_CONDITIONS} conditions, not {k}")
    wanted = set(rows)
    level = {Implicant(row, 0) for row in wanted | set(free)}
    primes: set[Implicant] = set()
    while level:
        merged: set[Implicant] = set()
        used: set[Implicant] = set()
        for item in level:
            for i in range(k):
                bit = 1 << i
                if item.mask & bit or item.value & bit:
                    continue
                partner = Implicant(item.value | bit, item.mask)
                if partner in level:
                    used |= {item, partner}
                    merged.add(Implicant(item.value, item.mask | bit))
        primes |= level - used
        level = merged
    return sorted(p for p in primes if any(p.covers(row) for row in wanted))


def minimal_covers(rows: Iterable[int], primes: Sequence[Implicant]) -> list[tuple[Implicant, ...]]:
    """Return every set of fewest prime implicants that covers all ``rows``.

    Several sets mean that the data do not decide between them (model ambiguity): all are returned, sorted.
    """
    open_rows = set(rows)
    if not open_rows:
        return []
    by_row = {row: [p for p in primes if p.covers(row)] for row in open_rows}
    if not all(by_row.values()):
        raise ValueError("a configuration is covered by no prime implicant")
    essential = sorted({found[0] for found in by_row.values() if len(found) == 1})
    rest = {row for row in open_rows if not any(p.covers(row) for p in essential)}
    if not rest:
        return [tuple(essential)]
    useful = [p for p in primes if p not in essential and any(p.covers(row) for row in rest)]
    for size in range(1, len(useful) + 1):
        found = [
            tuple(sorted([*essential, *choice]))
            for choice in combinations(useful, size)
            if all(any(p.covers(row) for p in choice) for row in rest)
        ]
        if found:
            return sorted(found)
    raise AssertionError("unreachable: all useful prime implicants together cover the rest")


def minimise(rows: Iterable[int], free: Iterable[int], k: int) -> list[tuple[Implicant, ...]]:
    """Return all shortest sums of products of ``rows`` with the help of ``free``."""
    rows = sorted(set(rows))
    return minimal_covers(rows, prime_implicants(rows, free, k))


def easy_counterfactuals(
    conservative: Sequence[Implicant],
    parsimonious: Sequence[Implicant],
    remainders: Iterable[int],
    expected: Mapping[str, bool | None],
    conditions: Sequence[str],
) -> list[int]:
    """Return the remainders that theory allows to use (Ragin & Sonnett 2005).

    A literal of a conservative product that its parsimonious superset drops may go when it contradicts
    the directional expectation (expected present, found absent, or the reverse). Remainders that such a
    relaxed product covers, and the parsimonious solution too, are easy counterfactuals.
    """
    relaxed = []
    for product in conservative:
        own = product.literals(conditions)
        for simple in parsimonious:
            kept = simple.literals(conditions)
            if not kept.items() <= own.items():
                continue
            literals = {
                name: present
                for name, present in own.items()
                if name in kept or expected.get(name) is None or expected[name] == present
            }
            relaxed.append(implicant(literals, conditions))
    return sorted(
        row
        for row in set(remainders)
        if any(p.covers(row) for p in relaxed) and any(p.covers(row) for p in parsimonious)
    )
