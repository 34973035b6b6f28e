"""Events of one recording: which pixel became brighter or darker, and when.

| field | type | meaning |
|---|---|---|
| t | int64 | time in µs, ascending, not negative |
| x, y | uint16 | pixel; (0, 0) is the top left corner and y points down |
| p | int8 | polarity: 1 = ON (brighter), 0 = OFF (darker) |
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError, UsageError
from neurospike_cli.registry import discover
from neurospike_cli.rng import Purpose, stream

if TYPE_CHECKING:
    from neurospike_cli.events.spike_train import SpikeTrain

EVENT_DTYPE = np.dtype([("t", "<i8"), ("x", "<u2"), ("y", "<u2"), ("p", "i1")])
Events = NDArray[np.void]

DEFAULT_DURATION = 100.0
_MAX_SIDE = 65536  # x and y are uint16


def no_events() -> Events:
    """Return an empty array of events."""
    return np.empty(0, dtype=EVENT_DTYPE)


def sorted_by_time(events: Events) -> Events:
    """Return `events` in ascending t; events of one time keep their order."""
    return events[np.argsort(events["t"], kind="stable")]


@dataclass(frozen=True, eq=False)
class EventStream:
    """The events of one recording on a sensor, in ascending time.

    Attributes:
        width, height: the sensor, in px.
        events: `EVENT_DTYPE`, read-only.
        label: index of the class, where known.
        provenance: the file or the generator that the events come from.
        dropped: events that were removed on the way, by reason.
        duration: length of the recording in ms, where it is more than the last event tells.

    Raises:
        DataError: an event outside of the sensor, out of order or not of `EVENT_DTYPE`; the
            message names the first one.
    """

    width: int
    height: int
    events: Events = field(default_factory=no_events)
    label: int | None = None
    provenance: str = ""
    dropped: Mapping[str, int] = field(default_factory=dict)
    duration: float | None = None

    def __post_init__(self) -> None:
        _check_layout(self)
        _check_values(self)
        frozen = self.events.view()
        frozen.flags.writeable = False
        object.__setattr__(self, "events", frozen)

    def __len__(self) -> int:
        return len(self.events)

    def with_events(self, events: Events, **dropped: int) -> EventStream:
        """Return this recording with other events; `dropped` is added to what was dropped."""
        return self.resized(self.width, self.height, events, **dropped)

    def resized(self, width: int, height: int, events: Events, **dropped: int) -> EventStream:
        """Return this recording with other events on a sensor of another size, in px."""
        counts = dict(self.dropped)
        for reason, count in dropped.items():
            counts[reason] = counts.get(reason, 0) + count
        return replace(self, width=width, height=height, events=events, dropped=counts)

    def generate_synthetic_events(
        self,
        pattern: str = "moving_bar",
        duration: float = DEFAULT_DURATION,
        velocity: float | None = None,
        seed: int = 0,
        **parameters: Any,
    ) -> EventStream:
        """Return a recording of a synthetic pattern on this sensor.

        Args:
            pattern: name of the pattern, e.g. ``moving_bar``.
            duration: length, in ms.
            velocity: in the pattern's unit; without it, the pattern's default.
            seed: what is random about the pattern (its phase) is a function of this.
            parameters: further parameters of the pattern.

        Raises:
            UsageError: there is no such pattern.
        """
        from neurospike_cli.events.patterns.pattern import Pattern

        family = discover(Pattern)
        if pattern not in family:
            expected = ", ".join(family)
            raise UsageError(f"unknown pattern `{pattern}`; expected one of {expected}")
        if velocity is not None:
            parameters["velocity"] = velocity
        chosen = family[pattern].model_validate({"pattern": pattern, **parameters})
        rng = stream(seed, Purpose.DATA, 0, 0)
        events = chosen.events(self.width, self.height, duration, rng)
        return replace(self, events=events, provenance=f"{pattern} seed {seed}", duration=duration)

    def encode_to_spike_train(
        self, events: EventStream | None = None, dt: float = 1.0, duration: float | None = None
    ) -> SpikeTrain:
        """Return spikes, one channel a pixel: a spike in each step with at least one event.

        Args:
            events: the recording; without it, this one.
            dt: width of a step, in ms.
            duration: length in ms; without it, the recording's, and where that is not known
                100 ms or as many as the last event needs.
        """
        from neurospike_cli.events.encoders.binary import Binary

        recording = self if events is None else events
        length = _known_duration(recording) if duration is None else duration
        return Binary(dt=dt).encode(recording, length)


def _known_duration(recording: EventStream) -> float:
    if recording.duration is not None:
        return recording.duration
    last = int(recording.events["t"][-1]) if len(recording) else 0
    return max(DEFAULT_DURATION, math.floor(last / 1000) + 1.0)


def _check_layout(recording: EventStream) -> None:
    where = recording.provenance or None
    for name, side in (("width", recording.width), ("height", recording.height)):
        if not 1 <= side <= _MAX_SIDE:
            raise DataError(f"{name} must be 1 to {_MAX_SIDE} px; got {side}", where=where)
    if recording.events.dtype != EVENT_DTYPE or recording.events.ndim != 1:
        raise DataError(
            f"events must be one array of {EVENT_DTYPE}; got {recording.events.dtype} "
            f"of shape {recording.events.shape}",
            where=where,
        )


def _check_values(recording: EventStream) -> None:
    events = recording.events
    t, x, y, p = (np.ascontiguousarray(events[name]) for name in ("t", "x", "y", "p"))
    backwards = np.zeros(len(t), dtype=bool)
    np.less(t[1:], t[:-1], out=backwards[1:])
    rules = (
        ("t", t, t < 0, "must not be negative"),
        ("t", t, backwards, "is earlier than the event before it"),
        ("x", x, x >= recording.width, f"must be below the sensor's width {recording.width}"),
        ("y", y, y >= recording.height, f"must be below the sensor's height {recording.height}"),
        ("p", p, (p < 0) | (p > 1), "must be 0 (OFF) or 1 (ON)"),
    )
    for name, values, wrong, text in rules:
        if wrong.any():
            first = int(np.argmax(wrong))
            raise DataError(
                f"event {first}: {name} = {values[first]} {text}; "
                f"{int(wrong.sum())} of {len(t)} events are like this",
                where=recording.provenance or None,
                hint="check that the file is of the format and the sensor that it is read as",
            )
