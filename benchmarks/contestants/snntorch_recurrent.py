"""snnTorch: `RLeaky` on masked dense weights, without adaptation, which the library has not.

That is less work than ours does. Its reset subtracts, because `RLeaky`'s reset to zero takes the
recurrent product twice.
"""

from __future__ import annotations

import snntorch
import torch
from snntorch import surrogate
from torch import Tensor, nn

from benchmarks.contestants._masked_linear import MaskedLinear
from benchmarks.contestants.snntorch import DECAY, SnnTorch
from benchmarks.workload import Workload

PACKAGES = ("snntorch", "torch")


class RecurrentNeurons(nn.Module):
    """`snntorch.RLeaky` from rest through all steps."""

    def __init__(self, size: int, workload: Workload) -> None:
        super().__init__()
        gradient = surrogate.fast_sigmoid()
        self.cell = snntorch.RLeaky(beta=DECAY, linear_features=size, spike_grad=gradient)
        self.cell.recurrent = MaskedLinear(size, workload)

    def forward(self, current: Tensor) -> Tensor:
        """Return the spikes of every step."""
        spikes = membrane = torch.zeros_like(current[0])
        fired = []
        for now in current:
            spikes, membrane = self.cell(now, spikes, membrane)
            fired.append(spikes)
        return torch.stack(fired)


class SnnTorchRecurrent(SnnTorch):
    """The library's recurrent neuron."""

    label = "snnTorch (RLeaky, no adaptation)"

    def make_hidden(self, size: int, workload: Workload) -> nn.Module:
        """Return a hidden layer's neurons."""
        return RecurrentNeurons(size, workload)


CONTESTANT = SnnTorchRecurrent
