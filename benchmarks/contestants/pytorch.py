"""Plain PyTorch: a leaky loop by hand, with a surrogate for the threshold and nothing else.

Tried on the development machine and left out, being slower: the loop in `torch.jit.script` (by a
quarter), `torch.compile` of one step (by a quarter), `torch.compile` of the whole loop (no faster,
after a minute of compilation), and the threshold taken step by step (by a tenth).
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.contestants._torch_peer import TorchPeer
from benchmarks.workload import DT, TAU_M

PACKAGES = ("torch",)
DECAY = math.exp(-DT / TAU_M)
#: Of the fast sigmoid, as snnTorch has it.
SLOPE = 25.0


class Spike(torch.autograd.Function):
    """The threshold at 0, whose derivative is that of the fast sigmoid."""

    @staticmethod
    def forward(ctx: Any, overshoot: Tensor) -> Tensor:
        """Return 1 where the neuron fires."""
        ctx.save_for_backward(overshoot)
        return (overshoot >= 0).to(overshoot.dtype)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        """Return the surrogate's gradient."""
        (overshoot,) = ctx.saved_tensors
        return overshoot.abs().mul_(SLOPE).add_(1.0).square_().reciprocal_().mul_(gradient)


class Neurons(nn.Module):
    """LIF with a reset to zero that is a constant in the gradient.

    The loop keeps the membrane alone; one threshold of all steps follows.
    """

    def forward(self, current: Tensor) -> Tensor:
        """Return the spikes of every step."""
        rest, before = torch.zeros_like(current[0]), []
        for now in current.unbind(0):
            u = torch.add(now, rest, alpha=DECAY)
            before.append(u)
            rest = u.masked_fill(u >= 1.0, 0.0)
        return Spike.apply(torch.stack(before).sub_(1.0))


class PyTorch(TorchPeer):
    """What one writes without a library of spiking neurons."""

    label = "plain PyTorch (LIF in a loop)"

    def make_neurons(self, size: int) -> nn.Module:
        """Return one layer of LIF neurons."""
        return Neurons()


CONTESTANT = PyTorch
