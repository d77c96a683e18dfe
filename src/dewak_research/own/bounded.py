"""Reading what others made in a process with bounds: it may not take the memory or the days of the computer.

Where the system can copy a running process (not on Windows), a command goes on in a copy that costs some milliseconds
and has bounds of its own; the first process waits and says what became of it. Elsewhere the bounds of what may be read
(`archive_bounds`, `safety`) and a watch over the time hold.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable

from dewak_research.errors import InputError, messages

READING_BYTES = (
    4_000_000_000  #: of addresses, of which a check of a usual workbook takes 1.4 billion, libraries with it
)
READING_SECONDS = 300  #: of processor time
REPORT_BYTES, REPORT_SECONDS = 10_000_000_000, 3_600
CAN_COPY = os.name == "posix"
_problem = messages(__package__)


def needs_too_much(most_bytes: int, seconds: float) -> InputError:
    """Return the message for a file that takes more than it may."""
    bounds = {"gigabytes": most_bytes // 10**9, "minutes": round(seconds / 60)}
    return InputError(_problem("needs_too_much", "–", **bounds))


def limit_memory(most_bytes: int) -> None:
    """Bound the addresses of this process, where the system can; what goes beyond is a ``MemoryError`` or ends it."""
    try:
        import resource

        highest = resource.getrlimit(resource.RLIMIT_AS)[1]
        most = most_bytes if highest == resource.RLIM_INFINITY else min(most_bytes, highest)
        resource.setrlimit(resource.RLIMIT_AS, (most, highest))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        return


def bounded(work: Callable[[], int], most_bytes: int, most_seconds: int) -> int:
    """Do what a command does within bounds and return its exit code.

    Parameters
    ----------
    work : callable
        Says what is to be said itself and returns an exit code.
    most_bytes, most_seconds : int
        Addresses and processor time that it may take.

    Raises
    ------
    InputError
        It took more; what it had not finished is not there.
    """
    refused = needs_too_much(most_bytes, most_seconds)
    if not CAN_COPY:
        threading.Thread(target=_watch, args=(refused, most_seconds), daemon=True).start()
        return work()
    from dewak_research.own.copied import in_copy

    code = in_copy(work, lambda: limit_memory(most_bytes), most_seconds)
    if code is None:
        raise refused
    return code


def _watch(refused: InputError, most_seconds: float) -> None:
    """End this process once it has taken its time: the one way where it cannot be copied."""
    while time.process_time() < most_seconds:
        time.sleep(1)
    from dewak_research.own.commands import spoken

    sys.stderr.write(refused.render(spoken(None)) + "\n")
    sys.stderr.flush()
    os._exit(2)
