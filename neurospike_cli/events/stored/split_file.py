"""The file of one split, put together from shards column by column.

The bytes are those that `numpy.savez` would write of the same arrays; memory holds one column of
one recording and three numbers a recording.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.atomic import write_with
from neurospike_cli.events.array_archive import write_array
from neurospike_cli.events.stored.dataset_folder import arrays_of, columns_of
from neurospike_cli.events.stored.recording_shard import Shard


def write_split(
    path: Path,
    shards: Sequence[Shard],
    recordings: NDArray[np.int64],
    labels: NDArray[np.int64],
    *,
    has_truth: bool,
) -> int:
    """Write a split and return its number of events.

    Args:
        path: the file.
        shards: its recordings, in order.
        recordings: their numbers in the source, ascending.
        labels: the class of each.
        has_truth: whether what is known of the events' causes is written too.

    Raises:
        RunError: the disk is full, or the folder cannot be written to.
    """
    counts = np.concatenate([np.empty(0, np.int64), *(shard.counts for shard in shards)])
    offsets = np.cumsum([0, *counts.tolist()])
    whole = {"offsets": offsets, "labels": labels, "recordings": recordings}
    columns = columns_of(has_truth=has_truth)

    def write(file: IO[bytes]) -> None:
        with zipfile.ZipFile(file, "w") as archive:
            for name, dtype in arrays_of(has_truth=has_truth).items():
                if name in columns:
                    blocks = (block for shard in shards for block in shard.column(name))
                    write_array(archive, name, dtype, int(offsets[-1]), blocks)
                else:
                    array = whole[name].astype(dtype)
                    write_array(archive, name, dtype, len(array), [array.tobytes()])

    write_with(path, write)
    return int(offsets[-1])
