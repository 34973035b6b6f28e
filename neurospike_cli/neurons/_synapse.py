r"""What stands between the weights' sum and the neuron: nothing, or an exponential current.

Without `tau_syn` a spike of weight w moves the membrane by w at the end of its step. With it, the
spike adds w to the synaptic current i, in mV (current times resistance), and

    tau_syn di/dt = -i,     tau_m du/dt = -u + i

so that from one step to the next (Rotter & Diesmann 1999, eq. 17)

    u += P i,   P = exp(-dt/tau_m) expm1(a dt) / (a tau_m),   a = 1/tau_m - 1/tau_syn
    i -= -expm1(-dt/tau_syn) * i,   i += w

with the limit P = exp(-dt/tau_m) dt/tau_m where the time constants are equal. A spike that arrives
in step k moves the membrane from step k + 1 on.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from neurospike_cli.neurons.neuron_model import State


class DeltaSynapse(NamedTuple):
    """The sum of the weights is the drive; there is no state.

    Attributes:
        unit: 1; the compiler cannot pass a tuple without fields.
    """

    unit: float = 1.0

    def arrive(self, synaptic: State, jump: Any) -> tuple[Any, State]:
        """Return the jump as it is."""
        return jump, synaptic

    def arrive_back(self, synaptic: State, drive: Any) -> tuple[Any, State]:
        """Return the drive's gradient as it is."""
        return drive, synaptic


class ExponentialSynapse(NamedTuple):
    """The equations of the module for one `dt`; state (i,).

    Attributes:
        drive: P, what a unit of current brings the membrane in a step.
        loss: -expm1(-dt/tau_syn).
    """

    drive: float
    loss: float

    def arrive(self, synaptic: State, jump: Any) -> tuple[Any, State]:
        """Return P i, and i after its decay and the spikes of this step."""
        (i,) = synaptic
        return i * self.drive, (i - self.loss * i + jump,)

    def arrive_back(self, synaptic: State, drive: Any) -> tuple[Any, State]:
        """Return δw = δi_k, and δi_{k-1} = (1 - loss) δi_k + P δdrive."""
        (i,) = synaptic
        return i, (i - self.loss * i + self.drive * drive,)


def leaky_synapse(tau_m: float, tau_syn: float, dt: float) -> ExponentialSynapse:
    """Return the synapse in front of a leaky membrane; all times in ms."""
    a = 1.0 / tau_m - 1.0 / tau_syn
    # expm1(a dt)/a keeps all digits however close the time constants are; at 0 it is dt.
    slope = np.expm1(a * dt) / a if a else dt
    drive = float(np.exp(-dt / tau_m) * slope / tau_m)
    return ExponentialSynapse(drive, float(-np.expm1(-dt / tau_syn)))
