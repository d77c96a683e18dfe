"""Run notebooks strictly: typed parameters, one language, whole outputs, the same bytes on every run.

Papermill executes; what it would let pass (a misspelt parameter, a half-written file, a run that stopped early)
is an error here. Figures of a run go to a folder that the kernel learns from its environment.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from rich.console import Console
from rich.progress import Progress

from dewak_research import paths, reproducible
from dewak_research.book.kernel import execute, stop
from dewak_research.book.notebook import (
    NotebookParams,
    normalise,
    notebook_text,
    read_notebook,
    require_declared,
)
from dewak_research.book.prose import render
from dewak_research.errors import InputError, RunError, messages
from dewak_research.language import LANGUAGES, Language
from dewak_research.page import figure
from dewak_research.page.files import write_whole
from dewak_research.page.results import PROCESSED_VARIABLE, every_stage

_PRODUCTS = "dewak"
_problem = messages(__package__)


class NotebookError(RunError):
    """A notebook did not run to its end; the message names it, the cell and the last line of the error."""


@dataclass(frozen=True)
class Job:
    """One notebook to run in one language.

    Parameters
    ----------
    source : Path
        The clean notebook.
    output : Path
        Where the executed notebook goes.
    parameters : NotebookParams
        Typed parameters, among them the language; see ``parameters.typed``.
    figures : Path, optional
        Folder for pictures and data; by default ``_figures`` beside the output.
    address : str
        How the page refers to that folder.
    processed : Path, optional
        Folder of the pipeline's results; by default the project's.
    timeout_s : int
        Longest time for one cell.
    seen : callable, optional
        Told the address and value of every cell of a result table that the prose shows.
    """

    source: Path
    output: Path
    parameters: NotebookParams
    figures: Path | None = None
    address: str = "_figures"
    processed: Path | None = None
    timeout_s: int = 900
    seen: Callable[[str, Any], None] | None = None

    @property
    def folder(self) -> Path:
        """Return the folder for pictures and data."""
        return self.figures or self.output.parent / "_figures"


@dataclass(frozen=True)
class Done:
    """What a run has made.

    Parameters
    ----------
    output : Path
        The executed notebook.
    files : tuple of str
        Names of its pictures and data files.
    warnings : tuple of str
        What the cells wrote to standard error.
    """

    output: Path
    files: tuple[str, ...]
    warnings: tuple[str, ...]


def prepare(job: Job) -> tuple[NotebookNode, int, list[int]]:
    """Return the notebook in one language with its prose filled.

    Returns
    -------
    tuple
        The notebook, the position of its parameters cell, and for each cell its number in the source.

    Raises
    ------
    InputError
        The notebook is missing, declares other parameters, or its prose names unknown values.
    """
    where = job.source.name
    if not job.source.is_file():
        raise InputError(_problem("no_notebook", where))
    language: Language = job.parameters.language
    node = read_notebook(job.source)
    require_declared(job.parameters, node, where)
    others = set(LANGUAGES) - {language}
    tables = every_stage(job.processed, job.seen)
    cells, numbers, problems = [], [], []
    for number, cell in enumerate(node.cells, start=1):
        tags = set(cell.metadata.get("tags", []))
        if tags & others and language not in tags:
            continue
        if cell.cell_type == "markdown":
            try:
                cell.source = render(
                    cell.source,
                    language,
                    job.parameters.model_dump(),
                    where=f"{where}, cell {number}",
                    cells=tables,
                )
            except InputError as error:
                problems += error.problems
        cells.append(cell)
        numbers.append(number)
    if problems:
        raise InputError(problems)
    node.cells = cells
    return node, require_declared(job.parameters, node, where), numbers


def run_notebook(job: Job) -> Done:
    """Run one notebook; the output is either whole or not there.

    Raises
    ------
    InputError
        Parameters or prose do not fit the notebook, or a cell met a mistake in an input.
    NotebookError
        A cell failed, took too long, or the kernel died.
    """
    node, position, numbers = prepare(job)
    numbers = [*numbers[: position + 1], numbers[position], *numbers[position + 1 :]]
    aside = job.folder / f".{job.output.stem}.part"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        with tempfile.TemporaryDirectory(prefix="dewak-") as home:
            done = execute(
                node,
                job.parameters.model_dump(mode="json"),
                environment=_environment(job, aside, home),
                timeout_s=job.timeout_s,
            )
            if done.failure is not None:
                raise _failed(job, numbers[done.failure.position], done.failure.name, done.failure.text)
            replaced = {str(aside): job.address, home: "~", str(paths.ROOT): "."}
        clean, warnings = normalise(done.notebook, replaced)
        files = tuple(sorted(path.name for path in aside.iterdir()))
        clean.metadata[_PRODUCTS] = {"files": list(files)}
        text = notebook_text(clean)
        _forget(job, keep=files)
        for name in files:
            (aside / name).replace(job.folder / name)
        write_whole(job.output, text)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return Done(job.output, files, warnings)


def run_many(jobs: Sequence[Job], workers: int = 2, progress: bool | None = None) -> list[Done]:
    """Run several notebooks at a time, in the order of ``jobs``.

    Parameters
    ----------
    workers : int
        Notebooks at the same time, each in a kernel of its own; the results do not depend on it.
    progress : bool, optional
        Show a progress bar; by default on a terminal outside CI.

    Raises
    ------
    InputError
        Of all notebooks together; raised before any runs where parameters or prose are wrong.
    NotebookError
        Of all notebooks that failed, together; the others are finished.
    """
    _together([_attempt(prepare, job) for job in jobs])
    results: dict[int, Any] = {}
    pool = ThreadPoolExecutor(max_workers=max(1, workers), thread_name_prefix="notebook")
    shown = progress if progress is not None else "CI" not in os.environ and sys.stderr.isatty()
    try:
        waiting = {pool.submit(_attempt, run_notebook, job): i for i, job in enumerate(jobs)}
        with Progress(console=Console(stderr=True), disable=not shown) as bar:
            done = bar.add_task("Notebooks", total=len(jobs))
            for future in as_completed(waiting):
                results[waiting[future]] = future.result()
                bar.advance(done)
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        stop()
        raise
    pool.shutdown()
    found = [results[i] for i in range(len(jobs))]
    _together(found)
    _refuse_shared_names(jobs, found)
    return found


def _environment(job: Job, folder: Path, home: str) -> dict[str, str]:
    extra = {
        figure.FOLDER_VARIABLE: str(folder.resolve()),
        figure.ADDRESS_VARIABLE: job.address,
        figure.LANGUAGE_VARIABLE: job.parameters.language,
        "IPYTHONDIR": home,
        "LC_ALL": "C.UTF-8",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    if job.processed is not None:
        extra[PROCESSED_VARIABLE] = str(job.processed.resolve())
    return {**os.environ, **reproducible.environment(), **extra}


def _forget(job: Job, keep: Sequence[str]) -> None:
    """Remove what an earlier run of the same notebook made and this one does not."""
    if not job.output.is_file():
        return
    earlier = read_notebook(job.output).metadata.get(_PRODUCTS, {})
    for name in set(earlier.get("files", [])) - set(keep):
        (job.folder / Path(name).name).unlink(missing_ok=True)


def _failed(job: Job, number: int, name: str, text: str) -> Exception:
    where = f"{job.source.name}, cell {number}"
    lines = [line for line in text.strip().splitlines() if line.strip()]
    if name == "InputError":
        return InputError(_problem("cell_input", where, text=text.strip()))
    return NotebookError(f"{where}: {name}: {lines[0] if lines else '-'}")


def _attempt(function: Any, job: Job) -> Any:
    try:
        return function(job)
    except (InputError, NotebookError) as error:
        return error


def _together(results: Sequence[Any]) -> None:
    problems = [p for result in results if isinstance(result, InputError) for p in result.problems]
    failures = [str(result) for result in results if isinstance(result, NotebookError)]
    if failures:
        raise NotebookError("\n".join([*failures, *(problem.render("en") for problem in problems)]))
    if problems:
        raise InputError(problems)


def _refuse_shared_names(jobs: Sequence[Job], done: Sequence[Done]) -> None:
    owners: dict[Path, str] = {}
    for job, result in zip(jobs, done, strict=True):
        for name in result.files:
            owner = owners.setdefault(job.folder / name, job.source.name)
            if owner != job.source.name or result.files.count(name) > 1:
                raise NotebookError(f"{owner} and {job.source.name} both write {name}")
