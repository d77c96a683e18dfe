"""The sheets of all units, their summaries and files of data, written side by side.

Their bytes do not depend on the number of processes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

from dewak_research.language import Language
from dewak_research.processes import end_with_parent
from dewak_research.replaced import replace_folder
from dewak_research.unit.council import write_style
from dewak_research.unit.kreis_sheet import kreise_elsewhere, write_kreis_sheets
from dewak_research.unit.sheet import write_credits, write_leaflets
from dewak_research.unit.sheet_files import UnitData, write_data, write_tables
from dewak_research.unit.sheet_places import DATA_FOLDER, FOLDER, SHEETS
from dewak_research.unit.unit_names import write_names
from dewak_research.unit.view import load_profile_tables

AT_ONCE = 24  #: units that a process takes on before it asks for more
MOST_PROCESSES = 4
_tables = cache(load_profile_tables)


def write_sheets(processed: Path, languages: Sequence[Language], processes: int | None = None) -> Path:
    """Write what stands beside the book of every unit, and return its folder ``<processed>/sheets``.

    Parameters
    ----------
    processed : Path
        Folder of the stages' results.
    languages : sequence of {"de", "en"}
        Editions.
    processes : int, optional
        How many write at the same time, by default as many as there are cores, at most `MOST_PROCESSES`.

    Raises
    ------
    InputError
        A stage has not run.
    """
    folder = processed / SHEETS
    aside = folder.with_name(f".{SHEETS}.part")
    shutil.rmtree(aside, ignore_errors=True)
    for language in languages:
        write_credits(aside / language / FOLDER, language)
        write_style(aside / language)
    tables = _tables(processed)
    parts = [
        *((False, keys) for keys in _in_parts([str(ags) for ags in tables.units["ags"]])),
        *((True, keys) for keys in _in_parts(kreise_elsewhere(tables))),
    ]
    some = partial(_write_some, processed, aside, tuple(languages))
    workers = processes or min(os.cpu_count() or 1, MOST_PROCESSES)
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=end_with_parent)
    try:
        data = list(chain.from_iterable(pool.map(some, parts)))
    finally:
        pool.shutdown(cancel_futures=True)
    write_data(data, aside / DATA_FOLDER)
    write_names((one.unit for one in data), aside)
    replace_folder(folder, aside)
    return folder


def _in_parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]


def _write_some(
    processed: Path, folder: Path, languages: Sequence[Language], part: tuple[bool, Sequence[str]]
) -> list[UnitData]:
    """Write the pages and tables of some units, of this Land or Kreise elsewhere, and return their data."""
    elsewhere, keys = part
    write = write_kreis_sheets if elsewhere else write_leaflets
    data = write(_tables(processed), keys, folder, languages)
    write_tables(data, folder / DATA_FOLDER)
    return data
