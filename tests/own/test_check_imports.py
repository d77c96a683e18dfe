"""`dewak check` loads what it needs and no more: what is heavy stays away until a report is made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from dewak_research.data import read_table
from own import musterstadt

HEAVY = (
    "geopandas", "highspy", "hypothesis", "matplotlib", "pandera", "pyarrow.dataset", "pyproj", "scipy", "seaborn",
    "shapely", "statsmodels",
)  # fmt: skip
CODE = """
import sys
from dewak_research.cli import app
try:
    app(["check", sys.argv[1]])
except SystemExit:
    pass
print("loaded:", *sorted(sys.modules))
"""


def test_check_loads_nothing_heavy(tmp_path: Path) -> None:
    musterstadt.write(tmp_path / "own")
    code = CODE.replace(
        "import sys\n",
        "import sys\nfrom pathlib import Path\nimport dewak_research.paths as p\n"
        f"p.OWN = Path({str(tmp_path / 'own')!r})\n",
        1,
    )
    run = subprocess.run(
        [sys.executable, "-c", code, musterstadt.KEY],
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "pruefbericht.html" in run.stdout, run.stderr
    loaded = set(run.stdout.rpartition("loaded:")[2].split())
    assert not loaded & set(HEAVY), sorted(loaded & set(HEAVY))


@pytest.mark.parametrize(
    "name", ["towns", "kreise", "town_population", "tax_panel", "multipliers", "balance_sheets"]
)
def test_a_table_is_the_same_whether_its_contract_or_its_checksum_vouches_for_it(name: str) -> None:
    pd.testing.assert_frame_equal(read_table(name, contract=False), read_table(name))
