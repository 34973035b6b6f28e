"""What the PyTorch peers share: the dense batch, the gain of each layer, Adam.

Each peer gets its best case: the input is a dense float32 tensor made beforehand, a layer's
Linear runs once over all steps, and only the neurons go step by step where the library does.
"""

from __future__ import annotations

import os
from abc import abstractmethod

import torch
from torch import Tensor, nn

from benchmarks.contestant import Contestant
from benchmarks.workload import DT, TARGET_RATE, Workload


class TorchPeer(Contestant):
    """A stack of Linear layers without bias, each followed by the library's neurons.

    The neurons of a layer are a module from its current to its spikes, both (step, sample,
    neuron), which starts at rest.
    """

    def __init__(self, workload: Workload) -> None:
        torch.set_num_threads(os.cpu_count() or 1)
        torch.manual_seed(1)
        self.labels = torch.from_numpy(workload.labels)
        self.inputs = self.make_inputs(workload)
        self.linears = self.make_linears(workload)
        *hidden, classes = workload.sizes[1:]
        layers = [self.make_hidden(size, workload) for size in hidden]
        self.neurons = nn.ModuleList([*layers, self.make_neurons(classes)])
        self._calibrate()
        weights = [*self.linears.parameters(), *self.neurons.parameters()]
        self.optimizer = torch.optim.Adam(weights, lr=1e-3)
        self.loss = nn.CrossEntropyLoss()

    def make_inputs(self, workload: Workload) -> Tensor:
        """Return the batch, (step, sample, channel)."""
        inputs = torch.zeros(workload.steps, workload.batch, workload.sizes[0])
        for sample, (steps, channels) in enumerate(workload.events()):
            inputs[torch.from_numpy(steps), sample, torch.from_numpy(channels)] = 1.0
        return inputs

    def make_linears(self, workload: Workload) -> nn.ModuleList:
        """Return the weights between layers."""
        pairs = zip(workload.sizes, workload.sizes[1:], strict=False)
        return nn.ModuleList(nn.Linear(a, b, bias=False) for a, b in pairs)

    @abstractmethod
    def make_neurons(self, size: int) -> nn.Module:
        """Return one layer of the library's LIF neurons."""

    def make_hidden(self, size: int, workload: Workload) -> nn.Module:
        """Return a hidden layer's neurons."""
        return self.make_neurons(size)

    def train(self) -> object:
        """Train on the batch once and return its loss."""
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(self._spikes()[-1].sum(dim=0), self.labels)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    @torch.inference_mode()
    def infer(self) -> object:
        """Return the scores of the batch."""
        return self._spikes()[-1].sum(dim=0)

    @torch.inference_mode()
    def firing_rates(self) -> list[float]:
        """Return the mean firing rate of each layer on the batch, in Hz."""
        return [1e3 / DT * float(spikes.mean()) for spikes in self._spikes()]

    def _spikes(self) -> list[Tensor]:
        layers, spikes = [], self.inputs
        for linear, neurons in zip(self.linears, self.neurons, strict=True):
            spikes = neurons(linear(spikes))
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
                rate = 1e3 / DT * float(neurons(gain * current).mean())
                low, high = (gain, high) if rate < TARGET_RATE else (low, gain)
            linear.weight *= high
            spikes = neurons(high * current)
