"""A log intensity that rises by D along a straight line: floor(D / C) events, the k-th of them when
k C / D of its time is over, to the µs that events are told in."""

from __future__ import annotations

import math

from neurospike_cli.events.camera.camera import Camera
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.camera._light import seen

DURATION = 100.0


def measure(engine: str) -> list[Measurement]:
    """Measure number and times of the events of slow and fast ramps, up and down."""
    rows = []
    for change in (0.37, -1.1, 2.9, -5.3):
        camera = Camera(threshold_on=0.15, threshold_off=0.25)
        threshold = camera.threshold_on if change > 0 else camera.threshold_off
        count = math.floor(abs(change) / threshold)
        events = seen(camera, [(DURATION, 0.0, change)]).events
        where = f"of a ramp by {change:+g} in {DURATION:g} ms"
        rows.append(
            Measurement(engine, "camera", f"events {where}", float(len(events)), count, 0.0)
        )
        for k in sorted({1, count}):
            expected = round(1000.0 * DURATION * k * threshold / abs(change))
            found = float(events["t"][k - 1]) if len(events) >= k else math.nan
            quantity = f"event {k} {where} (µs)"
            rows.append(Measurement(engine, "camera", quantity, found, expected, 0.0))
    return rows
