"""Weight files: an uncompressed zip of plain arrays (.npz), without pickle, whatever the suffix."""

from __future__ import annotations

import math
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from neurospike_cli.atomic import write_with
from neurospike_cli.errors import DataError

Arrays = dict[str, NDArray[np.floating]]
#: What zipfile and numpy raise for a bit that is not as it was.
_DAMAGE = (
    *(OSError, ValueError, KeyError, EOFError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error),
)
_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def write_weights(path: Path, weights: Mapping[str, NDArray[np.floating]]) -> None:
    """Write all arrays to `path`, in one step; equal weights make equal bytes."""
    write_with(path, lambda file: np.savez(file, allow_pickle=False, **dict(weights)))


def read_weights(path: Path, shapes: Mapping[str, tuple[int, ...]]) -> Arrays:
    """Read exactly the arrays named in `shapes`, all or nothing.

    Raises:
        DataError: the file is missing or damaged, belongs to another network, or holds values
            that are not finite.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_shapes(path, _shapes_in(archive), shapes)
            arrays = {name: _read(archive, name) for name in shapes}
    except FileNotFoundError:
        raise DataError("no such weight file", where=str(path)) from None
    except _DAMAGE as error:
        raise DataError(f"not a readable weight file: {error}", where=str(path)) from None
    for name, array in arrays.items():
        if array.dtype.kind != "f" or not np.isfinite(array).all():
            raise DataError(f"{name} must hold finite floating-point numbers", where=str(path))
    return arrays


def _shapes_in(archive: zipfile.ZipFile) -> dict[str, tuple[int, ...]]:
    """Return the shapes that the headers declare, before anything of that size is allocated."""
    names = archive.namelist()
    if len(names) != len(set(names)):
        raise ValueError("an array occurs twice")
    shapes = {}
    for name in names:
        with archive.open(name) as file:
            shape, _, dtype = _header(file)
        if archive.getinfo(name).file_size > 4096 + math.prod(shape) * dtype.itemsize:
            raise ValueError(f"{name} is larger than its header says")
        shapes[name.removesuffix(".npy")] = shape
    return shapes


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[np.generic]]:
    version = npy.read_magic(file)
    if version not in _HEADERS:
        raise ValueError(f"array format {version} is unknown")
    shape, fortran, dtype = _HEADERS[version](file)
    return shape, fortran, dtype


def _read(archive: zipfile.ZipFile, name: str) -> NDArray[np.floating]:
    with archive.open(f"{name}.npy") as file:
        array: NDArray[np.floating] = npy.read_array(file, allow_pickle=False)
    return array


def _check_shapes(
    path: Path, found: Mapping[str, tuple[int, ...]], expected: Mapping[str, tuple[int, ...]]
) -> None:
    rows = [
        f"{name}: expected {expected.get(name, 'nothing')}, got {found.get(name, 'nothing')}"
        for name in sorted({*expected, *found})
        if expected.get(name) != found.get(name)
    ]
    if rows:
        raise DataError("weights of another network: " + "; ".join(rows), where=str(path))
