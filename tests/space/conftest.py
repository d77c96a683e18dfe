"""One run of the stage of space on the official figures with few draws, shared by all tests of this wing."""

from __future__ import annotations

import pandas as pd
import pytest

from dewak_research.config import SpaceParams
from dewak_research.data import read_boundaries
from dewak_research.data.result import Result
from dewak_research.data.tables import with_official
from dewak_research.space import chapter

PARAMS = SpaceParams(draws=100, permutations=499)


@pytest.fixture(scope="session")
def inputs() -> dict[str, pd.DataFrame]:
    """What the stage is given."""
    return {**with_official({}, chapter.RAW_TABLES), "boundaries_towns": read_boundaries("towns")}


@pytest.fixture(scope="session")
def space(inputs: dict[str, pd.DataFrame], whole_stage: None) -> Result:
    """The stage's result; nobody changes its tables."""
    return chapter.run(inputs, PARAMS, 1, ("05562020", "05954"))
