r"""Poisson spikes whose rate is a pixel's brightness.

    rate = max_rate x / 255,   P(spike in a step) = 1 - exp(-rate dt)

independent in every step and pixel. It is drawn as events: their number in a pixel over all n steps
is Poisson(rate n dt), each falls into a step with equal probability, and what falls together is one
spike. That is the same distribution, since a Poisson number divided at random is independent
Poisson numbers, of which 0 has the probability exp(-rate dt); and its cost follows the spikes.

With `normalize` the rates of an image are multiplied by one factor, so that thin digits drive as
strongly as fat ones. A pixel may come to more than `max_rate` by that. It is not cut, P(spike in a
step) only comes nearer to 1; and a black image stays silent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field

from neurospike_cli.events.encoders.image_encoder import FULL, ImageEncoder, Images
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.units import Hertz


def _positive(value: bool | float) -> bool | float:
    if value is not False and not 0 < value <= 1e6:
        raise ValueError(f"must be true, false, or a number of pixels above 0; got {value}")
    return value


class Rate(ImageEncoder):
    """Random spikes, the more the brighter a pixel is."""

    type: Literal["rate"] = "rate"
    max_rate: Hertz = Field(default=64.0, gt=0.0, le=1e5)
    """Rate of events of a pixel of full brightness, before `normalize`, in Hz."""
    normalize: Annotated[bool | float, AfterValidator(_positive)] = False
    """Whether images are scaled to one sum of pixels: the training images' mean (true), or a number
    of pixels of full brightness."""

    def encode(
        self,
        images: Images,
        duration: float,
        brightness: float,
        stream_of: Callable[[int], np.random.Generator],
    ) -> SpikeTrain:
        """Return one sample for each image, drawn from its stream."""
        n_steps, (samples, height, width) = self.steps(duration), images.shape
        expected = self.rates(images, brightness) * (n_steps * self.dt * 1e-3)
        sample, pixel = np.nonzero(expected)
        lit = np.split(expected[sample, pixel], np.searchsorted(sample, np.arange(1, samples)))
        numbers, moments = [np.empty(0, np.int64)], [np.empty(0)]
        for index in range(samples):
            rng = stream_of(index)
            numbers.append(rng.poisson(lit[index]))
            moments.append(rng.random(int(numbers[-1].sum())))
        # A product of 1 - 2^-53 and a whole number is rounded to less than that number.
        steps = (np.concatenate(moments) * n_steps).astype(np.int32)
        events = np.concatenate(numbers)
        return SpikeTrain.from_rows(
            np.repeat((sample * n_steps).astype(np.int32), events) + steps,
            np.repeat(pixel.astype(np.int32), events),
            dt=self.dt,
            n_samples=samples,
            n_steps=n_steps,
            n_channels=height * width,
        )

    def rates(self, images: Images, brightness: float) -> NDArray[np.float64]:
        """Return the rate of events of every pixel, (sample, pixel), in Hz.

        Args:
            images: a batch, (sample, row, column).
            brightness: of the training images, as in `encode`.
        """
        samples, height, width = images.shape
        pixels = images.reshape(samples, height * width) / FULL
        if self.normalize is False:
            return self.max_rate * pixels
        total = brightness if self.normalize is True else float(self.normalize)
        # The sum of a black image is replaced: its rates are 0 whatever the factor.
        sums = pixels.sum(axis=1, keepdims=True)
        return self.max_rate * pixels * (total / np.where(sums > 0, sums, 1.0))
