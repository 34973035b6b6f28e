"""A source of events: what is done to each recording on the way to spikes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from functools import reduce
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Strict

from neurospike_cli.errors import DataError
from neurospike_cli.events.augmentations.augmentation import Augmentation
from neurospike_cli.events.encoded_dataset import EncodedDataset, Redrawing
from neurospike_cli.events.encoders.binary import Binary
from neurospike_cli.events.encoders.event_encoder import EventEncoder
from neurospike_cli.events.filters.filter import Filter
from neurospike_cli.events.sources.source import Source
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.events.stream import EventStream
from neurospike_cli.registry import OneOf


class EventSource(Source):
    """Recordings of events, which are filtered and encoded when they are read."""

    filters: Annotated[tuple[Annotated[Filter, OneOf()], ...], Strict(False)] = ()
    """What takes events out before encoding, in order."""
    augmentations: Annotated[tuple[Annotated[Augmentation, OneOf()], ...], Strict(False)] = ()
    """What changes training recordings at random in each epoch, in order."""
    encoder: Annotated[EventEncoder, OneOf()] = Binary()
    """How events become spikes."""

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
        streams: list[EventStream] = []
        # Only an augmentation needs the events again; without one they would only fill memory.
        keeps_events = is_drawn and bool(self.augmentations)

        def trains() -> Iterator[SpikeTrain]:
            for index in recordings.tolist():
                raw = self.read(index, seed)
                digest.update(_content(raw))
                filtered = self.apply_filters(raw)
                train = self.encoder.encode(filtered, self.duration)
                dropped.update(filtered.dropped)
                dropped.update(train.dropped)
                streams.extend([filtered] if keeps_events else [])
                yield train

        return EncodedDataset(
            spikes=SpikeTrain.batch(trains()),
            labels=self.labels()[recordings],
            recordings=recordings,
            class_names=self.class_names(),
            sha256=digest.hexdigest(),
            streams=tuple(streams),
            dropped=dict(+dropped),
            redrawing=Redrawing(self.augmentations, self.encoder, self.duration, seed),
        )

    def apply_filters(self, stream: EventStream) -> EventStream:
        """Return a recording after all filters."""
        for step in self.filters:
            stream = step.apply(stream)
        return stream


def _content(recording: EventStream) -> bytes:
    label = -1 if recording.label is None else recording.label
    header = np.array([label, recording.width, recording.height, len(recording)], dtype="<i8")
    return header.tobytes() + recording.events.tobytes()
