r"""A leaky membrane with an adaptation current w, linear below threshold, on the exact propagator.

With u = v - v_rest, w in mV (current times resistance), and i the synaptic current if there is one
(Brette & Gerstner 2005, eqs. 1-2, without the exponential):

    tau_m du/dt = -u + bias - w + i
    tau_adapt dw/dt = a u - w,      w += b at a spike

Below threshold this is linear, so that one step of width dt is exact: with M the matrix of the
system and z* = (bias, a bias)/(1 + a) its fixed point,

    z += (exp(M dt) - 1) (z - z*)

The difference exp(M dt) - 1 is computed without cancellation, as the upper right block of the
exponential of [[M dt, M dt], [0, 0]]. An input's jump comes at the end of the step, and so changes
w from the next step on; an exponential synapse works on both through the step. In refractory steps
u is held at u_reset and w -> a u_reset with tau_adapt.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm

from neurospike_cli.neurons._membrane import Reset
from neurospike_cli.neurons._synapse import ExponentialSynapse
from neurospike_cli.neurons.neuron_model import State


class AdaptiveCurrentStep(NamedTuple):
    """The equations of the module for one `dt`; state (u, w).

    Attributes:
        uu, uw, wu, ww: elements of exp(M dt) - 1.
        leak_uu, leak_ww: uu + 1 and ww + 1.
        from_drive: what w gets per unit that the drive brings u.
        u_fixed, w_fixed: z*.
        recovery, left: -expm1(-dt/tau_adapt), and 1 less that.
        w_held: a u_reset, where w goes in refractory steps.
        u_thresh: counted from v_rest.
        b: rise of w at a spike.
        after: what a spike does to u.
        zero: 0 in the type of the others.
    """

    uu: float
    uw: float
    wu: float
    ww: float
    leak_uu: float
    leak_ww: float
    from_drive: float
    u_fixed: float
    w_fixed: float
    recovery: float
    left: float
    w_held: float
    u_thresh: float
    b: float
    after: Reset
    zero: float

    def advance(self, state: State, drive: Any) -> State:
        """Return u and w after a step."""
        u, w = state
        du, dw = u - self.u_fixed, w - self.w_fixed
        return (
            self.uu * du + self.uw * dw + u + drive,
            self.wu * du + self.ww * dw + w + self.from_drive * drive,
        )

    def hold(self, state: State) -> State:
        """Return u clamped, and w on its way to a u_reset."""
        return self.after.level, state[1] + self.recovery * (self.w_held - state[1])

    def overshoot(self, state: State) -> Any:
        """Return u - θ."""
        return state[0] - self.u_thresh

    def reset(self, state: State) -> State:
        """Return u after a spike, and w + b."""
        return self.after.of(state[0]), state[1] + self.b

    def advance_back(self, before: State, gradient: State) -> tuple[State, Any]:
        """Return exp(M dt)ᵀ δz, and the gradient of the drive."""
        gu, gw = gradient
        back = gu * self.leak_uu + gw * self.wu, gu * self.uw + gw * self.leak_ww
        return back, gu + self.from_drive * gw

    def hold_back(self, gradient: State) -> State:
        """Return 0, and the decayed δw."""
        return self.zero, gradient[1] * self.left

    def overshoot_back(self, gradient: Any) -> State:
        """Return the gradient as that of u; w has none."""
        return gradient, gradient * self.zero

    def reset_back(self, gradient: State) -> State:
        """Return δu before the reset; w passes."""
        return gradient[0] * self.after.kept, gradient[1]

    def spike_back(self, state: State, gradient: State) -> Any:
        """Return b δw, and what the reset changes u by unless it is detached."""
        return self.b * gradient[1] + self.after.spike_back(state[0], gradient[0])


def current_step(
    tau_m: float,
    tau_adapt: float,
    tau_syn: float | None,
    a: float,
    b: float,
    dt: float,
    bias: float,
    u_thresh: float,
    after: Reset,
) -> AdaptiveCurrentStep:
    """Return the step; times in ms, potentials in mV, counted from rest."""
    growth = _growth(np.array([[-1.0, -1.0], [a, -1.0]]), tau_m, tau_adapt, dt=dt)
    uu, uw, wu, ww = (float(x) for x in growth.ravel())
    from_drive = 0.0
    if tau_syn is not None:
        from_current = _current_column(tau_m, tau_adapt, tau_syn, a, dt)
        from_drive = from_current[1] / from_current[0]
    recovery = float(-np.expm1(-dt / tau_adapt))
    return AdaptiveCurrentStep(
        uu=uu,
        uw=uw,
        wu=wu,
        ww=ww,
        leak_uu=uu + 1.0,
        leak_ww=ww + 1.0,
        from_drive=from_drive,
        u_fixed=bias / (1.0 + a),
        w_fixed=a * bias / (1.0 + a),
        recovery=recovery,
        left=1.0 - recovery,
        w_held=a * after.level,
        u_thresh=u_thresh,
        b=b,
        after=after,
        zero=0.0,
    )


def current_synapse(
    tau_m: float, tau_adapt: float, tau_syn: float, a: float, dt: float
) -> ExponentialSynapse:
    """Return the synapse in front of this membrane: what a unit of i brings u in a step."""
    drive = _current_column(tau_m, tau_adapt, tau_syn, a, dt)[0]
    return ExponentialSynapse(drive, float(-np.expm1(-dt / tau_syn)))


def _current_column(
    tau_m: float, tau_adapt: float, tau_syn: float, a: float, dt: float
) -> tuple[float, float]:
    """Return what a unit of synaptic current at the start of a step has brought u and w."""
    matrix = np.array([[-1.0, -1.0, 1.0], [a, -1.0, 0.0], [0.0, 0.0, -1.0]])
    growth = _growth(matrix, tau_m, tau_adapt, tau_syn, dt=dt)
    return float(growth[0, 2]), float(growth[1, 2])


def _growth(matrix: NDArray[np.float64], *taus: float, dt: float) -> NDArray[np.float64]:
    """Return exp(M dt) - 1 for M = matrix, its rows divided by the time constants."""
    system = matrix / np.array(taus)[:, None] * dt
    n = len(system)
    block = np.zeros((2 * n, 2 * n))
    block[:n, :n] = block[:n, n:] = system
    return np.asarray(expm(block)[:n, n:])
