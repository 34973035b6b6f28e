r"""Leaky integrate-and-fire neuron on the exact propagator.

Between input spikes the membrane obeys

    tau_m dv/dt = -(v - v_rest) + bias        (Gerstner & Kistler 2002, eq. 4.3)

and an input spike of weight w moves it by w mV at once, or with `tau_syn` through an exponential
synapse (`_synapse.py`), which stands in for the sum of weights below. One step of width dt is
therefore exact, in terms of u = v - v_rest:

    u += -expm1(-dt / tau_m) * (bias - u)             decay towards v_rest + bias
    u += sum of the weights of the input spikes       the jump, after the decay
    u  = v_reset - v_rest                             in refractory steps
    spike where u >= v_thresh - v_rest
    u  = v_reset - v_rest    (reset: hard)            or
    u -= v_thresh - v_reset  (reset: subtract)

u has all digits of its type, where v would lose some to its offset of -65 mV.

A neuron that spikes in step k is clamped in steps k+1 … k+n_ref, n_ref = round(refractory_period /
dt), and loses the input of those steps; a strong current makes it fire every n_ref + 1 steps.

Backwards in time (Neftci, Mostafa & Zenke 2019, eq. 6), with v the membrane after the reset, σ' the
surrogate's derivative and δ the gradient:

    δu_k = δs_k σ'(u_k) + δv_k ∂v_k/∂u_k,    δv_{k-1} = exp(-dt/tau_m) δu_k,   δJ_k = δu_k

all zero where the neuron is clamped. ∂v/∂u is 1 without a spike; at a spike it is 0 (hard) or 1
(subtract). Unless the reset is detached, δs_k also holds what the spike takes from v, times δv_k.

| parameter | symbol | meaning | default |
|---|---|---|---|
| tau_m | τ_m | membrane time constant | 20 ms |
| v_rest | E_L | resting potential | -65 mV |
| v_reset | V_r | potential after a spike | -65 mV |
| v_thresh | V_th | threshold | -50 mV |
| refractory_period | t_ref | time without integration after a spike | 2 ms |
| tau_syn | τ_s | time constant of the synapse | none |
| bias | R·I_e | constant depolarisation | 0 mV |
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.neurons._membrane import LeakyMembrane, Reset
from neurospike_cli.neurons.neuron_model import Laws, State


class LIFStep(NamedTuple):
    """The equations of the module for one `dt`; state (u,).

    Attributes:
        charge, leak: -expm1(-dt/tau_m), and 1 less that.
        bias, u_thresh: counted from v_rest.
        after: what a spike does to u.
        zero: 0 in the type of the others.
    """

    charge: float
    leak: float
    bias: float
    u_thresh: float
    after: Reset
    zero: float

    def advance(self, state: State, drive: Any) -> State:
        """Return u after decay and jump."""
        (u,) = state
        return (self.charge * (self.bias - u) + u + drive,)

    def hold(self, state: State) -> State:
        """Return u clamped."""
        return (self.after.level,)

    def overshoot(self, state: State) -> Any:
        """Return u - θ."""
        return state[0] - self.u_thresh

    def reset(self, state: State) -> State:
        """Return u after a spike."""
        return (self.after.of(state[0]),)

    def advance_back(self, before: State, gradient: State) -> tuple[State, Any]:
        """Return exp(-dt/tau_m) δu and δu."""
        return (gradient[0] * self.leak,), gradient[0]

    def hold_back(self, gradient: State) -> State:
        """Return 0: a clamped membrane forgets."""
        return (self.zero,)

    def overshoot_back(self, gradient: Any) -> State:
        """Return the gradient as that of u."""
        return (gradient,)

    def reset_back(self, gradient: State) -> State:
        """Return δu before the reset."""
        return (gradient[0] * self.after.kept,)

    def spike_back(self, state: State, gradient: State) -> Any:
        """Return what the reset changes u by, times δu, unless it is detached."""
        return self.after.spike_back(state[0], gradient[0])


class LIFNeuron(LeakyMembrane):
    """Parameters of the leaky integrate-and-fire neuron; the equations are the module's."""

    variables: ClassVar[tuple[str, ...]] = ("u",)
    model: Literal["lif"] = "lif"

    def rate(self, bias: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return 1/(t_ref + τ_m ln((R·I - V_r)/(R·I - V_th))) in Hz, potentials from E_L.

        Args:
            bias: R·I in mV; one that does not exceed the threshold gives 0.
        """
        after = self.reset_law(detach_reset=True)
        excess = np.maximum(bias - self.threshold_distance, 0.0)
        with np.errstate(divide="ignore"):
            climb = np.log((excess + after.drop) / excess)
        return 1e3 / (self.refractory_period + self.tau_m * climb)

    def laws(self, dt: float, *, detach_reset: bool = True) -> Laws:
        """Return the equations for steps of `dt` ms."""
        charge = self.charge(dt)
        step = LIFStep(
            charge=charge,
            leak=1.0 - charge,
            bias=self.bias,
            u_thresh=self.threshold_distance,
            after=self.reset_law(detach_reset),
            zero=0.0,
        )
        synapse, synaptic = self.synapse_law(dt)
        attached = not detach_reset
        wait = self.refractory_steps(dt)
        return Laws(step, synapse, (0.0,), synaptic, wait, attached, attached)
