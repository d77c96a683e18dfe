"""What an own report sets beside the own figures: tables that the report of all municipalities has computed."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from dewak_research.data.tables import sha256_of
from dewak_research.errors import InputError, messages
from dewak_research.page.results import open_results, processed_folder
from dewak_research.paths import IN_CLONE, MANIFEST, ROOT

STAGE = "ingest"
TABLES = ("balance", "gesamtkreis", "payments", "population", "unit_totals", "units")
_problem = messages(__package__)


def ingested_tables() -> dict[str, pd.DataFrame] | None:
    """Return the tables, or None where the report of all municipalities has not been built: then peers are left out.

    Raises
    ------
    InputError
        A table of an installed package is not the one that was packed.
    """
    paths = [processed_folder() / STAGE / f"{name}.parquet" for name in TABLES]
    if not all(path.is_file() for path in paths):
        return None
    if not IN_CLONE:
        check_packed(paths)
    results = open_results(STAGE)
    return {name: results.table(name) for name in TABLES}


def check_packed(paths: list[Path], manifest: Path = MANIFEST, root: Path = ROOT) -> None:
    """Compare files of an installed package with the hashes that were packed with them.

    Raises
    ------
    InputError
        Every file that is another one is named.
    """
    known = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    wrong = []
    for path in paths:
        name = path.relative_to(root).as_posix()
        if known.get(name, {}).get("sha256") != sha256_of(path):
            wrong.append(_problem("packed_changed", name))
    if wrong:
        raise InputError(wrong)
