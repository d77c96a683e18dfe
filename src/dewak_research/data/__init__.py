"""Official tables: catalogue, contracts, readers and quality flags."""

from dewak_research.data.tables import read_boundaries, read_table

__all__ = ["read_boundaries", "read_table"]
