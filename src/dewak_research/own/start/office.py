"""What the page knows while it runs: the folder of own figures, two workers, uploads, the state of every report."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from dewak_research.errors import InputError, Problem, RunError, messages
from dewak_research.language import Language
from dewak_research.own.bounded import REPORT_BYTES
from dewak_research.own.safety import FILE_NAME, own_folder
from dewak_research.own.start.uploads import Desk, Upload, mappings_among
from dewak_research.own.start.worker import TooLongError, Worker

READING_SECONDS, BUILDING_SECONDS = 90.0, 1_200.0
WORK = "dewak_research.own.start.work"
_problem = messages(__package__)
STEPS = ("loading", "reading", "computing")


@dataclass
class Build:
    """A report in the making: ``state`` is running, done, refused, failed or too_long; names of versions compared."""

    started: float = field(default_factory=time.monotonic)
    state: str = "running"
    step: str = STEPS[0]
    ended: float | None = None
    page: str = ""
    problems: list[Problem] = field(default_factory=list)
    older: str = ""
    newer: str = ""

    @property
    def seconds(self) -> int:
        """Return how long it takes or took."""
        return round((self.ended or time.monotonic()) - self.started)


class Office:
    """Everything behind the page.

    Parameters
    ----------
    own : Path
        Folder of all own figures.
    """

    def __init__(self, own: Path) -> None:
        self.own, self.desk = own, Desk()
        self._reader, self._builder = Worker(WORK), Worker(WORK, REPORT_BYTES)
        self._register: dict[str, Any] | None = None
        self._checked: dict[tuple[str, int, Language], dict[str, Any]] = {}
        self._builds: dict[str, Build] = {}
        self.names: dict[str, str] = {}

    def open(self) -> None:
        """Start the process that reads; it loads what it needs while the page opens."""
        threading.Thread(target=_quietly, args=(self._reader, "warm"), daemon=True).start()

    def close(self) -> None:
        """End both processes and throw the uploads away."""
        for worker in (self._reader, self._builder):
            worker.stop()
        self.desk.close()

    async def read(self, work: str, *given: object) -> Any:
        """Have something read or written by the process that reads; see :mod:`.work` for what there is."""
        return await run_in_threadpool(self._reader.call, work, *given, seconds=READING_SECONDS)

    async def register(self) -> dict[str, Any]:
        """Return the register; see :func:`.work.register`."""
        if self._register is None:
            self._register = await self.read("register")
        return self._register

    def folder(self, key: str) -> Path:
        """Return the folder of a municipality.

        Raises
        ------
        InputError
            The key can name no folder.
        """
        return own_folder(key, self.own)

    def begun(self) -> list[str]:
        """Return the municipalities that have a workbook."""
        found = self.own.iterdir() if self.own.is_dir() else iter(())
        return sorted(path.name for path in found if (path / FILE_NAME).is_file())

    def _stamp(self, key: str) -> int:
        return max(
            (path.stat().st_mtime_ns for path in self.folder(key).glob("*.*") if _counts(path)), default=0
        )

    async def checked(self, key: str, language: Language) -> dict[str, Any]:
        """Return the findings on the workbook as it lies there now; see :func:`.work.check`."""
        at = (key, self._stamp(key), language)
        if at not in self._checked:
            return self._remember(key, language, await self.read("check", key, language, self.own))
        return self._checked[at]

    async def take(self, key: str, given: Upload, language: Language) -> bool:
        """Put an upload where it belongs and know its findings; False if its figures have to be understood first."""
        found = await self.read("take", key, given.path, language, self.own)
        if found is not None:
            self._remember(key, language, found)
        return found is not None

    def _remember(self, key: str, language: Language, found: dict[str, Any]) -> dict[str, Any]:
        self._checked = {(key, self._stamp(key), language): found}
        self.names[key] = found["name"]
        return found

    async def with_mappings(self, key: str, numbers: list[str]) -> list[Problem]:
        """Put every mapping among uploads to its table, and return what is wrong with those that cannot be read.

        A table whose mapping is wrong is thrown away with it: without the mapping it would be read otherwise.
        """
        kept = {one.name: number for number in numbers if (one := self.desk.get(key, number)) is not None}
        problems = []
        for name, table in mappings_among(list(kept)).items():
            try:
                if table is None:
                    raise InputError(_problem("mapping_of_none", name))
                upload = self.desk.get(key, kept[name])
                assert upload is not None
                await self.read("check_mapping", key, upload.path, self.own)
                self.desk.map_with(key, kept[table], kept[name])
            except InputError as error:
                problems += error.problems
                for lost in filter(None, (name, table)):
                    self.desk.drop(key, kept[lost])
        return problems

    async def keep_given(self, key: str, kind: str, year: int, given: UploadFile) -> None:
        """Keep a workbook that is uploaded as a version; see :func:`.work.keep_given`."""
        number = await self.desk.put(key, given)
        upload = self.desk.get(key, number)
        assert upload is not None
        try:
            await self.read("keep_given", key, kind, year, upload.path, self.own)
        finally:
            self.desk.drop(key, number)

    def build(self, key: str, older: str = "", newer: str = "") -> None:
        """Begin to build the report, unless it is being built already; for the versions see :func:`.work.build`."""
        if (known := self._builds.get(key)) is not None and known.state == "running":
            return
        build = self._builds[key] = Build(older=older, newer=newer)
        threading.Thread(target=self._run, args=(key, build), daemon=True).start()

    def _run(self, key: str, build: Build) -> None:
        def heard(step: str) -> None:
            build.step = step

        try:
            given = (key, self.own, build.older, build.newer)
            build.page = self._builder.call("build", *given, seconds=BUILDING_SECONDS, heard=heard)
            build.state = "done"
        except InputError as error:
            build.state, build.problems = "refused", error.problems
        except TooLongError:
            build.state = "too_long"
        except RunError as error:
            build.state = "failed"
            log(str(error))
        build.ended = time.monotonic()

    def prepare_report(self) -> None:
        """Load what the report needs in the process that builds it, in the background."""
        threading.Thread(target=_quietly, args=(self._builder, "warm_report"), daemon=True).start()

    def build_of(self, key: str) -> Build | None:
        """Return the report in the making, or that was made last; None where none was asked for yet."""
        return self._builds.get(key)


def _counts(path: Path) -> bool:
    """Whether the findings depend on a file: the workbook, and the files of districts and facilities beside it."""
    return path.name == FILE_NAME or path.suffix in (".csv", ".geojson")


def _quietly(worker: Worker, name: str) -> None:
    try:
        worker.call(name, seconds=READING_SECONDS)
    except (InputError, RunError, TooLongError):
        return  # said where the work itself is asked for


def log(report: str) -> None:
    """Write a failure of our own where the command was called; nothing of it is shown on the page."""
    sys.stderr.write(f"{report}\n")
