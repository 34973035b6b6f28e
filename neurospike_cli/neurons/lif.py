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

from typing import Literal

import numpy as np

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


class LIFNeuron(LeakyMembrane):
    """Parameters of the leaky integrate-and-fire neuron; the equations are the module's."""

    model: Literal["lif"] = "lif"

    def simulate(
        self, current: Floats, dt: float, recurrent: RecurrentInput | None = None
    ) -> list[Indices]:
        """Run all steps from rest; `current` becomes v - v_rest before reset, in mV."""
        arriving = self.before_step(current[0], dt, recurrent)
        return simulate(current, self.constants(dt), arriving)

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
        c = self.constants(dt)
        path = reset_drop(record, c, detach_reset)

        def slope(overshoot: Floats) -> None:
            surrogate(overshoot, self.threshold_distance)

        replace_by_slopes(record, c, slope)
        path *= record if path.size else 1
        leaving = self.after_step_back(spike_gradient[0], dt, recurrent)
        return backpropagate(record, path, spikes, spike_gradient, c, leaving)


def simulate(
    current: Floats, c: Constants, recurrent: RecurrentInput | None = None
) -> list[Indices]:
    """Run the LIF equations over all steps of one layer, from rest.

    Args:
        current: summed weights of the input spikes, in mV, (step, sample, neuron), C order;
            overwritten by u, the membrane potential before reset.
        c: the step constants.
        recurrent: called before each step with (step, its current, spikes so far).

    Returns:
        The flat indices of the neurons that spiked, ascending, one array a step.
    """
    # Scalars of the array's own type: a Python float costs a conversion in every call.
    charge, bias, u_reset, u_thresh, drop = (
        current.dtype.type(x)
        for x in (c.charge, c.bias, c.u_reset, c.u_thresh, c.u_thresh - c.u_reset)
    )
    flat = current.reshape(len(current), -1)
    decayed = np.full(flat.shape[1], charge * bias, dtype=current.dtype)
    above = np.empty(flat.shape[1], dtype=bool)
    spikes: list[Indices] = []
    for step, u in enumerate(flat):
        if recurrent is not None:
            recurrent(step, current[step], spikes)
        np.add(u, decayed, out=u)
        if c.refractory_steps:
            u[refractory(spikes, step, c.refractory_steps)] = u_reset
        np.greater_equal(u, u_thresh, out=above)
        fired = above.nonzero()[0]
        spikes.append(fired)
        after = u[fired] - drop if c.subtract else u_reset
        decay(u, bias, charge, out=decayed)
        decayed[fired] = charge * (bias - after) + after
    return spikes


def backpropagate(
    slopes: Floats,
    reset_path: Floats,
    spikes: list[Indices],
    spike_gradient: Floats,
    c: Constants,
    recurrent: RecurrentGradient | None = None,
) -> Floats:
    r"""Run the LIF equations backwards in time (Neftci, Mostafa & Zenke 2019, eq. 6).

    With u the membrane before reset, v after it, σ' the surrogate's derivative, δ the gradient:

        δu_k = δs_k σ'(u_k) + δv_k ∂v_k/∂u_k,    δv_{k-1} = exp(-dt/tau_m) δu_k,   δI_k = δu_k

    and all three are zero where the neuron is clamped. ∂v/∂u is 1 without a spike; at a spike it is
    0 (hard) or 1 (subtract), less the reset's own path through the spike, if it is to have one.

    Args:
        slopes: σ'(u) of every step, (step, sample, neuron).
        reset_path: σ'(u) times what a spike takes from v, as `slopes`; empty for a constant reset.
        spikes: flat indices that fired, per step, as `simulate` returned them.
        spike_gradient: δs, as `slopes`; overwritten by the result.
        c: the step constants.
        recurrent: called with (step, δI of that step) after each step, latest first; adds to the
            `spike_gradient` of the step before.

    Returns:
        δI in the memory of `spike_gradient`.
    """
    flat_slopes, deltas = (a.reshape(len(slopes), -1) for a in (slopes, spike_gradient))
    leak = slopes.dtype.type(1.0 - c.charge)
    carry = np.zeros_like(deltas[0])
    for step in range(len(slopes) - 1, -1, -1):
        delta = deltas[step]
        delta *= flat_slopes[step]
        if reset_path.size:
            delta -= carry * reset_path[step].reshape(-1)
        if not c.subtract:
            carry[spikes[step]] = 0
        delta += carry
        if c.refractory_steps:
            delta[refractory(spikes, step, c.refractory_steps)] = 0
        np.multiply(delta, leak, out=carry)
        if recurrent is not None:
            recurrent(step, spike_gradient[step])
    return spike_gradient
