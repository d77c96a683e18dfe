"""DVC as the pipeline calls it: the files that say where it stands are written whole, and it ends with its caller.

DVC writes ``dvc.lock`` and its list of locked paths over what they were. A process that is killed meanwhile, or a disk
that is full, would leave half a file, which stops every later run.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from dewak_research.faults import CALLER, FULL, means_full
from dewak_research.processes import end_with_parent

WHOLE = ("dvc.lock", "rwlock")


@contextmanager
def _aside(path: Path) -> Iterator[IO[str]]:
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w+", encoding="utf-8") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def opening(opened: Callable[..., Any]) -> Callable[..., Any]:
    """Return how DVC opens a file: those in `WHOLE` are written aside and take their place when they are whole."""

    def open_whole(self: object, path: str, mode: str = "r", **how: Any) -> Any:
        if mode.startswith("w") and Path(path).name in WHOLE:
            return _aside(Path(path))
        return opened(self, path, mode, **how)

    return open_whole


class _Fullness(logging.Handler):
    """Hears from what DVC says whether a disk was full, here or in a stage that it called."""

    heard = False

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        while error is not None:
            self.heard |= means_full(error)
            error = error.__cause__ or error.__context__


def main(arguments: list[str]) -> int:
    """Call DVC and return its exit code; `faults.FULL` where a disk was full."""
    caller = os.environ.get(CALLER)
    end_with_parent(int(caller) if caller else None)

    from dvc.cli import main as dvc
    from dvc.fs import LocalFileSystem

    LocalFileSystem.open = opening(LocalFileSystem.open)
    fullness = _Fullness()
    for speaker in ("dvc", "dvc_data", "dvc_objects"):
        logging.getLogger(speaker).addHandler(fullness)
    code = int(dvc(arguments) or 0)
    return FULL if fullness.heard else code  # a result that cannot be kept is no error to DVC


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
