"""One notebook, one kernel: papermill's execution with an environment of our own."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill import execute_notebook
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

START_TIMEOUT_S = 120
_ENGINE = "dewak"
_running: set[PapermillNotebookClient] = set()


@dataclass(frozen=True)
class Failure:
    """Where and how a notebook stopped; the position counts papermill's injected cell."""

    position: int
    name: str
    text: str


@dataclass(frozen=True)
class Execution:
    """An executed notebook, and what stopped it."""

    notebook: NotebookNode
    failure: Failure | None = None


class _Engine(NBClientEngine):  # type: ignore[misc]
    """Papermill's own engine, which has no way to hand an environment to the kernel."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, environment: Mapping[str, str], timeout_s: int, **_: Any
    ) -> None:
        client = PapermillNotebookClient(
            nb_man,
            timeout=timeout_s,
            startup_timeout=START_TIMEOUT_S,
            kernel_name=kernel_name,
            shutdown_kernel="immediate",
            extra_arguments=["--IPKernelApp.log_level=ERROR"],
            log=logging.getLogger("papermill"),
        )
        _running.add(client)
        try:
            client.execute(env=dict(environment))
        finally:
            _running.discard(client)


papermill_engines.register(_ENGINE, _Engine)


def execute(
    notebook: NotebookNode, parameters: Mapping[str, Any], *, environment: Mapping[str, str], timeout_s: int
) -> Execution:
    """Execute a notebook in a new kernel; nothing is written.

    Parameters
    ----------
    notebook : NotebookNode
        With a cell tagged ``parameters``; papermill puts the parameters behind it.
    environment : mapping of str to str
        All variables of the kernel.
    timeout_s : int
        Longest time for one cell.
    """
    try:
        done = execute_notebook(
            notebook,
            None,
            parameters=dict(parameters),
            engine_name=_ENGINE,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            environment=environment,
            timeout_s=timeout_s,
        )
    except PapermillExecutionError as error:
        return Execution(notebook, Failure(error.cell_index, error.ename, error.evalue))
    except CellTimeoutError:
        return Execution(notebook, Failure(0, "Timeout", f"a cell took longer than {timeout_s} s"))
    except DeadKernelError:
        return Execution(notebook, Failure(0, "Kernel", "the kernel died"))
    for position, cell in enumerate(done.cells):
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None:
            return Execution(done, Failure(position, "Stopped", "the notebook ended before this cell"))
    return Execution(done)


def stop() -> None:
    """End the kernels of all running notebooks of this process."""
    for client in list(_running):
        process = getattr(getattr(client.km, "provisioner", None), "pid", None)
        if process is not None:
            with suppress(ProcessLookupError):  # whoever ends the run may have ended it already
                os.kill(process, signal.SIGTERM)
