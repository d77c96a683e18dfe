"""What the chapter on the case studies shows: ``figures`` (of marks), ``drawn`` (by hand) and ``tables``."""

from dewak_research.chapters.cases import drawn, figures, tables

__all__ = ["drawn", "figures", "tables"]
