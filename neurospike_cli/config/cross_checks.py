"""What can only be wrong between fields: sizes, time steps, layers, memory.

Each section that is valid by itself takes part, so that one bad field hides none of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from neurospike_cli.config.experiment import Experiment
from neurospike_cli.config.place import KeyPath
from neurospike_cli.config.report import problem_at
from neurospike_cli.config.topology_checks import (
    delay_findings,
    inhibition_findings,
    reading_findings,
    winner_findings,
)
from neurospike_cli.config.training import TrainingParameters
from neurospike_cli.config.tree import Node
from neurospike_cli.engine.selection import is_compiler_installed
from neurospike_cli.errors import DataError, Problem
from neurospike_cli.events.sources.source import Source
from neurospike_cli.network.layers import NetworkParameters
from neurospike_cli.neurons.neuron_model import NeuronModel

#: Weights above this are refused before anything is allocated.
MAX_WEIGHT_BYTES = 8 * 10**9

#: A path and what is wrong there.
Finding = tuple[KeyPath, str]

DT: KeyPath = ("data", "encoder", "dt")


@dataclass(frozen=True)
class Sections:
    """The sections of a config; None for one that is not valid by itself."""

    data: Source | None
    network: NetworkParameters | None
    training: TrainingParameters | None
    weight_bytes: int
    engine: object


def cross_problems(plain: Mapping[str, Any], root: Node) -> list[Problem]:
    """Return what is wrong across fields of the config `plain`, whose tree is `root`."""
    sections = Sections(
        data=_section("data", plain),
        network=_section("network", {"network": {}, **plain}),
        training=_section("training", plain),
        weight_bytes=8 if plain.get("precision") == "float64" else 4,
        engine=plain.get("engine"),
    )
    return [
        problem_at(root.value_at(path), message, path)
        for check in _CHECKS
        for path, message in check(sections, root)
    ]


def _section(name: str, plain: Mapping[str, Any]) -> Any:
    hint = get_type_hints(Experiment, include_extras=True)[name]
    try:
        return TypeAdapter(hint).validate_python(plain.get(name))
    except ValidationError:
        return None


def _source(sections: Sections, root: Node) -> Iterator[Finding]:
    if sections.data is not None:
        for key, message in sections.data.checks():
            yield root.path_of(f"data.{key}"), message


def _input_width(sections: Sections, root: Node) -> Iterator[Finding]:
    if sections.data is None or sections.network is None or sections.network.input_size is None:
        return
    size, channels = sections.network.input_size, _channels(sections.data)
    if channels is not None and size != channels:
        yield (
            ("network", "input_size"),
            f"must be {channels}, the channels that the encoder makes of the sensor, "
            f"or be left out; got {size}",
        )


def _channels(data: Source) -> int | None:
    """Return the encoder's channels; None where only data that is not there could tell."""
    try:
        return data.encoder.channels(*data.input_size)
    except DataError:
        return None


def _time_step(sections: Sections, root: Node) -> Iterator[Finding]:
    """Compare dt with every neuron, pointing at dt if it is given and else at the neuron."""
    if sections.data is None or sections.network is None:
        return
    dt = sections.data.encoder.dt
    exceeded = [
        (bound, (*path, name), f"dt must be at most {limit}, {bound:g} ms; got {dt:g} ms")
        for path, neuron in neurons_by_path(sections.network)
        for name, limit, bound in _limits(path, neuron)
        if dt > bound
    ]
    if root.reach(DT)[0] == DT:
        # One line to change: its tightest bound says all.
        exceeded = [(bound, DT, text) for bound, _, text in sorted(exceeded)[:1]]
    yield from ((path, text) for _, path, text in exceeded)


def neurons_by_path(network: NetworkParameters) -> Iterator[tuple[KeyPath, NeuronModel]]:
    """Yield the neuron model of every layer and where it stands in a config."""
    for i, layer in enumerate(network.hidden):
        yield ("network", "hidden", i, "neuron"), layer.neuron
    if network.readout.output_neuron is not None:
        yield ("network", "readout", "neuron"), network.readout.output_neuron


