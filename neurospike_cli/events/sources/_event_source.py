"""A source of events: what is done to each recording on the way to spikes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import reduce
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Strict

from neurospike_cli.errors import DataError
from neurospike_cli.events.augmentations.augmentation import Augmentation
from neurospike_cli.events.encoded_dataset import EncodedDataset, Redrawing
from neurospike_cli.events.encoders.binary import Binary
from neurospike_cli.events.encoders.event_encoder import EventEncoder
from neurospike_cli.events.filters.filter import Filter
from neurospike_cli.events.growing_array import FileArray, GrowingArray, MemoryArray
from neurospike_cli.events.sources.source import Source
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.events.stream import EVENT_DTYPE, EventStream, no_events
from neurospike_cli.registry import OneOf

_HOLDERS: Mapping[str, Callable[[], GrowingArray]] = {"memory": MemoryArray, "disk": FileArray}


class EventSource(Source):
    """Recordings of events, which are filtered and encoded when they are read."""

    holding_keys: ClassVar[tuple[str, ...]] = ("hold",)

    filters: Annotated[tuple[Annotated[Filter, OneOf()], ...], Strict(False)] = ()
    """What takes events out before encoding, in order."""
    augmentations: Annotated[tuple[Annotated[Augmentation, OneOf()], ...], Strict(False)] = ()
    """What changes training recordings at random in each epoch, in order."""
    encoder: Annotated[EventEncoder, OneOf()] = Binary()
    """How events become spikes."""
    hold: Literal["memory", "disk"] = "memory"
    """Where spikes wait for their turn: on disk, in temporary files, a data set may be larger than
    memory; memory or disk."""

    @property
    def input_size(self) -> tuple[int, int]:
        """Width and height of the sensor after all filters, in px."""
        return reduce(lambda size, step: step.size(*size), self.filters, self.sensor_size)

    def checks(self) -> list[tuple[str, str]]:
        """Return what is wrong across fields, as (dotted key below `data`, message)."""
        problems = super().checks()
        try:
            size = self.sensor_size if self.filters else (1, 1)
        except DataError:  # data that is not there yet; reading it will say so
            return problems
        for i, step in enumerate(self.filters):
            found = step.checks(*size)
            problems += [(f"filters.{i}.{key}", message) for key, message in found]
            if found:
                break  # what comes after has no sensor
            size = step.size(*size)
        return problems

    def load(self, recordings: NDArray[np.int64], seed: int, *, is_drawn: bool) -> EncodedDataset:
        """Return some recordings, filtered and encoded."""
        digest, dropped = hashlib.sha256(), Counter[str]()
        held = _HOLDERS[self.hold]
        # Only an augmentation needs the events again; without one they would only take room.
        kept = _KeptStreams(held) if is_drawn and self.augmentations else None

        def trains() -> Iterator[SpikeTrain]:
            for index in recordings.tolist():
                raw = self.read(index, seed)
                digest.update(_content(raw))
                filtered = self.apply_filters(raw)
                train = self.encoder.encode(filtered, self.duration)
                dropped.update(filtered.dropped)
                dropped.update(train.dropped)
                if kept is not None:
                    kept.append(filtered)
                yield train

        return EncodedDataset(
            spikes=SpikeTrain.batch(trains(), held),
            labels=self.labels()[recordings],
            recordings=recordings,
            class_names=self.class_names(),
            sha256=digest.hexdigest(),
            streams=() if kept is None else kept.streams(),
            dropped=dict(+dropped),
            redrawing=Redrawing(self.augmentations, self.encoder, self.duration, seed),
            on_disk=self.hold == "disk",
        )

    def apply_filters(self, stream: EventStream) -> EventStream:
        """Return a recording after all filters."""
        for step in self.filters:
            stream = step.apply(stream)
        return stream


class _KeptStreams:
    """Recordings whose events are all in one array."""

    def __init__(self, held: Callable[[], GrowingArray]) -> None:
        self._events = held()
        self._empty: list[EventStream] = []
        self._ends = [0]

    def append(self, recording: EventStream) -> None:
        self._events.append(recording.events)
        self._empty.append(replace(recording, events=no_events(), truth=None))
        self._ends.append(self._ends[-1] + len(recording))

    def streams(self) -> tuple[EventStream, ...]:
        events = self._events.array(EVENT_DTYPE)
        pieces = zip(self._empty, pairwise(self._ends), strict=True)
        return tuple(replace(empty, events=events[a:b]) for empty, (a, b) in pieces)


def _content(recording: EventStream) -> bytes:
    label = -1 if recording.label is None else recording.label
    header = np.array([label, recording.width, recording.height, len(recording)], dtype="<i8")
    return header.tobytes() + recording.events.tobytes()
