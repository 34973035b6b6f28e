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
_FIELDS = ("t", "x", "y", "p")
#: Events that are checked at a time: their columns stay in a core's cache.
_BLOCK = 2**15


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
        truth: what made each event, a `Truth`, (event,); None where that is not known.

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
    truth: NDArray[np.uint8] | None = None

    def __post_init__(self) -> None:
        _check_layout(self)
        _check_values(self)
        assert self.truth is None or len(self.truth) == len(self.events)
        frozen = self.events.view()
        frozen.flags.writeable = False
        object.__setattr__(self, "events", frozen)

    @classmethod
    def from_arrays(
        cls,
        width: int,
        height: int,
        *,
        t: NDArray[Any],
        x: NDArray[Any],
        y: NDArray[Any],
        p: NDArray[Any],
        **known: Any,
    ) -> EventStream:
        """Return a recording from columns in any order; events of one time keep theirs.

        Args:
            width, height: the sensor, in px.
            t, x, y, p: time in µs, pixel and polarity of each event, whole numbers, (event,).
            known: what else is known of it, e.g. its `label`.

        Raises:
            DataError: a value that does not fit its column, or as of the class.
        """
        events = np.empty(len(t), dtype=EVENT_DTYPE)
        for name, values in (("t", t), ("x", x), ("y", y), ("p", p)):
            events[name] = _exact(name, np.asarray(values), events.dtype[name], len(t))
        return cls(width, height, sorted_by_time(events), **known)

    def __len__(self) -> int:
        return len(self.events)

    def __getitem__(self, which: slice) -> EventStream:
        """Return the recording with some of its events, by their number; its duration is kept."""
        truth = None if self.truth is None else self.truth[which]
        return replace(self, events=self.events[which], truth=truth)

    @property
    def end(self) -> int:
        """When the recording is over: its duration, or 1 µs after its last event, in µs."""
        last = int(self.events["t"][-1]) + 1 if len(self) else 0
        return last if self.duration is None else max(last, round(self.duration * 1000.0))

    def between(self, begin: float, end: float) -> EventStream:
        """Return the events with begin <= t < end at their times; both in ms."""
        edges = [round(begin * 1000.0), round(end * 1000.0)]
        first, last = np.searchsorted(self.events["t"], edges).tolist()
        return self[first:last]

    def delayed(self, delay: int) -> EventStream:
        """Return the recording `delay` µs later, which may be negative; its duration is kept.

        Raises:
            DataError: an event would be before time 0.
        """
        events = self.events.copy()
        events["t"] += delay
        return replace(self, events=events)

    def rate(self, bin_width: float) -> NDArray[np.float64]:
        """Return the events per second in bins of `bin_width` ms from time 0 on, (bin,), in Hz.

        The last bin may reach beyond the recording's end, and is divided by its whole width.
        """
        width = max(1, round(bin_width * 1000.0))
        counts = np.bincount(self.events["t"] // width, minlength=-(-self.end // width))
        return counts / (width * 1e-6)

    def kept(self, keep: NDArray[np.bool_], reason: str) -> EventStream:
        """Return the recording with some of its events; the others are counted under `reason`.

        Args:
            keep: which events stay, (event,).
            reason: what took the others out; it is in `dropped` even where these are 0.
        """
        dropped = dict(self.dropped)
        dropped[reason] = dropped.get(reason, 0) + len(keep) - int(np.count_nonzero(keep))
        truth = None if self.truth is None else self.truth[keep]
        return replace(self, events=self.events[keep], truth=truth, dropped=dropped)

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


def _exact(name: str, values: NDArray[Any], dtype: np.dtype[Any], count: int) -> NDArray[Any]:
    """Return a column in its own type, which must hold its values as they are."""
    if values.shape != (count,):
        raise DataError(f"{name} must be {count} numbers, as t is; got the shape {values.shape}")
    with np.errstate(invalid="ignore"):  # not a number, found by the comparison below
        column = values.astype(dtype)
    different = np.flatnonzero(column != values)
    if len(different):
        raise DataError(
            f"event {different[0]}: {name} = {values[different[0]]} does not fit {dtype}; "
            f"{len(different)} of {count} events are like this"
        )
    return column


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
    for start in range(0, len(events), _BLOCK):
        # With the event before, which the first of the block must not be earlier than.
        if not _fits(events[max(0, start - 1) : start + _BLOCK], recording.width, recording.height):
            raise _refusal(recording)


def _fits(events: Events, width: int, height: int) -> bool:
    """Say whether events are in order and on the sensor: a quarter of the time of asking where."""
    t, x, y, p = (np.ascontiguousarray(events[name]) for name in _FIELDS)
    ascend = bool(t[0] >= 0 and (t[1:] >= t[:-1]).all())
    inside = bool(x.max() < width and y.max() < height)
    return ascend and inside and bool(p.min() >= 0 and p.max() <= 1)


def _refusal(recording: EventStream) -> DataError:
    """Return the error about the first event that breaks the first rule that is broken."""
    t, x, y, p = (np.ascontiguousarray(recording.events[name]) for name in _FIELDS)
    backwards = np.zeros(len(t), dtype=bool)
    np.less(t[1:], t[:-1], out=backwards[1:])
    rules = (
        ("t", t, t < 0, "must not be negative"),
        ("t", t, backwards, "is earlier than the event before it"),
        ("x", x, x >= recording.width, f"must be below the sensor's width {recording.width}"),
        ("y", y, y >= recording.height, f"must be below the sensor's height {recording.height}"),
        ("p", p, (p < 0) | (p > 1), "must be 0 (OFF) or 1 (ON)"),
    )
    name, values, wrong, text = next(rule for rule in rules if rule[2].any())
    first = int(np.argmax(wrong))
    return DataError(
        f"event {first}: {name} = {values[first]} {text}; "
        f"{int(wrong.sum())} of {len(t)} events are like this",
        where=recording.provenance or None,
        hint="check that the file is of the format and the sensor that it is read as",
    )
