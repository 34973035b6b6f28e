"""Shot noise: Poisson events at shot_rate (1 - (1 - shot_rate_bright) I), half of them ON.

With a dead time of T the rate r becomes r / (1 + r T). The generator is seeded: the numbers are the
same in every run.
"""

from __future__ import annotations

import math

from neurospike_cli.events.camera.camera import Camera
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.camera._light import seen

PIXELS, SECONDS = 500, 2
CONTRAST = 2.0
DEAD_TIME_LENGTH = 200.0  # ms


def measure(engine: str) -> list[Measurement]:
    """Measure events in the dark, in the light and with a dead time, within 4 standard errors."""
    rows = []
    for level, name in ((-CONTRAST, "dark"), (0.0, "bright")):
        camera = Camera(contrast=CONTRAST, shot_rate=20.0, shot_rate_bright=0.25)
        rate = 20.0 * (1.0 - 0.75 * math.exp(level))
        events = seen(camera, [(1000.0 * SECONDS, level, level)], PIXELS).events
        mean = rate * SECONDS * PIXELS
        rows += [
            Measurement(
                engine, "camera", f"noise events, {name}", len(events), mean, 4 * math.sqrt(mean)
            ),
            Measurement(
                engine,
                "camera",
                f"share of ON among them, {name}",
                float(events["p"].mean()) if len(events) else math.nan,
                0.5,
                4 * 0.5 / math.sqrt(mean),
            ),
        ]
    return [*rows, _dead_time(engine)]


def _dead_time(engine: str) -> Measurement:
    """A dead time of as long as a mean interval halves the rate, and makes it more regular."""
    camera = Camera(shot_rate=1000.0, shot_rate_bright=1.0, refractory_period=1.0)
    events = seen(camera, [(DEAD_TIME_LENGTH, 0.0, 0.0)], PIXELS).events
    mean = PIXELS * DEAD_TIME_LENGTH / 2.0
    # The coefficient of variation of the intervals is 1 - r T of the thinned rate, here 1/2.
    tolerance = 4 * 0.5 * math.sqrt(mean)
    quantity = "noise events at 1 kHz with a dead time of 1 ms"
    return Measurement(engine, "camera", quantity, len(events), mean, tolerance)
