"""What a synthetic pattern is: a parameter set that turns into the events of one recording."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, ClassVar

import numpy as np
from pydantic import AfterValidator, Field

from neurospike_cli.events.stream import Events
from neurospike_cli.registry import Component
from neurospike_cli.units import Hertz


def _moving(value: float) -> float:
    if value == 0.0:
        raise ValueError("must not be 0: what does not move makes no events")
    return value


Velocity = Annotated[float, Field(ge=-1000.0, le=1000.0), AfterValidator(_moving)]
Phase = Annotated[float, Field(ge=0.0, le=1.0)]
Direction = Annotated[float, Field(ge=-360.0, le=360.0)] | None


def drawn_direction(direction: float | None, rng: np.random.Generator) -> float:
    """Return the direction of one sample in degrees: drawn in any case, used without a fixed one.

    So fixing it leaves what is drawn after it as it was.
    """
    drawn = rng.uniform(0.0, 360.0)
    return drawn if direction is None else direction


class Pattern(Component):
    """A bright object over a dark ground: ON where its edge arrives, OFF where it leaves."""

    discriminator: ClassVar[str] = "pattern"

    @abstractmethod
    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording.

        Args:
            width, height: the sensor, in px.
            duration: length of the recording, in ms; all events are before it.
            rng: where what is not fixed by the parameters is drawn from.
        """


class MovingPattern(Pattern):
    """A pattern with a velocity, which differs a little from sample to sample, and a phase."""

    phase: Phase | None = None
    """Where in its cycle the pattern begins, 0 to 1; without it, random in each sample."""
    velocity_jitter: float = Field(default=0.1, ge=0.0, lt=1.0)
    """Largest difference of a sample's velocity, uniform on both sides, as a fraction of it."""

    def draw(self, velocity: float, rng: np.random.Generator) -> tuple[float, float]:
        """Return the velocity and the phase of one sample.

        Both are always drawn, so that fixing one of them leaves the other as it was.
        """
        phase, deviation = rng.uniform(0.0, 1.0), rng.uniform(-1.0, 1.0)
        own = velocity * (1.0 + self.velocity_jitter * deviation)
        return own, phase if self.phase is None else self.phase


class FlickeringPattern(Pattern):
    """A pattern that stays in its place, with a frequency and a phase."""

    frequency: Hertz = Field(default=40.0, gt=0.0, le=1e5)
    """How often it comes back to how it was, in Hz."""
    phase: Phase | None = None
    """Where in its cycle the pattern begins, 0 to 1; without it, random in each sample."""
    frequency_jitter: float = Field(default=0.1, ge=0.0, lt=1.0)
    """Largest difference of a sample's frequency, uniform on both sides, as a fraction of it."""

    def draw(self, rng: np.random.Generator) -> tuple[float, float]:
        """Return the period in ms and the phase of one sample, both always drawn."""
        phase, deviation = rng.uniform(0.0, 1.0), rng.uniform(-1.0, 1.0)
        frequency = self.frequency * (1.0 + self.frequency_jitter * deviation)
        return 1000.0 / frequency, phase if self.phase is None else self.phase
