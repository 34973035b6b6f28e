"""NeuroSpike's NumPy engine: sparse input, one sparse product a layer, float32."""

from __future__ import annotations

import numpy as np

from benchmarks.workload import DT, TARGET_RATE, TAU_M, Contestant, Workload
from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.surrogate_gradient import SurrogateGradient
from neurospike_cli.network.layers import Initialization, NetworkParameters, SpikingLayer
from neurospike_cli.network.readouts.spike_count import SpikeCount
from neurospike_cli.neurons.lif import LIFNeuron

PACKAGES = ("neurospike-cli", "numpy", "scipy")


class NeuroSpike(Contestant):
    """The library as `neurospike train` uses it."""

    label = "NeuroSpike (NumPy engine)"

    def __init__(self, workload: Workload) -> None:
        neuron = LIFNeuron(tau_m=TAU_M, refractory_period=0.0)  # peers have none
        inputs, *hidden, classes = workload.sizes
        parameters = NetworkParameters(
            hidden=tuple(SpikingLayer(size=size, neuron=neuron) for size in hidden),
            readout=SpikeCount(neuron=neuron),
            initialization=Initialization(target_rate=TARGET_RATE),
        )
        self.network = NeuroSpikeNetwork.from_parameters(parameters, inputs, classes, seed=1)
        self.batch = _spike_train(workload)
        self.labels = workload.labels
        self.rule = SurrogateGradient()
        self.network.calibrate(self.batch)
        self.state = self.rule.start(self.network)

    def step(self) -> float:
        """Train on the batch once and return its loss."""
        result = self.rule.update(self.network, self.batch, self.labels, self.state)
        return result.loss / result.samples

    def firing_rates(self) -> list[float]:
        """Return the mean firing rate of each layer on the batch, in Hz."""
        run = self.network.run(self.batch)
        layers = range(len(self.network.topology.layers))
        trains = [run.spikes(i) for i in layers]
        return [1e3 * t.nnz / (t.n_samples * t.n_channels * t.duration) for t in trains]


def _spike_train(workload: Workload) -> SpikeTrain:
    trains = []
    for sample in workload.spikes():
        steps, channels = np.nonzero(sample)
        extent = {"n_steps": workload.steps, "n_channels": workload.sizes[0]}
        trains.append(SpikeTrain.from_pairs(steps, channels, dt=DT, **extent))
    return SpikeTrain.batch(trains)


CONTESTANT = NeuroSpike
