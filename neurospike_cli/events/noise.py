"""Sensor noise: background events, hot pixels and uncertain time stamps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pydantic import Field

from neurospike_cli.events.poisson import poisson_events
from neurospike_cli.events.stream import Events, EventStream
from neurospike_cli.events.truth import Truth
from neurospike_cli.registry import Parameters
from neurospike_cli.units import Hertz, Milliseconds


class Noise(Parameters):
    """What a real sensor adds to a recording; ON and OFF are equally likely."""

    rate: Hertz = Field(default=0.0, ge=0.0, le=1e6)
    """Rate of background events in each pixel, in Hz."""
    hot_pixels: int = Field(default=0, ge=0, le=10_000)
    """How many pixels, chosen anew in each recording, fire at `hot_rate`; a number of pixels."""
    hot_rate: Hertz = Field(default=100.0, ge=0.0, le=1e6)
    """Rate of events in each hot pixel, in Hz."""
    jitter: Milliseconds = Field(default=0.0, ge=0.0, le=1e6)
    """Standard deviation of a Gaussian shift of each time stamp, in ms."""


def add_noise(
    stream: EventStream, noise: Noise, duration: float, rng: np.random.Generator
) -> EventStream:
    """Return the recording with noise, and what made each event.

    No event is lost: a shift ends at the recording's ends. What the truth is not known of is
    signal.

    Args:
        stream: the recording.
        noise: its parameters.
        duration: length of the recording, in ms.
        rng: the sample's noise stream.
    """
    parts = [
        _jittered(stream.events, noise.jitter, duration, rng),
        poisson_events(stream.width, stream.height, noise.rate, duration, rng),
        _hot(stream, noise, duration, rng),
    ]
    events = np.concatenate(parts)
    order = np.argsort(events["t"], kind="stable")
    known = np.full(len(stream), Truth.SIGNAL) if stream.truth is None else stream.truth
    added = np.repeat([Truth.SHOT, Truth.HOT], [len(part) for part in parts[1:]])
    truth = np.concatenate([known, added]).astype(np.uint8)
    return replace(stream, events=events[order], truth=truth[order])


def _jittered(events: Events, jitter: float, duration: float, rng: np.random.Generator) -> Events:
    shift = np.rint(rng.normal(0.0, jitter * 1000.0, len(events))).astype(np.int64)
    moved = events.copy()
    moved["t"] = np.clip(events["t"] + shift, 0, max(round(duration * 1000.0) - 1, 0))
    return moved


def _hot(stream: EventStream, noise: Noise, duration: float, rng: np.random.Generator) -> Events:
    pixels = stream.width * stream.height
    hot = rng.choice(pixels, size=min(noise.hot_pixels, pixels), replace=False)
    # A row of as many pixels as are hot; then each goes where it belongs.
    events = poisson_events(max(len(hot), 1), 1, noise.hot_rate * bool(len(hot)), duration, rng)
    if len(hot):
        events["y"], events["x"] = np.divmod(hot[events["x"]], stream.width)
    return events
