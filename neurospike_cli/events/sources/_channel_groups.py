"""Channels in groups, the inputs of a logical task: what each group does is a class's pattern."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, Strict

from neurospike_cli.events.sources._divided_source import DividedSource
from neurospike_cli.events.sources._event_source import EventSource
from neurospike_cli.events.stream import EVENT_DTYPE, Events, EventStream
from neurospike_cli.rng import Purpose, stream

T = TypeVar("T")


#: What each group does, in the order of the groups; in a list of them, samples take turns.
Patterns = Annotated[
    tuple[Annotated[tuple[T, ...], Strict(False)], ...], Strict(False), Field(min_length=1)
]


class ChannelGroups(DividedSource, EventSource):
    """A row of channels, divided into groups; recordings of a class take its patterns in turn."""

    groups: Annotated[tuple[Annotated[int, Field(ge=1, le=10_000)], ...], Strict(False)] = Field(
        min_length=1
    )
    """Number of channels of each group."""
    samples_per_class: int = Field(default=100, ge=1, le=1_000_000)
    """How many recordings there are of each class."""

    @property
    @abstractmethod
    def patterns(self) -> dict[str, tuple[tuple[float, ...], ...]]:
        """The patterns of each class, by its name."""

    @abstractmethod
    def spikes(
        self, pattern: tuple[float, ...], seed: int, rng: np.random.Generator
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return times in ms and channels of a recording's events, in any order.

        Args:
            pattern: what each group does.
            seed: the experiment's.
            rng: the recording's.
        """

    @property
    def sensor_size(self) -> tuple[int, int]:
        """A row of all channels."""
        return sum(self.groups), 1

    def class_names(self) -> tuple[str, ...]:
        """Return the names of the classes in the order of the config."""
        return tuple(self.patterns)

    def labels(self) -> NDArray[np.int64]:
        """Return the class of every recording, (recording,)."""
        return np.repeat(np.arange(len(self.patterns), dtype=np.int64), self.samples_per_class)

    def read(self, index: int, seed: int) -> EventStream:
        """Return one recording."""
        label, sample = divmod(index, self.samples_per_class)
        name, patterns = list(self.patterns.items())[label]
        rng = stream(seed, Purpose.DATA, label, sample)
        times, channels = self.spikes(patterns[sample % len(patterns)], seed, rng)
        return EventStream(
            width=sum(self.groups),
            height=1,
            events=_events(times, channels),
            label=label,
            provenance=f"{self.component_name} {name}/{sample}",
            duration=self.duration,
        )

    def checks(self) -> list[tuple[str, str]]:
        """Return what is wrong across fields, as (dotted key below `data`, message)."""
        problems, count = super().checks(), len(self.groups)
        for name, patterns in self.patterns.items():
            for i, pattern in enumerate(patterns):
                if len(pattern) != count:
                    message = f"must have {count} entries, one for each group; got {len(pattern)}"
                    problems.append((f"classes.{name}.{i}", message))
        least = self.split.least_samples
        if self.samples_per_class < least:
            message = f"must be at least {least}, one for each part of the split in use"
            problems.append(("samples_per_class", f"{message}; got {self.samples_per_class}"))
        return problems

    @property
    def _starts(self) -> NDArray[np.int64]:
        """First channel of each group."""
        return np.cumsum([0, *self.groups[:-1]])


def _events(times: NDArray[np.float64], channels: NDArray[np.int64]) -> Events:
    """Return ON events in the order of time, then channel."""
    microseconds = np.floor(times * 1000.0).astype(np.int64)
    order = np.lexsort((channels, microseconds))
    events = np.zeros(len(times), dtype=EVENT_DTYPE)
    events["t"], events["x"], events["p"] = microseconds[order], channels[order], 1
    return events


def poisson(
    groups: tuple[int, ...],
    rates: tuple[float, ...],
    duration: float,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return times in ms and channels of independent Poisson events.

    Args:
        groups: number of channels of each.
        rates: of a channel of each group, in Hz.
        duration: in ms.
        rng: draws the number of events of every channel, then their times.
    """
    expected = np.repeat(np.array(rates) * duration * 1e-3, groups)
    numbers = rng.poisson(expected)
    return rng.random(int(numbers.sum())) * duration, np.repeat(np.arange(len(numbers)), numbers)
