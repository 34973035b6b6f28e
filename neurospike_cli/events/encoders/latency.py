r"""One spike per pixel, the earlier the brighter: when a leaky membrane that it drives fires.

    t = tau ln(x / (x - threshold)),   step = ceil(t / dt)

with x the brightness between 0 and 1 that the membrane tends to, and steps counted from 1: the
first in whose end x (1 - exp(-t / tau)) has reached the threshold.

The first spikes come after tau ln(1 / (1 - threshold)), 4.5 ms with the defaults, and nearly all
within 3 tau. Fresh weights are scaled to a rate over the whole sample; silence that follows makes
them very large, and a `duration` of 3 tau or less learns where one of 250 ms does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.encoders.image_encoder import FULL, NEVER, ImageEncoder, Images, flat
from neurospike_cli.events.reasons import AFTER_DURATION, BELOW_THRESHOLD
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.units import Milliseconds


class Latency(ImageEncoder):
    """One spike per pixel, the earlier the brighter it is; nothing about it is random.

    Nearly all come within 3 `tau`, and `data.duration` should not be much longer.
    """

    type: Literal["latency"] = "latency"
    tau: Milliseconds = Field(default=20.0, gt=0.0, le=1e6)
    """Time constant of the membrane that a pixel charges, in ms."""
    threshold: float = Field(default=0.2, gt=0.0, lt=1.0)
    """Brightness that a pixel must exceed to spike at all, as a fraction of the full one."""

    def encode(
        self,
        images: Images,
        duration: float,
        brightness: float,
        stream_of: Callable[[int], np.random.Generator],
    ) -> SpikeTrain:
        """Return one sample for each image; pixels that spike too late are counted as dropped."""
        return self._one_spike_each(self.spike_steps()[flat(images)], duration)

    def losses(self, images: Images, duration: float) -> Mapping[str, int]:
        """Return how many pixels are too dim to spike, though not black, or spike too late."""
        steps, pixels = self.spike_steps(), np.bincount(images.ravel(), minlength=256)
        dim, late = steps == NEVER, steps >= self.steps(duration)
        dim[0] = False
        lost = {BELOW_THRESHOLD: dim, AFTER_DURATION: late}
        return {reason: int(pixels[which].sum()) for reason, which in lost.items()}

    def spike_steps(self) -> NDArray[np.int64]:
        """Return the step, from 0, in which each brightness spikes, (256,); `NEVER` if in none."""
        x = np.arange(256) / FULL
        bright = x > self.threshold
        steps = np.full(256, NEVER, dtype=np.int64)
        times = -self.tau * np.log1p(-self.threshold / x[bright])
        steps[bright] = np.ceil(times / self.dt).astype(np.int64) - 1
        return steps
