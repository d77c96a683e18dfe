"""What a file leaves open: a question with its answers, asked on the command line and on the page."""

from __future__ import annotations

from dataclasses import dataclass

from dewak_research.language import Text


@dataclass(frozen=True)
class Question:
    """One question; while it is open nothing is written.

    Attributes
    ----------
    key : str
        Names the question in ``--answer KEY=VALUE`` and in the form of the page.
    text : Text
        What is asked, with the evidence.
    options : tuple of (str, Text)
        The values that can be answered and what each means.
    default : str, optional
        The answer that is offered first; None where nothing is more likely.
    """

    key: str
    text: Text
    options: tuple[tuple[str, Text], ...]
    default: str | None = None
