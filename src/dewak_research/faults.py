"""Faults of the system, said in words: full or protected disks, paths that lead nowhere, too little memory."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dewak_research.errors import InputError

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
CALLER = "DEWAK_RUN"  #: environment variable: number of the process that runs the pipeline
FULL = 74  #: exit code by which a stage tells the run that a disk was full (``EX_IOERR`` of sysexits.h)
_SAID_FULL = (
    *(os.strerror(number) for number in _FULL),
    "database or disk is full",
    f"exited with {FULL}",
)
_KINDS = {
    errno.ENOENT: "path_absent",
    errno.ENOTDIR: "path_through_file",
    errno.EISDIR: "path_is_folder",
    errno.EEXIST: "path_taken",
    errno.ENOTEMPTY: "path_taken",
    errno.ENAMETOOLONG: "path_too_long",
    errno.ELOOP: "path_loops",
    errno.EROFS: "disk_protected",
}


def disk_is_full(error: OSError) -> bool:
    """Whether a file could not be written for lack of space."""
    return error.errno in _FULL


def means_full(error: BaseException) -> bool:
    """Whether an error says that a disk is full: by its number, or in the words of a kernel, Sphinx, SQLite or DVC."""
    by_number = isinstance(error, OSError) and disk_is_full(error)
    return by_number or any(words in str(error) for words in _SAID_FULL)


def of_system(error: OSError) -> InputError | None:
    """Return what to say of a fault of the system, None where it tells nothing that a user could mend.

    A fault that names no file is one of ours, and stays as it is; one that a limit of the system causes
    (``ulimit -f``) is not.
    """
    from dewak_research.errors import (
        InputError,
        file_in_use,
        messages,
    )  # each call of DVC asks for the rest only

    _problem = messages(__package__)
    if isinstance(error, PermissionError) and error.filename is not None:
        return file_in_use(error)
    if error.errno == errno.EFBIG:
        return InputError(_problem("file_limit", _name(error.filename or error.filename2)))
    if error.errno == errno.ENOENT and "temporary directory" in str(error):  # none of those that Python tries
        return InputError(_problem("no_temporary_folder", "TMPDIR"))
    if error.filename is None or error.errno is None:
        return None
    kind = _KINDS.get(error.errno, "path_faulty")
    return InputError(_problem(kind, _name(error.filename), detail=error.strerror or type(error).__name__))


def _name(given: object) -> str:
    """Return file and folder of a path: enough to find it, and no more of this computer than needed."""
    if not isinstance(given, str | bytes | Path):
        return "–"
    path = Path(given.decode("utf-8", "replace") if isinstance(given, bytes) else given)
    shown = "/".join(path.parts[-2:]) if len(path.parts) > 1 and path.parts[-2] != path.anchor else str(path)
    return shown if len(shown) <= 80 else f"…{shown[-79:]}"
