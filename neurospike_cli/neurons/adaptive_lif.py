r"""Leaky integrate-and-fire neuron whose threshold rises with every spike and falls back.

The membrane is that of the `lif` model; the threshold is v_thresh + A, where every spike adds beta
to A, which decays with tau_adapt (Bellec et al. 2018, eq. 3; Gerstner & Kistler 2002, ch. 5.2). One
step of width dt, with u = v - v_rest:

    u += -expm1(-dt / tau_m) * (bias - u) + input     the membrane, exact
    u  = v_reset - v_rest                             in refractory steps
    A -= -expm1(-dt / tau_adapt) * A                  the adaptation, exact
    spike where u - A >= v_thresh - v_rest
    A += beta; reset of u as in `lif`                 at a spike

Driven by a constant R·I it settles to intervals T, without refractory period and reset to rest, of

    R·I (1 - exp(-T/tau_m)) = θ + beta exp(-T/tau_adapt) / (1 - exp(-T/tau_adapt)),
    θ = v_thresh - v_rest

| parameter | symbol | meaning | default |
|---|---|---|---|
| beta | β | rise of the threshold at a spike | 2 mV |
| tau_adapt | τ_a | time constant of the threshold's return | 100 ms |

and those of `lif`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from pydantic import Field

from neurospike_cli.neurons._membrane import (
    Constants,
    LeakyMembrane,
    decay,
    refractory,
    replace_by_slopes,
    reset_drop,
)
from neurospike_cli.neurons.neuron_model import (
    Floats,
    Indices,
    RecurrentGradient,
    RecurrentInput,
    SurrogateDerivative,
)
from neurospike_cli.units import Milliseconds, Millivolts


class Adaptation(NamedTuple):
    """Adaptation constants for one `dt`: `recovery` is -expm1(-dt/tau_adapt)."""

    beta: float
    recovery: float


class AdaptiveLIF(LeakyMembrane):
    """Parameters of the neuron with a moving threshold; the equations are the module's."""

    model: Literal["adaptive_lif"] = "adaptive_lif"
    beta: Millivolts = Field(default=2.0, ge=0, le=1e6)
    """Rise of the threshold at a spike, in mV."""
    tau_adapt: Milliseconds = Field(default=100.0, gt=0, le=1e6)
    """Time constant with which the threshold returns, in ms."""

    @property
    def time_constants(self) -> dict[str, float]:
        """Those of the membrane and tau_adapt, in ms."""
        return super().time_constants | {"tau_adapt": self.tau_adapt}

    def adaptation(self, dt: float) -> Adaptation:
        """Return the adaptation constants for `dt` ms, computed once in float64."""
        return Adaptation(self.beta, float(-np.expm1(-dt / self.tau_adapt)))

    def simulate(
        self, current: Floats, dt: float, recurrent: RecurrentInput | None = None
    ) -> list[Indices]:
        """Run all steps from rest; `current` becomes v - v_rest - A before reset, in mV."""
        arriving = self.before_step(current[0], dt, recurrent)
        return simulate(current, self.constants(dt), self.adaptation(dt), arriving)

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
        c, adaptation = self.constants(dt), self.adaptation(dt)
        path = reset_drop(record, c, detach_reset)
        if path.size and not c.subtract:
            # A hard reset takes u - u_reset, and the record holds u - A.
            path += thresholds(spikes, record, adaptation)

        def slope(overshoot: Floats) -> None:
            surrogate(overshoot, self.threshold_distance)

        replace_by_slopes(record, c, slope)
        path *= record if path.size else 1
        leaving = self.after_step_back(spike_gradient[0], dt, recurrent)
        return backpropagate(record, path, spikes, spike_gradient, c, adaptation, leaving)


