"""Inequality measures, decompositions, panel models and spatial statistics of social spending."""

from dewak_research.errors import InputError, messages


def refuse(key: str, where: str, **values: object) -> InputError:
    """Return (not raise) an InputError with a single problem of ``messages.yaml``."""
    return InputError(messages(__package__)(key, where, **values))
