"""The LIF neuron in Brian2, `method="exact"`, in units of ms and mV without dimensions.

From its steps to ours:

- Within the step that begins at t = k dt Brian2 integrates ("groups"), tests the threshold
  ("thresholds"), lets spikes through synapses ("synapses") and resets ("resets"). It stamps a spike
  with the beginning of its step: a spike at t belongs to step t/dt.
- A monitor records at the beginning of a step; here it is asked to record before the thresholds,
  which is u at the end of the step and before its reset, as ours.
- Its synapses come after the threshold, so that a jump of the membrane would be seen by the
  threshold of the next step, after one more decay. Here the sources spike at the "start" of the
  step and their synapses act "after_groups": after the decay, before the threshold, as here.
- A jump of an exponential synapse's current acts at the same place: the membrane sees it from the
  next step on.
- `refractory` counts the step of the spike: (n_ref + 1) dt there is n_ref dt here. It holds only
  u; jumps during it are refused by `not_refractory`. Its threshold is written as >=.
"""

from __future__ import annotations

import numpy as np
from brian2 import (
    Network,
    NeuronGroup,
    SpikeGeneratorGroup,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    defaultclock,
    ms,
    prefs,
    start_scope,
)

from tests.oracles import golden_file
from tests.oracles.lif_cases import TRACE_STEPS, Case, distances, lif_cases

#: Its propagator divides by tau_m - tau_syn and so loses digits where they are close: two at 10.1.
TAU_SYNS = (5.0, 10.1, 25.0)

DELTA = "du/dt = (bias - u) / (tau_m*ms) : 1 (unless refractory)"
EXPONENTIAL = """
du/dt = (bias - u + current) / (tau_m*ms) : 1 (unless refractory)
dcurrent/dt = -current / (tau_syn*ms) : 1
"""


def main() -> None:
    """Run all cases and write the golden file."""
    prefs.codegen.target = "numpy"
    cases = lif_cases(TAU_SYNS)
    for case in cases.values():
        exponential = "tau_syn" in case["neuron"]
        equations, target = (EXPONENTIAL, "current") if exponential else (DELTA, "u")
        run(case, equations, "u >= u_thresh", "u = u_reset", target, ("u",))
    golden_file.write("brian2_lif", ["brian2", "numpy"], cases)


def run(
    case: Case, equations: str, threshold: str, reset: str, target: str, recorded: tuple[str, ...]
) -> None:
    """Add the spikes and the first steps of the recorded variables to the case.

    Args:
        case: parameters, input and dt.
        equations, threshold, reset: of the neuron.
        target: the variable that an input spike moves.
        recorded: the variables to keep.
    """
    start_scope()
    defaultclock.dt = case["dt"] * ms
    cell = group(case, equations, threshold, reset)
    spikes = SpikeMonitor(cell)
    trace = StateMonitor(cell, recorded, record=0, when="before_thresholds")
    network = Network(cell, spikes, trace, *inputs(case, cell, target))
    network.run(case["steps"] * case["dt"] * ms)
    case["spikes"] = [round(t / case["dt"]) for t in np.asarray(spikes.t / ms)]
    for name in recorded:
        case[name] = np.asarray(getattr(trace, name)[0])[:TRACE_STEPS].tolist()


def group(case: Case, equations: str, threshold: str, reset: str) -> NeuronGroup:
    """Return one neuron at rest."""
    dt, parameters = case["dt"], case["neuron"]
    u_thresh, u_reset = distances(parameters)
    return NeuronGroup(
        1,
        equations,
        threshold=threshold,
        reset=reset,
        refractory=(round(parameters["refractory_period"] / dt) + 1) * dt * ms,
        method="exact",
        namespace={"u_thresh": u_thresh, "u_reset": u_reset, **parameters},
    )


def inputs(case: Case, cell: NeuronGroup, target: str) -> list[object]:
    """Return the sources of input spikes and their synapses."""
    if not case["input"]:
        return []
    channel = np.repeat(np.arange(len(case["input"])), [len(steps) for steps in case["input"]])
    times = np.concatenate(case["input"]) * case["dt"] * ms
    source = SpikeGeneratorGroup(len(case["input"]), channel, times, when="start")
    # What meets a clamped membrane is lost; a synapse's current runs on.
    taken = "*int(not_refractory_post)" if target == "u" else ""
    synapses = Synapses(source, cell, "weight : 1", on_pre=f"{target}_post += weight{taken}")
    synapses.connect()
    synapses.weight = case["weights"]
    synapses.pre.when = "after_groups"
    return [source, synapses]


if __name__ == "__main__":
    main()
