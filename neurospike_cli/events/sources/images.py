"""Images with labels in the files of MNIST (LeCun, Cortes & Burges 1998).

The folder holds ``train-images-idx3-ubyte`` and ``train-labels-idx1-ubyte``, or either with
``.gz``; files of a test set beside them are not read. Recording i is the i-th image that is used,
in the order of the file. An image has no events: what spikes it becomes is its encoder's, and a
random encoder draws them anew in each epoch, and always the same for an evaluation.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.errors import UsageError
from neurospike_cli.events.encoders.image_encoder import FULL, ImageEncoder
from neurospike_cli.events.encoders.rate import Rate
from neurospike_cli.events.image_dataset import ImageDataset
from neurospike_cli.events.layouts.idx_folder import IdxFolder, limit_problems
from neurospike_cli.events.sources._divided_source import DividedSource
from neurospike_cli.events.stream import EventStream
from neurospike_cli.registry import OneOf
from neurospike_cli.units import Milliseconds

PIECE = 1024  # images that are copied at a time


class Images(DividedSource):
    """The training images of MNIST, or of a set in the same files, from a local folder."""

    source: Literal["images"] = "images"
    root: str = Field(min_length=1)
    """The folder that holds the files of images and labels."""
    classes: int = Field(default=10, ge=1, le=256)
    """How many classes there are; labels are 0 to one less."""
    samples: int | None = Field(default=None, ge=1)
    """How many images are used at most, in the order of the file."""
    samples_per_class: int | None = Field(default=None, ge=1)
    """How many images of each class are used at most, in the order of the file."""
    duration: Milliseconds = Field(default=250.0, gt=0.0, le=1e6)
    """How long an image is shown, in ms."""
    encoder: Annotated[ImageEncoder, OneOf()] = Rate()
    """How images become spikes."""

    @property
    def sensor_size(self) -> tuple[int, int]:
        """Width and height of the images in px, from the header of their file."""
        return self._folder.size

    def class_names(self) -> tuple[str, ...]:
        """Return the labels as text."""
        return tuple(map(str, range(self.classes)))

    def labels(self) -> NDArray[np.int64]:
        """Return the label of every image that is used, (recording,)."""
        return self._folder.labels

    def load(self, recordings: NDArray[np.int64], seed: int, *, is_drawn: bool) -> ImageDataset:
        """Return some images; they are encoded when they are asked for."""
        images, partition = self._folder.images, self.partition(seed)
        digest, dropped = hashlib.sha256(), Counter[str]()
        labels = self.labels()[recordings]
        digest.update(np.array([*images.shape[1:], *labels], dtype="<i8").tobytes())
        for start in range(0, len(recordings), PIECE):
            piece = images[recordings[start : start + PIECE]]
            digest.update(piece.tobytes())
            dropped.update(self.encoder.losses(piece, self.duration))
        trained_on = len(partition["train"]) + len(partition["validation"])
        return ImageDataset(
            labels=labels,
            recordings=recordings,
            class_names=self.class_names(),
            sha256=digest.hexdigest(),
            dropped=dict(+dropped),
            images=images,
            held_bytes=images.nbytes * len(recordings) / trained_on,
            brightness=float(self._brightness[partition["train"]].mean()),
            encoder=self.encoder,
            duration=self.duration,
            seed=seed,
        )

    def read(self, index: int, seed: int) -> EventStream:
        """Refuse: an image has no events."""
        raise UsageError(
            "images have no events: their spikes are drawn when a network asks for them",
            where="data.source",
            hint="train on the config as it is; `generate` writes sources of events",
        )

    def checks(self) -> list[tuple[str, str]]:
        """Return what is wrong across fields, as (dotted key below `data`, message)."""
        limits = limit_problems(self.samples, self.samples_per_class, self.split.least_samples)
        return super().checks() + limits

    @cached_property
    def _folder(self) -> IdxFolder:
        return IdxFolder(Path(self.root), self.classes, self.samples, self.samples_per_class)

    @cached_property
    def _brightness(self) -> NDArray[np.float64]:
        """The sum of each image's pixels, in pixels of full brightness, (recording,)."""
        sums: NDArray[np.int64] = self._folder.images.sum(axis=(1, 2), dtype=np.int64)
        return sums / FULL
