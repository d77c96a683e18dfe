"""Same input, same bytes: the environment in which every computation of a run takes place.

One thread for linear algebra, one BLAS kernel and one NumPy instruction level, so that the order in which
numbers are added up does not depend on the processor. These variables act only where they are set before
NumPy is imported; `pin()` therefore runs first in the command line and in every notebook kernel.
"""

from __future__ import annotations

import os
import platform

_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)


def environment() -> dict[str, str]:
    """Return the variables that fix threads, instruction level, hashing and time zone."""
    fixed = dict.fromkeys(_THREADS, "1") | {
        "PYTHONHASHSEED": "0",
        "TZ": "UTC",
        "SOURCE_DATE_EPOCH": "0",
        "MPLBACKEND": "agg",
    }
    if platform.machine().lower() in {"x86_64", "amd64"}:
        fixed |= {
            "OPENBLAS_CORETYPE": "Haswell",
            "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
        }
    return fixed


def pin() -> None:
    """Set the variables for this process and all that it starts."""
    os.environ.update(environment())
