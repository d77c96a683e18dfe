"""What the chapter on the integrated plan shows: ``population``, need and money, measures."""

from __future__ import annotations

from dewak_research.chapters.planning import population

__all__ = ["population"]
