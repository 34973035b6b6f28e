"""The equations of one step of Izhikevich's neuron; `izhikevich.py` says what they mean."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from neurospike_cli.neurons.neuron_model import State


class IzhikevichStep(NamedTuple):
    """The equations of the module for one `dt`; state (v, u, late).

    Attributes:
        dt: width of a step.
        number, share: of sub-steps, and 1/number.
        parts, part: in how many parts v moves in a sub-step, and 1/parts.
        square, linear, constant, bias: of dv/dt.
        twice: 2 square.
        a, b, v_u, u_decay: of du/dt.
        old, new: weights of v before and after the sub-step in the equation of u, 0 and 1.
        v_peak, c, d: of the spike.
        attached: 1 where the gradient sees that the reset follows from the spike, else 0.
        bound: limit of the Jacobian's elements.
        zero, one: in the type of the others.
    """

    dt: float
    number: int
    share: float
    parts: int
    part: float
    square: float
    linear: float
    constant: float
    bias: float
    twice: float
    a: float
    b: float
    v_u: float
    u_decay: float
    old: float
    new: float
    v_peak: float
    c: float
    d: float
    attached: float
    bound: float
    zero: float
    one: float

    def rise(self, v: Any, u: Any) -> Any:
        """Return dv/dt, in the order in which it is written in the paper.

        Coarse steps are chaotic: another order of the sum changes spike counts by some percent.
        """
        return self.square * v * v + self.linear * v + self.constant - u + self.bias

    def substep(self, v: Any, u: Any, h: Any) -> tuple[Any, Any]:
        """Return v and u after a sub-step of width h."""
        before, part = v, h * self.part
        for _ in range(self.parts):
            v = v + part * self.rise(v, u)
        seen = self.old * before + self.new * v - self.v_u
        return v, u + h * self.a * (self.b * seen - self.u_decay * u)

    def carried(self, v: Any, u: Any, h: Any, dv: Any, du: Any) -> tuple[Any, Any]:
        """Return what becomes of a small change (dv, du) in a sub-step from (v, u)."""
        before, part = dv, h * self.part
        for _ in range(self.parts):
            dv = dv + part * (dv * (self.twice * v + self.linear) - du)
            v = v + part * self.rise(v, u)
        seen = self.old * before + self.new * dv
        return dv, du + h * self.a * (self.b * seen - self.u_decay * du)

    def advance(self, state: State, drive: Any) -> State:
        """Return v, u and late after a step."""
        v, u, late = state
        left = late + self.dt
        width = left * self.share
        for _ in range(self.number):
            # At the peak a neuron waits: its sub-steps have width 0.
            h = np.less(v, self.v_peak) * width
            v, u = self.substep(v, u, h)
            left = left - h
        return v + drive, u, np.greater_equal(v, self.v_peak) * left

    def hold(self, state: State) -> State:
        """Return the state as it is: there are no refractory steps."""
        return state

    def overshoot(self, state: State) -> Any:
        """Return v - v_peak."""
        return state[0] - self.v_peak

    def reset(self, state: State) -> State:
        """Return c, u + d, and late."""
        return self.c, state[1] + self.d, state[2]

    def advance_back(self, before: State, gradient: State) -> tuple[State, Any]:
        """Return Jᵀ (δv, δu), and δv: the drive comes last.

        How long a neuron waits depends on its state only through the number of sub-steps, and so
        late has no gradient.
        """
        v, u, late = before
        width = (late + self.dt) * self.share
        vv, uv, vu, uu = self.one, self.zero, self.zero, self.one
        for _ in range(self.number):
            h = np.less(v, self.v_peak) * width
            vv, uv = self.carried(v, u, h, vv, uv)
            vu, uu = self.carried(v, u, h, vu, uu)
            v, u = self.substep(v, u, h)
        vv, uv, vu, uu = self.clipped(vv), self.clipped(uv), self.clipped(vu), self.clipped(uu)
        gv, gu, gl = gradient
        return (gv * vv + gu * uv, gv * vu + gu * uu, gl * self.zero), gv

    def clipped(self, element: Any) -> Any:
        """Return an element of the Jacobian within its limits."""
        return np.minimum(np.maximum(element, -self.bound), self.bound)

    def hold_back(self, gradient: State) -> State:
        """Return the gradient as it is."""
        return gradient

    def overshoot_back(self, gradient: Any) -> State:
        """Return the gradient as that of v; the others have none."""
        return gradient, gradient * self.zero, gradient * self.zero

    def reset_back(self, gradient: State) -> State:
        """Return 0 for v, which the reset forgets; u passes."""
        return gradient[0] * self.zero, gradient[1], gradient[2]

    def spike_back(self, state: State, gradient: State) -> Any:
        """Return d δu, and (c - v) δv unless the reset is detached."""
        return self.d * gradient[1] + self.attached * (self.c - state[0]) * gradient[0]
