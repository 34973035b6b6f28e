"""A network with weights: what the command line and the Python API both hold in their hands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, Strict

from neurospike_cli.engine import weight_file
from neurospike_cli.engine.activity import Activity, activity_of
from neurospike_cli.engine.calibration import calibrate
from neurospike_cli.engine.engine import Engine, ForwardPass
from neurospike_cli.engine.selection import engine_named
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.errors import UsageError
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.initialization import draw_weights, first_learned
from neurospike_cli.network.layers import (
    Initialization,
    NetworkParameters,
    Recurrence,
    SpikingLayer,
)
from neurospike_cli.network.readouts.spike_count import SpikeCount
from neurospike_cli.network.topology import Topology, build_topology
from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.neurons.neuron_model import NeuronModel
from neurospike_cli.registry import Parameters


class NetworkConfig(Parameters):
    """Sizes of a fully connected network."""

    input_size: int = Field(ge=1)
    """Number of input channels."""
    hidden_sizes: Annotated[tuple[int, ...], Strict(False)]
    """Neurons of each hidden layer."""
    output_size: int = Field(ge=1)
    """Number of classes."""


class NeuroSpikeNetwork:
    """A topology and its weights.

    Args:
        config: the sizes.
        neuron_params: the neurons of every layer; LIF with its defaults where absent.
        seed: draws weights and recurrent pairs.
    """

    def __init__(
        self, config: NetworkConfig, neuron_params: NeuronModel | None = None, *, seed: int = 0
    ) -> None:
        self._build(
            _parameters(config, neuron_params, None), config.input_size, config.output_size, seed
        )

    @classmethod
    def from_parameters(
        cls,
        network: NetworkParameters,
        inputs: int,
        outputs: int,
        seed: int,
        dtype: str = "float32",
        engine: str = "auto",
        dt: float = 1.0,
    ) -> NeuroSpikeNetwork:
        """Return the network of an experiment, with fresh weights; delays are in steps of `dt`."""
        made = cls.__new__(cls)
        made._build(network, inputs, outputs, seed, dtype, engine, dt)
        return made

    def _build(
        self,
        network: NetworkParameters,
        inputs: int,
        outputs: int,
        seed: int,
        dtype: str = "float32",
        engine: str = "auto",
        dt: float = 1.0,
    ) -> None:
        self.seed = seed
        self.engine: Engine = engine_named(engine)
        self.topology: Topology = build_topology(network, inputs, outputs, seed, dt)
        self.initialization: Initialization = network.initialization
        self.dtype = np.dtype(dtype)
        self.weights = draw_weights(self.topology, network.initialization, seed, self.dtype)
        self.weights |= first_learned(self.topology, self.dtype)
        self.is_calibrated = False
        self.workspace = Workspace()
        self.activity_history: tuple[Activity, ...] = ()

    def calibrate(self, batch: SpikeTrain) -> dict[str, float]:
        """Scale fresh weights so that `batch` makes every layer fire; return the rates in Hz."""
        self._check_step(batch)
        self.is_calibrated = True
        return calibrate(
            self.engine,
            self.topology,
            self.weights,
            batch,
            self.initialization.target_rate,
            self.workspace,
        )

    def telling_of_compilation(self, say: Callable[[str], None]) -> AbstractContextManager[None]:
        """Say once, while in the context, if the engine is compiled for this network."""
        models = dict.fromkeys(layer.neuron.component_name for layer in self.topology.layers)
        return self.engine.telling(say, ", ".join([*models, self.dtype.name]))

    def run(self, batch: SpikeTrain, detach_reset: bool | None = None) -> ForwardPass:
        """Run a batch; the first one calibrates a fresh network.

        Args:
            batch: the input.
            detach_reset: how gradients will treat the reset; None where none will be asked for.

        Raises:
            UsageError: the network has delays in steps of another width.
        """
        self._check_step(batch)
        if not self.is_calibrated:
            self.calibrate(batch)
        return self.engine.forward(self.topology, self.weights, batch, self.workspace, detach_reset)

    def keep_signs(self) -> None:
        """Set to 0 each weight of a wrong sign, where a layer follows Dale's law.

        Every rule that changes weights calls it after each change.
        """
        for name, signs in self.topology.signs.items():
            signs.project(self.weights[name])

    def _check_step(self, batch: SpikeTrain) -> None:
        if self.topology.has_delays and batch.dt != self.topology.dt:
            raise UsageError(
                f"the network's delays count steps of {self.topology.dt:g} ms, and the input has "
                f"steps of {batch.dt:g} ms",
                hint="build the network with the input's dt",
            )

    def forward(
        self, spike_train: SpikeTrain, duration: float | None = None
    ) -> NDArray[np.floating]:
        """Return the scores, (class,) for one sample or (sample, class) for more.

        Args:
            spike_train: the input.
            duration: time to simulate in ms, the train being cut or followed by silence.
        """
        run = self.run(lasting(spike_train, duration))
        self.activity_history = (activity_of(run, self.topology),)
        return run.scores[0] if spike_train.n_samples == 1 else run.scores

    def predict(self, spike_train: SpikeTrain, duration: float | None = None) -> int | list[int]:
        """Return the class with most spikes (the first of equals), one or one per sample."""
        winners = self.forward(spike_train, duration).argmax(axis=-1)
        return int(winners) if winners.ndim == 0 else [int(w) for w in winners]

    def save_weights(self, path: str | Path) -> None:
        """Write the weights to `path`."""
        weight_file.write_weights(Path(path), self.weights)

    def load_weights(self, path: str | Path) -> None:
        """Replace the weights by those of `path`; all or nothing.

        Raises:
            DataError: the file does not fit this network.
        """
        shapes = {name: array.shape for name, array in self.weights.items()}
        loaded = weight_file.read_weights(Path(path), shapes)
        self.weights = {n: loaded[n].astype(array.dtype) for n, array in self.weights.items()}
        self.is_calibrated = True

    def summary(self) -> str:
        """Return neurons, connections, mean weight and active neurons, as a table of text."""
        top = self.topology
        lines = [f"neurons {top.neurons:,}   connections {top.connections:,}"]
        for layer in top.layers:
            weight = self.weights[layer.weight].astype(np.float64)
            # Adding 0 turns the -0 that rounding may leave into 0.
            mean, spread = round(float(weight.mean()), 4) + 0.0, float(weight.std())
            active = f"   active {self._active(layer.name)}" if self.activity_history else ""
            lines.append(
                f"{layer.name:<9} {layer.inputs:>6} -> {layer.size:<6} "
                f"connections {layer.connections:>9,}   "
                f"mean weight {mean:+.4f} mV, sd {spread:.4f}{active}"
            )
        return "\n".join(lines)

    def _active(self, name: str) -> str:
        train = self.activity_history[-1].spikes[name]
        return f"{len(np.unique(train.channels))}/{train.n_channels}"


class RecurrentSpikingNetwork(NeuroSpikeNetwork):
    """A network whose hidden layers connect to themselves with a probability.

    Args:
        config, neuron_params, seed: as for `NeuroSpikeNetwork`.
        recurrent_prob: probability of each recurrent connection.
    """

    def __init__(
        self,
        config: NetworkConfig,
        neuron_params: NeuronModel | None = None,
        *,
        recurrent_prob: float = 0.1,
        seed: int = 0,
    ) -> None:
        recurrence = Recurrence(probability=recurrent_prob)
        network = _parameters(config, neuron_params, recurrence)
        self._build(network, config.input_size, config.output_size, seed)


def lasting(train: SpikeTrain, duration: float | None) -> SpikeTrain:
    """Return `train` cut or extended to `duration` ms; unchanged without one."""
    return train if duration is None else train.with_steps(round(duration / train.dt))


def _parameters(
    config: NetworkConfig, neuron: NeuronModel | None, recurrence: Recurrence | None
) -> NetworkParameters:
    neuron = LIFNeuron() if neuron is None else neuron
    hidden = tuple(
        SpikingLayer(size=size, neuron=neuron, recurrent=recurrence) for size in config.hidden_sizes
    )
    return NetworkParameters(hidden=hidden, readout=SpikeCount(neuron=neuron))
