"""Labels of neurons: from training samples alone, evenly taken, kept with the best epoch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from neurospike_cli.config.load import load_experiment
from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.spike_dataset import SpikeDataset
from neurospike_cli.network.readouts._labelled_neurons import RESPONSES
from neurospike_cli.training import labelling
from neurospike_cli.training.labelling import fit_readout
from neurospike_cli.training.preparation import build_network, prepare
from tests.training import plastic, tiny


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three epochs of STDP, then labels after each."""
    return plastic.train(tmp_path_factory.mktemp("run"), plastic.STDP, "engine=numpy")


def loaded(run: Path, checkpoint: str) -> tuple[NeuroSpikeNetwork, SpikeDataset]:
    """Return the run's network with the weights of a file, and its training split."""
    experiment = load_experiment(run / "config.resolved.yaml").experiment
    network = build_network(experiment)
    network.is_calibrated = True
    network.weights |= plastic.arrays(run / checkpoint, "weights/")
    return network, prepare(experiment, ("train",)).data["train"]


def means(network: NeuroSpikeNetwork, train: SpikeDataset, samples: list[int]) -> np.ndarray:
    """Return mean spikes of each neuron by class, (class, neuron), one sample at a time."""
    total, number = np.zeros((2, network.topology.layers[0].size)), np.zeros((2, 1))
    for i in samples:
        counts = network.run(train.select(np.array([i]))).spikes(0).channel_counts()[0]
        total[train.labels[i]] += counts
        number[train.labels[i]] += 1
    return total / number


def test_answers_are_those_of_the_training_split_with_the_weights_of_the_best(run: Path) -> None:
    kept = plastic.arrays(run / "weights.npz")
    network, train = loaded(run, "checkpoints/best.npz")
    best = plastic.arrays(run / "checkpoints/best.npz", "weights/")
    assert {name: a.tobytes() for name, a in kept.items()} == {
        name: a.tobytes() for name, a in best.items()
    }
    expected = means(network, train, list(range(len(train))))
    # Whole numbers over 14 samples of a class, kept in float32.
    np.testing.assert_allclose(kept[RESPONSES], expected, rtol=1e-6)
    assert expected.max() > 0


def test_samples_are_taken_evenly_and_so_from_all_classes(run: Path) -> None:
    """Six of 28, the first and the last among them: 0, 27/5, … in whole numbers."""
    network, train = loaded(run, "checkpoints/best.npz")
    some = network.topology.readout.model_copy(update={"label_samples": 6})
    object.__setattr__(network.topology, "readout", some)
    fit_readout(network, train)
    chosen = [0, 5, 10, 16, 21, 27]
    assert [int(train.labels[i]) for i in chosen] == [0, 0, 0, 1, 1, 1]
    np.testing.assert_allclose(network.weights[RESPONSES], means(network, train, chosen), rtol=1e-6)


def test_labels_of_other_splits_change_nothing(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One epoch, so that validation chooses nothing: with wrong labels its loss is another,
    and weights and answers keep their bits."""
    honest = plastic.train(tmp_path / "a", plastic.STDP, "training.phases.0.epochs=1")
    seen: list[str] = []

    def wrong(experiment, splits=("train", "validation")):
        made = prepare(experiment, splits)
        for name, data in made.data.items():
            if name != "train":
                seen.append(name)
                object.__setattr__(data, "labels", np.zeros_like(data.labels))
        return made

    monkeypatch.setattr("neurospike_cli.training.preparation.prepare", wrong)
    lying = plastic.train(tmp_path / "b", plastic.STDP, "training.phases.0.epochs=1")
    assert seen == ["validation"]
    assert (lying / "weights.npz").read_bytes() == (honest / "weights.npz").read_bytes()
    losses = [tiny.epochs_of(r)[0]["validation"]["loss"] for r in (honest, lying)]
    assert losses[0] != losses[1]


def test_a_readout_with_neurons_of_its_own_sees_no_training_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[object] = []
    monkeypatch.setattr(labelling, "batches", lambda *samples: taken.append(samples) or [])
    text = plastic.STDP.replace("  readout: {type: all_activity}\n", "")
    run = plastic.train(tmp_path, text, "training.phases.0.epochs=1", "engine=numpy")
    assert len(tiny.epochs_of(run)) == 1
    assert taken == []
