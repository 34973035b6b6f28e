"""Run as a program by `_child_decoder`: the events of an HDF5 file, on stdout.

It is no part of the package when it runs: it imports nothing of it. What a file links to outside of
itself is never opened.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import h5py
import numpy as np

MEMORY = 2**32
REFUSED = 3
BLOCK = 2**16
RECORD = np.dtype([(name, "<i8") for name in ("t", "x", "y", "p")])
#: Where recordings keep their events.
PLACES = ("CD/events", "events", "/")
NAMES = {
    "t": ("t", "ts", "timestamp", "timestamps"),
    "x": ("x", "xs"),
    "y": ("y", "ys"),
    "p": ("p", "ps", "pol", "polarity", "on"),
}
#: No compression makes more than this of a byte of numbers that differ.
RATIO, FLOOR = 1000, 2**26


def main(path: str) -> int:
    """Write the events of a file; return the exit code."""
    _limit_memory()
    with suppress(ImportError):  # compression filters that DSEC and newer Prophesee files need
        import hdf5plugin  # noqa: F401
    try:
        with h5py.File(path, "r") as file:
            columns, rows = _columns(file)
            print(json.dumps({"size": _size(file)}), flush=True)
            _write(columns, rows, _offset(file))
    except (ValueError, OSError, KeyError, RuntimeError, TypeError, MemoryError) as error:
        text = str(error).strip("'\"") or type(error).__name__
        print(f"cannot be decoded as HDF5: {text}", file=sys.stderr)
        return REFUSED
    return 0


def _columns(file: h5py.File) -> tuple[dict[str, tuple[h5py.Dataset, str | int | None]], int]:
    """Return for each column its array and what of it is the column, and how many events."""
    for place in PLACES:
        found = _opened(file, place)
        if found is not None and (columns := _columns_in(found)) is not None:
            lengths = {dataset.shape[0] for dataset, _ in columns.values()}
            if len(lengths) > 1:
                raise ValueError(f"columns in {place} differ in length: {sorted(lengths)}")
            return columns, lengths.pop()
    raise ValueError(f"there are no events with t, x, y, p in {', '.join(PLACES)}")


def _columns_in(found: Any) -> dict[str, tuple[h5py.Dataset, str | int | None]] | None:
    members: Mapping[str, Any]
    if isinstance(found, h5py.Dataset):
        _check(found)
        if found.dtype.names is None:
            is_table = found.ndim == 2 and found.shape[1] == len(NAMES)
            return {name: (found, i) for i, name in enumerate(NAMES)} if is_table else None
        keys, members = list(found.dtype.names), {}
    else:
        keys = list(found)
        members = {key: _opened(found, key) for key in keys if _alias(key)}
    columns: dict[str, tuple[h5py.Dataset, str | int | None]] = {}
    for key in filter(_alias, keys):
        name = _alias(key)
        columns[name] = (members[key], None) if members else (found, key)
    if set(columns) != set(NAMES):
        return None
    for dataset, _ in columns.values():
        _check(dataset)
    return columns


def _alias(key: str) -> str:
    return next((name for name, aliases in NAMES.items() if key.lower() in aliases), "")


def _opened(group: h5py.Group, path: str) -> Any:
    """Return what is at `path`, None if nothing is; links out of the file are refused."""
    found: Any = group
    for part in filter(None, path.split("/")):
        if not isinstance(found, h5py.Group) or part not in list(found):  # `in found` follows links
            return None
        link = found.get(part, getlink=True)
        if not isinstance(link, h5py.HardLink):
            raise ValueError(f"{part} is a link ({type(link).__name__}); only hard links are read")
        found = found[part]
    return found


def _check(dataset: Any) -> None:
    """Refuse arrays that lie elsewhere, or hold more than the file can."""
    if not isinstance(dataset, h5py.Dataset):
        raise ValueError("a column is no array")
    name = dataset.name
    if dataset.external or dataset.is_virtual:
        raise ValueError(f"{name} keeps its data in other files")
    kinds = [dataset.dtype[field] for field in dataset.dtype.names or ()] or [dataset.dtype]
    if dataset.ndim not in (1, 2) or any(kind.kind not in "iub" for kind in kinds):
        raise ValueError(
            f"{name} holds {dataset.dtype} of shape {dataset.shape}; whole numbers are read"
        )
    stored = dataset.id.get_storage_size()
    if dataset.nbytes > (max(RATIO * stored, FLOOR) if stored else 0):
        raise ValueError(f"{name} declares {dataset.nbytes} bytes; the file stores {stored}")
    filters = dataset.id.get_create_plist()
    for index in range(filters.get_nfilters()):
        code, _, _, label = filters.get_filter(index)
        if not h5py.h5z.filter_avail(code):
            said = label.decode(errors="replace")
            raise ValueError(f"{name} is compressed with {said or code}: pip install hdf5plugin")


def _size(file: h5py.File) -> list[int] | None:
    """Return width and height where attributes tell them."""
    for place in (file, _opened(file, "events"), _opened(file, "CD")):
        if place is None:
            continue
        found = [place.attrs.get(name) for name in ("width", "height")]
        if None not in found:
            return [int(value) for value in found]
    return None


def _offset(file: h5py.File) -> int:
    """Return what DSEC adds to all times, in µs."""
    found = _opened(file, "t_offset")
    if found is None:
        return 0
    _check(found) if found.shape else None
    return int(np.asarray(found[()]).ravel()[0])


def _write(
    columns: Mapping[str, tuple[h5py.Dataset, str | int | None]], rows: int, offset: int
) -> None:
    for start in range(0, rows, BLOCK):
        records = np.empty(min(BLOCK, rows - start), RECORD)
        read: dict[int, Any] = {}  # a compound array is read once and not once a column
        for name, (dataset, part) in columns.items():
            key = dataset.id.id
            if key not in read:
                read[key] = dataset[start : start + BLOCK]
            block = read[key]
            values = block if part is None else block[:, part] if block.ndim == 2 else block[part]
            records[name] = values
        records["t"] += offset
        records["p"][records["p"] == -1] = 0
        sys.stdout.buffer.write(records.tobytes())
    sys.stdout.buffer.flush()


def _limit_memory() -> None:
    with suppress(ImportError):  # Windows has no such limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
