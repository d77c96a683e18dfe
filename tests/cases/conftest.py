"""One run of the chapter on the real figures with few draws, shared by all tests of this wing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from dewak_research.cases import chapter
from dewak_research.cases.budgets import budget_tables
from dewak_research.cases.library import Library, library_of
from dewak_research.cases.siting import with_gains
from dewak_research.config import CaseParams, StressParams
from dewak_research.data.case_files import read_case_files
from dewak_research.data.context import CONTEXT_TABLES
from dewak_research.data.result import Result
from dewak_research.data.tables import with_official
from dewak_research.page.results import Results, open_results
from dewak_research.space.gained import gained
from dewak_research.stress.chapter import RAW_TABLES
from dewak_research.written import write_result

SEED = 20260101
FEW = CaseParams(weightings=500, cost_draws=500, bootstrap_draws=10)
DRAWN = StressParams(draws=100)
ROOMS = pd.DataFrame(
    {
        "carrier": "town",
        "shown": [True],
        "municipal": True,
        "freed_m2": 80.0,
        "net_eur": 12_000.0,
        "eur_m2": 150.0,
    }
)
SHARES = pd.DataFrame({"carrier": ["town"], "nucleolus_eur": 12_000.0, "shapley_eur": 12_000.0})
"""What a plan of shared rooms frees, in place of the tables of stage pooling."""


def evaluated(
    inputs: dict[str, pd.DataFrame], library: Library, params: CaseParams = FEW, seed: int = SEED
) -> Result:
    """Return the tables of both stages: the evaluation, and what it means for budgets."""
    found = chapter.run(inputs, library, params, seed).tables
    return Result({**found, **budget_tables({**inputs, **found}, library, seed, DRAWN)})


@pytest.fixture(scope="session")
def inputs(ingested: Result) -> dict[str, pd.DataFrame]:
    return {
        **with_official(ingested.tables, {*CONTEXT_TABLES, *RAW_TABLES}),
        "rooms_by_carrier": ROOMS,
        "shares": SHARES,
    }


@pytest.fixture(scope="session")
def library() -> Library:
    return with_gains(library_of(read_case_files()), gained)


@pytest.fixture(scope="session")
def result(inputs: dict[str, pd.DataFrame], library: Library, whole_stage: None) -> Result:
    return evaluated(inputs, library)


@pytest.fixture(scope="session")
def results(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Results:
    processed: Path = tmp_path_factory.mktemp("processed")
    write_result(result, "cases", processed)
    return open_results("cases", processed)
