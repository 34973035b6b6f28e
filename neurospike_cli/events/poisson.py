"""Events without a cause: a Poisson process in every pixel."""

from __future__ import annotations

import numpy as np

from neurospike_cli.errors import DataError
from neurospike_cli.events.stream import EVENT_DTYPE, Events, sorted_by_time

MAX_EVENTS = 50_000_000


def poisson_events(
    width: int, height: int, rate: float, duration: float, rng: np.random.Generator
) -> Events:
    """Return independent events, equally likely in each pixel, in each µs and ON or OFF.

    Their number is Poisson with mean rate * width * height * duration / 1000.

    Args:
        width, height: the area, in px.
        rate: in Hz per pixel.
        duration: in ms.

    Raises:
        DataError: more than `MAX_EVENTS` are to be expected.
    """
    mean = rate * width * height * duration / 1000.0
    if mean > MAX_EVENTS:
        raise DataError(
            f"one recording would have about {mean:.3g} events; at most {MAX_EVENTS:,} are made",
            hint="lower the rate, the duration or the size of the sensor",
        )
    events = np.empty(int(rng.poisson(mean)), dtype=EVENT_DTYPE)
    events["t"] = rng.integers(0, max(round(duration * 1000.0), 1), len(events))
    events["x"] = rng.integers(0, width, len(events))
    events["y"] = rng.integers(0, height, len(events))
    events["p"] = rng.integers(0, 2, len(events))
    return sorted_by_time(events)
