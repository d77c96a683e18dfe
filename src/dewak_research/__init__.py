"""Open, reproducible analysis of municipal social spending and budget resilience."""

import sys

__version__ = "0.1.0"

# Where jsonschema finds this package it builds a grammar of addresses at once, longer than all that reads a notebook
# takes; no schema of the house or of a notebook asks whether a text is an IRI.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
