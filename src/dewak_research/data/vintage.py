"""A new vintage of an official table beside the old one: what changes, and which contracts it breaks."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from dewak_research.data.catalogue import Table, catalogue
from dewak_research.data.datapackage import describe
from dewak_research.data.expected.scores import called, number, unit_names
from dewak_research.data.official import checked, official
from dewak_research.data.tables import PACKAGE, read_table
from dewak_research.errors import InputError, Problem, messages, nearest_or, texts
from dewak_research.language import Language
from dewak_research.paths import RAW

SHOWN = 5
_problem, _text = messages(__package__), texts(__package__)


@dataclass(frozen=True)
class Vintage:
    """What a new file of a table brings.

    Parameters
    ----------
    table : Table
        Its catalogue entry.
    data : bytes
        The new file.
    added, removed : tuple of str
        Keys of rows that only the new or only the old file has.
    columns : DataFrame
        column, changed (cells of common rows), new and gone (cells with a value in one of both only), rows.
    largest : DataFrame
        column, key, old, new: the largest changes of figures, by ratio where both are above zero; the largest first.
    problems : list of Problem
        Why the file cannot be compared at all; empty where it can.
    """

    table: Table
    data: bytes
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    columns: pd.DataFrame = field(default_factory=pd.DataFrame)
    largest: pd.DataFrame = field(default_factory=pd.DataFrame)
    problems: tuple[Problem, ...] = ()

    @property
    def changed(self) -> bool:
        """Return whether anything differs."""
        return bool(self.added or self.removed or self.problems) or bool((self.columns["changed"] > 0).any())

    def render(self, language: Language) -> str:
        """Return what changes as text."""
        lines = [_text("vintage_title", title=self.table.title, path=self.table.path)[language]]
        for key, rows in (("vintage_added", self.added), ("vintage_removed", self.removed)):
            more = f" (+{len(rows) - SHOWN})" if len(rows) > SHOWN else ""
            if rows:
                lines.append(_text(key, n=len(rows), shown="; ".join(rows[:SHOWN]) + more)[language])
        for row in self.columns.itertuples() if len(self.columns) else ():
            if row.changed:
                lines.append(
                    _text(
                        "vintage_column",
                        column=row.column,
                        n=row.changed,
                        rows=row.rows,
                        new=row.new,
                        gone=row.gone,
                    )[language]
                )
        top = self.largest.head(SHOWN)
        if len(top):
            columns = (top[name].tolist() for name in ("column", "key", "old", "new"))
            lines += [f"    {column}, {key}: {number(old)} → {number(new)}"
                      for column, key, old, new in zip(*columns, strict=True)]  # fmt: skip
        if not self.changed:
            lines.append(_text("vintage_equal")[language])
        return "\n".join(lines)


def table_of(file: Path, name: str | None = None) -> Table:
    """Return the catalogue entry that a file is a vintage of: by the name given, or by the name of the file.

    Raises
    ------
    InputError
        There is no such table, or it holds boundaries.
    """
    known = {entry.file: entry for entry in catalogue().values() if entry.fields}
    known |= {entry.name: entry for entry in known.values()}
    wanted = name or file.name
    if wanted not in known:
        right = nearest_or(wanted, known)
        raise InputError(_problem("vintage_unknown", wanted, name=wanted, right=right))
    return known[wanted]


def _keys(frame: pd.DataFrame, table: Table, names: dict[str, str]) -> list[str]:
    columns = [frame[key].astype(str).tolist() for key in table.keys]
    return [called(parts, names) for parts in zip(*columns, strict=True)]


def _beside(old: pd.DataFrame, new: pd.DataFrame, table: Table, names: dict[str, str]) -> dict[str, object]:
    both = [
        frame.assign(_key=_keys(frame, table, names)).drop_duplicates("_key").set_index("_key")
        for frame in (old, new)
    ]
    before, after = both
    common = after.index.intersection(before.index, sort=False)
    columns, moves = [], []
    for column, described in table.fields.items():
        if column in table.keys:
            continue
        was, now = before.loc[common, column], after.loc[common, column]
        differs = (was != now) & ~(was.isna() & now.isna())
        columns.append({"column": column, "changed": int(differs.sum()), "new": int((was.isna() & now.notna()).sum()),
                        "gone": int((was.notna() & now.isna()).sum()), "rows": len(common)})  # fmt: skip
        if described.type in ("integer", "number"):
            moves.append(_moves(column, was[differs].astype("float64"), now[differs].astype("float64")))
    largest = pd.concat(moves) if moves else pd.DataFrame(columns=["column", "key", "old", "new", "far"])
    return {
        "added": tuple(after.index.difference(before.index, sort=False)),
        "removed": tuple(before.index.difference(after.index, sort=False)),
        "columns": pd.DataFrame(columns, columns=["column", "changed", "new", "gone", "rows"]),
        "largest": largest.sort_values("far", ascending=False, kind="stable", ignore_index=True).drop(
            columns="far"
        ),
    }


def _moves(column: str, was: pd.Series, now: pd.Series) -> pd.DataFrame:
    """Return the changes of a column: log of the ratio above zero, else the distance by the typical figure."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.abs(np.log(now.to_numpy()) - np.log(was.to_numpy()))
    typical = float(was.abs().median()) or 1.0
    far = np.where(np.isfinite(ratio), ratio, (now - was).abs().to_numpy() / typical)
    frame = pd.DataFrame(
        {"column": column, "key": was.index, "old": was.to_numpy(), "new": now.to_numpy(), "far": far}
    )
    return frame[frame["old"].notna() & frame["new"].notna()]


