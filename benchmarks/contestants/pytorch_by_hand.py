"""PyTorch as far as it goes: events as a sparse matrix, and the way back in time by hand.

Nobody's library does this; it is what of our engine can be written in PyTorch, and is shown beside
the peers to say how much of the distance is the method and how much the engine.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.contestants.pytorch import DECAY, SLOPE, PyTorch
from benchmarks.workload import Workload

PACKAGES = ("torch",)


class Leaky(torch.autograd.Function):
    """All steps of a layer, in place in one block of memory each way."""

    @staticmethod
    def forward(ctx: Any, current: Tensor) -> Tensor:
        """Return the spikes of every step."""
        u, rest = current.clone(), torch.zeros_like(current[0])
        for now in u:
            now.add_(rest, alpha=DECAY)
            torch.mul(now, now < 1.0, out=rest)
        fired = u >= 1.0
        ctx.save_for_backward(u, fired)
        return fired.to(u.dtype)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        """Return the gradient of every step's current."""
        u, fired = ctx.saved_tensors
        deltas = u.sub(1.0).abs_().mul_(SLOPE).add_(1.0).square_().reciprocal_().mul_(gradient)
        kept = fired.logical_not().to(u.dtype).mul_(DECAY)
        for step in range(len(u) - 2, -1, -1):
            deltas[step].addcmul_(deltas[step + 1], kept[step])
        return deltas


class Neurons(nn.Module):
    """LIF with a reset to zero that is a constant in the gradient."""

    def forward(self, current: Tensor) -> Tensor:
        """Return the spikes of every step."""
        return Leaky.apply(current)


class SparseLinear(nn.Linear):
    """A Linear of sparse rows, one for each (step, sample)."""

    def __init__(self, channels: int, size: int, batch: int) -> None:
        super().__init__(channels, size, bias=False)
        # The product takes the transposed weight, which thus lies in one block.
        self.weight = nn.Parameter(self.weight.detach().t().contiguous().t())
        self.batch = batch

    def forward(self, spikes: Tensor) -> Tensor:
        """Return the current of every step."""
        current = torch.sparse.mm(spikes, self.weight.t())
        return current.view(-1, self.batch, self.out_features)


class PyTorchByHand(PyTorch):
    """A sparse input, and autograd between layers only."""

    label = "PyTorch (sparse input, backward pass by hand)"

    def make_inputs(self, workload: Workload) -> Tensor:
        """Return the batch as rows of events, (step · batch + sample, channel)."""
        samples = enumerate(workload.events())
        indices = [
            torch.stack([torch.from_numpy(steps * workload.batch + k), torch.from_numpy(channels)])
            for k, (steps, channels) in samples
        ]
        place = torch.cat(indices, dim=1)
        shape = (workload.steps * workload.batch, workload.sizes[0])
        return torch.sparse_coo_tensor(place, torch.ones(place.shape[1]), shape).to_sparse_csr()

    def make_linears(self, workload: Workload) -> nn.ModuleList:
        """Return the weights between layers, those of the input for sparse rows."""
        first = SparseLinear(*workload.sizes[:2], workload.batch)
        return nn.ModuleList([first, *super().make_linears(workload)[1:]])

    def make_neurons(self, size: int) -> nn.Module:
        """Return one layer of LIF neurons."""
        return Neurons()


CONTESTANT = PyTorchByHand
