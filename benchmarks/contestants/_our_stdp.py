"""What our two engines share where they learn digits: the shipped config, with its data made."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.contestant import Contestant
from benchmarks.digits import BRIGHTNESS, digits
from benchmarks.workload import Workload
from neurospike_cli.config.experiment import Experiment
from neurospike_cli.config.load import load_experiment
from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.image_dataset import ImageDataset
from neurospike_cli.events.sources.images import Images
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.training.epoch import train_batches

CONFIG = Path(__file__).resolve().parents[2] / "configs" / "benchmarks" / "mnist_100.yaml"


class OurSTDP(Contestant):
    """The library as `neurospike train` uses it: spikes are drawn anew for every batch."""

    #: Name of the engine.
    engine: str

    def __init__(self, workload: Workload) -> None:
        inputs, size = workload.sizes
        experiment = load_experiment(CONFIG, [f"network.hidden.0.size={size}"]).experiment
        (self.rule,) = experiment.training.phases
        self.data = _dataset(experiment, self.units)
        self.network = NeuroSpikeNetwork.from_parameters(
            experiment.network, inputs, len(self.data.class_names), seed=1, engine=self.engine
        )
        self.state = self.rule.start(self.network)
        self.samples, self.epoch = np.arange(self.units), 0

    def train(self) -> object:
        """Learn from a batch of digits, one after the other."""
        drawn = partial(self.data.drawn, epoch=self.epoch)
        self.epoch += 1
        whole = [(self.samples, 0.0)]
        labels = self.data.labels
        return list(train_batches(self.network, self.rule, self.state, drawn, labels, whole))

    def infer(self) -> SpikeTrain:
        """Run the batch forward once and return the neurons' spikes."""
        return self.network.run(self.data.select(self.samples)).spikes(0)

    def firing_rates(self) -> list[float]:
        """Return the mean rate of the neurons on the batch, in Hz."""
        train = self.infer()
        return [1e3 * train.nnz / (train.n_samples * train.n_channels * train.duration)]


def _dataset(experiment: Experiment, count: int) -> ImageDataset:
    source, images = experiment.data, digits(count)
    assert isinstance(source, Images)
    return ImageDataset(
        labels=np.zeros(count, np.int64),
        recordings=np.arange(count),
        class_names=source.class_names(),
        sha256="",
        dropped={},
        images=images,
        held_bytes=images.nbytes,
        brightness=BRIGHTNESS,
        encoder=source.encoder,
        duration=source.duration,
        seed=experiment.seed,
    )
