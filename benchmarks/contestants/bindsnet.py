"""BindsNET's own network of Diehl & Cook (2015), driven as its example `eth_mnist.py` does."""

from __future__ import annotations

import os
from itertools import cycle

import torch

from benchmarks.contestant import Contestant
from benchmarks.contestants._bindsnet_parts import DiehlAndCook2015, Monitor, PoissonEncoder
from benchmarks.digits import MAX_RATE, digits
from benchmarks.workload import DT, Workload

PACKAGES = ("bindsnet", "torch")


class BindsNET(Contestant):
    """The example's constants, one digit at a time, nothing recorded."""

    label = "BindsNET (DiehlAndCook2015)"
    #: Threads of torch; without it, one for each core.
    threads: int | None = None

    def __init__(self, workload: Workload) -> None:
        torch.set_num_threads(self.threads or os.cpu_count() or 1)
        torch.manual_seed(1)
        inputs, size = workload.sizes
        images = torch.from_numpy(digits(workload.batch)).float() * (MAX_RATE / 255)
        self.shape, self.steps = (1, *images.shape[1:]), workload.steps
        self.network = DiehlAndCook2015(
            n_inpt=inputs,
            n_neurons=size,
            exc=22.5,
            inh=120.0,
            dt=DT,
            norm=78.4,
            theta_plus=0.05,
            inpt_shape=self.shape,
        )
        self.encoder = PoissonEncoder(time=workload.steps * DT, dt=DT)
        self.images = cycle(images)

    @torch.no_grad()
    def train(self) -> None:
        """Draw a digit's spikes and learn from them; `run` ends with the normalisation."""
        self._show(learning=True)
        self.network.reset_state_variables()

    @torch.no_grad()
    def infer(self) -> None:
        """Draw a digit's spikes and run the network on them."""
        self._show(learning=False)
        self.network.reset_state_variables()

    def firing_rates(self) -> list[float]:
        """Return the mean rate of the excitatory neurons on a digit, in Hz."""
        layer = self.network.layers["Ae"]
        monitor = Monitor(layer, ["s"], time=self.steps)
        self.network.add_monitor(monitor, "Ae")
        self._show(learning=False)
        del self.network.monitors["Ae"]
        rate = 1e3 / DT * float(monitor.get("s").float().mean())
        self.network.reset_state_variables()
        return [rate]

    def _show(self, *, learning: bool) -> None:
        self.network.train(learning)
        spikes = self.encoder(next(self.images)).view(self.steps, 1, *self.shape)
        self.network.run({"X": spikes}, time=self.steps * DT)


CONTESTANT = BindsNET
