"""Where work is done: an engine maps a function over blocks, here in threads, with ``cluster`` on other machines.

What comes out depends on the function, on what is given to all blocks and on the block alone: no engine hands out
seeds, every block finds its own stream of random numbers by its key. So the engine, the number of workers and the
order in which blocks are done change no byte.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar

Given = TypeVar("Given")
Block = TypeVar("Block")
Found = TypeVar("Found")
Work = Callable[[Given, Block], Found]
AHEAD = 2
"""Blocks in hand for each worker: enough that none waits, few enough that memory does not grow with their number."""


class Engine(Protocol):
    """What every engine can do."""

    @property
    def together(self) -> int:
        """How many small pieces one block should hold; speed only."""
        ...

    def map(self, work: Work[Given, Block, Found], given: Given, blocks: Iterable[Block]) -> Iterator[Found]:
        """Yield ``work(given, block)`` for every block, in the order of the blocks, which are taken as they are needed.

        ``work`` changes neither ``given`` nor anything else outside itself; what it raises is raised here.
        """
        ...


@dataclass(frozen=True)
class Threads:
    """Threads of this process; one = the blocks one after the other."""

    workers: int = 1
    together: int = 1

    def map(self, work: Work[Given, Block, Found], given: Given, blocks: Iterable[Block]) -> Iterator[Found]:
        """See :class:`Engine`."""
        if self.workers == 1:
            for block in blocks:
                yield work(given, block)
            return
        with ThreadPoolExecutor(self.workers) as pool:
            running: deque[Future[Found]] = deque()
            try:
                for block in blocks:
                    running.append(pool.submit(work, given, block))
                    if len(running) >= AHEAD * self.workers:
                        yield running.popleft().result()
                while running:
                    yield running.popleft().result()
            finally:
                for left in running:
                    left.cancel()


def or_threads(engine: Engine | None, workers: int = 1) -> Engine:
    """Return the engine that was given, by default threads of this process; one = one block after the other."""
    return Threads(workers) if engine is None else engine