def _limits(path: KeyPath, neuron: NeuronModel) -> Iterator[tuple[str, str, float]]:
    """Yield each parameter that bounds dt: its name, what the bound is, and the bound in ms."""
    where, values = ".".join(map(str, path)), neuron.model_dump()
    constants = neuron.time_constants
    smallest = min(constants, key=lambda name: constants[name], default=None)
    if smallest is not None:
        value = constants[smallest]
        yield smallest, f"half of {smallest} = {value:g} ms of {where}", value / 2
    period = values.get("refractory_period", 0.0)
    if period > 0:
        yield (
            "refractory_period",
            f"the refractory_period = {period:g} ms of {where}",
            period,
        )


def _delays(sections: Sections, root: Node) -> Iterator[Finding]:
    if sections.data is not None and sections.network is not None:
        yield from delay_findings(sections.network, sections.data, root)


def _competition(sections: Sections, root: Node) -> Iterator[Finding]:
    if sections.network is not None:
        yield from inhibition_findings(sections.network)
        yield from reading_findings(sections.network)
        yield from winner_findings(sections.network, _classes(sections.data))


def _trained_layers(sections: Sections, root: Node) -> Iterator[Finding]:
    if sections.network is None or sections.training is None:
        return
    hidden = len(sections.network.hidden)
    has_output = sections.network.readout.output_neuron is not None
    last = f"{hidden} is the output layer" if has_output else "there is no output layer"
    for i, phase in enumerate(sections.training.phases):
        for j, layer in enumerate(phase.layers or ()):
            if not 0 <= layer < hidden + has_output:
                yield (
                    ("training", "phases", i, "layers", j),
                    f"no such layer: hidden layers are numbered from 0, and {last}; got {layer}",
                )


def _phases(sections: Sections, root: Node) -> Iterator[Finding]:
    if sections.network is None or sections.training is None:
        return
    inputs = sections.network.input_size
    if inputs is None and sections.data is not None:
        inputs = _channels(sections.data)
    phases = sections.training.phases
    for i, phase in enumerate(phases):
        for key, message in phase.checks(sections.network, inputs, _classes(sections.data)):
            yield root.path_of(f"training.phases.{i}.{key}"), message
    # What two phases need alike is said once.
    needs = [need for phase in phases for need in phase.network_checks(sections.network)]
    for key, message in dict.fromkeys(needs):
        yield root.path_of(f"network.{key}"), message


def _classes(data: Source | None) -> int | None:
    """Return the number of classes; None where only data that is not there could tell."""
    try:
        return None if data is None else len(data.class_names())
    except DataError:
        return None


def _memory(sections: Sections, root: Node) -> Iterator[Finding]:
    if sections.data is None or sections.network is None:
        return
    # The output layer is as small as there are classes: not worth reading a data set for.
    sizes = [_channels(sections.data) or 1, *(layer.size for layer in sections.network.hidden)]
    dense = [a * b for a, b in pairwise(sizes)]
    # A recurrent connection also stores the index of its target.
    recurrent = [
        layer.size**2 * layer.recurrent.probability * 2 if layer.recurrent is not None else 0
        for layer in sections.network.hidden
    ]
    total = (sum(dense) + sum(recurrent)) * sections.weight_bytes
    if total > MAX_WEIGHT_BYTES:
        largest = max(range(len(recurrent)), key=lambda i: dense[i] + recurrent[i])
        yield (
            ("network", "hidden", largest, "size"),
            f"the weights need {total / 1e9:,.1f} GB; at most {MAX_WEIGHT_BYTES / 1e9:g} GB "
            f"are allowed; got {sections.network.hidden[largest].size} neurons here",
        )


def _engine(sections: Sections, root: Node) -> Iterator[Finding]:
    if sections.engine == "compiled" and not is_compiler_installed():
        yield (
            ("engine",),
            "the compiled engine needs Numba, which is not installed: "
            "pip install 'neurospike-cli[fast]', or say auto",
        )


_CHECKS: tuple[Callable[[Sections, Node], Iterator[Finding]], ...] = (
    _source,
    _input_width,
    _time_step,
    _delays,
    _competition,
    _trained_layers,
    _phases,
    _memory,
    _engine,
)
