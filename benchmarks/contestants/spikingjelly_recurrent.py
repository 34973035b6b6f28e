"""SpikingJelly: `LIFNode` step by step around masked dense weights, without adaptation.

Its adaptive nodes are Izhikevich's and a base class, so it does less work than ours. A loop by
hand, because `LinearRecurrentContainer` multiplies the current of each step by a dense matrix.
"""

from __future__ import annotations

import torch
from spikingjelly.activation_based import functional
from torch import Tensor, nn

from benchmarks.contestants._masked_linear import MaskedLinear
from benchmarks.contestants.spikingjelly import SpikingJelly, lif_node
from benchmarks.workload import Workload

PACKAGES = ("spikingjelly", "torch")


class RecurrentNeurons(nn.Module):
    """`LIFNode(step_mode="s")` from rest through all steps."""

    def __init__(self, size: int, workload: Workload) -> None:
        super().__init__()
        self.node = lif_node("s")
        self.recurrent = MaskedLinear(size, workload)

    def forward(self, current: Tensor) -> Tensor:
        """Return the spikes of every step."""
        functional.reset_net(self.node)
        spikes = torch.zeros_like(current[0])
        fired = []
        for now in current:
            spikes = self.node(now + self.recurrent(spikes))
            fired.append(spikes)
        return torch.stack(fired)


class SpikingJellyRecurrent(SpikingJelly):
    """The library's leaky neuron in a recurrent layer."""

    label = "SpikingJelly (LIFNode in a loop, no adaptation)"

    def make_hidden(self, size: int, workload: Workload) -> nn.Module:
        """Return a hidden layer's neurons."""
        return RecurrentNeurons(size, workload)


CONTESTANT = SpikingJellyRecurrent
