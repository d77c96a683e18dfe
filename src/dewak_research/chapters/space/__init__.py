"""What the chapter on space shows: ``access`` to schools, need and access ``together``, and ``sites``."""

from __future__ import annotations

from dewak_research.chapters.space import access, sites, together

__all__ = ["access", "sites", "together"]
