"""What should make a person look again: weights at a bound, silent neurons, one that wins all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Shares from which on something is said: of a layer's weights at one bound, of its neurons that
#: did not fire, of its spikes that came from one neuron.
AT_BOUND, SILENT, DOMINANT = 0.5, 0.1, 0.5


def findings_of(
    name: str,
    spikes: NDArray[np.floating],
    weight: NDArray[np.floating],
    w_min: float,
    w_max: float,
) -> list[str]:
    """Return what is unusual in a plastic layer after an epoch.

    Args:
        name: the layer's.
        spikes: of each neuron in the epoch, (neuron,).
        weight: its input weights, in mV.
        w_min, w_max: their bounds, in mV.
    """
    found = []
    for bound, value in (("w_min", w_min), ("w_max", w_max)):
        share = float((weight == weight.dtype.type(value)).mean())
        if share >= AT_BOUND:
            found.append(f"{name}: {share:.0%} of the weights are at {bound}")
    if not spikes.any():
        return [*found, f"{name}: no neuron fired"]
    silent = int((spikes == 0).sum())
    if silent >= SILENT * len(spikes):
        found.append(f"{name}: {silent} of {len(spikes)} neurons did not fire")
    first, share = int(spikes.argmax()), float(spikes.max() / spikes.sum())
    if len(spikes) > 2 and share >= DOMINANT:
        found.append(f"{name}: neuron {first} fired {share:.0%} of all spikes")
    return found
