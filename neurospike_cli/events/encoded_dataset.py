"""Recordings of events that were encoded beforehand, and are augmented when it is their turn."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.augmentations.augmentation import Augmentation
from neurospike_cli.events.encoders.event_encoder import EventEncoder
from neurospike_cli.events.spike_dataset import SpikeDataset
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.events.stream import EVENT_DTYPE, EventStream
from neurospike_cli.rng import Purpose, stream

#: Python objects around the events of one recording.
OBJECT_BYTES = 1_000


@dataclass(frozen=True)
class Redrawing:
    """How a recording is made anew in each epoch.

    Attributes:
        augmentations: what changes it, in order; nothing is made anew without them.
        encoder, duration: how it becomes spikes; `duration` in ms.
        seed: the experiment's.
    """

    augmentations: tuple[Augmentation, ...]
    encoder: EventEncoder
    duration: float
    seed: int

    def make(self, events: EventStream, epoch: int, recording: int) -> SpikeTrain:
        """Return one recording as it is in `epoch`; `dropped` says what found no place."""
        rng = stream(self.seed, Purpose.AUGMENTATION, epoch, recording)
        changed = reduce(lambda moved, step: step.apply(moved, rng), self.augmentations, events)
        train = self.encoder.encode(changed, self.duration)
        lost = Counter(changed.dropped) - Counter(events.dropped)
        return replace(train, dropped=dict(lost + Counter(train.dropped)))


@dataclass(frozen=True, eq=False)
class EncodedDataset(SpikeDataset):
    """Samples whose spikes are held, all in one train.

    Attributes:
        spikes: all samples, in the order of `recordings`.
        streams: the filtered recordings where they are augmented, else empty.
        redrawing: how they are augmented.
        on_disk: whether spikes and events wait in files; memory then holds what is in use.
    """

    spikes: SpikeTrain
    streams: tuple[EventStream, ...]
    redrawing: Redrawing
    on_disk: bool = False

    def select(self, samples: NDArray[np.int64]) -> SpikeTrain:
        """Return some samples as they are without augmentations."""
        return self.spikes.select(samples)

    def drawn(self, samples: NDArray[np.int64], epoch: int) -> SpikeTrain:
        """Return some samples, augmented; without augmentations, as they are."""
        if not self.redrawing.augmentations:
            return self.spikes.select(samples)
        return SpikeTrain.batch(
            self.redrawing.make(self.streams[sample], epoch, int(self.recordings[sample]))
            for sample in samples.tolist()
        )

    @property
    def entries_per_sample(self) -> float:
        """Mean number of stored entries of a sample."""
        return self.spikes.nnz / len(self)

    @property
    def sample_bytes(self) -> float:
        """Channels and counts of all entries, and offsets of all rows; nothing if on disk."""
        if self.on_disk:
            return 0.0
        return self.entry_bytes * self.entries_per_sample + 8 * self.spikes.n_steps

    @property
    def drawing_bytes(self) -> float:
        """The events that are augmented, if not on disk, and the objects around them."""
        if not self.streams:
            return 0.0
        events = sum(len(recording) for recording in self.streams) / len(self)
        return OBJECT_BYTES + (0.0 if self.on_disk else events * EVENT_DTYPE.itemsize)

    def making_bytes(self, samples: int) -> float:
        """Return nothing: recordings are augmented one by one."""
        return 0.0
