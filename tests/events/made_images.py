"""IDX files as the format has them, written byte by byte."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np

from neurospike_cli.events.layouts.idx_folder import IMAGES, LABELS


def idx(array: np.ndarray) -> bytes:
    """Return an array of unsigned bytes as an IDX file."""
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.astype(np.uint8).tobytes()


def write_images(root: Path, images: np.ndarray, labels: np.ndarray, packed: bool = False) -> Path:
    """Write a data set of images into the folder `root` and return it."""
    root.mkdir(parents=True, exist_ok=True)
    for name, array in ((IMAGES, images), (LABELS, labels)):
        if packed:
            (root / f"{name}.gz").write_bytes(gzip.compress(idx(array)))
        else:
            (root / name).write_bytes(idx(array))
    return root


def made_images(count: int, classes: int = 3, side: tuple[int, int] = (4, 6)) -> tuple:
    """Return `count` random images, of height and width `side`, and their labels in turn."""
    images = np.random.default_rng(0).integers(0, 256, (count, *side), dtype=np.uint8)
    return images, np.arange(count, dtype=np.uint8) % classes
