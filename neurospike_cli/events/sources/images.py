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

from neurospike_cli.errors import DataError, UsageError
from neurospike_cli.events.encoders.image_encoder import FULL, ImageEncoder
from neurospike_cli.events.encoders.image_encoder import Images as Pixels
from neurospike_cli.events.encoders.rate import Rate
from neurospike_cli.events.idx_file import idx_shape, read_idx
from neurospike_cli.events.image_dataset import ImageDataset
from neurospike_cli.events.sources._divided_source import DividedSource
from neurospike_cli.events.stream import EventStream
from neurospike_cli.registry import OneOf
from neurospike_cli.units import Milliseconds

IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
LABELS_START = 8  # where the labels begin in their file
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
        _, height, width = idx_shape(_file(Path(self.root), IMAGES), 3)
        return width, height

    def class_names(self) -> tuple[str, ...]:
        """Return the labels as text."""
        return tuple(map(str, range(self.classes)))

    def labels(self) -> NDArray[np.int64]:
        """Return the label of every image that is used, (recording,)."""
        return self._file_labels[self._used]

    def load(self, recordings: NDArray[np.int64], seed: int, *, is_drawn: bool) -> ImageDataset:
        """Return some images; they are encoded when they are asked for."""
        images, partition = self._images, self.partition(seed)
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
        problems, least = super().checks(), self.split.least_samples
        if self.samples is not None and self.samples_per_class is not None:
            problems.append(("samples", "give either this or `samples_per_class`"))
        elif self.samples_per_class is not None and self.samples_per_class < least:
            message = f"must be at least {least}, one for each part of the split in use"
            problems.append(("samples_per_class", f"{message}; got {self.samples_per_class}"))
        return problems

    @cached_property
    def _images(self) -> Pixels:
        """The images that are used, (recording, row, column)."""
        path = _file(Path(self.root), IMAGES)
        images, labels = read_idx(path, 3), self._file_labels
        if len(images) != len(labels):
            raise DataError(
                f"has {len(images)} images, and {LABELS} beside it {len(labels)} labels",
                where=str(path),
                hint="get both files from the same data set",
            )
        return images if len(self._used) == len(images) else images[self._used]

    @cached_property
    def _brightness(self) -> NDArray[np.float64]:
        """The sum of each image's pixels, in pixels of full brightness, (recording,)."""
        sums: NDArray[np.int64] = self._images.sum(axis=(1, 2), dtype=np.int64)
        return sums / FULL

    @cached_property
    def _file_labels(self) -> NDArray[np.int64]:
        """The labels of all images of the file."""
        path = _file(Path(self.root), LABELS)
        labels = read_idx(path, 1)
        wrong = np.flatnonzero(labels >= self.classes)
        if len(wrong):
            raise DataError(
                f"byte {LABELS_START + wrong[0]}: label {labels[wrong[0]]} must be 0 to "
                f"{self.classes - 1}; {len(wrong)} of {len(labels)} labels are like this",
                where=str(path),
                hint="set `data.classes` to the number of classes",
            )
        return labels.astype(np.int64)

    @cached_property
    def _used(self) -> NDArray[np.int64]:
        """The place in the file of every image that is used, ascending."""
        labels = self._file_labels[: self.samples]
        if self.samples_per_class is None:
            return np.arange(len(labels))
        members = (np.flatnonzero(labels == label) for label in range(self.classes))
        return np.sort(np.concatenate([found[: self.samples_per_class] for found in members]))


def _file(root: Path, name: str) -> Path:
    for path in (root / name, root / f"{name}.gz"):
        if path.exists():
            return path
    raise DataError(
        f"no image data: neither `{name}` nor `{name}.gz`",
        where=str(root),
        hint="set `root` to the folder with the training files of MNIST",
    )
