r"""One spike per pixel in the order of brightness: only who comes before whom is told.

    step = (rank interval) // dt,   rank = 0 for the brightest, in integer µs

after Thorpe & Gautrais (1998, Computational Neuroscience: Trends in Research, 113-118). Equally
bright pixels follow each other in the order of rows, by their index. An image that is darker or of
less contrast makes the same spikes. The other half of the paper's code, synapses that count less
with each spike that came before, is a matter of the network and not done here.

All spikes have come after interval × bright pixels, of which a digit of MNIST has some 150: a
`duration` that is not much longer trains best.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field

from neurospike_cli.events.encoders.encoder import whole_microseconds
from neurospike_cli.events.encoders.image_encoder import FULL, NEVER, ImageEncoder, Images, flat
from neurospike_cli.events.reasons import AFTER_DURATION, BELOW_THRESHOLD
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.units import Milliseconds


class RankOrder(ImageEncoder):
    """One spike per pixel, the brightest first; nothing about it is random.

    `data.duration` should not be much longer than the ranks of an image take.
    """

    type: Literal["rank_order"] = "rank_order"
    interval: Annotated[Milliseconds, AfterValidator(whole_microseconds)] = Field(
        default=1.0, gt=0.0, le=1e6
    )
    """Time from one rank to the next, a whole number of µs, in ms; below `dt` several spike in a
    step."""
    threshold: float = Field(default=0.0, ge=0.0, lt=1.0)
    """Brightness that a pixel must exceed to spike at all, as a fraction of the full one."""

    def encode(
        self,
        images: Images,
        duration: float,
        brightness: float,
        stream_of: Callable[[int], np.random.Generator],
    ) -> SpikeTrain:
        """Return one sample for each image; pixels that spike too late are counted as dropped."""
        return self._one_spike_each(self.spike_steps(images), duration)

    def losses(self, images: Images, duration: float) -> Mapping[str, int]:
        """Return how many pixels are too dim to spike, though not black, or have a late rank."""
        bright = np.count_nonzero(self._is_bright()[images], axis=(1, 2))
        dim = int(np.count_nonzero(images)) - int(bright.sum())
        # Ranks without a gap: those of an image's bright pixels are the first ones.
        in_time = -(-self.steps(duration) * self._dt_us // self._interval_us)
        late = int(np.maximum(bright - in_time, 0).sum())
        return {BELOW_THRESHOLD: dim, AFTER_DURATION: late}

    def spike_steps(self, images: Images) -> NDArray[np.int64]:
        """Return the step in which each pixel spikes, (sample, pixel); `NEVER` if in none."""
        pixels = flat(images)
        # 255 - pixel, which does not overflow, so that the brightest comes first.
        order = np.argsort(~pixels, axis=1, kind="stable")
        ranks = np.empty(pixels.shape, dtype=np.int64)
        np.put_along_axis(ranks, order, np.arange(pixels.shape[1])[None, :], axis=1)
        return np.where(self._is_bright()[pixels], ranks * self._interval_us // self._dt_us, NEVER)

    def _is_bright(self) -> NDArray[np.bool_]:
        """Return which brightness makes a pixel spike, (256,)."""
        return np.arange(256) / FULL > self.threshold

    @property
    def _interval_us(self) -> int:
        return round(self.interval * 1000.0)
