"""What the chapter on space shows: ``access`` to schools, need and access ``together``, ``sites``, shared ``rooms``."""

from __future__ import annotations

from dewak_research.chapters.space import access, rooms, sites, together

__all__ = ["access", "rooms", "sites", "together"]
