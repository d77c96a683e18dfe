"""Open, reproducible analysis of municipal social spending and budget resilience."""

__version__ = "0.1.0"
