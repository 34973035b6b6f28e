"""Plain PyTorch: recurrent adaptive LIF in a loop by hand, on masked dense weights."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from benchmarks.contestants._masked_linear import MaskedLinear
from benchmarks.contestants.pytorch import DECAY, PyTorch, Spike
from benchmarks.workload import DT, RISE, TAU_ADAPT, Workload

PACKAGES = ("torch",)
ADAPTATION_DECAY = math.exp(-DT / TAU_ADAPT)


class RecurrentNeurons(nn.Module):
    """LIF with a rising threshold; the reset is a constant in the gradient."""

    def __init__(self, size: int, workload: Workload) -> None:
        super().__init__()
        self.recurrent = MaskedLinear(size, workload)

    def forward(self, current: Tensor) -> Tensor:
        """Return the spikes of every step."""
        weight = self.recurrent.weight.t()
        rest = spikes = raised = torch.zeros_like(current[0])
        fired = []
        for now in current.unbind(0):
            u = torch.addmm(now, spikes, weight).add_(rest, alpha=DECAY)
            raised = raised * ADAPTATION_DECAY
            spikes = Spike.apply((u - raised).sub_(1.0))
            rest = u.masked_fill(spikes.detach() > 0, 0.0)
            raised = raised.add(spikes, alpha=RISE)
            fired.append(spikes)
        return torch.stack(fired)


class PyTorchRecurrent(PyTorch):
    """What one writes without a library of spiking neurons."""

    label = "plain PyTorch (adaptive LIF in a loop)"

    def make_hidden(self, size: int, workload: Workload) -> nn.Module:
        """Return a hidden layer's neurons."""
        return RecurrentNeurons(size, workload)


CONTESTANT = PyTorchRecurrent
