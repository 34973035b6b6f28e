"""Memory that is kept from one batch to the next."""

from __future__ import annotations

import math
import mmap
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

S = TypeVar("S", bound=np.generic)

PAGE = mmap.PAGESIZE


class Workspace:
    """Arrays by name, as large as the largest that was asked for.

    A fresh array costs a page fault for every 4 kB of it when it is first written: in a network of
    394 neurons that was 10 of 31 ms of a training step.
    """

    def __init__(self) -> None:
        self._arrays: dict[tuple[str, np.dtype[Any]], NDArray[Any]] = {}

    def take(self, name: str, shape: tuple[int, ...], dtype: np.dtype[S]) -> NDArray[S]:
        """Return an array of any content; it is overwritten when `name` is next asked for."""
        return self._kept(name, shape, dtype, np.empty)

    def reserve(self, name: str, shape: tuple[int, ...], dtype: np.dtype[S]) -> NDArray[S]:
        """Return an array as `take` does, of which only the pages that are written take memory."""
        return self._kept(name, shape, dtype, _in_small_pages)

    def _kept(
        self,
        name: str,
        shape: tuple[int, ...],
        dtype: np.dtype[S],
        make: Callable[[int, np.dtype[Any]], NDArray[Any]],
    ) -> NDArray[S]:
        size, key = math.prod(shape), (name, dtype)
        if key not in self._arrays or self._arrays[key].size < size:
            self._arrays.pop(key, None)  # the old one goes before the new one comes
            self._arrays[key] = make(size, dtype)
        return self._arrays[key][:size].reshape(shape)


def _in_small_pages(size: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return an array that takes memory page by page.

    NumPy asks the system for pages of 2 MB for its large arrays: one number takes as much.
    """
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    memory = mmap.mmap(-1, max(1, size * dtype.itemsize), flags=flags)
    if hasattr(mmap, "MADV_NOHUGEPAGE"):
        with suppress(OSError):  # a system without such pages
            memory.madvise(mmap.MADV_NOHUGEPAGE)
    return np.frombuffer(memory, dtype=dtype, count=size)
