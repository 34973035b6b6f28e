"""What the three PyTorch peers share: the dense batch, the gain of each layer, Adam.

Each peer gets its best case: the input is a dense float32 tensor made beforehand, a layer's
Linear runs once over all steps, and only the neurons go step by step where the library does.
"""

from __future__ import annotations

import os
from abc import abstractmethod

import torch
from torch import Tensor, nn

from benchmarks.workload import DT, TARGET_RATE, Contestant, Workload


class TorchPeer(Contestant):
    """A stack of Linear layers without bias, each followed by the library's LIF neurons."""

    def __init__(self, workload: Workload) -> None:
        torch.set_num_threads(os.cpu_count() or 1)
        torch.manual_seed(1)
        spikes = torch.from_numpy(workload.spikes()).transpose(0, 1)
        self.inputs = spikes.to(torch.float32).contiguous()  # (step, sample, channel)
        self.labels = torch.from_numpy(workload.labels)
        pairs = zip(workload.sizes, workload.sizes[1:], strict=False)
        self.linears = nn.ModuleList(nn.Linear(a, b, bias=False) for a, b in pairs)
        self.neurons = nn.ModuleList(self.make_neurons() for _ in self.linears)
        self._calibrate()
        self.optimizer = torch.optim.Adam(self.linears.parameters(), lr=1e-3)
        self.loss = nn.CrossEntropyLoss()

    @abstractmethod
    def make_neurons(self) -> nn.Module:
        """Return one layer of the library's LIF neurons."""

    @abstractmethod
    def fire(self, neurons: nn.Module, current: Tensor) -> Tensor:
        """Return the spikes of a layer that starts at rest; both are (step, sample, neuron)."""

    def step(self) -> float:
        """Train on the batch once and return its loss."""
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(self._spikes()[-1].sum(dim=0), self.labels)
        loss.backward()
        self.optimizer.step()
        return float(loss.item())

    def firing_rates(self) -> list[float]:
        """Return the mean firing rate of each layer on the batch, in Hz."""
        with torch.no_grad():
            return [1e3 / DT * float(spikes.mean()) for spikes in self._spikes()]

    def _spikes(self) -> list[Tensor]:
        layers, spikes = [], self.inputs
        for linear, neurons in zip(self.linears, self.neurons, strict=True):
            spikes = self.fire(neurons, linear(spikes))
            layers.append(spikes)
        return layers

    @torch.no_grad()
    def _calibrate(self) -> None:
        """Bring every layer to the rate that ours has: activity costs us, so it must be equal."""
        spikes = self.inputs
        for linear, neurons in zip(self.linears, self.neurons, strict=True):
            current = linear(spikes)
            low, high = 1e-3, 1e4
            for _ in range(16):
                gain = (low * high) ** 0.5
                rate = 1e3 / DT * float(self.fire(neurons, gain * current).mean())
                low, high = (gain, high) if rate < TARGET_RATE else (low, gain)
            linear.weight *= high
            spikes = self.fire(neurons, high * current)
