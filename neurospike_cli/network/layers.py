"""The parameters of a network: its hidden layers, its readout and how weights begin."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict

from neurospike_cli.network.delays import NO_DELAY, Delay
from neurospike_cli.network.lateral_inhibition import LateralInhibition
from neurospike_cli.network.readouts.readout import Readout
from neurospike_cli.network.readouts.spike_count import SpikeCount
from neurospike_cli.network.uniform_weights import UniformWeights
from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.neurons.neuron_model import NeuronModel
from neurospike_cli.registry import OneOf, Parameters
from neurospike_cli.units import Fraction, Hertz, Milliseconds, Millivolts


class Recurrence(Parameters):
    """Connections of a layer to itself, each possible pair drawn independently."""

    probability: Fraction
    """Probability of each connection."""
    self_connections: bool = False
    """Whether a neuron may connect to itself."""
    delay: Delay = NO_DELAY
    """Delay of recurrent spikes beyond the one step that all of them take, in ms."""


class Dale(Parameters):
    """Every neuron excites all of its targets, or inhibits all of them; its outgoing weights keep
    their sign: one that training would take across 0 stays at 0."""

    excitatory: float = Field(default=0.8, gt=0.0, le=1.0)
    """Fraction of the layer's neurons that excite, the first ones; at least one does."""

    def count(self, size: int) -> int:
        """Return how many of `size` neurons excite."""
        return max(1, round(self.excitatory * size))


class AdaptiveThreshold(Parameters):
    """A threshold that rises with every spike in training, and falls back over many samples.

        theta += theta_plus            at each spike
        dtheta/dt = -theta / tau_theta

    It is added to the neuron's own and kept with the weights: phases of STDP change it, those with
    rewards after each trial, and all else leaves it as it is (Diehl & Cook 2015, section 2.2).
    """

    theta_plus: Millivolts = Field(default=0.05, gt=0, le=1e6)
    """What a spike adds to the neuron's threshold, in mV."""
    tau_theta: Milliseconds = Field(default=1e7, gt=0, le=1e12)
    """Time constant with which it falls back, in ms."""


class Initialization(Parameters):
    """How weights begin: drawn, then scaled layer by layer until the first batch fires."""

    distribution: Literal["uniform", "normal"] = "normal"
    """Shape of the draw, of mean 0 and standard deviation 1/sqrt(n_pre) before scaling."""
    recurrent_scale: float = Field(default=0.2, ge=0.0, le=10.0)
    """Spread of recurrent weights before scaling, as a multiple of that of other weights."""
    target_rate: Hertz = Field(default=20.0, gt=0, le=1000)
    """Mean firing rate of each layer on the first batch; where that needs weights above the
    threshold, a quarter of what the input allows; in Hz."""


class SpikingLayer(Parameters):
    """A population of neurons and what arrives at it."""

    size: int = Field(ge=1, le=10_000_000)
    """Number of neurons."""
    neuron: Annotated[NeuronModel, OneOf()] = LIFNeuron()
    """The neuron model."""
    delay: Delay = NO_DELAY
    """Delay of the spikes that arrive from the layer before, in ms."""
    recurrent: Recurrence | None = None
    """Connections of the layer to itself."""
    inhibition: LateralInhibition | None = None
    """Inhibition of a layer's neurons among each other."""
    winners: int | None = Field(default=None, ge=1)
    """How many neurons fire in a step at most, those furthest beyond their threshold; without it,
    all that reach it."""
    adaptive_threshold: AdaptiveThreshold | None = None
    """A part of the threshold that training moves; without it, none."""
    dale: Dale | None = None
    """Excitatory and inhibitory neurons; without it, a neuron may do both."""
    initial_weights: UniformWeights | None = None
    """How the weights from the layer before begin; without it, as `initialization` says."""


class NetworkParameters(Parameters):
    """The `network:` section of an experiment."""

    input_size: int | None = Field(default=None, ge=1)
    """Number of input channels; without it, what the encoder makes of the sensor."""
    hidden: Annotated[tuple[SpikingLayer, ...], Strict(False)] = (SpikingLayer(size=128),)
    """The hidden layers, input side first."""
    readout: Annotated[Readout, OneOf()] = SpikeCount()
    """How the output layer is read; its size follows from the classes."""
    initialization: Initialization = Initialization()
    """How weights begin."""
