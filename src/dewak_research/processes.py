"""A run ends as a whole: whatever ends its first process ends all that it has started, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

import psutil

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)
"""What asks a process to end; the last but one where its terminal has gone, the last on Windows only."""
PATIENCE_S = 15.0  #: for tidying up before a process is ended by force
EVERY_S = 0.2


class Stopped(KeyboardInterrupt):
    """The process was asked to end.

    Parameters
    ----------
    number : int
        The signal that asked.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def exit_code(self) -> int:
        """Return what a shell expects of a command that a signal has ended."""
        return 128 + self.number


def _nothing(number: int, _: FrameType | None) -> None:
    """Do nothing; other than with ``SIG_IGN``, a request that is on its way already is not written out as an error."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Be asked to end only once: further requests do not disturb the tidying up that the first one begins.

    A request that the caller has ignored stays so (``nohup``: the end of the terminal).

    Raises
    ------
    Stopped
        In the main thread, wherever it is, when the process is asked to end.
    """

    def stop(number: int, _: FrameType | None) -> None:
        for one in before:
            signal.signal(one, _nothing)
        raise Stopped(number)

    before: dict[signal.Signals, Any] = {}
    try:
        for one in SIGNALS:
            if signal.getsignal(one) is not signal.SIG_IGN:
                before[one] = signal.getsignal(one)
                signal.signal(one, stop)
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def end(processes: list[psutil.Process]) -> None:
    """End processes with all that they have started: asked first, after `PATIENCE_S` by force."""
    tree = dict.fromkeys(processes)
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            tree |= dict.fromkeys(process.children(recursive=True))
    for ask in (psutil.Process.terminate, psutil.Process.kill):
        for process in tree:
            with suppress(psutil.NoSuchProcess):
                ask(process)
        latest = time.monotonic() + PATIENCE_S
        while any(map(_works, tree)) and time.monotonic() < latest:
            time.sleep(EVERY_S / 4)


def _works(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def end_with_parent(caller: int | None = None) -> None:
    """Watch aside for the end of the process that started this one; then end all that this one has started, and it.

    Parameters
    ----------
    caller : int, optional
        Number of the process that started this one, where it is told: it may have ended already.
    """
    parent = os.getppid()
    if caller is not None and caller != parent:
        os._exit(1)
    try:
        started_by = psutil.Process(parent)
    except psutil.NoSuchProcess:
        os._exit(1)
    threading.Thread(target=_watch, args=(parent, started_by), daemon=True).start()


def _watch(parent: int, started_by: psutil.Process) -> None:
    while os.getppid() == parent and started_by.is_running():
        time.sleep(EVERY_S)
    end(psutil.Process().children())
    os._exit(1)
