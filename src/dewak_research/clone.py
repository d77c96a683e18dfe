"""Commands that need the whole project say so where only the package is installed."""

from __future__ import annotations

from dewak_research.errors import InputError, messages


def need_project(command: str) -> None:
    """Refuse a command that an installed package alone cannot carry out.

    Raises
    ------
    InputError
        This is no clone of the project.
    """
    from dewak_research.paths import IN_CLONE

    if not IN_CLONE:
        raise InputError(messages(__package__)("needs_project", f"dewak {command}"))
