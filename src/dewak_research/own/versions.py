"""Copies of the workbook: a backup before every change, and versions of a plan side by side (draft, adopted, later)."""

from __future__ import annotations

import datetime
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dewak_research.errors import InputError, messages
from dewak_research.own.safety import FILE_NAME, own_folder

FOLDER = "fassungen"
KINDS = ("entwurf", "beschluss", "nachtrag")
_NAME = re.compile(r"(entwurf|beschluss|nachtrag)-(\d{4})(?:-(\d{1,2}))?")
_problem = messages(__package__)


@dataclass(frozen=True)
class Version:
    """One kept copy: its name (``entwurf-2027``, a second ``entwurf-2027-2``), its parts, file and time."""

    name: str
    kind: str
    year: int
    number: int
    path: Path
    kept: datetime.datetime


def versions(key: str, own: Path | None = None) -> list[Version]:
    """Return the versions that are kept, by year, kind (draft, adopted, supplementary) and number."""
    folder = own_folder(key, own) / FOLDER
    found = []
    for path in folder.glob("*.xlsx") if folder.is_dir() else ():
        if (named := version_of(path)) and path.is_file():
            kept = datetime.datetime.fromtimestamp(path.stat().st_mtime)
            found.append(Version(path.stem, *named, path, kept))
    return sorted(found, key=lambda one: (one.year, KINDS.index(one.kind), one.number))


def version_of(path: Path) -> tuple[str, int, int] | None:
    """Return kind, year and number of a kept version from where it lies; None for any other file."""
    named = _NAME.fullmatch(path.stem) if path.parent.name == FOLDER else None
    return (named[1], int(named[2]), int(named[3] or 1)) if named else None


def keep_version(
    key: str, kind: str, year: int, own: Path | None = None, source: Path | None = None
) -> Version:
    """Keep the workbook as it is now, or another one, under a name; an older version of that name stays.

    Parameters
    ----------
    kind : {"entwurf", "beschluss", "nachtrag"}
        Draft, adopted by the council, supplementary budget.
    year : int
        Budget year.
    source : Path, optional
        Another workbook, such as last year's.

    Raises
    ------
    InputError
        There is no workbook, or the name is none of a version.
    """
    folder = own_folder(key, own)
    if not (folder / FILE_NAME).is_file():
        raise InputError(_problem("workbook_absent", FILE_NAME))
    number = 1 + max(
        (one.number for one in versions(key, own) if (one.kind, one.year) == (kind, year)), default=0
    )
    name = f"{kind}-{year}" + (f"-{number}" if number > 1 else "")
    if not _NAME.fullmatch(name):
        raise InputError(_problem("version_unknown", FOLDER, name=name[:60]))
    (folder / FOLDER).mkdir(exist_ok=True)
    shutil.copyfile(source or folder / FILE_NAME, folder / FOLDER / f"{name}.xlsx")
    return version_named(key, name, own)


def version_named(key: str, name: str, own: Path | None = None) -> Version:
    """Return the version of that name.

    Raises
    ------
    InputError
        There is none.
    """
    for one in versions(key, own):
        if one.name == name:
            return one
    raise InputError(_problem("version_unknown", FOLDER, name=name[:60]))


def earlier_workbook(key: str, named: str, own: Path | None = None) -> Path:
    """Return the file of a kept version by its name, or any workbook by its path or that of its folder.

    Raises
    ------
    InputError
        There is neither.
    """
    kept = {one.name: one.path for one in versions(key, own)}
    path = kept.get(named, Path(named))
    path = path / FILE_NAME if path.is_dir() else path
    if not path.is_file():
        raise InputError(_problem("from_absent", named.strip()[:120] or "--from, --against"))
    return path


def take_up_version(key: str, name: str, own: Path | None = None) -> Path | None:
    """Make a kept version the workbook that is worked on, and return the backup of the workbook of before.

    Raises
    ------
    InputError
        There is no such version.
    """
    version = version_named(key, name, own)
    path = own_folder(key, own) / FILE_NAME
    return put_in_place(version.path, path)


def put_in_place(given: Path, path: Path) -> Path | None:
    """Copy a file whole in place of another and return the backup of that one."""
    aside = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        shutil.copyfile(given, aside)
        with replacing(path) as backup:
            aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return backup


@contextmanager
def replacing(path: Path) -> Iterator[Path | None]:
    """Keep a backup while a file is replaced; where that fails, the file is as before and the backup is gone again."""
    backup = keep_backup(path)
    try:
        yield backup
    except BaseException:
        if backup is not None:
            backup.unlink(missing_ok=True)
        raise


def keep_backup(path: Path) -> Path | None:
    """Copy an existing file, such as the workbook, to ``eingabe.sicherung-<n>.xlsx`` and return that path.

    The file itself stays until its successor is whole.
    """
    if not path.exists():
        return None
    number = 1
    while (target := path.with_name(f"{path.stem}.sicherung-{number}{path.suffix}")).exists():
        number += 1
    try:
        shutil.copyfile(path, target)
    except OSError:
        target.unlink(missing_ok=True)
        raise
    return target
