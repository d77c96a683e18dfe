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

from dewak_research.errors import InputError, RunError, file_in_use

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
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._one_at_a_time = threading.Lock()
        self._process: BaseProcess | None = None
        self._line: Connection | None = None

    def start(self) -> None:
        """Start the process if it does not run; it first loads what its work needs."""
        if self._process is not None and self._process.is_alive():
            return
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._module), daemon=True)
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
                    self.stop()
                    raise RunError("the process that did the work has ended") from None
                if kind == "step" and heard is not None:
                    heard(value)
                elif kind == "done":
                    return value
                elif kind == "refused":
                    raise InputError(value)
                elif kind == "failed":
                    raise RunError(value)

    def stop(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.join(5)
        if self._line is not None:
            self._line.close()
        self._process = self._line = None


def _serve(line: Connection, module: str) -> None:
    """Do what comes over the line until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C ends the page, which ends this process
    from dewak_research import reproducible

    reproducible.pin()
    with suppress(EOFError, OSError):  # the page has ended
        while True:
            work, given, tells = line.recv()
            say = (lambda step: line.send(("step", step))) if tells else None
            line.send(_done(module, work, given, say))


def _done(module: str, name: str, given: tuple[object, ...], say: Say | None) -> tuple[str, Any]:
    try:
        work = getattr(importlib.import_module(module), name)
        return "done", work(*given, say=say) if say else work(*given)
    except InputError as error:
        return "refused", error.problems
    except PermissionError as error:
        return "refused", file_in_use(error).problems
    except Exception:
        return "failed", traceback.format_exc()
