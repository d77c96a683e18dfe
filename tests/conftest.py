"""What every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

from dewak_research.paths import ROOT

SAMPLES = ROOT.parent / "shared" / "samples"


@pytest.fixture(scope="session")
def samples() -> Path:
    """Folder of real inputs beside the project; absent in a plain clone."""
    if not SAMPLES.is_dir():
        pytest.skip(
            "the real inputs lie outside the project and are not here; the same cases exist as fixtures"
        )
    return SAMPLES
