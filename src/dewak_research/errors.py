"""One clear message for every mistake in an input: what, where, what would be right, what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

from dewak_research.language import LANGUAGES, Language, Text, read_yaml

SHOWN_AT_MOST = 20
LEAST_LIKENESS = 50.0  #: percent of equal letters in the same order


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in an input.

    Parameters
    ----------
    what : Text
        What is wrong, in the user's words.
    where : str
        File, sheet, cell or row, column: as precise as it is known.
    right : Text
        What would be right.
    next_step : Text
        What to do next, if possible as a command.
    """

    what: Text
    where: str
    right: Text
    next_step: Text

    def render(self, language: Language) -> str:
        """Return the problem as plain text of at most four lines."""
        return (
            f"{self.where}: {self.what[language]}\n"
            f"    {_text('right')[language]}: {self.right[language]}\n"
            f"    {_text('next_step')[language]}: {self.next_step[language]}"
        )


class InputError(Exception):
    """An input cannot be used; carries all problems found, never only the first.

    Parameters
    ----------
    problems : Problem or iterable of Problem
        At least one problem.
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = [problems] if isinstance(problems, Problem) else list(problems)
        if not self.problems:
            raise ValueError("an InputError needs at least one problem")
        super().__init__(self.render("en"))

    def __reduce__(self) -> tuple[type[InputError], tuple[list[Problem]]]:
        """Come whole out of another process."""
        return type(self), (self.problems,)

    def render(self, language: Language) -> str:
        """Return up to twenty problems as plain text."""
        lines = [_text("problems_found", n=len(self.problems))[language]]
        lines += [f"  {p.render(language)}" for p in self.problems[:SHOWN_AT_MOST]]
        if len(self.problems) > SHOWN_AT_MOST:
            lines.append(_text("problems_more", n=len(self.problems) - SHOWN_AT_MOST)[language])
        return "\n".join(lines)


class RunError(RuntimeError):
    """A step of the run failed for a reason of our own; the message says which step and where."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like ``word``, or None where nothing is alike."""
    found = extractOne(word, list(known), scorer=ratio, score_cutoff=LEAST_LIKENESS)
    return found[0] if found else None


@cache
def entries(package: str, name: str) -> dict[str, Any]:
    """Return everything that a YAML file of a package holds, by key."""
    found = read_yaml((files(package) / name).read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise TypeError(f"{package}/{name} holds no entries")
    return found


def _filled(entry: Mapping[str, str] | str, values: Mapping[str, object]) -> Text:
    """Fill one text in both languages; a text that is the same in both may stand as one string."""
    words = dict.fromkeys(LANGUAGES, entry) if isinstance(entry, str) else entry

    def one(language: Language) -> str:
        shown = {k: v[language] if isinstance(v, Text) else v for k, v in values.items()}
        return str(words.get(language, "")).format(**shown)

    return Text(*(one(language) for language in LANGUAGES))


def texts(package: str, name: str = "texts.yaml") -> Callable[..., Text]:
    """Return the texts of a package, kept as data beside its modules.

    Parameters
    ----------
    package : str
        The package, usually ``__package__``.
    name : str
        Its file: ``key: {de: ..., en: ...}``; a text equal in both languages may be one string.

    Returns
    -------
    callable
        ``text(key, **values)`` gives the ``Text`` with its placeholders filled; a ``Text`` among the values is
        put in by language. An unknown key is a ``KeyError``.
    """

    def text(key: str, /, **values: object) -> Text:
        return _filled(entries(package, name)[key], values)

    return text


def messages(package: str, name: str = "messages.yaml") -> Callable[..., Problem]:
    """Return the problems of a package, whose wording is data beside its modules.

    Parameters
    ----------
    package : str
        The package, usually ``__package__``.
    name : str
        Its file: ``key: {what: {de, en}, right: {de, en}, next: {de, en}}``; other entries are ignored.

    Returns
    -------
    callable
        ``problem(key, where, **values)`` gives the ``Problem`` with its placeholders filled.
    """

    def problem(key: str, /, where: str, **values: object) -> Problem:
        entry = entries(package, name)[key]
        what, right, step = (_filled(entry[part], values) for part in ("what", "right", "next"))
        return Problem(what, where, right, step)

    return problem


def file_in_use(error: PermissionError) -> InputError:
    """Say of a file that may not be read or replaced that another program holds it open, or that it is protected.

    Excel keeps the file that it shows from being replaced. Of the two names of a move the file of the user counts, not
    the one that was written aside.
    """
    names = [Path(str(name)).name for name in (error.filename, error.filename2) if name is not None]
    shown = next((name for name in names if not name.startswith((".", "tmp"))), names[0] if names else "?")
    return InputError(messages(__package__)("file_in_use", shown))


def nearest_or(word: str, known: Iterable[str], shown: int = 10) -> Text:
    """Return what would be right instead of ``word``: the known word most like it, or some that are known."""
    listed = [str(k) for k in known]
    near = nearest(word, listed)
    if near is not None:
        return _text("quoted", word=near)
    return _text("one_of", known=", ".join(sorted(listed)[:shown]) or "–")


_text = texts(__package__)
