"""Run as a program by `_child_decoder`: the events of an HDF5 file, on stdout.

It is no part of the package when it runs: it imports nothing of it. What a file links to outside of
itself is never opened.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import h5py
import numpy as np

#: What decoding may take beside the libraries: a piece of each of four columns, and its filters.
MEMORY = 2**30
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
#: The largest piece in which an array may be stored: it is kept while it is read from.
LARGEST_PIECE = 2**26


def main(path: str, wanted: str) -> int:
    """Write what is wanted of a file, a key of `WANTED`; return the exit code."""
    _limit_memory()
    with suppress(ImportError):  # compression filters that DSEC and newer Prophesee files need
        import hdf5plugin  # noqa: F401
    try:
        with h5py.File(path, "r", rdcc_nbytes=LARGEST_PIECE) as file:
            WANTED[wanted](file)
    except (ValueError, OSError, KeyError, RuntimeError, TypeError, MemoryError) as error:
        text = str(error).strip("'\"") or type(error).__name__
        print(f"cannot be decoded as HDF5: {text}", file=sys.stderr)
        return REFUSED
    return 0


def write_events(file: h5py.File) -> None:
    """Write the size of the sensor and all events."""
    columns, rows = _columns(file)
    print(json.dumps({"size": _size(file)}), flush=True)
    _write(columns, rows, _offset(file))


def write_labels(file: h5py.File) -> None:
    """Write the labels of the recordings of a file of spikes, and the names of the classes."""
    _describe_spikes(file)


def write_spikes(file: h5py.File) -> None:
    """Write labels, and the spikes of all recordings one after the other, x = unit."""
    times, units = _describe_spikes(file)
    for index in range(len(times)):
        t, x = np.asarray(times[index], np.float64), np.asarray(units[index])
        if len(t) != len(x) or not np.isfinite(t).all():
            raise ValueError(f"recording {index}: times are not one finite number for each unit")
        records = np.zeros(len(t), RECORD)
        records["t"], records["x"], records["p"] = np.rint(t * 1e6), x, 1
        sys.stdout.buffer.write(records.tobytes())
    sys.stdout.buffer.flush()


def _describe_spikes(file: h5py.File) -> tuple[h5py.Dataset, h5py.Dataset]:
    times, units = _opened(file, "spikes/times"), _opened(file, "spikes/units")
    labels, keys = _opened(file, "labels"), _opened(file, "extra/keys")
    for name, found in (("spikes/times", times), ("spikes/units", units), ("labels", labels)):
        if not isinstance(found, h5py.Dataset) or found.external or found.is_virtual:
            raise ValueError(f"there is no array {name} in it; files of spikes have one")
    _check(labels)
    kinds = [h5py.check_vlen_dtype(found.dtype) for found in (times, units)]
    if None in kinds or [kind.kind for kind in kinds] not in (["f", "u"], ["f", "i"]):
        raise ValueError("spikes/times must be lists of numbers in s, spikes/units of numbers")
    if not len(times) == len(units) == len(labels):
        raise ValueError(f"{len(times)} times, {len(units)} units and {len(labels)} labels differ")
    names = [] if keys is None else [_text(name) for name in np.ravel(keys[()])]
    head = {"labels": labels[()].tolist(), "names": names, "counts": list(map(len, units))}
    print(json.dumps(head), flush=True)
    return times, units


def _text(name: Any) -> str:
    return name.decode(errors="replace") if isinstance(name, bytes) else str(name)


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
    piece = math.prod(dataset.chunks or ()) * dataset.dtype.itemsize
    if piece > LARGEST_PIECE:
        raise ValueError(
            f"{name} is stored in pieces of {piece} bytes; at most {LARGEST_PIECE} are read: "
            "store it again with h5repack -l CHUNK=65536"
        )
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
    with suppress(ImportError, OSError):  # other systems than Linux have no such limit or account
        import resource

        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
        held = int(pages) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (held + MEMORY, held + MEMORY))


WANTED = {"events": write_events, "labels": write_labels, "spikes": write_spikes}

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
