"""Where things lie: in a clone of the project below its root, in an installed package in the figures it carries.

A municipality's own figures lie in the clone, too; of an installed package they lie in the folder it is called in, or
in the one that ``DEWAK_HOME`` names.
"""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
SHIPPED = (
    _PACKAGE / "shipped"
)  #: what a built package carries (``hatch_build.py``); a clone has no such folder
IN_CLONE = not SHIPPED.is_dir()
ROOT = Path(os.environ.get("DEWAK_ROOT", _PACKAGE.parents[1] if IN_CLONE else SHIPPED))
HOME = ROOT if IN_CLONE else Path(os.environ.get("DEWAK_HOME", Path.cwd())).resolve()
RAW = ROOT / "data" / "raw"
OWN = HOME / "data" / "own"
PROCESSED = ROOT / "data" / "processed"
NOTEBOOKS = ROOT / "notebooks"
BOOK = ROOT / "book"
CASES = ROOT / "cases"
SCENARIOS = ROOT / "scenarios"
PARAMS = ROOT / "params.yaml"
MANIFEST = (
    ROOT / "manifest.json"
)  #: of a built package: hash of every derived table, vintage of every official one
