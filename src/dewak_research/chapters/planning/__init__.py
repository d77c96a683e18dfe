"""What the chapter on the integrated plan shows: ``population``, need and money, measures."""

from __future__ import annotations

from dewak_research.chapters.planning import measures, need, population

__all__ = ["measures", "need", "population"]
