r"""Reward-modulated STDP: pairs of spikes mark a synapse, a later reward decides what it means.

Each pair leaves an eligibility of +a_plus exp(-Δt/tau_plus) or -a_minus exp(Δt/tau_minus), which
decays with tau_e. A reward r, once or more in a trial, changes

    Δw = learning_rate r z room_above(w)    where r z > 0, else with room_below(w)

with z what is eligible, as the modulation says: at the time of the reward (Florian 2007), or summed
with dopamine that decays (Izhikevich 2007). The weights of a trial stay as they are until it is
over; then all of its rewards act, and normalization, scaling and decay follow. So the sum over
pairs and rewards is exact, whatever the step:

    z_ij = Σ_pairs ± a exp(-|Δt|/tau) fade(s),   fade(s) = Σ_rewards value · effect(t_r - s)

with s the time of the pair, that of its second spike; in a step of width dt at k, s = k dt.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.engine.numpy_plasticity import keep_up
from neurospike_cli.engine.plasticity import NO_UPKEEP, SynapseLaw
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning._plastic_rule import PlasticRule, memory_of
from neurospike_cli.learning._synapses import Pairs
from neurospike_cli.learning.modulations.instant import Instant
from neurospike_cli.learning.modulations.modulation import Modulation
from neurospike_cli.learning.rewards.correctness import Correctness
from neurospike_cli.learning.rewards.reward import Reward
from neurospike_cli.learning.rule import Arrays, BatchResult
from neurospike_cli.network.layers import NetworkParameters
from neurospike_cli.network.topology import Layer
from neurospike_cli.neurons.neuron_model import Floats, State, in_type
from neurospike_cli.registry import OneOf
from neurospike_cli.units import Milliseconds

#: How the state names what the reward remembers.
OWN = "reward."
#: Trials between two looks at what was asked for; their number changes no result but through the
#: rate schedule.
TRIALS_AT_A_TIME = 20


class Eligibility(NamedTuple):
    """The pair rule on eligibilities, which have no bounds; traces (x,) and (y,)."""

    pairs: Pairs

    def presynaptic(self, x: State) -> State:
        """Return x + 1, or 1."""
        return self.pairs.presynaptic(x)

    def postsynaptic(self, y: State) -> State:
        """Return y + 1, or 1."""
        return self.pairs.postsynaptic(y)

    def depress(self, w: Any, x: State, y: State, fade: Any) -> Any:
        """Return z - a_minus y fade."""
        return w - self.pairs.a_minus * y[0] * fade

    def potentiate(self, w: Any, x: State, y: State, fade: Any) -> Any:
        """Return z + a_plus (x - target) fade."""
        return w + self.pairs.a_plus * (x[0] - self.pairs.target) * fade


class RewardSTDP(PlasticRule):
    """What was followed by reward is done again."""

    rule: Literal["reward_stdp"] = "reward_stdp"
    tau_e: Milliseconds = Field(default=500.0, gt=0, le=1e7)
    """Time constant of the eligibility, in ms."""
    learning_rate: float = Field(default=0.01, gt=0, le=1e6)
    """Weight change for a reward of 1 and an eligibility of 1, as a share of the way to a bound."""
    reward: Annotated[Reward, OneOf()] = Correctness()
    """What is rewarded, and when."""
    modulation: Annotated[Modulation, OneOf()] = Instant()
    """What a reward does to eligible synapses."""

    @model_validator(mode="after")
    def _check_eligibility(self) -> Self:
        if self.a_plus == 0 and self.a_minus == 0:
            raise ValueError("a_plus and a_minus are both 0: no synapse is ever eligible")
        if self.triplet is not None:
            raise ValueError("triplet: eligibility follows pairs of spikes; leave it out")
        return self

    @property
    def samples_per_update(self) -> int:
        """How many samples `update` is given."""
        return TRIALS_AT_A_TIME

    def checks(
        self, network: NetworkParameters, inputs: int | None, classes: int | None
    ) -> Iterator[tuple[str, str]]:
        """Yield what this phase cannot do with a network, as (dotted key in the phase, message)."""
        yield from super().checks(network, inputs, classes)
        if classes is not None:
            for key, message in self.reward.checks(classes):
                yield f"reward.{key}", message

    def law(self, factor: float) -> SynapseLaw:
        """Return the equations of an eligibility, the amplitudes multiplied by `factor`."""
        return Eligibility(self.pairs(factor))

    def fade(self, dt: float, steps: int) -> NDArray[np.float64]:
        """Return what a pair in each step counts, for all rewards of a trial, (step,)."""
        pairs, total = np.arange(steps, dtype=np.float64) * dt, np.zeros(steps)
        for time, value in self.reward.pulses(steps * dt):
            total += value * self.modulation.effect(time - pairs, self.tau_e)
        return total

    def start(self, network: NeuroSpikeNetwork) -> Arrays:
        """Return the rule's state before the first trial."""
        state, memory = super().start(network), self.reward.start(network.topology.outputs)
        return state | {f"{OWN}{name}": array for name, array in memory.items()}

    def update(
        self,
        network: NeuroSpikeNetwork,
        batch: SpikeTrain,
        labels: NDArray[np.int64],
        state: Arrays,
        done: float = 0.0,
    ) -> BatchResult:
        """Let the network learn from the trials of a batch, one after the other."""
        scores = np.concatenate(
            [
                self._trial(network, batch.sample(i), int(label), state, done)
                for i, label in enumerate(labels)
            ]
        )
        loss, _ = self.validation_loss.evaluate(scores, labels)
        return BatchResult(loss, int((scores.argmax(axis=1) == labels).sum()), len(labels))

    def _trial(
        self,
        network: NeuroSpikeNetwork,
        trial: SpikeTrain,
        label: int,
        state: Arrays,
        done: float,
    ) -> Floats:
        """Run one trial, reward it, and return the scores, (1, class)."""
        topology, engine, weights = network.topology, network.engine, network.weights
        trained, factor = self.trained(topology), self.rate_schedule.factor(done)
        spikes, eligible = trial, list[tuple[Layer, Floats, SpikeTrain]]()
        for layer in topology.layers:
            if layer.weight not in trained:
                spikes = engine.run_layer(layer, weights, spikes, network.workspace)
                continue
            plan = self.plan(layer, trial.dt, trial.n_steps, factor, NO_UPKEEP)
            z, memory = np.zeros_like(weights[layer.weight]), memory_of(layer, state)
            spikes = engine.learn_layer(layer, weights, spikes, plan, z, memory, network.workspace)
            eligible.append((layer, z, spikes))
        scores = topology.readout.scores(spikes, weights)
        remembered = {n.removeprefix(OWN): a for n, a in state.items() if n.startswith(OWN)}
        value = self.reward.value(scores[0], label, remembered)
        for layer, z, fired in eligible:
            self._change(weights[layer.weight], value, z)
            keep_up(
                self.upkeep_of(layer, state), weights[layer.weight], fired, memory_of(layer, state)
            )
        network.keep_signs()
        return scores

    def _change(self, weight: Floats, value: float, z: Floats) -> None:
        """Change weights in place by a reward and what is eligible."""
        law = in_type(self.weight_dependence.law(self.w_min, self.w_max), weight.dtype)
        change = weight.dtype.type(self.learning_rate * value) * z
        up, down = (
            np.maximum(change, 0) * law.room_above(weight),
            np.minimum(change, 0) * law.room_below(weight),
        )
        np.clip(weight + (up + down), self.w_min, self.w_max, out=weight)
