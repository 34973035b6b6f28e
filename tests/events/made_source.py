"""A source of recordings that a test has made; other processes can import it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from neurospike_cli.errors import DataError
from neurospike_cli.events.stream import EventStream


@dataclass
class MadeSource:
    """Recordings 0, 1, … in turn for train, validation and test; labels 0, 1 in turn."""

    streams: list[EventStream]
    classes: tuple[str, ...] = ("a", "b")
    sensor_size: tuple[int, int] = (6, 6)
    duration: float = 20.0
    #: Recordings that cannot be read, and those that bring their process down.
    damaged: tuple[int, ...] = ()
    deadly: tuple[int, ...] = ()
    #: What was read, in order; of this process.
    seen: list[int] = field(default_factory=list)

    def class_names(self) -> tuple[str, ...]:
        return self.classes

    def labels(self):
        return np.arange(len(self.streams), dtype=np.int64) % 2

    def partition(self, seed: int):
        numbers = np.arange(len(self.streams), dtype=np.int64)
        return {name: numbers[k::3] for k, name in enumerate(("train", "validation", "test"))}

    def read(self, index: int, seed: int) -> EventStream:
        self.seen.append(index)
        if index in self.damaged:
            raise DataError("is damaged", where=f"recording {index}")
        if index in self.deadly:
            os._exit(7)
        return replace(self.streams[index], label=index % 2)

    def model_dump(self, **_: Any) -> dict[str, Any]:
        return {"source": "made", "classes": list(self.classes)}
