"""Which Land's lines the workbook in hand has: set while it is read, checked, filled or reported on.

Lines are asked for in some sixty places by what they mean; which Land prints them is one fact of the workbook, so it is
said once, around the work, and not handed through every call. Threads and tasks each have their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from dewak_research.rules import HOME

_IN_HAND: ContextVar[str] = ContextVar("layout_in_hand", default=HOME)


def layout_in_hand() -> str:
    """Return the two digits of the Land whose lines are meant."""
    return _IN_HAND.get()


@contextmanager
def in_layout(key: str) -> Iterator[None]:
    """Mean the lines of a Land until the end of the block."""
    before = _IN_HAND.set(key)
    try:
        yield
    finally:
        _IN_HAND.reset(before)
