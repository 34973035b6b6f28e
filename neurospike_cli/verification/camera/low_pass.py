"""A step of the log intensity by D behind a low-pass filter: the k-th event comes
-tau ln(1 - k C / D) after it, tau = 1 / (2 pi bandwidth), and there are floor(D / C)."""

from __future__ import annotations

import math

from neurospike_cli.events.camera.camera import Camera
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.camera._light import seen

STEP, BEFORE = 1.0, 10.0


def measure(engine: str) -> list[Measurement]:
    """Measure when a step up and a step down fire, by a slow and a fast photoreceptor."""
    rows = []
    for bandwidth in (30.0, 300.0):
        for step in (STEP, -STEP):
            camera = Camera(bandwidth=bandwidth, threshold_on=0.15, threshold_off=0.3)
            threshold = camera.threshold_on if step > 0 else camera.threshold_off
            tau, count = 1e3 / (2.0 * math.pi * bandwidth), math.floor(STEP / threshold)
            pieces = [(BEFORE, 0.0, 0.0), (40.0 * tau, step, step)]
            events = seen(camera, pieces).events
            where = f"of a step by {step:+g}, {bandwidth:g} Hz"
            rows.append(
                Measurement(engine, "camera", f"events {where}", float(len(events)), count, 0.0)
            )
            expected = BEFORE - tau * math.log1p(-count * threshold / STEP)
            found = float(events["t"][-1]) / 1e3 if len(events) else math.nan
            # Events are told to the µs.
            quantity = f"event {count} {where} (ms)"
            rows.append(Measurement(engine, "camera", quantity, found, expected, 5e-4 + 1e-9))
    return rows
