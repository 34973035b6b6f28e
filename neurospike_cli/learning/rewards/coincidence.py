"""Distal reward: a certain pair of spikes is rewarded, some time later (Izhikevich 2007, fig. 1).

Whenever neuron `post` fires within `window` after neuron `pre` did, a reward follows after a delay
drawn evenly between two bounds, perhaps when the trial is over. Many other pairs lie in between:
the network has to find out which one it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.rewards.reward import Arrays, Reward, Trial
from neurospike_cli.network.layers import NetworkParameters
from neurospike_cli.units import Milliseconds


class Coincidence(Reward):
    """A reward for each spike of one neuron that soon follows one of another."""

    type: Literal["coincidence"] = "coincidence"
    layer: int = Field(default=0, ge=0)
    """Index of the layer that `post` is in; `pre` is in the layer before, or an input channel."""
    pre: int = Field(default=0, ge=0)
    """The presynaptic neuron or channel."""
    post: int = Field(default=0, ge=0)
    """The postsynaptic neuron."""
    window: Milliseconds = Field(default=10.0, gt=0, le=1e6)
    """Longest time from the first spike to the second, in ms."""
    value: float = Field(default=1.0, ge=-1e6, le=1e6)
    """The reward."""
    shortest_delay: Milliseconds = Field(default=0.0, ge=0, le=1e6)
    """Shortest time from the pair to its reward, in ms."""
    longest_delay: Milliseconds = Field(default=1000.0, ge=0, le=1e6)
    """Longest time from the pair to its reward, in ms."""

    @model_validator(mode="after")
    def _check_delays(self) -> Self:
        if self.shortest_delay > self.longest_delay:
            raise ValueError(
                f"shortest_delay ({self.shortest_delay:g} ms) must not exceed longest_delay "
                f"({self.longest_delay:g} ms)"
            )
        return self

    def checks(
        self, network: NetworkParameters, inputs: int | None, classes: int | None
    ) -> Iterator[tuple[str, str]]:
        """Yield neurons and channels that do not exist."""
        sizes = [inputs, *(layer.size for layer in network.hidden)]
        if self.layer >= len(network.hidden):
            which = (
                f"the last one is {len(network.hidden) - 1}" if network.hidden else "there is none"
            )
            yield "layer", f"no such hidden layer: {which}; got {self.layer}"
            return
        before, count = sizes[self.layer], network.hidden[self.layer].size
        if before is not None and self.pre >= before:
            what = "the input has channels" if self.layer == 0 else "the layer before has neurons"
            yield "pre", f"does not exist: {what} 0 to {before - 1}; got {self.pre}"
        if self.post >= count:
            where = f"layer {self.layer} has neurons 0 to {count - 1}"
            yield "post", f"does not exist: {where}; got {self.post}"

    def pulses(self, trial: Trial, memory: Arrays) -> tuple[tuple[float, float], ...]:
        """Return a reward for each pair."""
        before, after = trial.spikes[self.layer], trial.spikes[self.layer + 1]
        first, second = steps_of(before, self.pre), steps_of(after, self.post)
        last = np.searchsorted(first, second, side="right") - 1
        waited = second - first[np.maximum(last, 0)] if len(first) else second
        # A window of 0.3 ms holds 3 steps of 0.1 ms, which are 0.30000000000000004 ms.
        longest = self.window / before.dt * (1.0 + 1e-9)
        pairs = (last >= 0) & (waited <= longest)
        times = second[pairs] * before.dt
        delays = trial.rng.uniform(self.shortest_delay, self.longest_delay, len(times))
        return tuple((float(time), self.value) for time in times + delays)


def steps_of(train: SpikeTrain, neuron: int) -> NDArray[np.int64]:
    """Return the steps in which a neuron spikes, in a train of one sample."""
    steps: NDArray[np.int64] = train.steps()[train.channels == neuron]
    return steps
