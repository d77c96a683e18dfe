"""One clear message for every mistake in an input: what, where, what would be right, what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from dewak_research.language import Language, Text

SHOWN_AT_MOST = 20

_HEAD = Text("{n} Problem(e) gefunden:", "{n} problem(s) found:")
_MORE = Text("… und {n} weitere.", "… and {n} more.")
_RIGHT = Text("Richtig wäre", "Right would be")
_NEXT = Text("Nächster Schritt", "Next step")


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
            f"    {_RIGHT[language]}: {self.right[language]}\n"
            f"    {_NEXT[language]}: {self.next_step[language]}"
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

    def render(self, language: Language) -> str:
        """Return up to twenty problems as plain text."""
        lines = [_HEAD[language].format(n=len(self.problems))]
        lines += [f"  {p.render(language)}" for p in self.problems[:SHOWN_AT_MOST]]
        if len(self.problems) > SHOWN_AT_MOST:
            lines.append(_MORE[language].format(n=len(self.problems) - SHOWN_AT_MOST))
        return "\n".join(lines)


class RunError(RuntimeError):
    """A step of the run failed for a reason of our own; the message says which step and where."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like ``word``, or None where nothing is alike."""
    found = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return found[0] if found else None
