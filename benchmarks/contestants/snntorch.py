"""snnTorch: `Leaky`, which steps through time in Python."""

from __future__ import annotations

import math

import snntorch
import torch
from snntorch import surrogate
from torch import Tensor, nn

from benchmarks.contestants.torch_peer import TorchPeer
from benchmarks.workload import DT, TAU_M

PACKAGES = ("snntorch", "torch")


class SnnTorch(TorchPeer):
    """`snntorch.Leaky` with a reset to zero and the fast sigmoid."""

    label = "snnTorch (Leaky)"

    def make_neurons(self) -> nn.Module:
        """Return one layer of the library's LIF neurons."""
        return snntorch.Leaky(
            beta=math.exp(-DT / TAU_M),
            reset_mechanism="zero",
            spike_grad=surrogate.fast_sigmoid(),
        )

    def fire(self, neurons: nn.Module, current: Tensor) -> Tensor:
        """Return the spikes of a layer that starts at rest."""
        membrane = torch.zeros_like(current[0])
        fired = []
        for now in current:
            spikes, membrane = neurons(now, membrane)
            fired.append(spikes)
        return torch.stack(fired)


CONTESTANT = SnnTorch
