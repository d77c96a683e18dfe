"""All contracts on figures, and everything that breaks one of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from dewak_research.data.expected.accounts import balance_scores, item_scores, payment_scores
from dewak_research.data.expected.agreement import Agreement
from dewak_research.data.expected.history import History
from dewak_research.data.expected.likeness import Likeness
from dewak_research.data.expected.names import order_scores
from dewak_research.data.expected.places import Places, place_scores
from dewak_research.data.expected.ranges import range_scores
from dewak_research.data.expected.scores import Scores, Tables
from dewak_research.errors import entries

Contract = Agreement | History | Likeness
_FAMILIES: dict[str, type[Agreement] | type[History] | type[Likeness]] = {
    "agreements": Agreement, "histories": History, "likenesses": Likeness,
}  # fmt: skip


@cache
def contracts() -> dict[str, Contract]:
    """Return every declared contract by its name."""
    return {
        f"{family}.{name}": kind(**entry)
        for family, kind in _FAMILIES.items()
        for name, entry in entries(__package__, f"{family}.yaml").items()
    }


_ACCOUNTS = {
    payment_scores: {"booked_payments", "suppressed_payments", "town_population", "tax_panel"},
    balance_scores: {"balance_sheets", "towns", "town_population", "kreise_panel"},
    item_scores: {"balance_sheets", "balance_items"},
}


def scores(tables: Tables, places: Places, only: str | None = None) -> Iterator[Scores]:
    """Return what every contract finds in the tables; with ``only`` those that rest on this table."""
    for name, contract in contracts().items():
        if only is None or only in contract.tables:
            yield from contract.scores(name, tables)
    for role in tables:
        if only in (None, role):
            yield from range_scores(role, tables)
    for of_accounts, needed in _ACCOUNTS.items():
        if only is None or only in needed:
            yield from of_accounts(tables)
    if only in (None, "towns", "schools", "kreise_panel", "boundaries_towns", "boundaries_kreise"):
        yield from place_scores(tables, places)
    if only in (None, "kreise", "gemeinden_tax_capacity_2022"):
        yield from order_scores(tables)
