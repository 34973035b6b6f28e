"""What our two engines share: sparse input, one calibrated network, the learning rule."""

from __future__ import annotations

from typing import ClassVar

from benchmarks.contestant import Contestant
from benchmarks.workload import DT, RECURRENT_SCALE, RISE, TARGET_RATE, TAU_ADAPT, TAU_M, Workload
from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.surrogate_gradient import SurrogateGradient
from neurospike_cli.network.layers import (
    Initialization,
    NetworkParameters,
    Recurrence,
    SpikingLayer,
)
from neurospike_cli.network.readouts.spike_count import SpikeCount
from neurospike_cli.neurons.adaptive_lif import AdaptiveLIF
from neurospike_cli.neurons.lif import LIFNeuron


class OurEngine(Contestant):
    """The library as `neurospike train` uses it."""

    #: Name of the engine.
    engine: ClassVar[str]
    rule: ClassVar[SurrogateGradient]

    def __init__(self, workload: Workload) -> None:
        inputs, *_, classes = workload.sizes
        self.network = NeuroSpikeNetwork.from_parameters(
            _parameters(workload), inputs, classes, seed=1, engine=self.engine
        )
        self.batch = _spike_train(workload)
        self.labels = workload.labels
        self.network.calibrate(self.batch)
        self.state = self.rule.start(self.network)

    def train(self) -> object:
        """Train on the batch once."""
        return self.rule.update(self.network, self.batch, self.labels, self.state)

    def infer(self) -> object:
        """Run the batch forward once."""
        return self.network.run(self.batch).scores

    def firing_rates(self) -> list[float]:
        """Return the mean firing rate of each layer on the batch, in Hz."""
        run = self.network.run(self.batch)
        trains = [run.spikes(i) for i in range(len(self.network.topology.layers))]
        return [1e3 * t.nnz / (t.n_samples * t.n_channels * t.duration) for t in trains]


def _parameters(workload: Workload) -> NetworkParameters:
    plain = LIFNeuron(tau_m=TAU_M, refractory_period=0.0)  # peers have none
    rise = RISE * (plain.v_thresh - plain.v_rest)
    adaptive = AdaptiveLIF(tau_m=TAU_M, refractory_period=0.0, beta=rise, tau_adapt=TAU_ADAPT)
    neuron = adaptive if workload.adaptive else plain
    recurrence = Recurrence(probability=workload.recurrence) if workload.recurrence else None
    return NetworkParameters(
        hidden=tuple(
            SpikingLayer(size=size, neuron=neuron, recurrent=recurrence)
            for size in workload.sizes[1:-1]
        ),
        readout=SpikeCount(neuron=plain),
        initialization=Initialization(target_rate=TARGET_RATE, recurrent_scale=RECURRENT_SCALE),
    )


def _spike_train(workload: Workload) -> SpikeTrain:
    extent = {"n_steps": workload.steps, "n_channels": workload.sizes[0]}
    pairs = workload.events()
    return SpikeTrain.batch([SpikeTrain.from_pairs(*pair, dt=DT, **extent) for pair in pairs])
