"""What an own report sets beside the own figures: tables that the report of all municipalities has computed."""

from __future__ import annotations

import pandas as pd

from dewak_research.page.results import open_results

STAGE = "ingest"
TABLES = ("balance", "gesamtkreis", "payments", "population", "unit_totals", "units")


def ingested_tables() -> dict[str, pd.DataFrame] | None:
    """Return the tables, or None where the report of all municipalities has not been built: then peers are left out."""
    results = open_results(STAGE)
    if not all((results.folder / f"{name}.parquet").is_file() for name in TABLES):
        return None
    return {name: results.table(name) for name in TABLES}
