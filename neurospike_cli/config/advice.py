"""Warnings: a config that runs, but computes something more coarsely than its models should."""

from __future__ import annotations

from dataclasses import replace

from neurospike_cli.config.cross_checks import DT, neurons_by_path
from neurospike_cli.config.experiment import Experiment
from neurospike_cli.config.report import problem_at
from neurospike_cli.config.tree import Node
from neurospike_cli.errors import Problem


def warnings_of(experiment: Experiment, root: Node) -> tuple[Problem, ...]:
    """Return what the neuron models advise on `experiment`, whose config is the tree `root`."""
    found: dict[tuple[str, str], Problem] = {}
    for where, neuron in neurons_by_path(experiment.network):
        for key, text in neuron.advice(experiment.data.encoder.dt):
            path = DT if key == "dt" else (*where, key)
            problem = problem_at(root.value_at(path), text, path)
            # Two layers may say the same about dt.
            found[problem.path, text] = replace(problem, severity="warning")
    return tuple(found.values())
