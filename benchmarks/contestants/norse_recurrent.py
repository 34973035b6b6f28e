"""Norse: the adaptive `LSNNCell` in a recurrent layer, stepped through time in Python.

This is `LSNNRecurrentCell`, but for the input's product, which that cell takes anew in every step
and this loop once for all. The neuron has a synaptic current, which ours here has not.
"""

from __future__ import annotations

import norse.torch as norse
import torch
from torch import Tensor, nn

from benchmarks.contestants._masked_linear import MaskedLinear
from benchmarks.contestants.norse import Norse
from benchmarks.workload import DT, RISE, TAU_ADAPT, TAU_M, Workload

PACKAGES = ("norse", "torch")


class RecurrentNeurons(nn.Module):
    """`norse.torch.LSNNCell` from rest through all steps."""

    def __init__(self, size: int, workload: Workload) -> None:
        super().__init__()
        parameters = norse.LSNNParameters(
            tau_mem_inv=torch.as_tensor(1e3 / TAU_M),
            tau_adapt_inv=torch.as_tensor(1e3 / TAU_ADAPT),
            beta=torch.as_tensor(RISE),
        )
        self.cell = norse.LSNNCell(p=parameters, dt=DT * 1e-3)
        self.recurrent = MaskedLinear(size, workload)

    def forward(self, current: Tensor) -> Tensor:
        """Return the spikes of every step."""
        state, spikes, fired = None, torch.zeros_like(current[0]), []
        for now in current:
            spikes, state = self.cell(now + self.recurrent(spikes), state)
            fired.append(spikes)
        return torch.stack(fired)


class NorseRecurrent(Norse):
    """The library's adaptive neuron in a recurrent layer."""

    label = "Norse (LSNNCell, recurrent)"

    def make_hidden(self, size: int, workload: Workload) -> nn.Module:
        """Return a hidden layer's neurons."""
        return RecurrentNeurons(size, workload)


CONTESTANT = NorseRecurrent
