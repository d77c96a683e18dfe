"""Read the official tables under ``data/raw``: checksum, text, conversion, contract, corrections."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from dewak_research.data.catalogue import Table, catalogue
from dewak_research.data.catalogue import table as catalogued
from dewak_research.data.contracts import check, convert
from dewak_research.data.quality import corrected
from dewak_research.data.table_text import read_text_table
from dewak_research.errors import InputError, messages
from dewak_research.paths import RAW

if TYPE_CHECKING:
    import geopandas as gpd

PACKAGE = "datapackage.json"
_BOUNDARIES = "boundaries_"
_problem = messages(__package__)


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file as hexadecimal text."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def verify_file(table: Table, raw: Path = RAW) -> Path:
    """Return the path of a table's file after comparing its sha256 with the data package.

    Raises
    ------
    InputError
        The file or its data package is missing, or the file is not the one that the package describes.
    """
    path = raw / table.path
    package = raw / table.source / PACKAGE
    for needed in (path, package):
        if not needed.is_file():
            below = needed.relative_to(raw).as_posix()
            raise InputError(_problem("table_file_missing", f"data/raw/{below}", path=below))
    resources = json.loads(package.read_text(encoding="utf-8"))["resources"]
    known = {resource["path"]: resource["hash"] for resource in resources}
    if known.get(table.file) != f"sha256:{sha256_of(path)}":
        raise InputError(_problem("table_file_damaged", f"data/raw/{table.path}", path=table.path))
    return path


def _typed(path: Path, table: Table) -> pd.DataFrame:
    if path.suffix == ".parquet":
        frame = pd.read_parquet(path)
        integers = [n for n, c in table.fields.items() if c.type == "integer" and n in frame.columns]
        return frame.astype(dict.fromkeys(integers, "Int64"))
    return convert(read_text_table(path, table), table)


_checked: dict[tuple[str, str, str, bool], pd.DataFrame] = {}


def _read_once(path: Path, table: Table, *, contract: bool) -> pd.DataFrame:
    """Return a typed table; the same bytes under the same entry are read and checked once in a process."""
    key = (sha256_of(path), table.model_dump_json(), table.role, contract)
    if key not in _checked:
        frame = _typed(path, table)
        _checked[key] = check(frame, table) if contract else frame
    return _checked[key].copy()


def _plain(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    kinds = {}
    for name, column in table.fields.items():
        if column.type == "boolean":
            kinds[name] = "bool"
        elif column.type == "number" or (column.type == "integer" and not column.required):
            kinds[name] = "float64"
        elif column.type == "integer":
            kinds[name] = "int64"
    return frame.astype(kinds)


def read_table(name: str, raw: Path = RAW, *, correct: bool = True, contract: bool = True) -> pd.DataFrame:
    """Return one official table.

    Parameters
    ----------
    name : str
        What it holds (``"town_population"``: the table that the Land of the report names) or its name in the catalogue.
    raw : Path
        Folder with one folder per source.
    correct : bool
        Whether cells that cannot be right (``corrections.yaml``) become missing.
    contract : bool
        Whether the contract is checked again. Without it the checksum vouches for the table: a file with the bytes that
        its data package describes kept the contract when they were written, and the pipeline checks it each time.

    Returns
    -------
    DataFrame
        Columns as in the catalogue: text as ``str``, whole numbers as int64 (float64 where they may be
        missing), numbers as float64, missing values as NaN.

    Raises
    ------
    InputError
        The name is unknown, the file is missing or damaged, or the table breaks its contract.
    """
    table = catalogued(name)
    frame = _read_once(verify_file(table, raw), table, contract=contract)
    frame = corrected(table.role, frame) if correct else frame
    return _plain(frame, table)


def read_boundaries(name: str, raw: Path = RAW) -> gpd.GeoDataFrame:
    """Return boundaries (``kreise`` or ``towns``), WGS 84.

    Raises
    ------
    InputError
        The name is unknown, or the file is missing or damaged.
    """
    table = catalogued(name if name.startswith(_BOUNDARIES) else _BOUNDARIES + name)
    import geopandas as gpd  # half a second that only maps need

    return gpd.read_file(verify_file(table, raw))


def table_names() -> list[str]:
    """Return what all tables are asked for by, boundaries left out."""
    return [entry.role for entry in catalogue().values() if entry.fields]


def with_official(inputs: Mapping[str, pd.DataFrame], names: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Return the tables of a caller with the official ones of ``names`` that they lack."""
    return {**{name: read_table(name) for name in names if name not in inputs}, **inputs}
