"""How much memory training takes at its peak, part by part; nothing of it is allocated here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from neurospike_cli.config.experiment import Experiment, figure_names
from neurospike_cli.engine.engine import BatchSize, Engine, Needs
from neurospike_cli.engine.selection import engine_named
from neurospike_cli.errors import UsageError
from neurospike_cli.events.loading import load_sample
from neurospike_cli.events.spike_dataset import SpikeDataset
from neurospike_cli.events.split import SplitName
from neurospike_cli.network.sketch import array_bytes
from neurospike_cli.network.topology import Topology
from neurospike_cli.training.evaluation import BATCH_SIZE
from neurospike_cli.training.machine import available_bytes, resident_bytes
from neurospike_cli.training.preparation import TRAINING_SPLITS, expected_topology

#: Recordings that are read to estimate how many events the others have.
SAMPLE = 16
#: What the drawing library takes, and about what each figure adds, once data and network are let go
#: of.
DRAWING_BYTES, FIGURE_BYTES = 40_000_000, 5_000_000
#: Largest piece of an array on its way into a file.
FILE_BUFFER = 16 * 2**20
#: How much more layers fire than at first, once they have learned.
GROWTH = 2.0


@dataclass(frozen=True)
class Memory:
    """Predicted bytes.

    Attributes:
        process: the interpreter, libraries and compiled code.
        data: recordings, as spikes and where they are augmented as events.
        weights: what is as large as the weights: themselves, gradients, the optimiser's state.
        batch: what is recorded of a batch.
        reading: what reading the data takes beside the data.
        figures: what drawing takes, when data and network are gone.
    """

    process: int
    data: int
    weights: int
    batch: int
    reading: int
    figures: int

    @property
    def peak(self) -> int:
        """The most at any time: while training, reading or drawing."""
        training = self.data + self.weights + self.batch
        return self.process + max(training, self.data + self.reading, self.figures)

    def __str__(self) -> str:
        parts = ("process", "data", "weights", "batch")
        return ", ".join(f"{part} {getattr(self, part) / 1e6:,.0f}" for part in parts) + " MB"


def baseline(experiment: Experiment, engine: Engine) -> int:
    """Return what the process holds once all code is loaded; to be asked before data is."""
    return resident_bytes() + engine.code_bytes(expected_topology(experiment))


def predict(
    experiment: Experiment,
    engine: Engine,
    process: int,
    train: SpikeDataset,
    samples: Mapping[SplitName, int],
) -> Memory:
    """Return the memory that training takes.

    Args:
        experiment: what is trained.
        engine: on what.
        process: the `baseline`.
        train: all training samples or some.
        samples: how many there are of each split.
    """
    topology = expected_topology(experiment)
    weights = topology.connections * np.dtype(experiment.precision).itemsize
    stages = _stages(experiment, engine, topology, train, samples["train"])
    largest = max(in_turn(stages), key=lambda needs: sum(needs.values()))
    sized = sum(size for name, size in largest.items() if name.endswith("weights"))
    return Memory(
        process=process,
        data=_data_bytes(train, samples),
        weights=weights + array_bytes(topology) + sized,
        batch=sum(largest.values()) - sized,
        reading=experiment.data.reading_bytes(),
        figures=_figure_bytes(experiment),
    )


def require_memory(experiment: Experiment, where: str) -> int:
    """Read some recordings, predict the memory and refuse what the machine does not have.

    Returns the baseline.

    Args:
        experiment: what is to be trained.
        where: the config's name.

    Raises:
        UsageError: it is not enough.
    """
    engine = engine_named(experiment.engine)
    process, source, seed = baseline(experiment, engine), experiment.data, experiment.seed
    samples = {name: len(part) for name, part in source.partition(seed).items()}
    train = load_sample(source, "train", seed, SAMPLE)
    memory, available = predict(experiment, engine, process, train, samples), available_bytes()
    if memory.peak > available:
        raise UsageError(
            f"training would take about {memory.peak / 1e9:,.2f} GB of memory; "
            f"{available / 1e9:,.2f} GB are available",
            where=where,
            hint=advice(experiment, memory),
        )
    return process


def advice(experiment: Experiment, memory: Memory) -> str:
    """Return what takes the memory, largest first, and the keys that make it smaller."""
    hidden, phases = experiment.network.hidden, experiment.training.phases
    layer = max(range(len(hidden)), key=lambda i: hidden[i].size, default=None)
    phase = max(range(len(phases)), key=lambda i: phases[i].samples_per_update)
    widths = [f"data.{key}" for key in experiment.data.encoder.width_keys]
    holding = [f"data.{key}" for key in experiment.data.holding_keys]
    sizes = widths[:1] if layer is None else [f"network.hidden.{layer}.size"]
    batch = [f"training.phases.{phase}.{key}" for key in phases[phase].size_keys]
    keys = {
        "batch": [*batch, *sizes, "data.duration / data.encoder.dt"],
        "weights": list(dict.fromkeys([*sizes, *widths])),
        "data": ["the number and duration of the recordings", *holding, *widths[:1]],
        "reading": ["the size of the data set"],
    }
    parts = sorted(keys, key=lambda part: -getattr(memory, part))[:2]
    said = [
        f"{part} {getattr(memory, part) / 1e9:,.2f} GB ({', '.join(keys[part])})" for part in parts
    ]
    return f"most of it is {' and '.join(said)}: make one of these smaller"


def _figure_bytes(experiment: Experiment) -> int:
    """Return what is drawn takes; a config without a list gets nearly all there are."""
    names = figure_names() if experiment.figures is None else experiment.figures
    return DRAWING_BYTES + FIGURE_BYTES * len(names) if names else 0


def _data_bytes(train: SpikeDataset, samples: Mapping[SplitName, int]) -> int:
    """What all samples take between their turns."""
    kept = train.sample_bytes * sum(samples[name] for name in TRAINING_SPLITS)
    return round(kept + train.drawing_bytes * samples["train"])


def _stages(
    experiment: Experiment, engine: Engine, topology: Topology, train: SpikeDataset, samples: int
) -> list[Needs]:
    """Return what each stage of training needs, in turn: batches, evaluation, a checkpoint."""
    stages, size = [], _batch_size(experiment, train, BATCH_SIZE)
    counts = Needs(passing={"counts": _count_bytes(topology, size)})
    evaluation = engine.forward_bytes(topology, size) | counts
    evaluated = [_making(train, size), evaluation]
    written = topology.connections * size.dtype.itemsize
    checkpoint = Needs(passing={"a file of weights": min(FILE_BUFFER, written)})
    for rule in experiment.training.phases:
        size = _batch_size(experiment, train, min(rule.samples_per_update, samples))
        chosen = Needs(passing={"chosen samples": _chosen_bytes(train, size)})
        batch = chosen | rule.bytes_needed(engine, topology, size)
        # From the second epoch on, batches find what the evaluation has left in the workspace.
        epoch = [_making(train, size), batch, *evaluated, checkpoint]
        stages += epoch * min(2, rule.epochs)
    return stages


def in_turn(stages: Iterable[Needs]) -> Iterator[Mapping[str, int]]:
    """Yield what is held in each stage: all that was kept so far, and what passes."""
    so_far = Needs()
    for needs in stages:
        so_far |= Needs(kept=needs.kept)
        yield {**so_far.kept, **needs.passing}


def _batch_size(experiment: Experiment, train: SpikeDataset, samples: int) -> BatchSize:
    return BatchSize(
        samples=samples,
        steps=train.extent[1],
        events=round(samples * train.entries_per_sample),
        dt=experiment.data.encoder.dt,
        rate=GROWTH * experiment.network.initialization.target_rate,
        dtype=np.dtype(experiment.precision),
    )


def _chosen_bytes(train: SpikeDataset, size: BatchSize) -> int:
    """A batch of samples as it is asked for."""
    return train.entry_bytes * size.events + 32 * size.rows


def _making(train: SpikeDataset, size: BatchSize) -> Needs:
    """Return what making a batch takes, which is gone before the batch passes the network."""
    made = _chosen_bytes(train, size) + round(train.making_bytes(size.samples))
    return Needs(passing={"samples that are made": made})


def _count_bytes(topology: Topology, size: BatchSize) -> int:
    """Events of each channel or neuron, (sample, channel), counted and copied; and the spikes."""
    widest = max(topology.input_size, *(layer.size for layer in topology.layers))
    spikes = max(size.events, *(size.spikes(layer.size) for layer in topology.layers))
    return 16 * size.samples * widest + 16 * spikes
