"""Weight files: an uncompressed zip of plain arrays, without pickle, whatever the suffix."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError

Arrays = dict[str, NDArray[np.floating]]


def write_weights(path: Path, weights: Mapping[str, NDArray[np.floating]]) -> None:
    """Write all arrays to `path`; a handle keeps NumPy from adding a suffix."""
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **dict(weights))


def read_weights(path: Path, shapes: Mapping[str, tuple[int, ...]]) -> Arrays:
    """Read exactly the arrays named in `shapes`, all or nothing.

    Raises:
        DataError: the file is missing or damaged, belongs to another network, or holds values
            that are not finite.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except FileNotFoundError:
        raise DataError("no such weight file", where=str(path)) from None
    except (OSError, ValueError, AttributeError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"not a readable weight file: {error}", where=str(path)) from None
    _check(path, arrays, shapes)
    return arrays


def _check(path: Path, arrays: Arrays, shapes: Mapping[str, tuple[int, ...]]) -> None:
    rows = [
        f"{name}: expected {shapes.get(name, 'nothing')}, got {_shape(arrays, name)}"
        for name in sorted({*shapes, *arrays})
        if name not in arrays or shapes.get(name) != arrays[name].shape
    ]
    if rows:
        raise DataError("weights of another network: " + "; ".join(rows), where=str(path))
    for name, array in arrays.items():
        if array.dtype.kind != "f" or not np.isfinite(array).all():
            raise DataError(f"{name} must hold finite floating-point numbers", where=str(path))


def _shape(arrays: Arrays, name: str) -> object:
    return arrays[name].shape if name in arrays else "nothing"
