"""A bright bar that crosses the sensor: in each pixel floor(contrast / C) ON events as it arrives
and as many OFF events as it leaves, at the times of the pattern itself, where both thresholds are
C: what is left of an edge then goes with the next one."""

from __future__ import annotations

import math

import numpy as np

from neurospike_cli.events.camera.camera import Camera
from neurospike_cli.events.sensor import Sensor
from neurospike_cli.events.sources.synthetic import Synthetic
from neurospike_cli.verification._measurement import Measurement

CLASSES = {"bar": {"pattern": "moving_bar", "velocity": 0.5, "direction": 30.0}}


def measure(engine: str) -> list[Measurement]:
    """Measure the events of every pixel that an oblique bar crosses, beside the ideal ones."""
    rows = []
    for contrast, threshold in ((0.5, 0.2), (0.6, 0.2), (1.9, 0.3)):
        camera = Camera(contrast=contrast, threshold_on=threshold, threshold_off=threshold)
        common = {"sensor": Sensor(width=16, height=16), "samples_per_class": 3}
        ideal, told = (
            Synthetic.model_validate({**common, "classes": CLASSES, "camera": seen}).read(0, 0)
            for seen in (None, camera)
        )
        for p, name in ((1, "ON"), (0, "OFF")):
            each = math.floor(contrast / threshold + 1e-9)
            expected = np.sort(np.repeat(ideal.events[ideal.events["p"] == p], each))
            found = np.sort(told.events[told.events["p"] == p])
            same = len(found) == len(expected) and bool((found == expected).all())
            where = f"{name} of a bar, contrast {contrast:g}"
            rows += [
                Measurement(engine, "camera", f"events {where}", len(found), len(expected), 0.0),
                Measurement(engine, "camera", f"same pixels and times, {where}", same, 1.0, 0.0),
            ]
    return rows
