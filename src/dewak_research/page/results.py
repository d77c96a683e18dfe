"""What a notebook needs: the results of a stage and a way to show them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

import pandas as pd
from IPython.core.getipython import get_ipython

from dewak_research import paths
from dewak_research.errors import InputError, Problem, nearest
from dewak_research.language import Language, Text
from dewak_research.page.figure import Figure, Table

PROCESSED_VARIABLE = "DEWAK_PROCESSED"

_RUN = Text("»dewak run« ausführen", "run “dewak run”")


class Results:
    """The tables and values that a stage of the pipeline wrote; a table is read when it is asked for.

    Parameters
    ----------
    folder : Path
        Folder with ``<table>.parquet``; its values lie beside it in ``values/<stage>.json``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._paths = {path.stem: path for path in sorted(folder.glob("*.parquet"))}
        self._tables: dict[str, pd.DataFrame] = {}
        if not self._paths:
            raise InputError(
                Problem(
                    Text(
                        f"die Ergebnisse von »{folder.name}« fehlen",
                        f"the results of “{folder.name}” are missing",
                    ),
                    f"data/processed/{folder.name}",
                    Text("von der Pipeline geschriebene Tabellen", "tables written by the pipeline"),
                    _RUN,
                )
            )

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a copy of a table; an unknown name is an error that names the nearest."""
        if name not in self._paths:
            near = nearest(name, self._paths)
            known = ", ".join(self._paths)
            right = Text(f"»{near}«", f"“{near}”") if near else Text(f"eine von: {known}", f"one of: {known}")
            raise InputError(
                Problem(
                    Text(f"unbekannte Tabelle »{name}«", f"unknown table “{name}”"),
                    f"data/processed/{self.folder.name}",
                    right,
                    Text("Namen berichtigen", "correct the name"),
                )
            )
        if name not in self._tables:
            self._tables[name] = pd.read_parquet(self._paths[name])
        return self._tables[name].copy()

    def __contains__(self, name: object) -> bool:
        return name in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    @cached_property
    def values(self) -> dict[str, Any]:
        """Every number the prose needs, by name; empty where the stage has none."""
        path = self.folder.parent / "values" / f"{self.folder.name}.json"
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return found


def open_results(stage: str, processed: Path | None = None) -> Results:
    """Open what a stage of the pipeline wrote.

    Parameters
    ----------
    stage : str
        Name of the stage: ``ingest``, ``disparities``, ``stress`` or ``cases``.

    Raises
    ------
    InputError
        Nothing is there yet; the message says ``dewak run``.
    """
    folder = processed or Path(os.environ.get(PROCESSED_VARIABLE, paths.PROCESSED))
    return Results(folder / stage)


def show(item: Figure | Table) -> None:
    """Show a figure or table in the language of the notebook (its parameter ``language``)."""
    shell = get_ipython()
    spoken = shell.user_ns.get("language") if shell is not None else None
    language: Language | None = next((x for x in get_args(Language) if x == spoken), None)
    item.show(language)
