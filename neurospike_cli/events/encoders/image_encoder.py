"""What an encoder of images is: a channel for each pixel, in the order of rows.

channel = y * width + x
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.encoders.encoder import Encoder
from neurospike_cli.events.reasons import AFTER_DURATION
from neurospike_cli.events.spike_train import SpikeTrain

#: Brightness of a pixel, 0 to 255, (sample, row, column).
Images = NDArray[np.uint8]

FULL = 255.0
#: Step of a pixel that never spikes.
NEVER = -1


def flat(images: Images) -> NDArray[np.uint8]:
    """Return the pixels of each image in the order of channels, (sample, pixel)."""
    samples, height, width = images.shape
    return images.reshape(samples, height * width)


class ImageEncoder(Encoder):
    """Turns the brightness of pixels into spikes, in steps of `dt`."""

    default_name: ClassVar[str | None] = "rate"

    @property
    def planes(self) -> tuple[str, ...]:
        """The one plane, of one channel per pixel."""
        return ("pixels",)

    @abstractmethod
    def encode(
        self,
        images: Images,
        duration: float,
        brightness: float,
        stream_of: Callable[[int], np.random.Generator],
    ) -> SpikeTrain:
        """Return a batch of samples, one for each image.

        Args:
            images: a batch, (sample, row, column).
            duration: length of a sample, in ms.
            brightness: mean over the training images of the sum of an image's pixels, as a number
                of pixels of full brightness.
            stream_of: gives the random stream of a sample, by its index in the batch.
        """

    def losses(self, images: Images, duration: float) -> Mapping[str, int]:
        """Return how many pixels that are not black never spike for certain, by reason."""
        return {}

    def _one_spike_each(self, steps: NDArray[np.int64], duration: float) -> SpikeTrain:
        """Return samples in which a channel spikes once, or never.

        Args:
            steps: when, (sample, channel); `NEVER` if not, and dropped after the duration.
            duration: length of a sample, in ms.
        """
        n_steps, (samples, channels) = self.steps(duration), steps.shape
        inside, late = (steps != NEVER) & (steps < n_steps), int((steps >= n_steps).sum())
        sample, channel = np.nonzero(inside)
        return SpikeTrain.from_rows(
            sample * n_steps + steps[inside],
            channel.astype(np.int32),
            dt=self.dt,
            n_samples=samples,
            n_steps=n_steps,
            n_channels=channels,
            dropped={AFTER_DURATION: late} if late else {},
        )
