r"""Leaky integrate-and-fire neuron with a delta synapse, on the exact propagator.

Between input spikes the membrane obeys

    tau_m dv/dt = -(v - v_rest) + bias        (Gerstner & Kistler 2002, eq. 4.3)

and an input spike of weight w moves it by w mV at once. One step of width dt is therefore exact:

    v += -expm1(-dt / tau_m) * (v_rest + bias - v)    decay towards v_rest + bias
    v += sum of the weights of the input spikes       the jump, after the decay
    v  = v_reset                                      in refractory steps
    spike where v >= v_thresh
    v  = v_reset             (reset: hard)            or
    v -= v_thresh - v_reset  (reset: subtract)

A neuron that spikes in step k is clamped in steps k+1 … k+n_ref, n_ref = round(refractory_period /
dt), and loses the input of those steps; a strong current makes it fire every n_ref + 1 steps.

| parameter | symbol | meaning | default |
|---|---|---|---|
| tau_m | τ_m | membrane time constant | 20 ms |
| v_rest | E_L | resting potential | -65 mV |
| v_reset | V_r | potential after a spike | -65 mV |
| v_thresh | V_th | threshold | -50 mV |
| refractory_period | t_ref | time without integration after a spike | 2 ms |
| bias | R·I_e | constant depolarisation | 0 mV |
"""

from __future__ import annotations

from typing import Literal, NamedTuple, Self

import numpy as np
from pydantic import Field, model_validator

from neurospike_cli.neurons.neuron_model import (
    Floats,
    Indices,
    NeuronModel,
    RecurrentGradient,
    RecurrentInput,
    SurrogateDerivative,
)
from neurospike_cli.units import Milliseconds, Millivolts


class Constants(NamedTuple):
    """LIF constants for one `dt`: `charge` is -expm1(-dt/tau_m), `v_inf` is v_rest + bias."""

    charge: float
    v_inf: float
    v_reset: float
    v_thresh: float
    refractory_steps: int
    subtract: bool


class LIFNeuron(NeuronModel):
    """Parameters of the leaky integrate-and-fire neuron; the equations are the module's."""

    model: Literal["lif"] = "lif"
    tau_m: Milliseconds = Field(default=20.0, gt=0, le=1e6)
    """Membrane time constant, in ms."""
    v_rest: Millivolts = Field(default=-65.0, ge=-1e6, le=1e6)
    """Resting potential, in mV."""
    v_reset: Millivolts | None = Field(default=None, ge=-1e6, le=1e6)
    """Potential after a spike, in mV; without it, v_rest."""
    v_thresh: Millivolts = Field(default=-50.0, ge=-1e6, le=1e6)
    """Threshold potential, in mV."""
    refractory_period: Milliseconds = Field(default=2.0, ge=0, le=1e6)
    """Time after a spike in which the membrane is clamped, in ms."""
    bias: Millivolts = Field(default=0.0, ge=-1e6, le=1e6)
    """Constant depolarisation R·I_e, in mV."""
    reset: Literal["hard", "subtract"] = "hard"
    """What a spike does: set the membrane to v_reset, or subtract v_thresh - v_reset."""

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.v_thresh <= self.v_rest:
            raise ValueError(f"v_thresh ({self.v_thresh}) must be above v_rest ({self.v_rest})")
        if self.v_reset is not None and self.v_reset >= self.v_thresh:
            raise ValueError(f"v_reset ({self.v_reset}) must be below v_thresh ({self.v_thresh})")
        return self

    @property
    def threshold_distance(self) -> float:
        """v_thresh - v_rest, in mV."""
        return self.v_thresh - self.v_rest

    @property
    def time_constants(self) -> dict[str, float]:
        """tau_m, in ms."""
        return {"tau_m": self.tau_m}

    def constants(self, dt: float) -> Constants:
        """Return the step constants for `dt` ms, computed once in float64."""
        return Constants(
            charge=float(-np.expm1(-dt / self.tau_m)),
            v_inf=self.v_rest + self.bias,
            v_reset=self.v_rest if self.v_reset is None else self.v_reset,
            v_thresh=self.v_thresh,
            refractory_steps=round(self.refractory_period / dt),
            subtract=self.reset == "subtract",
        )

    def simulate(
        self, current: Floats, dt: float, recurrent: RecurrentInput | None = None
    ) -> list[Indices]:
        """Run all steps from rest; `current` becomes the membrane before reset, in mV."""
        start = np.full(current.shape[1:], self.v_rest, dtype=current.dtype)
        return simulate(current, start, self.constants(dt), recurrent)

    def backpropagate(
        self,
        record: Floats,
        spikes: list[Indices],
        spike_gradient: Floats,
        dt: float,
        surrogate: SurrogateDerivative,
        detach_reset: bool,
        recurrent: RecurrentGradient | None = None,
    ) -> Floats:
        """Return the gradient of every step's current; see `backpropagate` of the module."""
        scaled = _scaled(surrogate, self.threshold_distance)
        constants = self.constants(dt)
        return backpropagate(
            record, spikes, spike_gradient, constants, scaled, detach_reset, recurrent
        )


