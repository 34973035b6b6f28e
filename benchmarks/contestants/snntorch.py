"""snnTorch: `Leaky`, which steps through time in Python."""

from __future__ import annotations

import math

import snntorch
import torch
from snntorch import surrogate
from torch import Tensor, nn

from benchmarks.contestants._torch_peer import TorchPeer
from benchmarks.workload import DT, TAU_M

PACKAGES = ("snntorch", "torch")
DECAY = math.exp(-DT / TAU_M)


class Neurons(nn.Module):
    """`snntorch.Leaky` with a reset to zero and the fast sigmoid, from rest through all steps."""

    def __init__(self) -> None:
        super().__init__()
        gradient = surrogate.fast_sigmoid()
        self.cell = snntorch.Leaky(beta=DECAY, reset_mechanism="zero", spike_grad=gradient)

    def forward(self, current: Tensor) -> Tensor:
        """Return the spikes of every step."""
        membrane = torch.zeros_like(current[0])
        fired = []
        for now in current:
            spikes, membrane = self.cell(now, membrane)
            fired.append(spikes)
        return torch.stack(fired)


class SnnTorch(TorchPeer):
    """The library's plainest neuron."""

    label = "snnTorch (Leaky)"

    def make_neurons(self, size: int) -> nn.Module:
        """Return one layer of the library's LIF neurons."""
        return Neurons()


CONTESTANT = SnnTorch
