"""A run over all units: Kreise first, then their towns with what the Kreis passes on, in blocks for an engine.

Source: METHODS C.1 (layer rule).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain
from typing import Generic, TypeVar

import numpy as np

from dewak_research.engines import Engine, or_threads
from dewak_research.stress.book import Book
from dewak_research.stress.kreis_levy import YOUTH_OFFICE, Raised, mean_raised, passed_on, places_of
from dewak_research.stress.shocks import CommonShocks
from dewak_research.stress.simulation import (
    Floats32,
    Paths,
    Settings,
    Units,
    book_paths,
    own_effects,
    relative,
    shared_effect,
    total_of,
)

Summary = TypeVar("Summary")


@dataclass(frozen=True)
class _Given(Generic[Summary]):
    """What every block of a run is given; ``mean`` of what the Kreise take, where a town needs it."""

    book: Book
    common: CommonShocks
    settings: Settings
    seed: int
    shares: dict[str, Floats32]
    summarise: Callable[[Paths], Summary]
    chunk_size: int
    mean: Raised | None = None

    def own(self, units: Units) -> dict[str, Floats32]:
        """Effects of the units' own shocks."""
        return own_effects(self.book, units, self.common, self.seed, self.settings, self.shares)

    def summary(self, units: Units, blocks: dict[str, Floats32]) -> Summary:
        """Book the effects, and summarise the paths."""
        return self.summarise(book_paths(self.book, units, blocks, self.common.rate_points, self.settings))


def _cut(units: Units, size: int) -> list[Units]:
    return [units[i : i + size] for i in range(0, len(units), size)]


def _kreise(given: _Given[Summary], block: Units) -> list[tuple[Summary, Raised]]:
    """Summary of each chunk of Kreise and what these take more from their towns."""
    found = []
    settings = given.settings
    for units in _cut(block, given.chunk_size):
        blocks = given.own(units)
        youth = shared_effect(given.book, units, given.shares, YOUTH_OFFICE)
        passed = settings.pass_through_share, settings.pass_through_lag_years
        part = Raised.by(total_of(blocks), youth, *passed)
        blocks["umlagen"] = blocks["umlagen"] + part.total_eur
        found.append((given.summary(units, blocks), part))
    return found


def _others(given: _Given[Summary], block: tuple[Units, Raised]) -> list[Summary]:
    """Summary of each chunk of units that are no Kreise, with what their Kreise take."""
    everyone, raised = block
    found = []
    for units in _cut(everyone, given.chunk_size):
        blocks = given.own(units)
        if not given.book.layers.member[units].all():
            cost = passed_on(given.book, raised, units, given.mean)
            blocks["umlagen"] = blocks["umlagen"] + cost
        found.append(given.summary(units, blocks))
    return found


def simulate(
    book: Book,
    common: CommonShocks,
    settings: Settings,
    seed: int,
    summarise: Callable[[Paths], Summary],
    *,
    chunk_size: int = 4,
    workers: int = 2,
    units: Units | None = None,
    engine: Engine | None = None,
) -> list[Summary]:
    """Run all units and summarise each chunk.

    Parameters
    ----------
    summarise : callable
        Gets the ``Paths`` of a chunk; what it returns is listed in the order of the units. It changes nothing outside.
    chunk_size, workers : int
        Speed and memory only: every unit draws from a stream of its own, so results do not depend on them.
    units : ndarray of int, optional
        Only these and the Kreise, which their towns need; all by default.
    engine : Engine, optional
        Where the blocks are done, by default in ``workers`` threads: speed only, too.

    Returns
    -------
    list
        One summary per chunk: first the Kreise, then all other units, each in the order of the book.
    """
    engine = or_threads(engine, workers)
    layers, size = book.layers, chunk_size * engine.together
    given = _Given(book, common, settings, seed, relative(common), summarise, chunk_size)
    raised, summaries = Raised.nothing(book, common.draws), []
    above = np.arange(len(layers.kreise))
    done = chain.from_iterable(engine.map(_kreise, given, _cut(layers.kreise, size)))
    for places, (summary, part) in zip(_cut(above, chunk_size), done, strict=True):
        raised.put(places, part)
        summaries.append(summary)
    wanted = np.setdiff1d(np.arange(book.size) if units is None else units, layers.kreise)
    if len(above) and layers.estimated[wanted].any():
        given = replace(given, mean=mean_raised(book, raised))
    towns = _cut(wanted, size)
    if len(above):
        parts = ((block, raised.only(places_of(book, block))) for block in towns)
    else:
        parts = ((block, raised) for block in towns)
    return summaries + list(chain.from_iterable(engine.map(_others, given, parts)))
