"""A folder is replaced by a new one in two renames: whoever is killed meanwhile leaves the old one or the new."""

from __future__ import annotations

import shutil
from pathlib import Path


def _former(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.old")


def replace_folder(folder: Path, new: Path) -> None:
    """Move a new folder to the place of another; the other goes only when the new one is there.

    Raises
    ------
    OSError
        The new folder cannot be moved there; the other is where it was.
    """
    former = _former(folder)
    put_back(folder)
    shutil.rmtree(former, ignore_errors=True)
    if folder.exists():
        folder.rename(former)
    try:
        new.rename(folder)
    finally:
        put_back(folder)
    shutil.rmtree(former, ignore_errors=True)


def put_back(folder: Path) -> None:
    """Bring a folder back that `replace_folder` had moved away when it was killed; else do nothing."""
    if not folder.exists() and _former(folder).exists():
        _former(folder).rename(folder)
