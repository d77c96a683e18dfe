"""The plan of the real Land, computed once for all tests of planning."""

from __future__ import annotations

import pandas as pd
import pytest

from dewak_research.config import PlanningParams
from dewak_research.data.result import Result
from dewak_research.data.tables import with_official
from dewak_research.planning import chapter
from dewak_research.planning.outlook import Outlook, prepare


@pytest.fixture(scope="session")
def planning_inputs(ingested: Result) -> dict[str, pd.DataFrame]:
    """What the stage of planning is given."""
    return with_official(ingested.tables, chapter.RAW_TABLES)


@pytest.fixture(scope="session")
def outlook(planning_inputs: dict[str, pd.DataFrame]) -> Outlook:
    """Base and rates of every town."""
    return prepare(planning_inputs, PlanningParams())


@pytest.fixture(scope="session")
def plan(planning_inputs: dict[str, pd.DataFrame], whole_stage: None) -> Result:
    """The stage's result."""
    return chapter.run(planning_inputs, PlanningParams(draws=40), 20260101)
