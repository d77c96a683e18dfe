"""Python objects as bytes for another process, with the exact layout of every array in memory.

NumPy adds up along the layout, and pickling makes views compact: sums would then differ in their last digit from those
of the process that sent them.
"""

from __future__ import annotations

import io
import pickle
from typing import Any

import numpy as np
from numpy.typing import NDArray


class _Span:
    """The memory from the first to the last byte of an array, as NumPy takes it; within that of the array's base."""

    def __init__(self, array: NDArray[Any], low: int, high: int) -> None:
        self._array = array  # lives as long as its memory is read
        self.__array_interface__ = {
            "data": (low, True), "shape": (high - low,), "typestr": "|u1", "version": 3,
        }  # fmt: skip


def _laid_out(
    memory: bytearray, dtype: np.dtype[Any], shape: tuple[int, ...], strides: tuple[int, ...], offset: int
) -> NDArray[Any]:
    return np.ndarray(shape, dtype, memory, offset, strides)


def packed(value: Any) -> bytes:
    """Return any object as bytes, functions and classes without a module among them."""
    import cloudpickle

    class Packer(cloudpickle.Pickler):  # type: ignore[misc]
        """Packs arrays that are not contiguous with the memory they span."""

        def reducer_override(self, given: Any) -> Any:
            compact = type(given) is not np.ndarray or given.flags.c_contiguous or given.flags.f_contiguous
            if not compact and given.size and not given.dtype.hasobject:
                low, high = np.lib.array_utils.byte_bounds(given)
                memory = bytearray(np.asarray(_Span(given, low, high)).tobytes())
                first = given.__array_interface__["data"][0] - low
                return _laid_out, (memory, given.dtype, given.shape, given.strides, first)
            return super().reducer_override(given)

    written = io.BytesIO()
    Packer(written, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return written.getvalue()


def unpacked(written: bytes) -> Any:
    """Return what :func:`packed` was given."""
    return pickle.loads(written)
