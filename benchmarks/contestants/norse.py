"""Norse: `LIFBoxCell`, its LIF without synaptic current, stepped through time in Python."""

from __future__ import annotations

import norse.torch as norse
import torch
from torch import Tensor, nn

from benchmarks.contestants._torch_peer import TorchPeer
from benchmarks.workload import DT, TAU_M

PACKAGES = ("norse", "torch")


class Neurons(nn.Module):
    """`norse.torch.LIFBoxCell` from rest through all steps."""

    def __init__(self) -> None:
        super().__init__()
        parameters = norse.LIFBoxParameters(tau_mem_inv=torch.as_tensor(1e3 / TAU_M))
        self.cell = norse.LIFBoxCell(p=parameters, dt=DT * 1e-3)

    def forward(self, current: Tensor) -> Tensor:
        """Return the spikes of every step."""
        state, fired = None, []
        for now in current:
            spikes, state = self.cell(now, state)
            fired.append(spikes)
        return torch.stack(fired)


class Norse(TorchPeer):
    """The cheapest of Norse's leaky neurons."""

    label = "Norse (LIFBoxCell)"

    def make_neurons(self, size: int) -> nn.Module:
        """Return one layer of the library's LIF neurons."""
        return Neurons()


CONTESTANT = Norse
