r"""Several channels per pixel, each for a range of brightness: the nearer, the earlier it spikes.

    t_k = duration (1 - g_k(x)),   step = t_k // dt,   where g_k(x) >= cutoff

with x the brightness between 0 and 1 and g_k the activity of Gaussian field k
(`events/receptive_fields.py`; Bohte, Kok & La Poutré 2002). Plane k holds field k of every pixel.

A black pixel is a value like another and drives the fields of lowest centre: with the defaults
every pixel makes two or three spikes, 1,650 for a digit of MNIST.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.encoders.image_encoder import FULL, NEVER, ImageEncoder, Images, flat
from neurospike_cli.events.reasons import BELOW_CUTOFF
from neurospike_cli.events.receptive_fields import LEAST_FIELDS, OVERLAP, activity
from neurospike_cli.events.spike_train import SpikeTrain


class Population(ImageEncoder):
    """Latencies of Gaussian fields that divide the range of brightness; nothing is random."""

    width_keys: ClassVar[tuple[str, ...]] = ("encoder.fields",)

    type: Literal["population"] = "population"
    fields: int = Field(default=6, ge=LEAST_FIELDS, le=64)
    """How many fields divide the range of brightness: the channels of a pixel."""
    overlap: float = Field(default=OVERLAP, gt=0.0, le=100.0)
    """Distance of neighbouring fields in their widths; the larger, the narrower the fields."""
    cutoff: float = Field(default=0.1, gt=0.0, lt=1.0)
    """The weakest activity that makes a field spike, as a fraction of the strongest."""

    @property
    def planes(self) -> tuple[str, ...]:
        """A plane for each field, in the order of brightness, each of one channel per pixel."""
        return tuple(f"field_{k}" for k in range(self.fields))

    def encode(
        self,
        images: Images,
        duration: float,
        brightness: float,
        stream_of: Callable[[int], np.random.Generator],
    ) -> SpikeTrain:
        """Return one sample for each image."""
        steps = self.spike_steps(duration)[:, flat(images)]
        return self._one_spike_each(np.hstack(list(steps)), duration)

    def losses(self, images: Images, duration: float) -> Mapping[str, int]:
        """Return how many pixels lie between the fields, so that none of these spikes."""
        unseen = (self.spike_steps(duration) == NEVER).all(axis=0)
        return {BELOW_CUTOFF: int(np.bincount(images.ravel(), minlength=256)[unseen].sum())}

    def spike_steps(self, duration: float) -> NDArray[np.int64]:
        """Return the step in which each brightness makes a field spike, (field, 256), or `NEVER`.

        An active field is earlier than `duration`, hence always within the steps.
        """
        active = activity(np.arange(256) / FULL, 0.0, 1.0, self.fields, self.overlap).T
        steps = np.floor(duration * (1.0 - active) / self.dt).astype(np.int64)
        # An activity below 1e-16 would round to the duration itself.
        steps = np.minimum(steps, self.steps(duration) - 1)
        return np.where(active >= self.cutoff, steps, NEVER)
