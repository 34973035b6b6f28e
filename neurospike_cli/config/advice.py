"""Warnings: a config that runs, but more coarsely than its models should, or learns less than it
seems to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from neurospike_cli.config.cross_checks import DT, neurons_by_path
from neurospike_cli.config.experiment import Experiment
from neurospike_cli.config.place import KeyPath
from neurospike_cli.config.report import problem_at
from neurospike_cli.config.tree import Node
from neurospike_cli.errors import Problem


def warnings_of(experiment: Experiment, root: Node) -> tuple[Problem, ...]:
    """Return what to think about again in `experiment`, whose config is the tree `root`."""
    found: dict[tuple[str, str], Problem] = {}
    for path, text in (*_neuron_advice(experiment), *_recurrent_advice(experiment)):
        problem = problem_at(root.value_at(path), text, path)
        # Two layers may say the same about dt.
        found[problem.path, text] = replace(problem, severity="warning")
    return tuple(found.values())


def _neuron_advice(experiment: Experiment) -> Iterator[tuple[KeyPath, str]]:
    for where, neuron in neurons_by_path(experiment.network):
        for key, text in neuron.advice(experiment.data.encoder.dt):
            yield DT if key == "dt" else (*where, key), text


def _recurrent_advice(experiment: Experiment) -> Iterator[tuple[KeyPath, str]]:
    """Yield the layers whose other weights are trained, and their recurrent ones are not."""
    for i, layer in enumerate(experiment.network.hidden):
        rules = [r for r in experiment.training.phases if r.layers is None or i in r.layers]
        if layer.recurrent is None or not rules or any(r.trains_recurrent for r in rules):
            continue
        names = " and ".join(dict.fromkeys(r.component_name for r in rules))
        text = f"recurrent weights stay as they begin: {names} trains those between layers only"
        yield ("network", "hidden", i, "recurrent"), text
