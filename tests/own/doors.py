# ruff: noqa: E501  (a table of files)
"""The doors by which own figures come in (command, folder, page), and what is asked of every refusal at any of them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from dewak_research.errors import Problem, entries

MESSAGES = (
    ("dewak_research.own", "messages.yaml"), ("dewak_research.own.intake", "messages.yaml"), ("dewak_research.own.intake", "charts.yaml"),
    ("dewak_research.own.start", "messages.yaml"), ("dewak_research.data", "messages.yaml"), ("dewak_research", "messages.yaml"),
)  # fmt: skip
LONGEST_WORDS = 45  #: of one sentence of a message


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    found = []
    for package, file in MESSAGES:
        for key, entry in entries(package, file).items():
            if isinstance(entry, dict) and "what" in entry:
                said = entry["what"]["en"] if isinstance(entry["what"], dict) else entry["what"]
                parts = re.split(r"\{[^{}]*\}", said.replace("{{", "\0").replace("}}", "\1"))
                whole = ".*".join(re.escape(part.replace("\0", "{").replace("\1", "}")) for part in parts)
                found.append((key, re.compile(whole, re.DOTALL)))
    return sorted(found, key=lambda one: -len(one[1].pattern))


def keys_of(problem: Problem) -> set[str]:
    """Return the keys of the messages that read like this one; the same words may stand in two files."""
    return {key for key, pattern in _patterns() if pattern.fullmatch(problem.what.en)}


def check_clear(problem: Problem) -> None:
    """Assert that a message says in both languages what, where, what would be right and what to do next."""
    assert problem.where.strip(), problem
    for text in (problem.what, problem.right, problem.next_step):
        for said in (text.de, text.en):
            assert said.strip() and not re.search(
                r"Traceback|Error\(|<class|\bNone\b|\bnan\b|\{\w+\}", said
            ), said
            assert len(said.split()) <= LONGEST_WORDS or "," in said, said


def state(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes, but for the mappings that an import proposes."""
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("zuordnung-")
    ]
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}
