"""How a command ends: its exit code, and one message for whatever went wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from dewak_research import terminal
from dewak_research.errors import InputError, RunError, texts
from dewak_research.faults import CALLER, FULL, disk_is_full, means_full, of_system
from dewak_research.own.bounded import (
    READING_BYTES,
    READING_SECONDS,
    REPORT_BYTES,
    REPORT_SECONDS,
    bounded,
    needs_too_much,
)
from dewak_research.own.commands import spoken

READING, REPORTING = (READING_BYTES, READING_SECONDS), (REPORT_BYTES, REPORT_SECONDS)
BOUNDS = {**dict.fromkeys(("new", "check", "import", "rooms", "case"), READING), "report": REPORTING}
"""What commands that read files of others may take: addresses and seconds of the processor."""


def exit_code(command: Callable[[], object]) -> int:
    """Run the command line and return its exit code; what reads files of others does so in a process with bounds.

    Where a caller in Python has taken the streams, it stays in this process: its words would be lost with the other.
    """
    bounds = BOUNDS.get(sys.argv[1]) if len(sys.argv) > 1 else None
    if "--pdf" in sys.argv:  # a browser takes more addresses than any bound that would hold others
        bounds = None
    if bounds is None or sys.__stdout__ not in (None, sys.stdout):
        return _outcome(command)
    try:
        return bounded(lambda: _outcome(command), *bounds)
    except InputError as error:
        terminal.say(error.render(spoken(None)))
        return 2


def _outcome(command: Callable[[], object]) -> int:
    """Return the exit code of a command, with what went wrong said."""
    try:
        try:
            return terminal.ended(_called(command))
        except OSError as error:
            if disk_is_full(error):
                if _called_by_a_run():
                    return FULL  # it says which disk, and what it takes
                terminal.say(texts(__package__)("disk_full")[spoken(None)])
                return 1
            told = of_system(error)
            if told is None:
                raise
            raise told from error
    except InputError as error:
        terminal.say(error.render(spoken(None)))
        return 2
    except RunError as error:
        terminal.say(str(error))
        return FULL if _called_by_a_run() and means_full(error) else 1
    except MemoryError:
        terminal.say(needs_too_much(*READING).render(spoken(None)))
        return 2


def _called_by_a_run() -> bool:
    """Whether DVC has called this command as a stage of a run."""
    return CALLER in os.environ and sys.argv[1:2] in (["stage"], ["chapter"], ["sheets"], ["parts"], ["book"])


def _called(command: Callable[[], object]) -> int:
    """Run the command that was called and return its exit code."""
    try:
        command()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
