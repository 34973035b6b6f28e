"""Videos and series of numbered pictures, seen by an event camera.

| layout | meaning |
|---|---|
| ``<root>/<class>/<any file>`` | a video |
| ``<root>/<class>/<folder>/<number>.png`` | a series of pictures, one recording a folder |

A recording begins with the first frame, which the camera has long seen, and is over after
`duration` or with the last frame; frames after that are not read. From one frame to the next the
log intensity of a pixel is a straight line. Where the sensor has fewer pixels than the frames, a
pixel sees the mean of what falls into it. Values are taken as they are: that they are not
proportional to light (gamma) is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.errors import DataError
from neurospike_cli.events.camera.camera import Camera
from neurospike_cli.events.camera.exposure import Exposure
from neurospike_cli.events.camera.pictures import between, log_intensity
from neurospike_cli.events.camera.recording import Scene, film
from neurospike_cli.events.footage import Footage, coarser, footage_of, require_footage
from neurospike_cli.events.layouts.recording_folder import class_folders
from neurospike_cli.events.sensor import Sensor
from neurospike_cli.events.sources._divided_source import DividedSource
from neurospike_cli.events.sources._event_source import EventSource
from neurospike_cli.events.stream import EventStream
from neurospike_cli.units import Hertz, Milliseconds

Floats = NDArray[np.float64]


class Videos(DividedSource, EventSource):
    """Videos or series of pictures in a folder per class; they need the extra `video`."""

    source: Literal["videos"] = "videos"
    root: str = Field(min_length=1)
    """The folder that holds a folder of videos or of series of pictures for each class."""
    sensor: Sensor | None = None
    """The sensor's size; without it, that of the first recording's frames."""
    duration: Milliseconds = Field(default=1000.0, gt=0.0, le=1e6)
    """Length of every sample; frames after it are not read, in ms."""
    frame_rate: Hertz | None = Field(default=None, gt=0.0, le=1e6)
    """Frames per second; without it, what the file tells, in Hz."""
    samples_per_class: int | None = Field(default=None, ge=1)
    """How many recordings of each class are used at most, in the order of their paths."""
    camera: Camera = Camera()
    """What sees the videos."""

    @property
    def sensor_size(self) -> tuple[int, int]:
        """Width and height of the sensor in px, as given or as the first frame tells."""
        return self._size

    def class_names(self) -> tuple[str, ...]:
        """Return the names of the classes in alphabetical order."""
        return self._found[0]

    def labels(self) -> NDArray[np.int64]:
        """Return the class of every recording, (recording,)."""
        return np.array([label for label, _ in self._found[1]], dtype=np.int64)

    def read(self, index: int, seed: int) -> EventStream:
        """Return the recording of one video."""
        label, footage = self._found[1][index]
        require_footage()
        levels = self._levels(footage)
        begins = next(levels)
        scene = Scene(begins, self._exposures(footage, begins, levels))
        told = film(self.camera, self.sensor_size, self.duration, scene, seed, index)
        return replace(told, label=label, provenance=str(footage.path))

    def checks(self) -> list[tuple[str, str]]:
        """Return what is wrong across fields, as (dotted key below `data`, message)."""
        problems = super().checks()
        if self.sensor is not None:
            found = self.camera.checks(self.sensor.width, self.sensor.height)
            problems += [(f"camera.{key}", message) for key, message in found]
        return problems

    def _levels(self, footage: Footage) -> Iterator[Floats]:
        """Yield the log intensity of each pixel, row by row, in each frame."""
        width, height = self.sensor_size
        shape: tuple[int, ...] = ()
        for frame in footage.frames():
            shape = shape or frame.shape
            if frame.shape != shape or frame.shape[0] < height or frame.shape[1] < width:
                raise DataError(
                    f"a frame of {frame.shape[1]} x {frame.shape[0]} px; the first one has "
                    f"{shape[1]} x {shape[0]} px, and the sensor {width} x {height} px",
                    where=str(footage.path),
                    hint="frames must be of one size, and no smaller than `data.sensor`",
                )
            seen = coarser(frame, width, height)
            yield log_intensity(seen.ravel(), self.camera.contrast)
        if not shape:
            raise DataError("has no frames", where=str(footage.path))

    def _exposures(
        self, footage: Footage, begins: Floats, following: Iterator[Floats]
    ) -> Iterator[Exposure]:
        """Yield what is seen from frame to frame, until `duration` is over."""
        apart = 1e6 / self._rate(footage)
        number = 0
        while number * apart < self.duration * 1000.0:
            ends = next(following, None)
            if ends is None:
                break
            yield between(number * apart, (number + 1) * apart, begins, ends)
            begins, number = ends, number + 1
        if number == 0:
            raise DataError("has one frame, in which nothing moves", where=str(footage.path))

    def _rate(self, footage: Footage) -> float:
        rate = footage.rate() if self.frame_rate is None else self.frame_rate
        if rate is None:
            raise DataError(
                "does not tell how many frames there are in a second",
                where=str(footage.path),
                hint="give `data.frame_rate`, e.g. 25.0",
            )
        return rate

    @cached_property
    def _size(self) -> tuple[int, int]:
        if self.sensor is not None:
            return self.sensor.width, self.sensor.height
        require_footage()
        first = self._found[1][0][1]
        for frame in first.frames():
            return frame.shape[1], frame.shape[0]
        raise DataError("has no frames", where=str(first.path))

    @cached_property
    def _found(self) -> tuple[tuple[str, ...], tuple[tuple[int, Footage], ...]]:
        """The classes, and (label, footage) of every recording by class and path."""
        folder = class_folders(Path(self.root), None)
        labelled = list(zip(folder.labels, folder.files, strict=True))
        of_class = (
            [(label, footage) for footage in footage_of(p for of, p in labelled if of == label)]
            for label in range(len(folder.classes))
        )
        return folder.classes, tuple(
            chain.from_iterable(found[: self.samples_per_class] for found in of_class)
        )
