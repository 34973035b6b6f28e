"""A ramp of slope s with a dead time of T: the reference is the light at its end, so that events
come every T + C / s; a step has one event, however large it is."""

from __future__ import annotations

import math

import numpy as np

from neurospike_cli.events.camera.camera import Camera
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.camera._light import seen

SLOPE = 0.05  # per ms


def measure(engine: str) -> list[Measurement]:
    """Measure the intervals of a ramp, and the events of a step."""
    rows = []
    for period in (0.5, 3.0):
        camera = Camera(refractory_period=period)
        events = seen(camera, [(100.0, 0.0, 100.0 * SLOPE)]).events
        apart = period + camera.threshold_on / SLOPE
        where = f"of a ramp, dead time {period:g} ms"
        intervals = np.diff(events["t"]) / 1e3
        longest = float(intervals.max()) if len(intervals) else math.nan
        number = math.floor((100.0 - camera.threshold_on / SLOPE) / apart) + 1
        rows += [
            # Both ends of an interval are rounded to the µs.
            Measurement(engine, "camera", f"interval {where} (ms)", longest, apart, 1e-3 + 1e-9),
            Measurement(engine, "camera", f"events {where}", len(events), number, 0.0),
        ]
        step = seen(camera, [(10.0, 0.0, 0.0), (90.0, 5.0, 5.0)]).events
        where = f"of a step by 5, dead time {period:g} ms"
        rows.append(Measurement(engine, "camera", f"events {where}", len(step), 1.0, 0.0))
    return rows
