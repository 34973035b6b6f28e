"""What single neurons of a network do under constant currents, through the NumPy engine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from neurospike_cli.engine.engine import Response
from neurospike_cli.engine.selection import engine_named
from neurospike_cli.errors import RunError
from neurospike_cli.figures._run_view import RunView
from neurospike_cli.neurons.neuron_model import NeuronModel
from neurospike_cli.registry import discover

Floats = NDArray[np.float64]

#: Width of a step, in ms.
DT = 0.1
#: A neuron that fires under none of these currents, in threshold distances, is called silent.
SCAN = np.geomspace(1e-3, 10.0, 120)
SCAN_DURATION, SETTLING, COUNTING = 400.0, 150.0, 500.0


@dataclass(frozen=True)
class UsedNeuron:
    """A neuron model with its parameters, and the layers that consist of such neurons."""

    neuron: NeuronModel
    layers: tuple[str, ...]


def used_neurons(view: RunView) -> list[UsedNeuron]:
    """Return the distinct neurons of the run's network, input side first.

    Raises:
        RunError: `network.json` does not describe them.
    """
    found: dict[NeuronModel, tuple[str, ...]] = {}
    for row in view.network.get("layers", ()):
        try:
            neuron = discover(NeuronModel)[row["model"]].model_validate(row["neuron"])
            found[neuron] = (*found.get(neuron, ()), str(row["name"]))
        except (KeyError, TypeError, ValidationError) as error:
            where = str(view.path / "network.json")
            raise RunError(f"damaged: a layer has no valid neuron: {error}", where=where) from error
    return [UsedNeuron(neuron, layers) for neuron, layers in found.items()]


def driven(neuron: NeuronModel, current: Floats) -> Response:
    """Return what neurons do under `current`, (step, neuron), added to their bias, in its unit."""
    plain = neuron.model_copy(update={"tau_syn": None})
    drive = current * neuron.bias_per_step(DT)
    return engine_named("numpy").simulate(plain, drive[:, None, :], DT)


def rheobase(neuron: NeuronModel) -> float | None:
    """Return the smallest current, beyond the bias, that makes the neuron fire; None for none."""
    currents = SCAN * neuron.threshold_distance
    response = driven(neuron, np.tile(currents, (round(SCAN_DURATION / DT), 1)))
    firing = [len(times) > 0 for times in spike_times(response)]
    return float(currents[firing.index(True)]) if any(firing) else None


def rates(neuron: NeuronModel, currents: Floats) -> Floats:
    """Return the steady rate in Hz under each current, beyond the bias, (neuron,)."""
    steps = round((SETTLING + COUNTING) / DT)
    response = driven(neuron, np.tile(currents, (steps, 1)))
    return np.array([_steady_rate(times) for times in spike_times(response)])


def spike_times(response: Response) -> list[Floats]:
    """Return the times of each neuron's spikes, in ms."""
    steps, neurons = response.spikes.steps(), response.spikes.channels
    return [DT * (1.0 + steps[neurons == n]) for n in range(response.spikes.n_channels)]


def _steady_rate(times: Floats) -> float:
    """Return the rate of the intervals that begin after settling; of bursts, their mean."""
    late = times[times > SETTLING]
    if len(late) < 2:
        return 1e3 * len(late) / COUNTING
    return float(1e3 * (len(late) - 1) / (late[-1] - late[0]))