def _put(table: Table, file: Path, folder: Path) -> None:
    """Lay a new file and its data package into a copy of its source."""
    below = folder / table.source
    if not below.exists():
        shutil.copytree(RAW / table.source, below)
    shutil.copyfile(file, below / table.file)
    (below / PACKAGE).write_text(describe(table.source, folder), encoding="utf-8", newline="\n")


def compare(
    files: Sequence[Path], name: str | None = None, raw: Path = RAW
) -> tuple[list[Vintage], list[Problem]]:
    """Return what each new file changes, and every contract that the new files break, all taken together.

    Parameters
    ----------
    files : sequence of Path
        New vintages in the columns of the catalogue.
    name : str, optional
        Table that a single file is a vintage of, where its name does not say so.
    raw : Path
        Folder of the old vintages.

    Raises
    ------
    InputError
        A file is missing or belongs to no table, or the old tables are damaged.
    """
    problems = [_problem("file_missing", str(file)) for file in files if not file.is_file()]
    if problems:
        raise InputError(problems)
    tables = []
    for file in files:
        try:
            tables.append(table_of(file, name))
        except InputError as error:
            problems += error.problems
    if problems:  # told before all official tables are read
        raise InputError(problems)
    found = official(raw, check=False)
    names, read = unit_names(found.tables), dict(found.raw)
    vintages, broken = [], []
    with tempfile.TemporaryDirectory() as aside:
        for file, table in zip(files, tables, strict=True):
            _put(table, file, Path(aside))
            try:
                new = read_table(table.name, Path(aside), correct=False, contract=False)
            except InputError as error:
                vintages.append(Vintage(table, file.read_bytes(), problems=tuple(error.problems)))
                continue
            beside = _beside(found.raw[table.role], new, table, names)
            vintages.append(Vintage(table, file.read_bytes(), **beside))  # type: ignore[arg-type]
            try:
                read[table.role] = read_table(table.name, Path(aside), correct=False)
            except InputError as error:
                broken += error.problems
    unread = [problem for vintage in vintages for problem in vintage.problems]
    if not unread and not broken:
        try:
            checked(read, found.places)
        except InputError as error:
            broken += error.problems
    return vintages, [*unread, *broken]


def pages(vintages: Sequence[Vintage], problems: Sequence[Problem], language: Language) -> Iterator[str]:
    """Give what changes in every table, then the contracts that break."""
    for vintage in vintages:
        yield vintage.render(language)
    if problems:
        yield InputError(problems).render(language)
