"""What can only be wrong between a network's layers, the time step and the recording."""

from __future__ import annotations

from collections.abc import Iterator

from neurospike_cli.config.place import KeyPath
from neurospike_cli.config.tree import Node
from neurospike_cli.events.sources.source import Source
from neurospike_cli.network.delays import DelayRange
from neurospike_cli.network.layers import NetworkParameters, SpikingLayer

#: How far from a whole number of steps a delay may be: what is lost in writing it down.
GRID_TOLERANCE = 1e-6

#: A path and what is wrong there.
Finding = tuple[KeyPath, str]


def delay_findings(network: NetworkParameters, data: Source, root: Node) -> Iterator[Finding]:
    """Yield the delays that are no whole steps, or after which nothing of a recording is left."""
    dt, duration = data.encoder.dt, data.duration
    for keys, delay in _delays(network):
        for path, value in _bounds(("network", *keys), delay, root):
            if abs(value / dt - round(value / dt)) > GRID_TOLERANCE:
                yield path, f"must be a multiple of dt = {dt:g} ms; got {value:g} ms"
            elif value >= duration:
                message = f"must be shorter than a recording, {duration:g} ms; got {value:g} ms"
                yield path, message


def inhibition_findings(network: NetworkParameters) -> Iterator[Finding]:
    """Yield the layers that have inhibition and no neurons that it could be between."""
    for i, layer in enumerate(network.hidden):
        if layer.inhibition is not None and layer.size == 1:
            path = ("network", "hidden", i, "inhibition")
            yield path, "a layer of one neuron has no other neurons to inhibit"


def winner_findings(network: NetworkParameters, classes: int | None) -> Iterator[Finding]:
    """Yield the layers in which more neurons may win than there are."""
    limits: list[tuple[KeyPath, int | None, int | None]] = [
        (("hidden", i), layer.winners, layer.size) for i, layer in enumerate(network.hidden)
    ]
    limits.append((("readout",), network.readout.output_winners, classes))
    for path, winners, size in limits:
        if winners is not None and size is not None and winners > size:
            message = f"must be at most {size}, the neurons of the layer; got {winners}"
            yield ("network", *path, "winners"), message


def reading_findings(network: NetworkParameters) -> Iterator[Finding]:
    """Yield a readout of the last hidden layer where there is none."""
    if not network.hidden and network.readout.output_neuron is None:
        name = network.readout.component_name
        yield ("network", "hidden"), f"{name} reads the last hidden layer, and there is none"


def _delays(network: NetworkParameters) -> Iterator[tuple[KeyPath, DelayRange]]:
    for i, layer in enumerate(network.hidden):
        for key, delay in _delays_of(layer):
            yield ("hidden", i, *key), delay
    if network.readout.output_inhibition is not None:
        delay = DelayRange(min=network.readout.output_inhibition.delay)
        yield ("readout", "inhibition", "delay"), delay


def _delays_of(layer: SpikingLayer) -> Iterator[tuple[KeyPath, DelayRange]]:
    yield ("delay",), layer.delay
    if layer.recurrent is not None:
        yield ("recurrent", "delay"), layer.recurrent.delay
    if layer.inhibition is not None:
        yield ("inhibition", "delay"), DelayRange(min=layer.inhibition.delay)


def _bounds(path: KeyPath, delay: DelayRange, root: Node) -> Iterator[tuple[KeyPath, float]]:
    """Yield each bound with its path: of one delay for all, that of the delay itself."""
    for name, value in (("min", delay.min), ("max", delay.max)):
        full = (*path, name)
        if value is not None:
            yield (full if root.reach(full)[0] == full else path), value
