"""What a pattern's brightness should be, and whether its events follow it."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import strategies as st

from neurospike_cli.events.stream import EventStream

DURATION = 60.0
VELOCITIES = st.floats(0.05, 3.0) | st.floats(-3.0, -0.05)
SIDES = st.integers(1, 9)
PHASES = st.floats(0.0, 1.0)
ANGLES = st.floats(-360.0, 360.0)


def generator(seed=0):
    return np.random.default_rng(seed)


def pixels(width, height):
    return [(x, y) for y in range(height) for x in range(width)]


def assert_follows(pattern, width, height, bright, duration=DURATION):
    """Compare brightness summed up from events with `bright(x, y, t)` at many times.

    1 µs around each event is left out: that is what rounding to whole µs may move.
    """
    events = pattern.events(width, height, duration, generator())
    EventStream(width=width, height=height, events=events)  # order, sensor, polarity
    assert len(events) == 0 or events["t"][-1] < duration * 1000
    times = np.random.default_rng(1).uniform(0.0, duration, 40)
    for x, y in pixels(width, height):
        own = events[(events["x"] == x) & (events["y"] == y)]
        for t in times:
            if np.abs(own["t"] - t * 1000).min(initial=9.0) <= 1.0:
                continue
            before, after = own[own["t"] < t * 1000], own[own["t"] > t * 1000]
            expected = bright(x, y, t)
            assert all(p == expected for p in before["p"][-1:]), (x, y, t)
            assert all(p != expected for p in after["p"][:1]), (x, y, t)
            if not len(own):
                assert bright(x, y, times[0]) == expected, (x, y, t)


def direction_of(degrees, velocity):
    sign = math.copysign(1.0, velocity)
    angle = math.radians(degrees)
    return sign * math.cos(angle), -sign * math.sin(angle)
