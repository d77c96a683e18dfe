"""Official tables: catalogue, contracts, what is expected of their figures, readers and quality flags."""

from dewak_research.data import expected
from dewak_research.data.tables import read_boundaries, read_table

__all__ = ["expected", "read_boundaries", "read_table"]