def _scaled(surrogate: SurrogateDerivative, distance: float) -> SurrogateDerivative:
    """Return d spike / d v for a surrogate whose width is in units of the threshold distance."""

    def derivative(overshoot: Floats) -> None:
        overshoot *= overshoot.dtype.type(1.0 / distance)
        surrogate(overshoot)
        overshoot *= overshoot.dtype.type(1.0 / distance)

    return derivative


def simulate(
    current: Floats, start: Floats, c: Constants, recurrent: RecurrentInput | None = None
) -> list[Indices]:
    """Run the LIF equations over all steps of one layer.

    Args:
        current: summed weights of the input spikes, in mV, (step, sample, neuron), C order;
            overwritten by the membrane potential before reset.
        start: membrane before the first step, (sample, neuron); overwritten by the last.
        c: the step constants.
        recurrent: called before each step with (step, its current, spikes so far).

    Returns:
        The flat indices of the neurons that spiked, ascending, one array a step.
    """
    v, tmp = start, np.empty_like(start)
    v_flat = v.reshape(-1)
    spikes: list[Indices] = []
    # Scalars of the array's own type: a Python float costs a conversion in every call.
    charge, v_inf, v_thresh, v_reset = (
        v.dtype.type(x) for x in (c.charge, c.v_inf, c.v_thresh, c.v_reset)
    )
    drop = v.dtype.type(c.v_thresh - c.v_reset)
    above = np.empty(v.shape, dtype=bool)
    for step, jump in enumerate(current):
        if recurrent is not None:
            recurrent(step, jump, spikes)
        np.subtract(v_inf, v, out=tmp)
        tmp *= charge
        v += tmp
        v += jump
        blocked = refractory(spikes, step, c.refractory_steps)
        if blocked.size:
            v_flat[blocked] = v_reset
        np.copyto(jump, v)
        np.greater_equal(v, v_thresh, out=above)
        fired = np.flatnonzero(above)
        if fired.size:
            v_flat[fired] = v_flat[fired] - drop if c.subtract else v_reset
        spikes.append(fired)
    return spikes


def refractory(spikes: list[Indices], step: int, steps: int) -> Indices:
    """Return the flat indices of the neurons that are clamped in `step`."""
    window = spikes[max(0, step - steps) : step]
    if len(window) == 1:
        return window[0]
    return np.concatenate(window) if window else np.empty(0, dtype=np.int64)


def backpropagate(
    record: Floats,
    spikes: list[Indices],
    spike_gradient: Floats,
    c: Constants,
    surrogate: SurrogateDerivative,
    detach_reset: bool,
    recurrent: RecurrentGradient | None = None,
) -> Floats:
    r"""Run the LIF equations backwards in time (Neftci, Mostafa & Zenke 2019, eq. 6).

    With u the membrane before reset, v after it, σ' the surrogate derivative and δ the gradient:

        δu_k = δs_k σ'(u_k) + δv_k ∂v_k/∂u_k,    δv_{k-1} = exp(-dt/tau_m) δu_k,   δI_k = δu_k

    and all three are zero where the neuron is clamped. ∂v/∂u is 1 without a spike; at a spike it is
    0 (hard) or 1 (subtract); the reset's own path through σ' is added unless `detach_reset`.

    Args:
        record: membrane before reset, (step, sample, neuron); overwritten.
        spikes: flat indices that fired, per step, as `simulate` returned them.
        spike_gradient: δs, as `record`; overwritten by the result.
        c: the step constants.
        surrogate: replaces v - v_thresh by σ', in place.
        detach_reset: treat the reset as a constant.
        recurrent: called with (step, δI of that step) after each step, latest first; adds to the
            `spike_gradient` of the step before.

    Returns:
        δI in the memory of `spike_gradient`.
    """
    carry = np.zeros_like(record[0])
    decay = record.dtype.type(1.0 - c.charge)
    v_thresh, v_reset = record.dtype.type(c.v_thresh), record.dtype.type(c.v_reset)
    carry_flat = carry.reshape(-1)
    for step in range(len(record) - 1, -1, -1):
        slope, delta = record[step], spike_gradient[step]
        if not detach_reset:
            # v = u - s (u - v_reset) or u - s (v_thresh - v_reset): the path through s.
            drop = (v_thresh - v_reset) if c.subtract else (slope - v_reset)
            delta -= carry * drop
        slope -= v_thresh
        surrogate(slope)
        delta *= slope
        if not c.subtract and spikes[step].size:
            carry_flat[spikes[step]] = 0
        delta += carry
        blocked = refractory(spikes, step, c.refractory_steps)
        if blocked.size:
            delta.reshape(-1)[blocked] = 0
        np.multiply(delta, decay, out=carry)
        if recurrent is not None:
            recurrent(step, delta)
    return spike_gradient
