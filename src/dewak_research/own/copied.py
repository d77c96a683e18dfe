"""A copy of the running process that goes on with the work; loaded only where the system can copy one (POSIX)."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

TOO_MUCH = 86  #: exit code of a copy that ran out of memory and had not said so
_ENDED_BY_BOUNDS = (signal.SIGXCPU, signal.SIGABRT, signal.SIGKILL, signal.SIGSEGV)


def in_copy(work: Callable[[], int], limit: Callable[[], None], most_seconds: int) -> int | None:
    """Have the work done by a copy and return its exit code, None where it took more than it may.

    Parameters
    ----------
    work : callable
        Returns an exit code.
    limit : callable
        Called in the copy before the work.
    most_seconds : int
        Processor time.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    copy = os.fork()
    if copy == 0:
        _go_on(work, limit, most_seconds)
    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN),  # the terminal sends it to both
        signal.SIGTERM: signal.signal(signal.SIGTERM, lambda *_: os.kill(copy, signal.SIGTERM)),
    }
    try:
        status = os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    if status == TOO_MUCH or -status in _ENDED_BY_BOUNDS:
        return None
    return status if status >= 0 else 128 - status


def _go_on(work: Callable[[], int], limit: Callable[[], None], most_seconds: int) -> None:
    """Do the work and end; nothing of what the first process does at its end is done twice."""
    code = 1
    try:
        limit()
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CPU, (most_seconds, most_seconds + 5))
        code = work()
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
    except MemoryError:
        code = TOO_MUCH
    except KeyboardInterrupt:
        code = 130
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)
