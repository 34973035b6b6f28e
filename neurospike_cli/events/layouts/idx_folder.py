"""The images and labels of MNIST's training set, or of a set in the same files, in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError
from neurospike_cli.events.idx_file import idx_shape, read_idx

IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
LABELS_START = 8  # where the labels begin in their file


@dataclass(frozen=True)
class IdxFolder:
    """Labelled images, as many as are used; each file is read once, when it is needed.

    Attributes:
        root: the folder with ``train-images-idx3-ubyte`` and ``train-labels-idx1-ubyte``, or
            either with ``.gz``.
        classes: how many there are; labels are 0 to one less.
        samples, samples_per_class: how many images are used at most, in all or of each class, in
            the order of the file.
    """

    root: Path
    classes: int
    samples: int | None
    samples_per_class: int | None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the images in px, from the header of their file."""
        _, height, width = idx_shape(_file(self.root, IMAGES), 3)
        return width, height

    @property
    def labels(self) -> NDArray[np.int64]:
        """The label of every image that is used, (image,)."""
        return self._file_labels[self._used]

    @cached_property
    def images(self) -> NDArray[np.uint8]:
        """The images that are used, (image, row, column)."""
        path = _file(self.root, IMAGES)
        images, labels = read_idx(path, 3), self._file_labels
        if len(images) != len(labels):
            raise DataError(
                f"has {len(images)} images, and {LABELS} beside it {len(labels)} labels",
                where=str(path),
                hint="get both files from the same data set",
            )
        return images if len(self._used) == len(images) else images[self._used]

    @cached_property
    def _file_labels(self) -> NDArray[np.int64]:
        """The labels of all images of the file."""
        path = _file(self.root, LABELS)
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


def limit_problems(
    samples: int | None, samples_per_class: int | None, least: int
) -> list[tuple[str, str]]:
    """Return what is wrong about how many images are used, as (key, message).

    Args:
        samples, samples_per_class: as in `IdxFolder`.
        least: how many of each class the split needs.
    """
    if samples is not None and samples_per_class is not None:
        return [("samples", "give either this or `samples_per_class`")]
    if samples_per_class is not None and samples_per_class < least:
        message = f"must be at least {least}, one for each part of the split in use"
        return [("samples_per_class", f"{message}; got {samples_per_class}")]
    return []


def _file(root: Path, name: str) -> Path:
    for path in (root / name, root / f"{name}.gz"):
        if path.exists():
            return path
    raise DataError(
        f"no image data: neither `{name}` nor `{name}.gz`",
        where=str(root),
        hint="set `root` to the folder with the training files of MNIST",
    )
