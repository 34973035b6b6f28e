"""What rules have in common that change synapses by the times of spikes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from neurospike_cli.engine.engine import BatchSize, Engine, Needs
from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.engine.plasticity import Memory, NoNorm, Plan, SynapseLaw, Upkeep, decays
from neurospike_cli.learning._synapses import Pairs, Triplet
from neurospike_cli.learning.findings import findings_of
from neurospike_cli.learning.normalizations.normalization import Normalization
from neurospike_cli.learning.rate_schedules.constant import Constant
from neurospike_cli.learning.rate_schedules.rate_schedule import RateSchedule
from neurospike_cli.learning.rule import Arrays, LearningRule
from neurospike_cli.learning.weight_dependences.additive import Additive
from neurospike_cli.learning.weight_dependences.weight_dependence import WeightDependence
from neurospike_cli.network.layers import NetworkParameters
from neurospike_cli.network.topology import Layer, Topology
from neurospike_cli.network.uniform_weights import UniformWeights
from neurospike_cli.registry import OneOf, Parameters
from neurospike_cli.units import Fraction, Hertz, Milliseconds, Millivolts


class SynapticScaling(Parameters):
    """All weights of a neuron grow while it fires less than it should, and shrink while it fires
    more (Turrigiano 2008): w *= 1 + strength (target_rate - r), with r its average rate."""

    target_rate: Hertz = Field(gt=0, le=1000)
    """The rate at which weights stay, in Hz."""
    strength: float = Field(default=1e-3, gt=0, le=1)
    """Relative change of the weights in a sample, for each Hz."""
    samples: float = Field(default=100.0, ge=1, le=1e9)
    """Number of samples over which the rate is averaged."""


class PlasticRule(LearningRule):
    """A rule of the traces and pairs of `_synapses.py`; it changes weights between layers.

    Attributes:
        pairs_change: what a pair of spikes changes at once, with its unit.
    """

    pairs_change: ClassVar[str] = "weight change (mV)"

    trains_recurrent: ClassVar[bool] = False
    tau_plus: Milliseconds = Field(default=20.0, gt=0, le=1e6)
    """Time constant of the presynaptic trace, in ms."""
    tau_minus: Milliseconds = Field(default=20.0, gt=0, le=1e6)
    """Time constant of the postsynaptic trace, in ms."""
    a_plus: float = Field(default=0.01, ge=0.0, le=1e3)
    """Amplitude of potentiation, as a share of the distance between the bounds."""
    a_minus: float = Field(default=0.0105, ge=0.0, le=1e3)
    """Amplitude of depression, as a share of the distance between the bounds."""
    w_min: Millivolts = Field(default=0.0, ge=-1e6, le=1e6)
    """Smallest weight, in mV."""
    w_max: Millivolts = Field(default=1.0, ge=-1e6, le=1e6)
    """Largest weight, in mV."""
    pairing: Literal["all_to_all", "nearest"] = "all_to_all"
    """Which spikes make pairs: all with all, or each with the last one of the other side."""
    coincident: Literal["potentiate", "ignore"] = "potentiate"
    """What spikes of one step are: pre before post, or no pair."""
    weight_dependence: Annotated[WeightDependence, OneOf()] = Additive()
    """How a change depends on the weight."""
    triplet: Triplet | None = None
    """Triplets of spikes beside pairs; without it, pairs alone."""
    trace_target: float = Field(default=0.0, ge=0.0, le=1e3)
    """Presynaptic trace below which a postsynaptic spike depresses (Diehl & Cook 2015, eq. 2)."""
    rate_schedule: Annotated[RateSchedule, OneOf()] = Constant()
    """How both amplitudes change over the phase."""
    normalization: Annotated[Normalization, OneOf()] | None = None
    """Normalization of each neuron's weights after samples; without it, none."""
    synaptic_scaling: SynapticScaling | None = None
    """Scaling of each neuron's weights towards a rate; without it, none."""
    weight_decay: Fraction = 0.0
    """Share of every weight that is lost with each sample."""

    @model_validator(mode="after")
    def _check_bounds(self) -> Self:
        if self.w_min >= self.w_max:
            raise ValueError(f"w_min ({self.w_min:g}) must be below w_max ({self.w_max:g})")
        return self

    def trained(self, topology: Topology) -> frozenset[str]:
        """Return the names of the weight arrays that this phase changes: those between layers."""
        return super().trained(topology) & {layer.weight for layer in topology.layers}

    def checks(
        self, network: NetworkParameters, inputs: int | None, classes: int | None
    ) -> Iterator[tuple[str, str]]:
        """Yield what this phase cannot do with a network, as (dotted key in the phase, message)."""
        sizes = [inputs, *(layer.size for layer in network.hidden)]
        for i in self._chosen(network):
            yield from self._norm_checks(sizes[i], f"layer {i}")

    def network_checks(self, network: NetworkParameters) -> Iterator[tuple[str, str]]:
        """Yield first weights outside of the bounds and delays that differ between connections."""
        hidden = network.hidden
        first = [(f"hidden.{i}", layer.initial_weights) for i, layer in enumerate(hidden)]
        first.append(("readout", network.readout.output_weights))
        for i in self._chosen(network):
            yield from self._weight_checks(*first[i])
            if i < len(hidden) and hidden[i].delay.longest > hidden[i].delay.min:
                message = f"{self.component_name} needs one delay for all connections"
                yield f"hidden.{i}.delay", f"{message} of a layer that it trains"

    def _chosen(self, network: NetworkParameters) -> list[int]:
        """Return the indices of the layers that learn, of those that exist."""
        count = len(network.hidden) + (network.readout.output_neuron is not None)
        return [i for i in range(count) if self.layers is None or i in self.layers]

    def _weight_checks(self, layer: str, first: UniformWeights | None) -> Iterator[tuple[str, str]]:
        where = f"between w_min = {self.w_min:g} and w_max = {self.w_max:g} mV"
        if first is None:
            yield (
                layer,
                f"{self.component_name} needs initial_weights here, {where}: without them weights "
                "begin with both signs and no bounds",
            )
            return
        for key, value in (("low", first.low), ("high", first.high)):
            if not self.w_min <= value <= self.w_max:
                message = f"{self.component_name} needs first weights {where}; got {value:g} mV"
                yield f"{layer}.initial_weights.{key}", message

    def _norm_checks(self, inputs: int | None, name: str) -> Iterator[tuple[str, str]]:
        if self.normalization is None or self.normalization.target == "auto" or inputs is None:
            return
        bound, target = max(abs(self.w_min), abs(self.w_max)), self.normalization.target
        most = self.normalization.largest(inputs, bound)
        if target > most:
            message = f"{inputs} weights of at most {bound:g} mV have a norm of at most {most:g} mV"
            yield "normalization.target", f"out of reach in {name}: {message}; got {target:g} mV"

    def bytes_needed(self, engine: Engine, topology: Topology, batch: BatchSize) -> Needs:
        """Return what `start` and `update` allocate for batches of this size."""
        return engine.forward_bytes(topology, batch)

    def start(self, network: NeuroSpikeNetwork) -> Arrays:
        """Return the rule's state before the first sample."""
        state: Arrays = {}
        for layer in self._plastic(network.topology):
            state[f"{layer.name}.rates"] = np.zeros(layer.size, network.dtype)
            if self.synaptic_scaling is not None:
                state[f"{layer.name}.rates"] += self.synaptic_scaling.target_rate
            state[f"{layer.name}.spikes"] = np.zeros(layer.size)
            state[f"{layer.name}.samples"] = np.zeros(1)
            weight = network.weights[layer.weight]
            norm = 0.0 if self.normalization is None else self.normalization.target_for(weight)
            state[f"{layer.name}.norm"] = np.full(1, norm)
        return state

    def findings(self, network: NeuroSpikeNetwork, state: Arrays) -> tuple[str, ...]:
        """Return what is unusual after an epoch, and begin to count spikes anew."""
        found: list[str] = []
        for layer in self._plastic(network.topology):
            spikes, weight = state[f"{layer.name}.spikes"], network.weights[layer.weight]
            found += findings_of(layer.name, spikes, weight, self.w_min, self.w_max)
            spikes[:] = 0
        return tuple(found)

    @abstractmethod
    def law(self, factor: float) -> SynapseLaw:
        """Return the equations of a synapse, the amplitudes multiplied by `factor`."""

    def pairs(self, factor: float) -> Pairs:
        """Return the pair rule on weights, the amplitudes multiplied by `factor`."""
        return Pairs(
            a_plus=self.a_plus * factor,
            a_minus=self.a_minus * factor,
            target=self.trace_target,
            kept=1.0 if self.pairing == "all_to_all" else 0.0,
            dependence=self.weight_dependence.law(self.w_min, self.w_max),
            w_min=self.w_min,
            w_max=self.w_max,
            one=1.0,
            zero=0.0,
        )

    def plan(self, layer: Layer, dt: float, steps: int, factor: float, upkeep: Upkeep) -> Plan:
        """Return how a layer learns.

        Args:
            layer: which.
            dt: width of a step, in ms.
            steps: of a sample.
            factor: of the amplitudes.
            upkeep: what follows a sample.
        """
        before: tuple[float, ...] = (self.tau_plus,)
        after: tuple[float, ...] = (self.tau_minus,)
        if self.triplet is not None:
            before, after = (*before, self.triplet.tau_x), (*after, self.triplet.tau_y)
        moving = layer.adaptive_threshold
        return Plan(
            law=self.law(factor),
            pre=decays(before, dt, steps),
            post=decays(after, dt, steps),
            fade=np.ones(steps),
            zero=((0.0,) * len(before), (0.0,) * len(after)),
            depresses=self.a_minus > 0 or (self.triplet is not None and self.triplet.a3_minus > 0),
            reaches_silent=self.trace_target > 0,
            ties=self.coincident == "potentiate",
            theta_plus=0.0 if moving is None else moving.theta_plus,
            theta_kept=1.0 if moving is None else float(np.exp(-dt / moving.tau_theta)),
            upkeep=upkeep,
        )

    def upkeep_of(self, layer: Layer, state: Arrays) -> Upkeep:
        """Return what follows a sample in a layer."""
        scaling, chosen = self.synaptic_scaling, self.normalization
        norm = float(state[f"{layer.name}.norm"][0])
        return Upkeep(
            norm=NoNorm() if chosen is None else chosen.law(norm),
            every=0 if chosen is None else chosen.every,
            kept=1.0 - self.weight_decay,
            strength=0.0 if scaling is None else scaling.strength,
            target_rate=0.0 if scaling is None else scaling.target_rate,
            averaging=1.0 if scaling is None else 1.0 / scaling.samples,
            w_min=self.w_min,
            w_max=self.w_max,
        )

    def _plastic(self, topology: Topology) -> list[Layer]:
        trained = self.trained(topology)
        return [layer for layer in topology.layers if layer.weight in trained]


def memory_of(layer: Layer, state: Arrays) -> Memory:
    """Return what a layer carries from sample to sample."""
    name = layer.name
    return Memory(state[f"{name}.rates"], state[f"{name}.spikes"], state[f"{name}.samples"])
