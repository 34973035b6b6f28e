"""What the simulators are asked about the LIF neuron: parameters under our names, and inputs.

    tau_m du/dt = -u + bias + i        tau_syn di/dt = -i

with jumps of u (no tau_syn) or i by the weight of each input spike. Input channels spike in whole
steps with probability rate·dt; their weights are dyadic, so that sums do not depend on the order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Case = dict[str, Any]

#: Steps whose membrane is kept; spikes are kept of all steps.
TRACE_STEPS = 400

MEMBRANE: dict[str, Any] = {
    "model": "lif",
    "tau_m": 10.0,
    "v_rest": -65.0,
    "v_thresh": -50.0,
    "v_reset": -70.0,
    "refractory_period": 2.0,
    "bias": 8.0,
}
#: (weight of a jump of the membrane in mV, spikes per ms): two excitatory, one inhibitory.
CHANNELS = ((4.0, 0.25), (2.5, 0.2), (-3.0, 0.15))


def lif_cases(tau_syns: tuple[float, ...]) -> dict[str, Case]:
    """Return the cases by name; random input with an exponential synapse for every `tau_syns`."""
    cases = {}
    for dt in (1.0, 0.1):
        strong = MEMBRANE | {"bias": 22.0}
        cases[f"constant current, dt {dt:g}"] = case(strong, dt, 200.0, ())
        cases[f"random input, dt {dt:g}"] = case(MEMBRANE, dt, 1200.0, CHANNELS)
    free = MEMBRANE | {"refractory_period": 0.0}
    cases["random input, never clamped, dt 1"] = case(free, 1.0, 1200.0, CHANNELS)
    # From rest, every input meets the threshold exactly, or a clamped membrane.
    resting = MEMBRANE | {"v_reset": MEMBRANE["v_rest"], "bias": 0.0}
    cases["threshold met exactly, dt 1"] = case(resting, 1.0, 500.0, ((15.0, 0.25),))
    for tau_syn in tau_syns:
        # A short current carries little charge, w tau_syn.
        scale = 2.0 if tau_syn < MEMBRANE["tau_m"] else 1.0
        channels = tuple((scale * weight, rate) for weight, rate in CHANNELS)
        neuron = MEMBRANE | {"tau_syn": tau_syn}
        cases[f"tau_syn {tau_syn:.12g}, dt 1"] = case(neuron, 1.0, 1500.0, channels)
    return cases


def case(
    neuron: dict[str, Any],
    dt: float,
    duration: float,
    channels: tuple[tuple[float, float], ...],
) -> Case:
    """Return one case: neuron, dt, number of steps, weights and input steps of the channels."""
    steps = round(duration / dt)
    rng = np.random.default_rng(steps)
    # NEST emits no spike at time 0, so that nothing can arrive in step 0.
    arrivals = [1 + np.nonzero(rng.random(steps - 1) < rate * dt)[0] for _, rate in channels]
    return {
        "neuron": neuron,
        "dt": dt,
        "steps": steps,
        "weights": [weight for weight, _ in channels],
        "input": [a.tolist() for a in arrivals],
    }


def distances(neuron: dict[str, Any]) -> tuple[float, float]:
    """Return v_thresh and v_reset as distances from rest; all are small integers."""
    return neuron["v_thresh"] - neuron["v_rest"], neuron["v_reset"] - neuron["v_rest"]
