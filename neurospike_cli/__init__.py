"""NeuroSpike: spiking neural networks on event data, from one YAML file.

The public names are imported when they are first used, so that the command line starts fast.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_PLACES = {
    "NeuronParams": ("neurons.lif", "LIFNeuron"),
    "LIFNeuron": ("neurons.lif", "LIFNeuron"),
    "NetworkConfig": ("engine.neurospike_network", "NetworkConfig"),
    "NeuroSpikeNetwork": ("engine.neurospike_network", "NeuroSpikeNetwork"),
    "RecurrentSpikingNetwork": ("engine.neurospike_network", "RecurrentSpikingNetwork"),
    "SpikingLayer": ("network.layers", "SpikingLayer"),
    "EventStream": ("events.stream", "EventStream"),
    "Trainer": ("training.trainer", "Trainer"),
    "Visualizer": ("figures._visualizer", "Visualizer"),
}

__all__ = [
    "EventStream",
    "LIFNeuron",
    "NetworkConfig",
    "NeuroSpikeNetwork",
    "NeuronParams",
    "RecurrentSpikingNetwork",
    "SpikingLayer",
    "Trainer",
    "Visualizer",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _PLACES[name]
    return getattr(import_module(f"{__name__}.{module}"), attribute)
