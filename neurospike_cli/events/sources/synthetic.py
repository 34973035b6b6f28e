"""Recordings made by synthetic patterns, as many of each class.

Recording i is sample i mod samples_per_class of class i // samples_per_class. Its pattern and its
noise have a random stream each, named by class and sample: more samples, or other noise, leave what
was there as it was.

With a `camera`, the pattern is light, and each of its events a step of the log intensity by
`contrast`, up or down; the camera answers it as it does any light, and has noise of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.camera.camera import Camera
from neurospike_cli.events.camera.recording import film
from neurospike_cli.events.camera.steps import steps
from neurospike_cli.events.class_name import ClassName
from neurospike_cli.events.noise import Noise, add_noise
from neurospike_cli.events.patterns.pattern import Pattern
from neurospike_cli.events.sensor import Sensor
from neurospike_cli.events.sources._divided_source import DividedSource
from neurospike_cli.events.sources._event_source import EventSource
from neurospike_cli.events.stream import EventStream
from neurospike_cli.registry import OneOf
from neurospike_cli.rng import Purpose, stream


class Synthetic(DividedSource, EventSource):
    """Patterns with a closed form, one per class."""

    source: Literal["synthetic"] = "synthetic"
    sensor: Sensor = Sensor()
    """The sensor's size."""
    classes: dict[ClassName, Annotated[Pattern, OneOf()]] = Field(min_length=1)
    """The pattern of each class, by the class's name."""
    samples_per_class: int = Field(default=100, ge=1, le=1_000_000)
    """How many recordings there are of each class."""
    noise: Noise = Noise()
    """What is added to each recording."""
    camera: Camera | None = None
    """What sees the patterns; without it, every change of a pixel is one event."""

    @property
    def sensor_size(self) -> tuple[int, int]:
        """Width and height of the sensor, in px."""
        return self.sensor.width, self.sensor.height

    def class_names(self) -> tuple[str, ...]:
        """Return the names of the classes in the order of the config."""
        return tuple(self.classes)

    def labels(self) -> NDArray[np.int64]:
        """Return the class of every recording, (recording,)."""
        return np.repeat(np.arange(len(self.classes), dtype=np.int64), self.samples_per_class)

    def read(self, index: int, seed: int) -> EventStream:
        """Return one recording with its noise."""
        label, sample = divmod(index, self.samples_per_class)
        name, pattern = list(self.classes.items())[label]
        width, height = self.sensor_size
        rng = stream(seed, Purpose.DATA, label, sample)
        clean = EventStream(
            width=width,
            height=height,
            events=pattern.events(width, height, self.duration, rng),
            label=label,
            provenance=f"synthetic {name}/{sample}",
            duration=self.duration,
        )
        seen = clean if self.camera is None else _seen(self.camera, clean, seed, label, sample)
        noise_rng = stream(seed, Purpose.NOISE, label, sample)
        return add_noise(seen, self.noise, self.duration, noise_rng)

    def checks(self) -> list[tuple[str, str]]:
        """Return what is wrong across fields, as (dotted key below `data`, message)."""
        problems = super().checks()
        least = self.split.least_samples
        if self.samples_per_class < least:
            message = f"must be at least {least}, one for each part of the split in use"
            problems.append(("samples_per_class", f"{message}; got {self.samples_per_class}"))
        if self.camera is not None:
            found = self.camera.checks(*self.sensor_size)
            problems += [(f"camera.{key}", message) for key, message in found]
            problems += self._noise_twice()
        return problems

    def _noise_twice(self) -> list[tuple[str, str]]:
        """Return what a camera has of its own: noise that is added later resets no pixel."""
        own = {"rate": "shot_rate", "hot_pixels": "hot_pixels"}
        return [
            (f"noise.{key}", f"must be 0 beside a camera, which has `camera.{name}`")
            for key, name in own.items()
            if getattr(self.noise, key)
        ]


def _seen(camera: Camera, ideal: EventStream, seed: int, *key: int) -> EventStream:
    """Return what a camera tells of a pattern, whose steps are the events of `ideal`."""
    assert ideal.duration is not None
    size = ideal.width, ideal.height
    scene = steps(ideal, camera.contrast)
    told = film(camera, size, ideal.duration, scene, seed, *key)
    return replace(told, label=ideal.label, provenance=ideal.provenance)
