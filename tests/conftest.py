"""What every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from dewak_research.paths import ROOT

# No test is timed. In CI the same examples are tried each time; locally hypothesis searches on.
settings.register_profile("house", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "house")

SAMPLES = ROOT.parent / "shared" / "samples"


@pytest.fixture(scope="session")
def samples() -> Path:
    """Folder of real inputs beside the project; absent in a plain clone."""
    if not SAMPLES.is_dir():
        pytest.skip(
            "the real inputs lie outside the project and are not here; the same cases exist as fixtures"
        )
    return SAMPLES
