"""Files of many recordings of spikes, as the Heidelberg digits are (Cramer et al. 2022); HDF5.

| place | content |
|---|---|
| ``spikes/times`` | for each recording the times of its spikes, in s |
| ``spikes/units`` | for each recording the unit of each spike |
| ``labels`` | the class of each recording |
| ``extra/keys`` | names of the classes, may be missing |

Like other HDF5 files they are read in a process of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats._child_decoder import decoded, require
from neurospike_cli.events.formats._recording_file import opened

_SCRIPT = "_hdf5_child.py"


@dataclass(frozen=True, eq=False)
class SpikeLabels:
    """The classes of a file of spikes.

    Attributes:
        labels: the class of each recording, (recording,).
        names: names of the classes, empty where the file has none.
    """

    labels: NDArray[np.int64]
    names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Spikes:
    """All spikes of a file, one recording after the other.

    Attributes:
        times: in µs, (spike,).
        units: (spike,).
        offsets: recording i has the spikes offsets[i] … offsets[i + 1].
    """

    times: NDArray[np.int64]
    units: NDArray[np.int64]
    offsets: NDArray[np.int64]


def read_labels(path: Path) -> SpikeLabels:
    """Return the classes of a file's recordings, without reading their spikes.

    Raises:
        DataError: the file is missing, damaged or no such file.
        UsageError: h5py is not installed.
    """
    require("h5py", "hdf5", "heidelberg")
    with opened(path) as file:
        blocks, head = decoded(_SCRIPT, ("labels",), file)
        for _ in blocks:
            pass
    labels = np.array(head["labels"], dtype=np.int64)
    if not len(labels) or labels.min() < 0:
        message = f"labels must be 0 or more, of one recording at least; got {labels[:5].tolist()}"
        raise DataError(message, where=str(path))
    return SpikeLabels(labels, tuple(head["names"]))


@lru_cache(maxsize=1)
def read_spikes(path: Path) -> Spikes:
    """Return the spikes of all recordings of a file, which is kept until the next.

    Raises:
        as `read_labels`.
    """
    require("h5py", "hdf5", "heidelberg")
    with opened(path) as file:
        blocks, head = decoded(_SCRIPT, ("spikes",), file)
        parts = [(block.t, block.x) for block in blocks]
    empty = np.empty(0, np.int64)
    return Spikes(
        np.concatenate([empty, *(t for t, _ in parts)]),
        np.concatenate([empty, *(x for _, x in parts)]),
        np.cumsum([0, *head["counts"]]),
    )
