"""N-MNIST: MNIST digits seen by a moving ATIS sensor of 34×34 px (Orchard et al. 2015).

The folder is ``<root>/Train/<digit>/*.bin`` (`root` may also be ``Train`` itself); a ``Test``
folder beside it is not read. The files are read by `formats/nmnist.py`.

In the first 600
recordings of the training set time is ascending throughout, 1 µs to 315,109 µs, and x and y are
0 to 33; a file in which it is otherwise is refused.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats.nmnist import NMNIST as Recordings
from neurospike_cli.events.formats.nmnist import SIDE
from neurospike_cli.events.sources._divided_source import DividedSource
from neurospike_cli.events.sources._event_source import EventSource
from neurospike_cli.events.stream import EventStream
from neurospike_cli.units import Milliseconds

DIGITS = tuple("0123456789")


class NMNIST(DividedSource, EventSource):
    """The training recordings of N-MNIST from a local folder."""

    source: Literal["nmnist"] = "nmnist"
    root: str = Field(min_length=1)
    """The folder that holds ``Train``, or ``Train`` itself."""
    samples_per_class: int | None = Field(default=None, ge=1)
    """How many recordings of each digit are used at most, in the order of their names."""
    duration: Milliseconds = Field(default=320.0, gt=0.0, le=1e6)
    """Length of every sample; events at or after it are counted as dropped, in ms."""

    @property
    def sensor_size(self) -> tuple[int, int]:
        """Width and height of the sensor, in px."""
        return SIDE, SIDE

    def class_names(self) -> tuple[str, ...]:
        """Return the ten digits."""
        return DIGITS

    def labels(self) -> NDArray[np.int64]:
        """Return the digit of every recording, (recording,), from the names of the folders."""
        return np.array([label for label, _ in self._recordings], dtype=np.int64)

    def read(self, index: int, seed: int) -> EventStream:
        """Return one recording; nothing about it is random."""
        label, path = self._recordings[index]
        return replace(Recordings().read(path), label=label)

    @cached_property
    def _recordings(self) -> tuple[tuple[int, Path], ...]:
        """(digit, file) of every recording, by digit and file name."""
        train = _train_folder(Path(self.root))
        files = [(i, _bin_files(train / digit)) for i, digit in enumerate(DIGITS)]
        return tuple((i, path) for i, paths in files for path in paths[: self.samples_per_class])


def _train_folder(root: Path) -> Path:
    for folder in (root / "Train", root):
        if any((folder / digit).is_dir() for digit in DIGITS):
            return folder
    raise DataError(
        "no N-MNIST data: no folder `Train` with a folder for each digit, 0 to 9",
        where=str(root),
        hint="set `root` to the folder that the N-MNIST archive was unpacked to",
    )


def _bin_files(folder: Path) -> list[Path]:
    found = sorted(folder.glob("*.bin"), key=lambda path: path.name)
    if not found:
        problem = "has no .bin files" if folder.is_dir() else "is missing"
        raise DataError(
            f"the folder of class `{folder.name}` {problem}",
            where=str(folder),
            hint="an N-MNIST training set has recordings of all ten digits",
        )
    return found
