"""A reward for each class of trials, whatever the network does: conditioning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, Strict

from neurospike_cli.learning.rewards.reward import Arrays, Reward
from neurospike_cli.neurons.neuron_model import Floats
from neurospike_cli.units import Milliseconds


class ByClass(Reward):
    """One reward a trial, by its label."""

    type: Literal["by_class"] = "by_class"
    values: Annotated[tuple[float, ...], Strict(False), Field(min_length=1)]
    """Reward in a trial of each class, in their order; 0 is none."""
    delay: Milliseconds = Field(default=0.0, ge=0, le=1e6)
    """Time from the end of the trial to the reward, in ms."""

    def checks(self, classes: int) -> Iterator[tuple[str, str]]:
        """Yield a number of values that is not that of the classes."""
        if len(self.values) != classes:
            yield "values", f"must be {classes} values, one for each class; got {len(self.values)}"

    def pulses(self, duration: float) -> tuple[tuple[float, float], ...]:
        """Return a pulse of 1 after the trial."""
        return ((duration + self.delay, 1.0),)

    def value(self, scores: Floats, label: int, memory: Arrays) -> float:
        """Return the class's reward."""
        return self.values[label]
