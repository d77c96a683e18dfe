"""Big work on several machines: an engine on a running cluster of Dask, with the optional extra ``cluster``.

A block that was on a worker that died is done again by another one; the bytes are the same, because a block finds its
own stream of random numbers (:mod:`dewak_research.engines`). That needs the same code, packages and settings of the
numerics on every worker: they are compared before the first block, and again with every block, as a worker may join
later. The address of a cluster is no input: no result depends on it.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from dewak_research.engines import AHEAD, Work
from dewak_research.errors import InputError, messages
from dewak_research.worker import OtherWorkerError, description, done, kept, need_dask

if TYPE_CHECKING:
    from distributed import Client, Future

Given = TypeVar("Given")
Block = TypeVar("Block")
Found = TypeVar("Found")
VARIABLE = "DEWAK_CLUSTER"
"""Where the stages of a run find the address."""
TOGETHER = 8
CONNECT_SECONDS = 10
PATIENCE_SECONDS = 60
"""So long a run waits for workers that have all gone: a nanny starts its worker anew within seconds."""
_LOOK_SECONDS = 1.0
_problem = messages(__package__)


@dataclass(frozen=True)
class Cluster:
    """An engine whose blocks are done by the workers of a Dask cluster; from :func:`connected`."""

    client: Client
    address: str
    expected: dict[str, str]
    together: int = TOGETHER
    patience_seconds: float = PATIENCE_SECONDS

    def map(self, work: Work[Given, Block, Found], given: Given, blocks: Iterable[Block]) -> Iterator[Found]:
        """See :class:`dewak_research.engines.Engine`.

        Raises
        ------
        InputError
            All workers are gone, one block ends every worker that takes it, the scheduler has ended, or a worker that
            joined later computes with something else.
        """
        from dewak_research.packing import packed, unpacked

        with self._told():
            # as a task, not scattered: the scheduler can have it made again when the worker that holds it dies
            shared = self.client.submit(kept, packed((work, given)), pure=False)
            running: deque[Future] = deque()
            try:
                for block in blocks:
                    running.append(self.client.submit(done, shared, packed(block), self.expected, pure=False))
                    if len(running) >= self._in_hand():
                        yield unpacked(self._result(running.popleft()))
                while running:
                    yield unpacked(self._result(running.popleft()))
            finally:
                for left in (*running, shared):
                    left.release()

    def _in_hand(self) -> int:
        return max(AHEAD * sum(self._threads().values()), AHEAD)

    def _threads(self) -> dict[str, int]:
        found: dict[str, int] = self.client.nthreads()
        return found

    def _result(self, future: Future) -> bytes:
        """Wait for one block, and look now and then whether anybody is left to do it."""
        from distributed import wait

        alone_since: float | None = None
        while True:
            with suppress(TimeoutError), self.client.as_current():
                wait(future, timeout=_LOOK_SECONDS)
            if future.status == "error":
                raise future.exception()
            if future.status != "pending":
                # done, but on its way here: its worker may be gone with it
                with suppress(TimeoutError):
                    found: bytes = future.result(timeout=max(self.patience_seconds, _LOOK_SECONDS))
                    return found
            if self._threads():
                alone_since = None
            elif alone_since is None:
                alone_since = time.monotonic()
            elif time.monotonic() - alone_since > self.patience_seconds:
                raise InputError(
                    _problem(
                        "cluster_empty",
                        self.address,
                        seconds=round(self.patience_seconds),
                        **_commands(self.address),
                    )
                )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Say in plain words what ends work on a cluster."""
        from concurrent.futures import CancelledError

        from distributed import KilledWorker
        from distributed.comm import CommClosedError

        try:
            yield
        except KilledWorker as error:
            raise InputError(_problem("cluster_kills", self.address, n=error.allowed_failures + 1)) from error
        except OtherWorkerError as error:
            raise InputError(_other_worker(self.address, "–", self.expected, error.args[0])) from error
        except (CancelledError, OSError) as error:
            if not isinstance(error, CancelledError | CommClosedError) and self.client.status == "running":
                raise
            raise InputError(_problem("cluster_gone", self.address, **_commands(self.address))) from error


def _commands(address: str) -> dict[str, str]:
    return {"worker": f"dewak worker {address}", "scheduler": "dask scheduler --no-dashboard"}


def _other_worker(address: str, worker: str, expected: dict[str, str], found: dict[str, str]) -> Any:
    differ = [name for name in expected if found.get(name) != expected[name]]
    return _problem(
        "cluster_differs",
        f"{address}, {worker}",
        here=", ".join(f"{name} {expected[name]}" for name in differ),
        there=", ".join(f"{name} {found.get(name, '–')}" for name in differ),
        worker=_commands(address)["worker"],
    )


@contextmanager
def connected(address: str, patience_seconds: float = PATIENCE_SECONDS) -> Iterator[Cluster]:
    """Connect with a running cluster whose workers compute with the same as this process.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://10.0.0.5:8786``; ``tcp://`` may be left out.
    patience_seconds : float
        How long to wait for workers when all have gone.

    Raises
    ------
    InputError
        Dask is not installed, the scheduler cannot be reached, it has no workers, or workers compute with something
        else: all of them are named.
    """
    need_dask(f"--cluster {address}")
    import warnings

    import dask
    from distributed import Client
    from distributed.versions import VersionMismatchWarning

    quiet = {
        "distributed.comm.timeouts.connect": CONNECT_SECONDS,
        "distributed.admin.large-graph-warning-threshold": "1TB",
        "logging": {"distributed": "critical"},
    }
    with dask.config.set(quiet):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", VersionMismatchWarning)  # said below, in full
                client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError, ImportError) as error:
            raise InputError(
                _problem("cluster_unreachable", f"--cluster {address}", **_commands(address))
            ) from error
        try:
            expected = description()
            _check(client, address, expected)
            yield Cluster(client, address, expected, patience_seconds=patience_seconds)
        finally:
            client.close(timeout=CONNECT_SECONDS)


def _check(client: Client, address: str, expected: dict[str, str]) -> None:
    """Refuse a cluster without workers, or with one that would compute other bytes."""
    found: dict[str, Any] = client.run(description, on_error="return")
    if not found:
        raise InputError(_problem("cluster_without_workers", f"--cluster {address}", **_commands(address)))
    problems = []
    for worker, said in sorted(found.items()):
        if isinstance(said, BaseException):
            problems.append(
                _problem("cluster_lacks", f"{address}, {worker}", why=str(said), **_commands(address))
            )
        elif said != expected:
            problems.append(_other_worker(address, worker, expected, said))
    if problems:
        raise InputError(problems)


@contextmanager
def asked() -> Iterator[Cluster | None]:
    """Connect with the cluster that a run was given by ``VARIABLE``; None where it was given none."""
    address = os.environ.get(VARIABLE, "")
    if not address:
        yield None
        return
    with connected(address) as engine:
        yield engine


def help_from(address: str) -> None:
    """Have all stages that this process starts work on a cluster; what is wrong with it is said now, not after an hour.

    Raises
    ------
    InputError
        As :func:`connected`.
    """
    with connected(address):
        os.environ[VARIABLE] = address
