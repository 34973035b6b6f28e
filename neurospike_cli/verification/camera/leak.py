"""Constant light: ON events every 1 / leak_rate, of every pixel, whatever its threshold."""

from __future__ import annotations

import numpy as np

from neurospike_cli.events.camera.camera import Camera
from neurospike_cli.events.truth import Truth
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.camera._light import seen

PIXELS, SECONDS = 50, 20


def measure(engine: str) -> list[Measurement]:
    """Measure number, truth and intervals of the events of pixels that differ."""
    rows = []
    for rate in (0.25, 2.0):
        camera = Camera(leak_rate=rate, threshold_sigma=0.03)
        stream = seen(camera, [(1000.0 * SECONDS, -1.0, -1.0)], PIXELS)
        events = stream.events
        where = f"at {rate:g} Hz in {SECONDS} s of {PIXELS} pixels"
        leaked = int(((stream.truth == Truth.LEAK) & (events["p"] == 1)).sum())
        expected = PIXELS * rate * SECONDS
        rows.append(Measurement(engine, "camera", f"leak events {where}", leaked, expected, 0.0))
        intervals = [np.diff(events["t"][events["x"] == x]) for x in range(PIXELS)]
        worst = max(np.abs(np.concatenate(intervals) - 1e6 / rate), default=np.nan)
        # Both ends of an interval are rounded to the µs.
        quantity = f"largest error of an interval {where} (µs)"
        rows.append(Measurement(engine, "camera", quantity, float(worst), 0.0, 1.0))
    return rows
