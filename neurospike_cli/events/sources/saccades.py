"""Images that are moved before an event camera, as N-MNIST was recorded (Orchard et al. 2015).

A still picture makes no events, so the camera looks around: the picture goes from corner to corner
of a triangle, one side a saccade, and begins again after the third,

    (-a/2, -a/2) → (0, a/2) → (a/2, -a/2) → (-a/2, -a/2)

right and down of the middle, a the amplitude. It starts and stops gently: after t ms of a saccade
(1 - cos(pi t / saccade_duration)) / 2 of its side are behind it. After the last saccade it rests.
What a pixel sees lies between the pixels of the picture (bilinear), on a black ground; its log
intensity is a straight line from each of the moments, `STEP` px of the way apart at most, to the
next.

The folder is that of `images`: MNIST's training set, or another in the same files.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.camera.camera import Camera
from neurospike_cli.events.camera.exposure import Exposure
from neurospike_cli.events.camera.pictures import between, log_intensity, shifted
from neurospike_cli.events.camera.recording import Scene, film
from neurospike_cli.events.layouts.idx_folder import IdxFolder, limit_problems
from neurospike_cli.events.sensor import Sensor
from neurospike_cli.events.sources._divided_source import DividedSource
from neurospike_cli.events.sources._event_source import EventSource
from neurospike_cli.events.stream import EventStream
from neurospike_cli.units import Milliseconds

#: How far a picture goes from one moment to the next at most, in px.
STEP = 0.25
FULL = 255.0
#: Corners of the triangle, in amplitudes right and down of the middle.
CORNERS = ((-0.5, -0.5), (0.0, 0.5), (0.5, -0.5))


class Saccades(DividedSource, EventSource):
    """The training images of MNIST, or of a set in the same files, seen by a camera that moves."""

    source: Literal["saccades"] = "saccades"
    root: str = Field(min_length=1)
    """The folder that holds the files of images and labels."""
    classes: int = Field(default=10, ge=1, le=256)
    """How many classes there are; labels are 0 to one less."""
    samples: int | None = Field(default=None, ge=1)
    """How many images are used at most, in the order of the file."""
    samples_per_class: int | None = Field(default=None, ge=1)
    """How many images of each class are used at most, in the order of the file."""
    sensor: Sensor | None = None
    """The sensor's size; without it, that of the images and `amplitude` more."""
    duration: Milliseconds = Field(default=300.0, gt=0.0, le=1e6)
    """Length of every recording, in ms."""
    saccades: int = Field(default=3, ge=1, le=10_000)
    """How many saccades there are; a number."""
    saccade_duration: Milliseconds = Field(default=100.0, ge=0.01, le=1e6)
    """How long each takes, in ms."""
    amplitude: float = Field(default=4.0, gt=0.0, le=1000.0)
    """Width and height of the triangle, in px."""
    camera: Camera = Camera()
    """What sees the images."""

    @property
    def sensor_size(self) -> tuple[int, int]:
        """Width and height of the sensor, in px."""
        if self.sensor is not None:
            return self.sensor.width, self.sensor.height
        room = math.ceil(self.amplitude)
        width, height = self._folder.size
        return width + room, height + room

    def class_names(self) -> tuple[str, ...]:
        """Return the labels as text."""
        return tuple(map(str, range(self.classes)))

    def labels(self) -> NDArray[np.int64]:
        """Return the label of every image that is used, (recording,)."""
        return self._folder.labels

    def read(self, index: int, seed: int) -> EventStream:
        """Return the recording of one image."""
        picture = self._folder.images[index].astype(np.float64) / FULL
        size = self.sensor_size
        moments = self._moments()
        levels = (self._level(picture, size, *place) for _, *place in moments)
        begins = next(levels)
        scene = Scene(begins, self._exposures([t for t, *_ in moments], begins, levels))
        told = film(self.camera, size, self.duration, scene, seed, index)
        label = int(self.labels()[index])
        return replace(told, label=label, provenance=f"{self.root} image {index} in saccades")

    def checks(self) -> list[tuple[str, str]]:
        """Return what is wrong across fields, as (dotted key below `data`, message)."""
        problems = super().checks()
        problems += limit_problems(self.samples, self.samples_per_class, self.split.least_samples)
        if self.sensor is not None:
            found = self.camera.checks(*self.sensor_size)
            problems += [(f"camera.{key}", message) for key, message in found]
        return problems

    def _moments(self) -> list[tuple[float, float, float]]:
        """Return (time in µs, right, down) along the path, as dense as `STEP` asks for."""
        moments = [(0.0, *self._corner(0))]
        for number in range(self.saccades):
            (x0, y0), (x1, y1) = self._corner(number), self._corner(number + 1)
            # The picture is fastest in the middle: pi/2 of its mean speed.
            parts = math.ceil(0.5 * math.pi * math.hypot(x1 - x0, y1 - y0) / STEP)
            for k in range(1, parts + 1):
                way = 0.5 * (1.0 - math.cos(math.pi * k / parts))
                time = (number + k / parts) * self.saccade_duration * 1000.0
                moments.append((time, x0 + way * (x1 - x0), y0 + way * (y1 - y0)))
        end = self.duration * 1000.0
        inside = [moment for moment in moments if moment[0] < end]
        # The saccade that goes on at the end, and the rest after the last one.
        return [*inside, *(moments[len(inside) : len(inside) + 1] or [(end, *inside[-1][1:])])]

    def _corner(self, number: int) -> tuple[float, float]:
        right, down = CORNERS[number % len(CORNERS)]
        return right * self.amplitude, down * self.amplitude

    def _level(
        self, picture: NDArray[np.float64], size: tuple[int, int], right: float, down: float
    ) -> NDArray[np.float64]:
        """Return the log intensity that each pixel sees of a picture in its place, (pixel,)."""
        seen = shifted(picture, size, right, down)
        return log_intensity(seen.ravel(), self.camera.contrast)

    def _exposures(
        self,
        times: list[float],
        begins: NDArray[np.float64],
        following: Iterator[NDArray[np.float64]],
    ) -> Iterator[Exposure]:
        for (start, stop), ends in zip(pairwise(times), following, strict=True):
            yield between(start, stop, begins, ends)
            begins = ends

    @cached_property
    def _folder(self) -> IdxFolder:
        return IdxFolder(Path(self.root), self.classes, self.samples, self.samples_per_class)
