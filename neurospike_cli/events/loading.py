"""From a source to the samples of one split."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError, UsageError
from neurospike_cli.events.sources.source import Source
from neurospike_cli.events.spike_dataset import SpikeDataset
from neurospike_cli.events.split import SPLITS, SplitName


def load_split(source: Source, split: SplitName, seed: int) -> SpikeDataset:
    """Return one split of a source; recordings of the other splits are not read.

    Raises:
        UsageError: there is no such split.
        DataError: the split is empty, or a recording is missing or corrupt.
    """
    loaded = source.load(_recordings(source, split, seed), seed, is_drawn=split == "train")
    source.forget()
    return loaded


def load_sample(source: Source, split: SplitName, seed: int, most: int) -> SpikeDataset:
    """Return up to `most` recordings of a split, spread over it and so over the classes.

    Raises:
        as `load_split`.
    """
    recordings = _recordings(source, split, seed)
    spread = np.linspace(0, len(recordings) - 1, min(most, len(recordings)), dtype=np.int64)
    return source.load(recordings[spread], seed, is_drawn=True)


def _recordings(source: Source, split: SplitName, seed: int) -> NDArray[np.int64]:
    if split not in SPLITS:
        raise UsageError(f"unknown split `{split}`; expected one of {', '.join(SPLITS)}")
    recordings = source.partition(seed)[split]
    if not len(recordings):
        raise DataError(f"the {split} split has no recordings", hint=f"give `{split}` a fraction")
    return recordings
