r"""Leaky integrate-and-fire neuron that adapts: by a moving threshold, or by a current.

The membrane is that of the `lif` model, u = v - v_rest. With `adaptation: threshold` the threshold
is v_thresh + A, where every spike adds beta to A, which decays with tau_adapt (Bellec et al. 2018,
eq. 3; Gerstner & Kistler 2002, ch. 5.2). One step of width dt:

    u += -expm1(-dt / tau_m) * (bias - u) + input     the membrane, exact
    u  = v_reset - v_rest                             in refractory steps
    A -= -expm1(-dt / tau_adapt) * A                  the adaptation, exact
    spike where u - A >= v_thresh - v_rest
    A += beta; reset of u as in `lif`                 at a spike

Driven by a constant R·I it settles to intervals T, without refractory period and reset to rest, of

    R·I (1 - exp(-T/tau_m)) = θ + beta exp(-T/tau_adapt) / (1 - exp(-T/tau_adapt)),
    θ = v_thresh - v_rest

Backwards, as in `lif`, with x = u - A - θ in place of u - θ and ρ = exp(-dt/tau_adapt):

    δx_k = (δs_k + β ρ δA_{k+1}) σ'(x_k),   δA_k = ρ δA_{k+1} - δx_k,   δu_k = δx_k + δv_k ∂v_k/∂u_k

where a clamped neuron has no δx_k and no δu_k, but still δA_k.

With `adaptation: current` a current w (times the membrane's resistance, in mV) works against the
input: `_adaptation_current.py` has its equations.

| parameter | symbol | meaning | default |
|---|---|---|---|
| adaptation | | what adapts: `threshold` or `current` | threshold |
| beta | β | rise of the threshold at a spike | 2 mV |
| a | a | coupling of the current to the membrane | 0 |
| b | b | rise of the current at a spike | 2 mV |
| tau_adapt | τ_a | time constant of the return | 100 ms |

and those of `lif`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, NamedTuple, Self

import numpy as np
from pydantic import Field, model_validator

from neurospike_cli.neurons._adaptation_current import current_step, current_synapse
from neurospike_cli.neurons._membrane import LeakyMembrane, Reset
from neurospike_cli.neurons.neuron_model import Laws, State, Synapse
from neurospike_cli.units import Milliseconds, Millivolts


class AdaptiveThresholdStep(NamedTuple):
    """The equations of the module for one `dt`; state (u, A).

    Attributes:
        charge, leak: -expm1(-dt/tau_m), and 1 less that.
        recovery, left: -expm1(-dt/tau_adapt), and 1 less that.
        bias, u_thresh: counted from v_rest.
        beta: rise of A at a spike.
        after: what a spike does to u.
        zero: 0 in the type of the others.
    """

    charge: float
    leak: float
    recovery: float
    left: float
    bias: float
    u_thresh: float
    beta: float
    after: Reset
    zero: float

    def advance(self, state: State, drive: Any) -> State:
        """Return u after decay and jump, and A after its decay."""
        u, raised = state
        return self.charge * (self.bias - u) + u + drive, raised - self.recovery * raised

    def hold(self, state: State) -> State:
        """Return u clamped, and A after its decay."""
        return self.after.level, state[1] - self.recovery * state[1]

    def overshoot(self, state: State) -> Any:
        """Return u - A - θ."""
        return state[0] - state[1] - self.u_thresh

    def reset(self, state: State) -> State:
        """Return u after a spike, and A + β."""
        return self.after.of(state[0]), state[1] + self.beta

    def advance_back(self, before: State, gradient: State) -> tuple[State, Any]:
        """Return the decayed δu and δA, and δu."""
        return (gradient[0] * self.leak, gradient[1] * self.left), gradient[0]

    def hold_back(self, gradient: State) -> State:
        """Return 0, and the decayed δA."""
        return self.zero, gradient[1] * self.left

    def overshoot_back(self, gradient: Any) -> State:
        """Return δx as δu, and against A."""
        return gradient, -gradient

    def reset_back(self, gradient: State) -> State:
        """Return δu before the reset; A passes."""
        return gradient[0] * self.after.kept, gradient[1]

    def spike_back(self, state: State, gradient: State) -> Any:
        """Return β δA, and what the reset changes u by unless it is detached."""
        return self.beta * gradient[1] + self.after.spike_back(state[0], gradient[0])


class AdaptiveLIF(LeakyMembrane):
    """Parameters of the neuron that adapts; the equations are the module's."""

    variables: ClassVar[tuple[str, ...]] = ("u", "adaptation")
    model: Literal["adaptive_lif"] = "adaptive_lif"
    adaptation: Literal["threshold", "current"] = "threshold"
    """What adapts: the threshold rises, or a current works against the input."""
    beta: Millivolts | None = Field(default=None, ge=0, le=1e6)
    """Rise of the threshold at a spike, in mV; without it, 2 mV; only of `threshold`."""
    a: float | None = Field(default=None, ge=-0.99, le=1e3)
    """Current per mV of depolarisation, times resistance; without it, 0; only of `current`."""
    b: Millivolts | None = Field(default=None, ge=0, le=1e6)
    """Rise of the current at a spike, times resistance, in mV; without it, 2 mV; of `current`."""
    tau_adapt: Milliseconds = Field(default=100.0, gt=0, le=1e6)
    """Time constant with which threshold or current return, in ms."""

    @model_validator(mode="after")
    def _check_adaptation(self) -> Self:
        unused = {"threshold": ("a", "b"), "current": ("beta",)}[self.adaptation]
        for name in unused:
            if getattr(self, name) is not None:
                raise ValueError(f"{name} has no effect with adaptation: {self.adaptation}")
        return self

    @property
    def time_constants(self) -> dict[str, float]:
        """Those of the membrane and tau_adapt, in ms."""
        return super().time_constants | {"tau_adapt": self.tau_adapt}

    def laws(self, dt: float, *, detach_reset: bool = True) -> Laws:
        """Return the equations for steps of `dt` ms."""
        make: Mapping[str, Callable[[float, Reset], Laws]] = {
            "threshold": self._threshold_laws,
            "current": self._current_laws,
        }
        return make[self.adaptation](dt, self.reset_law(detach_reset))

    def _threshold_laws(self, dt: float, after: Reset) -> Laws:
        charge, recovery = self.charge(dt), float(-np.expm1(-dt / self.tau_adapt))
        step = AdaptiveThresholdStep(
            charge=charge,
            leak=1.0 - charge,
            recovery=recovery,
            left=1.0 - recovery,
            bias=self.bias,
            u_thresh=self.threshold_distance,
            beta=2.0 if self.beta is None else self.beta,
            after=after,
            zero=0.0,
        )
        synapse, synaptic = self.synapse_law(dt)
        wait, attached = self.refractory_steps(dt), after.attached != 0.0
        return Laws(step, synapse, (0.0, 0.0), synaptic, wait, attached, True)

    def _current_laws(self, dt: float, after: Reset) -> Laws:
        a, b = self.a or 0.0, 2.0 if self.b is None else self.b
        times = self.tau_m, self.tau_adapt, self.tau_syn
        step = current_step(*times, a, b, dt, self.bias, self.threshold_distance, after)
        synapse: Synapse
        synapse, synaptic = self.synapse_law(dt)
        if self.tau_syn is not None:
            synapse = current_synapse(self.tau_m, self.tau_adapt, self.tau_syn, a, dt)
        wait, attached = self.refractory_steps(dt), after.attached != 0.0
        return Laws(step, synapse, (0.0, 0.0), synaptic, wait, attached, True)
