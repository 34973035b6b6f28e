"""A reward for each class of trials, whatever the network does: conditioning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, Strict

from neurospike_cli.learning.rewards.reward import Arrays, Reward, Trial
from neurospike_cli.network.layers import NetworkParameters
from neurospike_cli.units import Milliseconds


class ByClass(Reward):
    """One reward a trial, by its label."""

    type: Literal["by_class"] = "by_class"
    values: Annotated[tuple[float, ...], Strict(False), Field(min_length=1)]
    """Reward in a trial of each class, in their order; 0 is none."""
    delay: Milliseconds = Field(default=0.0, ge=0, le=1e6)
    """Time from the end of the trial to the reward, in ms."""

    def checks(
        self, network: NetworkParameters, inputs: int | None, classes: int | None
    ) -> Iterator[tuple[str, str]]:
        """Yield a number of values that is not that of the classes."""
        if classes is not None and len(self.values) != classes:
            yield "values", f"must be {classes} values, one for each class; got {len(self.values)}"

    def pulses(self, trial: Trial, memory: Arrays) -> tuple[tuple[float, float], ...]:
        """Return the class's reward after the trial."""
        return ((trial.duration + self.delay, self.values[trial.label]),)
