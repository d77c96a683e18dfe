import pandas as pd
import pytest

from dewak_research.budget import ingest


@pytest.fixture(scope="session")
def ingested() -> ingest.Ingested:
    return ingest.run({}, None, 0)


@pytest.fixture(scope="session")
def tables(ingested: ingest.Ingested) -> dict[str, pd.DataFrame]:
    return ingested.tables
