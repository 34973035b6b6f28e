"""Images that become spikes when it is their turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.encoders.image_encoder import ImageEncoder, Images
from neurospike_cli.events.spike_dataset import SpikeDataset
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.rng import Purpose, stream

#: Images that are encoded to learn how many spikes the others have.
MEASURED = 64
#: Rows, one a sample and step, that are sorted at a time: their spikes fit into a core's cache.
ROWS = 2**12
#: The draw that is the same every time; epoch n has draw n + 1.
FIXED = 0


@dataclass(frozen=True, eq=False)
class ImageDataset(SpikeDataset):
    """Samples that are held as images; 60,000 digits of MNIST take a tenth of their spikes.

    Attributes:
        images: all images of the source, which its splits share, (recording, row, column).
        held_bytes: this data set's part of their memory.
        brightness: of the training images, as in `ImageEncoder.encode`.
        encoder, duration: how an image becomes spikes; `duration` in ms.
        seed: the experiment's.
    """

    counted: ClassVar[str] = "pixels"
    images: Images
    held_bytes: float
    brightness: float
    encoder: ImageEncoder
    duration: float
    seed: int

    def select(self, samples: NDArray[np.int64]) -> SpikeTrain:
        """Return some samples, each as it is drawn for every evaluation."""
        return self._draw(samples, FIXED)

    def drawn(self, samples: NDArray[np.int64], epoch: int) -> SpikeTrain:
        """Return some samples, drawn anew for the epoch."""
        return self._draw(samples, 1 + epoch)

    def pictures(self, samples: NDArray[np.int64]) -> Images:
        """Return the images of some samples."""
        return self.images[self.recordings[samples]]

    @cached_property
    def entries_per_sample(self) -> float:
        """Mean number of spikes of a sample, measured with some."""
        spread = np.linspace(0, len(self) - 1, min(MEASURED, len(self)), dtype=np.int64)
        return self.select(spread).nnz / len(spread)

    @property
    def sample_bytes(self) -> float:
        """This data set's part of the images."""
        return self.held_bytes / len(self)

    @property
    def drawing_bytes(self) -> float:
        """Nothing: every sample is drawn."""
        return 0.0

    def making_bytes(self, samples: int) -> float:
        """Return what a piece takes: its events while they are sorted, two numbers a pixel."""
        each = 56 * self.entries_per_sample + 16 * self.extent[2]
        return min(samples, self._at_once) * each

    @property
    def _at_once(self) -> int:
        return max(1, ROWS // self.encoder.steps(self.duration))

    def _draw(self, samples: NDArray[np.int64], draw: int) -> SpikeTrain:
        return SpikeTrain.batch(self._pieces(samples, draw))

    def _pieces(self, samples: NDArray[np.int64], draw: int) -> Iterator[SpikeTrain]:
        """Yield the samples of the batch, as many at a time as are sorted fast."""
        for start in range(0, max(1, len(samples)), self._at_once):
            recordings = self.recordings[samples[start : start + self._at_once]]
            images, streams = self.images[recordings], self._streams(recordings, draw)
            yield self.encoder.encode(images, self.duration, self.brightness, streams)

    def _streams(
        self, recordings: NDArray[np.int64], draw: int
    ) -> Callable[[int], np.random.Generator]:
        """Return what gives each of the recordings its own stream of the draw."""
        return lambda i: stream(self.seed, Purpose.ENCODING, draw, int(recordings[i]))
