r"""Reward-modulated STDP: pairs of spikes mark a synapse, a later reward decides what it means.

Each pair leaves an eligibility of +a_plus exp(-Δt/tau_plus) or -a_minus exp(Δt/tau_minus), which
decays with tau_e. A reward r, once or more in a trial, changes

    Δw = learning_rate r z room_above(w)    where r z > 0, else with room_below(w)

with z what is eligible, as the modulation says: at the time of the reward (Florian 2007), or summed
with dopamine that decays (Izhikevich 2007). Weights and moving thresholds stay as they are until
the trial is over; then all of its rewards act, and normalization, scaling and decay follow. So the
sum over pairs and rewards is exact, whatever the step:

    z_ij = Σ_pairs ± a exp(-|Δt|/tau) fade(s),   fade(s) = Σ_rewards value · effect(t_r - s)

with s the time of the pair, that of its second spike; in a step of width dt at k, s = k dt.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from neurospike_cli.engine.engine import BatchSize, Engine, Needs
from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.engine.numpy_plasticity import keep_up
from neurospike_cli.engine.plasticity import NO_UPKEEP, Plan, SynapseLaw
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning._plastic_rule import PlasticRule, memory_of
from neurospike_cli.learning._synapses import Pairs
from neurospike_cli.learning.modulations.instant import Instant
from neurospike_cli.learning.modulations.modulation import Modulation
from neurospike_cli.learning.rewards.correctness import Correctness
from neurospike_cli.learning.rewards.reward import Reward, Trial
from neurospike_cli.learning.rule import Arrays, BatchResult
from neurospike_cli.network.layers import NetworkParameters
from neurospike_cli.network.topology import Layer, Topology
from neurospike_cli.neurons.neuron_model import Floats, State, in_type
from neurospike_cli.registry import OneOf
from neurospike_cli.rng import Purpose, stream
from neurospike_cli.units import Milliseconds

#: Rewards as (time in ms, value).
Pulses = tuple[tuple[float, float], ...]
#: How the state names what the reward remembers.
OWN = "reward."
#: Trials between two looks at what was asked for; their number changes no result but through the
#: rate schedule.
TRIALS_AT_A_TIME = 20
#: Arrays as large as a layer's weights at once while they change: eligibility, change, up, down,
#: and two on the way to them.
ARRAYS_OF_A_CHANGE = 6


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
    pairs_change: ClassVar[str] = "eligibility"
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
        for key, message in self.reward.checks(network, inputs, classes):
            yield f"reward.{key}", message

    def bytes_needed(self, engine: Engine, topology: Topology, batch: BatchSize) -> Needs:
        """Return what `start` and `update` allocate for batches of this size."""
        sizes = [prod(topology.shapes[name]) for name in self.trained(topology)]
        arrays = ARRAYS_OF_A_CHANGE * batch.numbers(max(sizes, default=0))
        return super().bytes_needed(engine, topology, batch) | Needs(
            passing={"eligible weights": arrays}
        )

    def law(self, factor: float) -> SynapseLaw:
        """Return the equations of an eligibility, the amplitudes multiplied by `factor`."""
        return Eligibility(self.pairs(factor))

    def start(self, network: NeuroSpikeNetwork) -> Arrays:
        """Return the rule's state before the first trial."""
        state, memory = super().start(network), self.reward.start(network.topology.outputs)
        own = {f"{OWN}{name}": array for name, array in memory.items()}
        return state | own | {"trials": np.zeros(1)}

    def update(
        self,
        network: NeuroSpikeNetwork,
        batch: SpikeTrain,
        labels: NDArray[np.int64],
        state: Arrays,
        done: float = 0.0,
    ) -> BatchResult:
        """Let the network learn from the trials of a batch, one after the other."""
        factor = self.rate_schedule.factor(done)
        scores = np.concatenate(
            [
                self._trial(network, batch.sample(i), int(label), state, factor)
                for i, label in enumerate(labels)
            ]
        )
        loss, _ = self.validation_loss.evaluate(scores, labels)
        return BatchResult(loss, int((scores.argmax(axis=1) == labels).sum()), len(labels))

    def _trial(
        self,
        network: NeuroSpikeNetwork,
        sample: SpikeTrain,
        label: int,
        state: Arrays,
        factor: float,
    ) -> Floats:
        """Run one trial, reward it, and return the scores, (1, class)."""
        topology, run = network.topology, network.run(sample)
        spikes = (sample, *(run.spikes(i) for i in range(len(topology.layers))))
        rng = stream(network.seed, Purpose.REWARDS, int(state["trials"][0]))
        state["trials"] += 1
        remembered = {n.removeprefix(OWN): a for n, a in state.items() if n.startswith(OWN)}
        rewards = self.reward.pulses(Trial(label, run.scores[0], spikes, rng), remembered)
        fade = self.fade(rewards, sample.dt, sample.n_steps)
        trained = self.trained(topology)
        for layer, before, after in zip(topology.layers, spikes, spikes[1:], strict=False):
            if layer.weight in trained:
                plan = self.plan(layer, sample.dt, sample.n_steps, factor, NO_UPKEEP)
                plan = plan._replace(fade=fade)
                self._learn(network, layer, before, after, plan, state)
        network.keep_signs()
        return run.scores

    def fade(self, rewards: Pulses, dt: float, steps: int) -> NDArray[np.float64]:
        """Return what a pair in each step counts, for all rewards of a trial, (step,)."""
        pairs, total = np.arange(steps, dtype=np.float64) * dt, np.zeros(steps)
        for time, value in rewards:
            total += value * self.modulation.effect(time - pairs, self.tau_e)
        return total

    def _learn(
        self,
        network: NeuroSpikeNetwork,
        layer: Layer,
        before: SpikeTrain,
        after: SpikeTrain,
        plan: Plan,
        state: Arrays,
    ) -> None:
        """Change the weights of a layer by what is eligible, and do what follows a trial."""
        weight, memory = network.weights[layer.weight], memory_of(layer, state)
        eligible = np.zeros_like(weight)
        network.engine.learn_pairs(layer, before, after, plan, eligible)
        law = in_type(self.weight_dependence.law(self.w_min, self.w_max), weight.dtype)
        change = weight.dtype.type(self.learning_rate) * eligible
        up = np.maximum(change, 0) * law.room_above(weight)
        down = np.minimum(change, 0) * law.room_below(weight)
        np.clip(weight + (up + down), self.w_min, self.w_max, out=weight)
        counts = after.channel_counts()[0]
        memory.spikes[:] += counts
        memory.samples[:] += 1
        if layer.theta in network.weights:
            theta = network.weights[layer.theta]
            theta[:] = theta * plan.theta_kept**after.n_steps + plan.theta_plus * counts
        keep_up(self.upkeep_of(layer, state), weight, after, memory)
