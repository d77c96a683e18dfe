"""Kernels that begin where their imports end: a server imports once what the notebooks need, and forks each kernel.

The server of :mod:`multiprocessing` starts no thread and computes nothing, so that a kernel is what it would be alone.
It needs the environment of a run from its start (`reproducible`); without it, and on Windows, a kernel starts anew.
"""

from __future__ import annotations

import ast
import multiprocessing
import os
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

from jupyter_client.manager import AsyncKernelManager

from dewak_research import reproducible
from dewak_research.book.notebook import read_notebook

_METHOD: Final = "forkserver"
_KERNEL = "ipykernel.kernelapp"


def can_fork() -> bool:
    """Tell whether kernels may be forked: the system can, and this process runs in the environment of a run."""
    can = sys.platform != "win32" and _METHOD in multiprocessing.get_all_start_methods()
    return can and reproducible.environment().items() <= os.environ.items()


def prepare(notebooks: Iterable[Path]) -> None:
    """Say what the server imports when the first kernel asks for it: what the notebooks import."""
    found = [_KERNEL]
    for notebook in notebooks:
        for cell in read_notebook(notebook).cells:
            if cell.cell_type == "code":
                found += _imported(cell.source)
    multiprocessing.get_context(_METHOD).set_forkserver_preload(list(dict.fromkeys(found)))


def _imported(source: str) -> list[str]:
    """Return modules that a cell imports, or nothing of a cell that is no Python; a name that is none does no harm."""
    try:
        parts = ast.walk(ast.parse(source))
    except SyntaxError:
        return []
    found: list[str] = []
    for part in parts:
        if isinstance(part, ast.ImportFrom) and part.module and not part.level:
            found += [part.module, *(f"{part.module}.{name.name}" for name in part.names)]
        elif isinstance(part, ast.Import):
            found += [name.name for name in part.names]
    return found


def _begin(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    os.setsid()  # as a kernel of its own: what the terminal asks of the run does not reach it
    os.environ.clear()
    os.environ.update(environment)
    threading.Thread(target=_end_with_run, daemon=True).start()
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(argv=list(arguments), parent_handle=os.getppid())


def _end_with_run() -> None:
    """End the kernel when the process that asked for it has ended, and with the last kernel its server."""
    run = multiprocessing.parent_process()
    if run is not None:
        run.join()
        os._exit(1)


class _Started:
    """A forked kernel with the part of `subprocess.Popen` that its manager asks for."""

    stdin = stdout = stderr = None

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        self.pid = process.pid
        self.kill, self.terminate = process.kill, process.terminate

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.poll() is None and self.pid is not None:
            os.kill(self.pid, number)


class ForkedKernel(AsyncKernelManager):
    """Starts its kernel by forking it from the server."""

    async def _async_launch_kernel(self, kernel_cmd: list[str], **kw: Any) -> None:
        arguments = kernel_cmd[kernel_cmd.index("-f") :]
        context = multiprocessing.get_context(_METHOD)
        process = context.Process(target=_begin, args=(arguments, dict(kw["env"])), daemon=True)
        process.start()
        provisioner: Any = self.provisioner
        provisioner.process, provisioner.pid = _Started(process), process.pid
        self._reconcile_connection_info(provisioner.connection_info)
