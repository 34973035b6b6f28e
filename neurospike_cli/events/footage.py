"""Videos and series of pictures, frame by frame, in grey; the library is `imageio`.

A frame is (row, column) from 0, black, to 1, the most that its type holds; of colours it is the
luma 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), and transparency is not looked at. One frame is in
memory at a time.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError, UsageError

Frame = NDArray[np.float64]

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".pgm", ".ppm", ".tif", ".tiff")
LUMA = np.array([0.299, 0.587, 0.114])


class Footage(ABC):
    """Something that holds frames in order.

    Attributes:
        path: where it is.
    """

    path: Path

    @abstractmethod
    def rate(self) -> float | None:
        """Return its frames per second, None where it does not tell."""

    @abstractmethod
    def frames(self) -> Iterator[Frame]:
        """Yield the frames in order.

        Raises:
            DataError: one cannot be read.
        """


@dataclass(frozen=True)
class VideoFile(Footage):
    """A video in any format that FFmpeg reads."""

    path: Path

    def rate(self) -> float | None:
        """Return the frames per second that the file tells."""
        from imageio import v3

        with _readable(self.path):
            told = v3.immeta(self.path, plugin="pyav").get("fps")
            return float(told) if told else None

    def frames(self) -> Iterator[Frame]:
        """Yield the frames in the order in which they are shown."""
        from imageio import v3

        with _readable(self.path):
            for frame in v3.imiter(self.path, plugin="pyav", format="rgb24"):
                yield _grey(frame)


@dataclass(frozen=True)
class PictureSeries(Footage):
    """Pictures in one folder, in the order of the numbers in their names."""

    path: Path
    pictures: tuple[Path, ...]

    def rate(self) -> float | None:
        """Return None: pictures have no rate."""
        return None

    def frames(self) -> Iterator[Frame]:
        """Yield the pictures."""
        from imageio import v3

        for picture in self.pictures:
            with _readable(picture):
                yield _grey(v3.imread(picture, plugin="pillow"))


def footage_of(files: Iterable[Path]) -> tuple[Footage, ...]:
    """Return what files hold: each picture is part of its folder's series, all else are videos.

    In the order of the paths, a series having that of its folder.
    """
    chosen = sorted(files, key=_by_number)
    pictures = [path for path in chosen if path.suffix.lower() in PICTURES]
    series = [
        PictureSeries(folder, tuple(of))
        for folder, of in groupby(sorted(pictures, key=lambda p: p.parent), lambda p: p.parent)
    ]
    videos = [VideoFile(path) for path in chosen if path.suffix.lower() not in PICTURES]
    return tuple(sorted([*series, *videos], key=lambda of: _by_number(of.path)))


def require_footage() -> None:
    """Say what to install where the library is missing.

    Raises:
        UsageError: it is.
    """
    if find_spec("imageio") is None or find_spec("av") is None:
        raise UsageError(
            "videos and pictures need imageio and av, which are not installed",
            hint="pip install 'neurospike-cli[video]'",
        )


def coarser(frame: Frame, width: int, height: int) -> Frame:
    """Return a frame of fewer pixels, each the mean of those that fall into it.

    Pixel (x, y) falls into (floor(x width / columns), floor(y height / rows)).

    Args:
        frame: (row, column), at least as large.
        width, height: of the result, in px.
    """
    rows, columns = frame.shape
    top = -(-np.arange(height + 1) * rows // height)
    left = -(-np.arange(width + 1) * columns // width)
    sums = np.add.reduceat(np.add.reduceat(frame, top[:-1], axis=0), left[:-1], axis=1)
    mean: Frame = sums / np.outer(np.diff(top), np.diff(left))
    return mean


def _grey(frame: NDArray[np.generic]) -> Frame:
    """Return the luma of one frame, (row, column) or (row, column, channel)."""
    limits = {"b": 1.0, "u": 255.0 if frame.dtype.itemsize == 1 else 65535.0}
    if frame.dtype.kind not in limits or frame.dtype.itemsize > 2 or not 2 <= frame.ndim <= 3:
        raise ValueError(f"pixels of type {frame.dtype} in {frame.ndim} dimensions are not read")
    values = frame.astype(np.float64) / limits[frame.dtype.kind]
    if values.ndim == 2:
        return values
    if values.shape[2] < 3:  # grey with transparency
        return values[:, :, 0]
    luma: Frame = (values[:, :, :3] * LUMA).sum(axis=2)
    return luma


def _by_number(path: Path) -> tuple[tuple[str, int], ...]:
    """Return what orders frame2 before frame10."""
    found = re.findall(r"(\D*)(\d*)", str(path))
    return tuple((text, int(number or -1)) for text, number in found)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # each decoder has errors of its own kind
        raise DataError(
            f"cannot be read as a picture or video: {error}",
            where=str(path),
            hint="give files that FFmpeg reads, or PNG, JPEG, BMP, PGM or TIFF",
        ) from error
