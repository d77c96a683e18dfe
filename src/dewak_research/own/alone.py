"""Two runs that write to the same place: the second says so. The system lets go of the lock when its process ends."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from dewak_research.errors import InputError, messages

_problem = messages(__package__)


@contextmanager
def alone(place: Path, shown: str) -> Iterator[None]:
    """Write to a place as the only process of this user on this computer.

    The lock lies among the temporary files, so that nothing is left where the results are. However its process ends,
    the system frees it: there is none that nobody holds.

    Parameters
    ----------
    place : Path
        File or folder that is written to; it need not be there yet.
    shown : str
        How the message calls it.

    Raises
    ------
    InputError
        Another process is writing there.
    """
    name = hashlib.sha256(str(place.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    lock = FileLock(Path(tempfile.gettempdir()) / f"dewak-{name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise InputError(_problem("in_the_making", shown)) from error
    try:
        yield
    finally:
        lock.release()
