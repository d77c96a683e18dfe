"""A process of its own that does the work of the page: it can be ended, and the page answers meanwhile."""

from __future__ import annotations

import importlib
import multiprocessing
import signal
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from dewak_research.errors import InputError, RunError
from dewak_research.faults import of_system
from dewak_research.own.bounded import READING_BYTES, READING_SECONDS, limit_memory, needs_too_much

Say = Callable[[str], None]
"""Told the name of the step that begins."""


class TooLongError(Exception):
    """The work was ended: it had run for longer than it may."""


class Worker:
    """One process that does one thing after the other; it is started anew after work that had to be ended.

    Parameters
    ----------
    module : str
        Module whose functions it calls; only the process loads it, so that the page itself stays small and quick.
    most_bytes : int
        Addresses that the process may take.
    """

    def __init__(self, module: str, most_bytes: int = READING_BYTES) -> None:
        self._module, self._most_bytes = module, most_bytes
        self._one_at_a_time = threading.Lock()
        self._process: BaseProcess | None = None
        self._line: Connection | None = None

    def start(self) -> None:
        """Start the process if it does not run; it first loads what its work needs."""
        if self._process is not None and self._process.is_alive():
            return
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, self._module, self._most_bytes), daemon=True
        )
        self._process.start()
        theirs.close()
        self._line = ours

    def call(self, work: str, *given: object, seconds: float, heard: Say | None = None) -> Any:
        """Have a function done and return what it returns.

        Parameters
        ----------
        work : str
            A function of the module; ``given`` and what it returns are sent between the processes. With ``heard`` it
            gets a further argument ``say``.
        seconds : float
            How long it may take in all, the start of the process with it.
        heard : callable, optional
            Told every step that the function names.

        Raises
        ------
        InputError
            The input was refused; the same problems.
        TooLongError
            It was ended after ``seconds``.
        RunError
            It failed for a reason of our own.
        """
        with self._one_at_a_time:
            self.start()
            assert self._line is not None
            self._line.send((work, given, heard is not None))
            end = time.monotonic() + seconds
            while True:
                if not self._line.poll(max(0.0, end - time.monotonic())):
                    self.stop()
                    raise TooLongError
                try:
                    kind, value = self._line.recv()
                except (EOFError, OSError):
                    out_of_memory = (
                        self.stop(wait=1.0) == -signal.SIGABRT
                    )  # how a library ends that gets no memory
                    if out_of_memory:
                        raise needs_too_much(self._most_bytes, seconds) from None
                    raise RunError("the process that did the work has ended") from None
                if kind == "step" and heard is not None:
                    heard(value)
                elif kind == "done":
                    return value
                elif kind == "refused":
                    raise InputError(value)
                elif kind == "failed":
                    raise RunError(value)

    def stop(self, wait: float = 0.0) -> int | None:
        """End the process, whatever it does, and return how it ended (``multiprocessing.Process.exitcode``).

        Parameters
        ----------
        wait : float
            Seconds that it has to end by itself.
        """
        ended = None
        if self._process is not None:
            self._process.join(wait)
            self._process.kill()
            self._process.join(5)
            ended = self._process.exitcode
        if self._line is not None:
            self._line.close()
        self._process = self._line = None
        return ended


def _serve(line: Connection, module: str, most_bytes: int) -> None:
    """Do what comes over the line until it is closed."""
    limit_memory(most_bytes)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C ends the page, which ends this process
    from dewak_research import reproducible

    reproducible.pin()
    with suppress(EOFError, OSError):  # the page has ended
        while True:
            work, given, tells = line.recv()
            say = (lambda step: line.send(("step", step))) if tells else None
            line.send(_done(module, work, given, say, most_bytes))


def _done(
    module: str, name: str, given: tuple[object, ...], say: Say | None, most_bytes: int = READING_BYTES
) -> tuple[str, Any]:
    try:
        work = getattr(importlib.import_module(module), name)
        return "done", work(*given, say=say) if say else work(*given)
    except InputError as error:
        return "refused", error.problems
    except MemoryError:
        return "refused", needs_too_much(most_bytes, READING_SECONDS).problems
    except OSError as error:
        told = of_system(error)
        return ("failed", traceback.format_exc()) if told is None else ("refused", told.problems)
    except Exception:
        return "failed", traceback.format_exc()
