"""SpikingJelly: `LIFNode` in its multi-step mode, all steps in one call."""

from __future__ import annotations

from spikingjelly.activation_based import functional, neuron, surrogate
from torch import Tensor, nn

from benchmarks.contestants.torch_peer import TorchPeer
from benchmarks.workload import DT, TAU_M

PACKAGES = ("spikingjelly", "torch")


class SpikingJelly(TorchPeer):
    """`LIFNode(step_mode="m")` on the torch backend, the one that CPUs have."""

    label = "SpikingJelly (LIFNode, multi-step)"

    def make_neurons(self) -> nn.Module:
        """Return one layer of the library's LIF neurons."""
        return neuron.LIFNode(
            tau=TAU_M / DT,
            decay_input=False,
            detach_reset=True,
            surrogate_function=surrogate.ATan(),
            step_mode="m",
        )

    def fire(self, neurons: nn.Module, current: Tensor) -> Tensor:
        """Return the spikes of a layer that starts at rest."""
        functional.reset_net(neurons)
        return neurons(current)


CONTESTANT = SpikingJelly
