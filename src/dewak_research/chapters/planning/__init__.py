"""What the chapter on the integrated plan shows: ``population``, need, money, measures, units ``beside`` each other."""

from __future__ import annotations

from dewak_research.chapters.planning import beside, measures, need, population

__all__ = ["beside", "measures", "need", "population"]
