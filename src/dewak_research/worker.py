"""What a worker of a cluster does (:mod:`dewak_research.cluster`): say what it computes with, do blocks, serve."""

from __future__ import annotations

import hashlib
import os
import platform
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from dewak_research.errors import InputError, messages
from dewak_research.paths import SHIPPED

PACKAGES = (
    "numpy", "pandas", "scipy", "scikit-learn", "statsmodels", "linearmodels", "dask", "distributed", "cloudpickle",
)  # fmt: skip
DEATH_SECONDS = 60


class OtherWorkerError(Exception):
    """A worker that joined later computes with something else; carries what it says of itself."""


@cache
def _code() -> str:
    """Return a short hash of all modules and rules of this package, the same in a clone and installed."""
    found = hashlib.sha256()
    folder = Path(__file__).parent
    for path in sorted(folder.rglob("*")):
        within = path.relative_to(folder)
        if path.suffix in (".py", ".yaml") and within.parts[0] != SHIPPED.name:
            found.update(f"{within.as_posix()}\n".encode())
            found.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return found.hexdigest()[:12]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "–"


def _numerics() -> dict[str, str]:
    """Return which instructions NumPy and the linear algebra of this process use: they decide on the last digits."""
    import scipy.linalg  # noqa: F401 - brings a linear algebra of its own, which is to be seen
    from numpy.lib.introspect import opt_func_info
    from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

    chosen = opt_func_info("^(exp|log|add|multiply)$", "^(float32|float64)$")
    targets = {kind["current"] for kinds in chosen.values() for kind in kinds.values()}
    linear = {
        f"{part['internal_api']} {part.get('architecture', '')} {part['version']}, threads: {part['num_threads']}"
        for part in threadpool_info()
        if part["user_api"] == "blas"
    }
    return {
        "instructions of NumPy": ", ".join(sorted(targets)),
        "linear algebra": " and ".join(sorted(linear)),
    }


@cache
def description() -> dict[str, str]:
    """Return what the bytes of a result depend on besides the input: Python, packages, code, numerics of a process."""
    said = {"Python": platform.python_version(), "processor": platform.machine()}
    said |= {name: _version(name) for name in PACKAGES} | _numerics()
    return said | {"dewak-research": _code()}


def kept(packed_given: bytes) -> bytes:
    """On a worker: keep what all blocks are given for those that ask for it."""
    return packed_given


@lru_cache(maxsize=2)
def _given(packed_given: bytes) -> Any:
    """Unpack it once in each process."""
    from dewak_research.packing import unpacked

    return unpacked(packed_given)


def done(packed_given: bytes, packed_block: bytes, expected: dict[str, str]) -> bytes:
    """On a worker: do one block.

    Raises
    ------
    OtherWorkerError
        This process does not compute with what is expected.
    """
    from dewak_research.packing import packed, unpacked

    mine = description()
    if mine != expected:
        raise OtherWorkerError(mine)
    work, given = _given(packed_given)
    return packed(work(given, unpacked(packed_block)))


def need_dask(where: str) -> None:
    """Refuse where Dask is not installed.

    Raises
    ------
    InputError
    """
    if find_spec("distributed") is None:
        raise InputError(messages(__package__)("cluster_not_installed", where))


def lend(
    scheduler: Annotated[
        str, typer.Argument(help="Address of the Dask scheduler, such as tcp://10.0.0.5:8786.")
    ],
    processes: Annotated[
        int | None, typer.Option(help="Worker processes; by default one per core.", min=1, max=1024)
    ] = None,
) -> None:
    """Lend this computer to a run on several machines, until Ctrl+C; needs the extra "cluster"."""
    need_dask("dewak worker")
    from distributed.cli.dask_worker import main

    settings = ["--nworkers", str(processes or os.cpu_count() or 1), "--nthreads", "1", "--no-dashboard"]
    try:
        main([scheduler, *settings, "--death-timeout", str(DEATH_SECONDS)], standalone_mode=False)
    except ValueError as error:  # Dask cannot take the address apart
        command = {"scheduler": "dask scheduler --no-dashboard"}
        where = f"dewak worker {scheduler}"
        raise InputError(messages(__package__)("cluster_unreachable", where, **command)) from error
