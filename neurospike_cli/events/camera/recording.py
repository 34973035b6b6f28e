"""From what a camera sees, exposure by exposure, to the events that it tells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError
from neurospike_cli.events.camera.camera import Camera
from neurospike_cli.events.camera.development import Development, Fired, joined
from neurospike_cli.events.camera.exposure import Exposure
from neurospike_cli.events.camera.pixels import Memory, Pixels, draw_pixels, settled
from neurospike_cli.events.camera.spontaneous import draw_spontaneous
from neurospike_cli.events.poisson import MAX_EVENTS
from neurospike_cli.events.stream import EVENT_DTYPE, Events, EventStream
from neurospike_cli.rng import Purpose, stream

Floats = NDArray[np.float64]


class Scene(NamedTuple):
    """What a camera sees.

    Attributes:
        begins: log intensity that the pixels have long seen, row by row, 0 that of white, (pixel,).
        exposures: what follows, from time 0 on; taken one at a time.
    """

    begins: Floats
    exposures: Iterable[Exposure]


def film(
    camera: Camera, size: tuple[int, int], duration: float, scene: Scene, seed: int, *key: int
) -> EventStream:
    """Return the recording of a scene, with the truth of every event.

    Args:
        camera: its parameters.
        size: width and height of the sensor, in px.
        duration: in ms.
        scene: what the camera sees.
        seed: the experiment's; it makes the pixels, the same in all recordings.
        key: what names the recording, e.g. class and sample; it makes the recording's noise.

    Raises:
        DataError: there would be more than `MAX_EVENTS`, or the camera does not fit the sensor.
    """
    width, height = size
    for name, message in camera.checks(width, height):
        raise DataError(f"camera.{name} {message}")
    pixels = draw_pixels(camera, width * height, stream(seed, Purpose.PIXELS))
    rng = stream(seed, Purpose.CAMERA, *key)
    memory = settled(camera, pixels, scene.begins, rng)
    fired = record(camera, pixels, memory, scene.exposures, rng)
    events, truth = told_events(fired, width, duration)
    return EventStream(width=width, height=height, events=events, truth=truth, duration=duration)


def record(
    camera: Camera,
    pixels: Pixels,
    memory: Memory,
    exposures: Iterable[Exposure],
    rng: np.random.Generator,
) -> list[Fired]:
    """Return the events of a camera; exposures are taken one at a time.

    Args:
        camera, pixels: its parameters, and the pixels of this sensor.
        memory: what these remember; it is left as it is after the last exposure.
        exposures: what they see; those of a pixel in order and without a gap.
        rng: the recording's noise stream.

    Raises:
        DataError: there would be more than `MAX_EVENTS`.
    """
    fired: list[Fired] = []
    count = 0
    for exposure in exposures:
        spontaneous = draw_spontaneous(camera, exposure, pixels.is_hot[exposure.pixels], rng)
        development = Development(
            exposure, pixels, memory, spontaneous, decay=camera.decay, hold=camera.hold
        )
        waves = [wave for wave in development.run() if len(wave.time)]
        fired += waves
        count += sum(len(wave.time) for wave in waves)
        if count > MAX_EVENTS:
            raise DataError(
                f"one recording would have more than {MAX_EVENTS:,} events",
                hint="raise the thresholds, or lower the contrast, the duration or the noise",
            )
    return fired


def told_events(
    fired: list[Fired], width: int, duration: float
) -> tuple[Events, NDArray[np.uint8]]:
    """Return events by time, to the nearest µs, and what made each, (event,).

    Args:
        width: of the sensor, in px.
        duration: in ms; what rounds to it or beyond is outside.
    """
    nothing = Fired(np.empty(0, np.intp), np.empty(0), np.empty(0, bool), np.empty(0, np.uint8))
    pixels, time, is_on, truth = joined([nothing, *fired])
    # By the exact time; what a pixel fires at one time, in a step of the light, keeps its order.
    order = np.argsort(time, kind="stable")
    events = np.empty(len(order), dtype=EVENT_DTYPE)
    events["t"] = np.rint(time[order]).astype(np.int64)
    events["y"], events["x"] = np.divmod(pixels[order], width)
    events["p"] = is_on[order]
    inside = events["t"] < round(duration * 1000.0)
    return events[inside], truth[order][inside]
