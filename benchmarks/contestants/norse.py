"""Norse: `LIFBoxCell`, its LIF without synaptic current, stepped through time in Python."""

from __future__ import annotations

import norse.torch as norse
import torch
from torch import Tensor, nn

from benchmarks.contestants.torch_peer import TorchPeer
from benchmarks.workload import DT, TAU_M

PACKAGES = ("norse", "torch")


class Norse(TorchPeer):
    """`norse.torch.LIFBoxCell`, the cheapest of Norse's leaky neurons."""

    label = "Norse (LIFBoxCell)"

    def make_neurons(self) -> nn.Module:
        """Return one layer of the library's LIF neurons."""
        parameters = norse.LIFBoxParameters(tau_mem_inv=torch.as_tensor(1e3 / TAU_M))
        return norse.LIFBoxCell(p=parameters, dt=DT * 1e-3)

    def fire(self, neurons: nn.Module, current: Tensor) -> Tensor:
        """Return the spikes of a layer that starts at rest."""
        state, fired = None, []
        for now in current:
            spikes, state = neurons(now, state)
            fired.append(spikes)
        return torch.stack(fired)


CONTESTANT = Norse
