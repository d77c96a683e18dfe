"""Where the sheets of all units lie: in the results, and in the finished book as its pages link to them."""

from __future__ import annotations

from pathlib import Path

from dewak_research.errors import InputError, messages

SHEETS = "sheets"  #: folder of the results that holds what `write_sheets` writes
FOLDER, DATA_FOLDER = "profile", "profile_data"


def address(ags: str) -> str:
    """Return where the printable profile of a unit lies, seen from a page of the book."""
    return f"{FOLDER}/{ags}.html"


def written(folder: Path) -> Path:
    """Return a folder of the results that a stage of the same name writes whole.

    Raises
    ------
    InputError
        It is not there yet; the message says ``dewak run``.
    """
    if not folder.is_dir():
        raise InputError(messages("dewak_research.page")("no_results", folder.name, stage=folder.name))
    return folder


def written_sheets(processed: Path) -> Path:
    """Return the folder that `write_sheets` wrote.

    Raises
    ------
    InputError
        It is not there yet; the message says ``dewak run``.
    """
    return written(processed / SHEETS)
