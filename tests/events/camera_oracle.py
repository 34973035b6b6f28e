"""A camera's pixel in plain words: small steps of time, one pixel, one event after the other."""

from __future__ import annotations

import math

import numpy as np

from neurospike_cli.events.camera.camera import Camera
from neurospike_cli.events.camera.exposure import Exposure
from neurospike_cli.events.camera.pixels import draw_pixels, settled
from neurospike_cli.events.camera.recording import record

#: Within a step of 1 µs, light and reference are taken as straight lines.
STEP = 1.0


def runge_kutta(y, x0, x1, decay):
    """Return the low-pass filtered light after one step in which the light goes from x0 to x1."""

    def slope(y, part):
        return decay * (x0 + (x1 - x0) * part - y)

    k1 = slope(y, 0.0)
    k2 = slope(y + 0.5 * STEP * k1, 0.5)
    k3 = slope(y + 0.5 * STEP * k2, 0.5)
    k4 = slope(y + STEP * k3, 1.0)
    return y + STEP * (k1 + 2 * k2 + 2 * k3 + k4) / 6


def plain_events(camera, on, off, leak, pieces):
    """Return (t, p) of one pixel's events, t in µs.

    Args:
        on, off, leak: the pixel's thresholds, and the sinking of its reference per µs.
        pieces: (start, stop, begins, ends) of its exposures, whole µs.
    """
    y = reference = pieces[0][2]
    held, events = -math.inf, []
    for start, stop, begins, ends in pieces:
        for k in range(int(stop - start)):
            t = start + k * STEP
            x0 = begins + (ends - begins) * k * STEP / (stop - start)
            x1 = begins + (ends - begins) * (k + 1) * STEP / (stop - start)
            before = y if camera.decay else x0
            y = runge_kutta(y, x0, x1, camera.decay) if camera.decay else x1
            reference, held = in_step(
                camera, (t, before, y, reference, held), (on, off, leak), events
            )
    return events


def in_step(camera, state, pixel, events):
    """Append the events of one step; return reference and end of the dead time after it."""
    t, before, after, reference, held = state
    on, off, leak = pixel
    at = t
    while at <= t + STEP:
        if held >= t + STEP:
            return reference, held
        y = before + (after - before) * (at - t) / STEP
        if held >= at:
            at, held = held, -math.inf
            reference = before + (after - before) * (at - t) / STEP
            continue
        left = t + STEP - at
        difference, at_end = y - reference, after - (reference - leak * left)
        target = on if at_end > difference else -off
        if difference > on - 1e-10 or difference < 1e-10 - off:
            target, part = (on if difference > 0 else -off), 0.0
        elif (at_end - target) * (1 if target > 0 else -1) < -1e-10 or at_end == difference:
            return reference - leak * left, held
        else:
            part = (target - difference) / (at_end - difference)
        reference -= leak * left * part
        at += left * part
        events.append((at, target > 0))
        reference += target
        held = at + camera.hold if camera.hold else held
    return reference, held


def exposures_of(courses):
    """Return exposures of several pixels from their (start, stop, begins, ends), as many each."""
    pixels = np.arange(len(courses))
    return [
        Exposure(pixels, *(np.array(column, dtype=float) for column in zip(*piece, strict=True)))
        for piece in zip(*courses, strict=True)
    ]


def answers(camera: Camera, courses, pixels=None, seed=0):
    """Return the events of each pixel as [(t, p)], by the camera itself."""
    rng = np.random.default_rng(seed)
    exposures = exposures_of(courses)
    pixels = pixels or draw_pixels(camera, len(courses), rng)
    memory = settled(camera, pixels, exposures[0].begins, rng)
    fired = record(camera, pixels, memory, exposures, rng)
    events = [[] for _ in courses]
    for wave in fired:
        for pixel, t, p in zip(wave.pixels, wave.time, wave.is_on, strict=True):
            events[pixel].append((float(t), bool(p)))
    return events
