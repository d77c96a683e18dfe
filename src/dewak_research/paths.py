"""Where things lie, relative to the project's root."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(os.environ.get("DEWAK_ROOT", Path(__file__).resolve().parents[2]))
RAW = ROOT / "data" / "raw"
OWN = ROOT / "data" / "own"
PROCESSED = ROOT / "data" / "processed"
NOTEBOOKS = ROOT / "notebooks"
BOOK = ROOT / "book"
CASES = ROOT / "cases"
SCENARIOS = ROOT / "scenarios"
PARAMS = ROOT / "params.yaml"
