"""What holds for every component of every family, found by looking for them."""

from __future__ import annotations

from typing import Literal, get_args, get_origin

import numpy as np
import pytest
from pydantic import ValidationError

from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.augmentations.augmentation import Augmentation
from neurospike_cli.events.encoders.encoder import Encoder
from neurospike_cli.events.filters.filter import Filter
from neurospike_cli.events.formats.format import Format
from neurospike_cli.events.measurements.measurement import Measurement
from neurospike_cli.events.patterns.pattern import Pattern
from neurospike_cli.events.signals.signal_format import SignalFormat
from neurospike_cli.events.sources.source import Source
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.figures._figure_kind import FigureKind
from neurospike_cli.learning.losses.loss import Loss
from neurospike_cli.learning.modulations.modulation import Modulation
from neurospike_cli.learning.normalizations.normalization import Normalization
from neurospike_cli.learning.optimizers.optimizer import Optimizer
from neurospike_cli.learning.rate_schedules.rate_schedule import RateSchedule
from neurospike_cli.learning.rewards.reward import Reward
from neurospike_cli.learning.rule import LearningRule
from neurospike_cli.learning.surrogates.surrogate import Surrogate
from neurospike_cli.learning.weight_dependences.weight_dependence import WeightDependence
from neurospike_cli.network.layers import NetworkParameters, SpikingLayer
from neurospike_cli.network.readouts.readout import Readout
from neurospike_cli.network.readouts.spike_count import SpikeCount
from neurospike_cli.network.uniform_weights import UniformWeights
from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.neurons.neuron_model import NeuronModel
from neurospike_cli.registry import Component, discover

FAMILIES: tuple[type[Component], ...] = (
    *(Augmentation, Encoder, Filter, Format, Pattern, Source, FigureKind),
    *(Measurement, SignalFormat),
    *(Loss, Optimizer, LearningRule, Surrogate, Readout, NeuronModel),
    *(Modulation, Normalization, RateSchedule, Reward, WeightDependence),
)
COMPONENTS = [
    pytest.param(family, name, component, id=f"{family.__name__}-{name}")
    for family in FAMILIES
    for name, component in discover(family).items()
]
RULES = discover(LearningRule)


@pytest.mark.parametrize(("family", "name", "component"), COMPONENTS)
def test_the_file_stem_is_the_name_in_yaml(
    family: type[Component], name: str, component: type[Component]
) -> None:
    field = component.model_fields[family.discriminator]
    assert get_origin(field.annotation) is Literal
    assert get_args(field.annotation) == (name,)
    assert component.model_construct().component_name == name


@pytest.mark.parametrize(("family", "name", "component"), COMPONENTS)
def test_every_parameter_is_described_and_unknown_ones_are_refused(
    family: type[Component], name: str, component: type[Component]
) -> None:
    assert component.__doc__
    for key, field in component.model_fields.items():
        assert field.description or key == family.discriminator, f"{name}.{key}"
    with pytest.raises(ValidationError, match="Extra inputs"):
        component.model_validate({"no_such_key": 1})


@pytest.mark.parametrize("name", RULES)
def test_silence_changes_no_weight(name: str) -> None:
    network = tiny_network()
    silence = SpikeTrain.from_pairs(np.empty(0), np.empty(0), dt=1.0, n_steps=10, n_channels=5)
    batch = SpikeTrain.batch([silence, silence])
    before = {key: weight.copy() for key, weight in network.weights.items()}
    rule = RULES[name]()
    rule.update(network, batch, np.array([0, 1]), rule.start(network), 0.0)
    for key, weight in network.weights.items():
        np.testing.assert_array_equal(weight, before[key])


@pytest.mark.parametrize("name", RULES)
def test_learning_changes_only_the_weights_of_the_phase(name: str) -> None:
    network = tiny_network()
    rng = np.random.default_rng(0)
    trains = [
        SpikeTrain.from_pairs(
            *np.nonzero(rng.random((10, 5)) < 0.5), dt=1.0, n_steps=10, n_channels=5
        )
        for _ in range(4)
    ]
    batch = SpikeTrain.batch(trains)
    network.calibrate(batch)
    before = {key: weight.copy() for key, weight in network.weights.items()}
    rule = RULES[name](layers=(0,))
    state = rule.start(network)
    for _ in range(5):
        rule.update(network, batch, np.array([0, 1, 0, 1]), state, 0.0)
    changed = {key for key, w in network.weights.items() if not np.array_equal(w, before[key])}
    assert changed == {"hidden.0.weight"}
    assert all(np.isfinite(weight).all() for weight in network.weights.values())


def tiny_network() -> NeuroSpikeNetwork:
    # Weights between the bounds of plastic rules, strong enough to fire a neuron of theirs.
    first, neuron = UniformWeights(low=0.2, high=0.9), LIFNeuron(v_thresh=-64.0)
    parameters = NetworkParameters(
        hidden=(SpikingLayer(size=4, neuron=neuron, initial_weights=first),),
        readout=SpikeCount(neuron=neuron, initial_weights=first),
    )
    return NeuroSpikeNetwork.from_parameters(parameters, 5, 2, seed=0)