def simulate(
    current: Floats, c: Constants, adaptation: Adaptation, recurrent: RecurrentInput | None = None
) -> list[Indices]:
    """Run the equations over all steps of one layer, from rest and without adaptation.

    Args:
        current: summed weights of the input spikes, in mV, (step, sample, neuron), C order;
            overwritten by u - A before reset.
        c: the membrane's step constants.
        adaptation: the threshold's step constants.
        recurrent: called before each step with (step, its current, spikes so far).

    Returns:
        The flat indices of the neurons that spiked, ascending, one array a step.
    """
    charge, bias, u_reset, u_thresh, drop, beta, recovery = (
        current.dtype.type(x)
        for x in (c.charge, c.bias, c.u_reset, c.u_thresh, c.u_thresh - c.u_reset, *adaptation)
    )
    flat = current.reshape(len(current), -1)
    decayed = np.full(flat.shape[1], charge * bias, dtype=current.dtype)
    raised = np.zeros_like(decayed)
    spikes: list[Indices] = []
    for step, u in enumerate(flat):
        if recurrent is not None:
            recurrent(step, current[step], spikes)
        np.add(u, decayed, out=u)
        if c.refractory_steps:
            u[refractory(spikes, step, c.refractory_steps)] = u_reset
        decay(u, bias, charge, out=decayed)
        raised -= recovery * raised
        np.subtract(u, raised, out=u)
        fired = (u >= u_thresh).nonzero()[0]
        spikes.append(fired)
        after = u[fired] + raised[fired] - drop if c.subtract else u_reset
        decayed[fired] = charge * (bias - after) + after
        raised[fired] += beta
    return spikes


def thresholds(spikes: list[Indices], record: Floats, adaptation: Adaptation) -> Floats:
    """Return A of every step, as `record`, from the spikes alone."""
    beta, recovery = (record.dtype.type(x) for x in adaptation)
    steps = np.empty_like(record)
    raised = np.zeros(record[0].size, dtype=record.dtype)
    for step, fired in enumerate(spikes):
        raised -= recovery * raised
        steps[step] = raised.reshape(record[0].shape)
        raised[fired] += beta
    return steps


def backpropagate(
    slopes: Floats,
    reset_path: Floats,
    spikes: list[Indices],
    spike_gradient: Floats,
    c: Constants,
    adaptation: Adaptation,
    recurrent: RecurrentGradient | None = None,
) -> Floats:
    r"""Run the equations backwards in time (cf. Bellec et al. 2018, supplement).

    As in `lif`, with x = u - A - θ in place of u - θ and ρ = exp(-dt/tau_adapt):

        δx_k = (δs_k + β ρ δA_{k+1}) σ'(x_k) less the reset's path,   δA_k = ρ δA_{k+1} - δx_k
        δu_k = δx_k + δv_k ∂v_k/∂u_k

    where a clamped neuron has no δx_k and no δu_k, but still δA_k.

    Args:
        slopes, reset_path, spikes, spike_gradient, c, recurrent: as in `lif`, with σ'(x).
        adaptation: the threshold's step constants.

    Returns:
        δI in the memory of `spike_gradient`.
    """
    flat_slopes, deltas = (a.reshape(len(slopes), -1) for a in (slopes, spike_gradient))
    leak, kept = (slopes.dtype.type(1.0 - x) for x in (c.charge, adaptation.recovery))
    rise = slopes.dtype.type(adaptation.beta) * kept
    carry, raised = np.zeros_like(deltas[0]), np.zeros_like(deltas[0])
    for step in range(len(slopes) - 1, -1, -1):
        delta, blocked = deltas[step], refractory(spikes, step, c.refractory_steps)
        delta += rise * raised
        delta *= flat_slopes[step]
        if reset_path.size:
            delta -= carry * reset_path[step].reshape(-1)
        delta[blocked] = 0
        raised *= kept
        raised -= delta
        if not c.subtract:
            carry[spikes[step]] = 0
        carry[blocked] = 0
        delta += carry
        np.multiply(delta, leak, out=carry)
        if recurrent is not None:
            recurrent(step, spike_gradient[step])
    return spike_gradient
