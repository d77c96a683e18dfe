"""Files that came over the page: each kept aside in a folder of its own until it is written or the page ends."""

from __future__ import annotations

import re
import secrets
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from starlette.datastructures import UploadFile

from dewak_research.errors import InputError, messages
from dewak_research.own.safety import CASE_NAME, RESERVED_NAMES, clean_text

TABLES = (".csv", ".txt", ".tsv", ".xlsx", ".xls", ".ods", ".pdf")
BESIDE = (".csv", ".geojson", ".yaml")
MOST_LETTERS = 80
MOST_FILES, MOST_KEPT = 12, 40
MAPPING = ".yaml"
LARGEST_MAPPING = 200_000  #: bytes; as many letters as a mapping may have
_SAFE = re.compile(r"[^A-Za-z0-9ÄÖÜäöüß._ -]+")
_PIECE = 1 << 20
_problem = messages(__package__)


@dataclass
class Upload:
    """One file: whose it is, where it lies under its harmless name, what was answered about it, its mapping."""

    key: str
    path: Path
    answers: dict[str, str] = field(default_factory=dict)
    mapping: Path | None = None

    @property
    def name(self) -> str:
        """Return what the file is called, here and in every message about it."""
        return self.path.name


class Desk:
    """Uploads by a random name, in a folder that goes when the page ends; the oldest make room for new ones."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="dewak-", ignore_cleanup_errors=True)
        self._kept: OrderedDict[str, Upload] = OrderedDict()

    async def put(self, key: str, given: UploadFile) -> str:
        """Keep a file and return its name here.

        Raises
        ------
        InputError
            Its ending is none that is read, or it is empty.
        """
        name = file_name(given.filename or "")
        if Path(name).suffix.lower() not in (*TABLES, *BESIDE):
            raise InputError(
                _problem("wrong_type", name, endings=", ".join(dict.fromkeys((*TABLES, *BESIDE))))
            )
        number = secrets.token_hex(8)
        path = Path(self._folder.name) / number / name
        path.parent.mkdir()
        size = 0
        with path.open("wb") as kept:
            while piece := await given.read(_PIECE):
                kept.write(piece)
                size += len(piece)
        if size == 0:
            shutil.rmtree(path.parent)
            raise InputError(_problem("empty_file", name))
        self._kept[number] = Upload(key, path)
        while len(self._kept) > MOST_KEPT:
            self._drop(next(iter(self._kept)))
        return number

    def get(self, key: str, number: str) -> Upload | None:
        """Return the file of that name if it belongs to the municipality, else None."""
        found = self._kept.get(number)
        return found if found is not None and found.key == key else None

    def drop(self, key: str, number: str) -> None:
        """Throw a file away."""
        if self.get(key, number) is not None:
            self._drop(number)

    def map_with(self, key: str, number: str, other: str) -> None:
        """Let one file, a mapping, belong to another: it no longer waits by itself."""
        table, mapping = self.get(key, number), self.get(key, other)
        assert table is not None and mapping is not None
        table.mapping = mapping.path.replace(table.path.parent / mapping.name)
        self.drop(key, other)

    def waiting(self, key: str) -> list[tuple[str, Upload]]:
        """Return the files of a municipality that wait to be written, the oldest first."""
        return [(number, one) for number, one in self._kept.items() if one.key == key]

    def _drop(self, number: str) -> None:
        shutil.rmtree(self._kept.pop(number).path.parent, ignore_errors=True)

    def close(self) -> None:
        """Throw everything away."""
        self._kept.clear()
        self._folder.cleanup()


def file_name(given: str) -> str:
    """Return the last part of a name as a browser sends it, at most `MOST_LETTERS` long, without what none needs."""
    last = clean_text(given).replace("\\", "/").rsplit("/", 1)[-1]
    plain = _SAFE.sub("_", last).strip(" .") or "datei"
    if plain.split(".")[0].casefold() in RESERVED_NAMES:
        plain = f"_{plain}"
    stem, dot, ending = plain.rpartition(".")
    kept = ending[:9]
    return f"{stem[: MOST_LETTERS - len(kept) - 1]}.{kept}" if dot and stem else plain[:MOST_LETTERS]


def mappings_among(names: Sequence[str]) -> dict[str, str | None]:
    """Return for every mapping among names of files the table it belongs to: the one of its name, else the only one.

    The own case study and files of districts are neither; None where no table can be told.
    """
    plain = {name: Path(name.casefold()) for name in names}
    mappings = [n for n, path in plain.items() if path.suffix == MAPPING and path.name != CASE_NAME]
    tables = [n for n, path in plain.items() if path.suffix in TABLES]
    alone = tables[0] if len(tables) == len(mappings) == 1 else None
    return {
        one: next((n for n in tables if plain[n].stem == plain[one].stem), alone)
        for one in mappings
        if tables
    }
