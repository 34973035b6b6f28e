"""Events that follow no change of light: shot noise, and hot pixels.

Both are Poisson processes. That of shot noise has a rate that follows the light; it is drawn at
its rate in the dark, of which each event stays with the probability 1 - (1 - bright) I (thinning,
Lewis & Shedler 1979), exact for any course of the light.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError
from neurospike_cli.events.camera.camera import Camera
from neurospike_cli.events.camera.exposure import Exposure
from neurospike_cli.events.poisson import MAX_EVENTS
from neurospike_cli.events.truth import Truth


class Spontaneous(NamedTuple):
    """Events by pixel and time.

    Attributes:
        first: of pixel i of the exposure are the events first[i] … first[i + 1], (pixel + 1,).
        time: after the exposure's beginning, in µs, (event,).
        truth: what each is, (event,).
        is_on: its polarity, (event,).
    """

    first: NDArray[np.int64]
    time: NDArray[np.float64]
    truth: NDArray[np.uint8]
    is_on: NDArray[np.bool_]


def draw_spontaneous(
    camera: Camera, exposure: Exposure, is_hot: NDArray[np.bool_], rng: np.random.Generator
) -> Spontaneous:
    """Return what the pixels of an exposure would fire, were none ever refractory.

    Args:
        is_hot: whether each pixel of the exposure is hot, (pixel,).
        rng: the recording's noise stream.

    Raises:
        DataError: there would be more than `MAX_EVENTS`.
    """
    rate = camera.shot_rate + camera.hot_rate * is_hot
    means = rate * 1e-6 * exposure.length
    if means.sum() > MAX_EVENTS:
        raise DataError(
            f"the camera's noise would have {means.sum():.3g} events at once; at most "
            f"{MAX_EVENTS:,} are made",
            hint="lower `shot_rate`, `hot_rate`, the duration or the size of the sensor",
        )
    which = np.repeat(np.arange(len(means)), rng.poisson(means))
    time = rng.random(len(which)) * exposure.length[which]
    chance, is_on = rng.random(len(which)) * rate[which], rng.random(len(which)) < 0.5
    from_hot = chance >= camera.shot_rate
    light = np.exp(np.minimum(exposure.begins[which] + exposure.slope[which] * time, 0.0))
    stays = from_hot | (chance < camera.shot_rate * (1.0 - (1.0 - camera.shot_rate_bright) * light))
    order = np.lexsort((time, which))
    order = order[stays[order]]
    first = np.searchsorted(which[order], np.arange(len(means) + 1))
    truth = np.where(from_hot, np.uint8(Truth.HOT), np.uint8(Truth.SHOT))
    return Spontaneous(first.astype(np.int64), time[order], truth[order], is_on[order])
