"""SpikingJelly: `LIFNode` in its multi-step mode, all steps in one call."""

from __future__ import annotations

from spikingjelly.activation_based import functional, neuron, surrogate
from torch import Tensor, nn

from benchmarks.contestants._torch_peer import TorchPeer
from benchmarks.workload import DT, TAU_M

PACKAGES = ("spikingjelly", "torch")


def lif_node(step_mode: str) -> nn.Module:
    """Return the library's LIF neurons; "m" takes all steps at once and "s" a single one."""
    return neuron.LIFNode(
        tau=TAU_M / DT,
        decay_input=False,
        detach_reset=True,
        surrogate_function=surrogate.ATan(),
        step_mode=step_mode,
    )


class Neurons(nn.Module):
    """`LIFNode(step_mode="m")` on the torch backend, the one that CPUs have."""

    def __init__(self) -> None:
        super().__init__()
        self.node = lif_node("m")

    def forward(self, current: Tensor) -> Tensor:
        """Return the spikes of every step."""
        functional.reset_net(self.node)
        return self.node(current)


class SpikingJelly(TorchPeer):
    """The library's plainest leaky neuron."""

    label = "SpikingJelly (LIFNode, multi-step)"

    def make_neurons(self, size: int) -> nn.Module:
        """Return one layer of the library's LIF neurons."""
        return Neurons()


CONTESTANT = SpikingJelly
