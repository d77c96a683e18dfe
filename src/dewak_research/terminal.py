"""What is said never fails for the terminal: it may be closed, know few letters, or be a pipe whose reader has gone."""

from __future__ import annotations

import codecs
import io
import os
import sys
import unicodedata
from contextlib import suppress
from pathlib import Path
from typing import TextIO

READER_GONE = 1  #: exit code of a command whose output nobody reads to the end
_LETTERS = "dewak.letters"
_IN_ASCII = {
    "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "€": "EUR", "…": "...", "→": "->",
    "✓": "OK", "–": "-", "—": "-", "−": "-", "·": "-", "×": "x", "≤": "<=", "≥": ">=",
    **dict.fromkeys("»«„“”", '"'), **dict.fromkeys("‘’‚", "'"),
}  # fmt: skip


def ready() -> None:
    """Make the three streams ones that can be written to and read from.

    A closed one becomes the null device: else the next file that is opened would take its place and get what is said.
    A letter that the terminal does not know is written in others (``ä`` as ``ae``), one without any as ``?``.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number: this one
    if sys.stdin is None:
        sys.stdin = _nothing("r")
    if sys.stdout is None:
        sys.stdout = _nothing("w")
    if sys.stderr is None:
        sys.stderr = _nothing("w")
    codecs.register_error(_LETTERS, _in_other_letters)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_LETTERS)


def say(text: str) -> None:
    """Write a message to the error stream, if anybody can still read it."""
    try:
        sys.stderr.write(text + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        _let_go(sys.stderr)


def ended(code: int) -> int:
    """Write out what is still held back and return the exit code: another one where the reader has gone.

    Raises
    ------
    OSError
        What was said could not be written for another reason, such as a full disk.
    """
    try:
        sys.stdout.flush()
    except ValueError:  # closed by what was called
        return code
    except OSError as error:
        _let_go(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            raise
        return code or READER_GONE
    return code


def _let_go(stream: TextIO) -> None:
    """Send what is held back nowhere: the interpreter would try once more when it ends, complain and fail."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _nothing(mode: str) -> io.TextIOWrapper:
    stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115  (stays open to the end)
    assert isinstance(stream, io.TextIOWrapper)
    return stream


def _in_other_letters(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    found = []
    for letter in error.object[error.start : error.end]:
        bare = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode("ascii")
        found.append(_IN_ASCII.get(letter) or bare or "?")
    return "".join(found), error.end
