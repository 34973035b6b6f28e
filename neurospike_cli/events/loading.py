"""From a source to the spike trains of one split."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError, UsageError
from neurospike_cli.events.sources.source import Source
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.events.split import SPLITS, SplitName
from neurospike_cli.events.stream import EventStream
from neurospike_cli.rng import Purpose, stream

AFTER_DURATION = "after_duration"


@dataclass(frozen=True, eq=False)
class SpikeDataset:
    """The samples of one split.

    Attributes:
        spikes: all samples, in the order of `recordings`.
        labels: class of each sample, (sample,).
        recordings: number of each sample's recording in the source, ascending, (sample,).
        class_names: names of all classes of the source.
        sha256: hex digest of the events, as read, and labels, in order; independent of filters
            and encoder.
        streams: the filtered recordings of the training split where the source has
            augmentations, else empty.
        dropped: events that did not become spikes, by reason.
    """

    spikes: SpikeTrain
    labels: NDArray[np.int64]
    recordings: NDArray[np.int64]
    class_names: tuple[str, ...]
    sha256: str
    streams: tuple[EventStream, ...]
    dropped: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.labels)


def load_split(source: Source, split: SplitName, seed: int) -> SpikeDataset:
    """Return one split of a source; recordings of the other splits are not read.

    Raises:
        UsageError: there is no such split.
        DataError: the split is empty, or a recording is missing or corrupt.
    """
    recordings = _recordings(source, split, seed)
    # Only an augmentation needs the events again; without one they would only fill memory.
    loaded = _load(source, recordings, seed, bool(source.augmentations) and split == "train")
    source.forget()
    return loaded


def load_sample(source: Source, split: SplitName, seed: int, most: int) -> SpikeDataset:
    """Return up to `most` recordings of a split, spread over it and so over the classes.

    Raises:
        as `load_split`.
    """
    recordings = _recordings(source, split, seed)
    spread = np.linspace(0, len(recordings) - 1, min(most, len(recordings)), dtype=np.int64)
    return _load(source, recordings[spread], seed, bool(source.augmentations))


def _recordings(source: Source, split: SplitName, seed: int) -> NDArray[np.int64]:
    if split not in SPLITS:
        raise UsageError(f"unknown split `{split}`; expected one of {', '.join(SPLITS)}")
    recordings = source.partition(seed)[split]
    if not len(recordings):
        raise DataError(f"the {split} split has no recordings", hint=f"give `{split}` a fraction")
    return recordings


def _load(
    source: Source, recordings: NDArray[np.int64], seed: int, keeps_events: bool
) -> SpikeDataset:
    digest, dropped = hashlib.sha256(), Counter[str]()
    streams: list[EventStream] = []

    def trains() -> Iterator[SpikeTrain]:
        for index in recordings.tolist():
            raw = source.read(index, seed)
            digest.update(_content(raw))
            filtered = source.apply_filters(raw)
            train = source.encoder.encode(filtered, source.duration)
            dropped.update({**filtered.dropped, AFTER_DURATION: train.dropped})
            streams.extend([filtered] if keeps_events else [])
            yield train

    return SpikeDataset(
        spikes=SpikeTrain.batch(trains()),
        labels=source.labels()[recordings],
        recordings=recordings,
        class_names=source.class_names(),
        sha256=digest.hexdigest(),
        streams=tuple(streams),
        dropped=dict(+dropped),
    )


def _content(recording: EventStream) -> bytes:
    label = -1 if recording.label is None else recording.label
    header = np.array([label, recording.width, recording.height, len(recording)], dtype="<i8")
    return header.tobytes() + recording.events.tobytes()


def augmented(
    dataset: SpikeDataset, source: Source, seed: int, epoch: int, samples: NDArray[np.int64]
) -> SpikeTrain:
    """Return some samples of `dataset` as they are in `epoch`, in the given order.

    Each recording has its own random stream per epoch, so that a batch is made when it is its
    turn. Without augmentations the spikes are those of the data set; with them, `dropped` counts
    what found no place.
    """
    if not source.augmentations:
        return dataset.spikes.select(samples)
    trains = []
    for sample in samples.tolist():
        recording, events = int(dataset.recordings[sample]), dataset.streams[sample]
        rng = stream(seed, Purpose.AUGMENTATION, epoch, recording)
        changed = reduce(lambda moved, step: step.apply(moved, rng), source.augmentations, events)
        train = source.encoder.encode(changed, source.duration)
        lost = sum(changed.dropped.values()) - sum(events.dropped.values())
        trains.append(replace(train, dropped=train.dropped + lost))
    return SpikeTrain.batch(trains)
