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
from neurospike_cli.events.spike_train import SpikeTrain

#: Brightness of a pixel, 0 to 255, (sample, row, column).
Images = NDArray[np.uint8]

FULL = 255.0
#: Step of a pixel that never spikes.
NEVER = -1


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
