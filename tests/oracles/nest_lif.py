"""The LIF neuron in NEST: `iaf_psc_delta` and `iaf_psc_exp` on the exact propagator.

NEST counts charges: C dV/dt = -C V/tau + I. With C_m = tau_m in pF a current in pA is R·I in mV,
and a weight of iaf_psc_exp in pA, of iaf_psc_delta in mV, is ours.

From its steps to ours:

- The update that ends at time t = (k + 1) dt is our step k: a spike stamped t belongs to step
  t/dt - 1, and so does a multimeter's value stamped t.
- A spike emitted at t with delay d is in the membrane (delta) or current (exp) at t + d. It arrives
  in our step k if it is emitted at k dt with d = dt. The jump comes after the decay of that step
  and before its threshold, as here; jumps that meet a clamped membrane are lost, as here.
- V_m is recorded after the reset, ours is recorded before it: in steps with a spike the golden file
  has null.
- A neuron that spikes in step k is clamped in steps k + 1 … k + t_ref/dt, and threshold is >=: both
  as here.
- E_L = 0, so that V_m is u and loses no digits to an offset.
"""

from __future__ import annotations

from typing import Any

import nest

from tests.oracles import golden_file
from tests.oracles.lif_cases import TRACE_STEPS, Case, distances, lif_cases

#: NEST has the limit of equal time constants; the others lie on either side of "too close".
TAU_SYNS = (5.0, 10.0, 10.0 + 1e-9, 10.1, 25.0)


def main() -> None:
    """Run all cases and write the golden file."""
    nest.verbosity = nest.VerbosityLevel.WARNING
    cases = lif_cases(TAU_SYNS)
    for case in cases.values():
        run(case)
    golden_file.write("nest_lif", ["nest-simulator", "numpy"], cases)


def run(case: Case) -> None:
    """Add the spikes and the first steps of the membrane to the case."""
    dt = case["dt"]
    nest.ResetKernel()
    nest.resolution = dt
    cell = neuron(case["neuron"])
    for weight, steps in zip(case["weights"], case["input"], strict=True):
        times = [round(step * dt, 6) for step in steps]
        source = nest.Create("spike_generator", params={"spike_times": times})
        nest.Connect(source, cell, syn_spec={"weight": weight, "delay": dt})
    case["spikes"], case["u"] = steps_and_trace(cell, case["steps"], dt, TRACE_STEPS)


def steps_and_trace(
    cell: nest.NodeCollection, steps: int, dt: float, kept: int
) -> tuple[list[int], list[float | None]]:
    """Simulate; return the steps of the spikes, and V_m of the first `kept` steps.

    V_m is None where the reset has overwritten it.
    """
    recorder = nest.Create("spike_recorder")
    meter = nest.Create("multimeter", params={"record_from": ["V_m"], "interval": dt})
    nest.Connect(cell, recorder, syn_spec={"delay": dt})
    nest.Connect(meter, cell, syn_spec={"delay": dt})
    # A recorder is told one delay later, whatever the stamp.
    nest.Simulate((steps + 2) * dt)
    spikes = [round(t / dt) - 1 for t in recorder.events["times"]]
    stamps = [round(t / dt) - 1 for t in meter.events["times"]]
    assert stamps[:steps] == list(range(steps))
    trace = meter.events["V_m"][: min(kept, steps)].tolist()
    after_reset = set(spikes)
    v = [None if step in after_reset else value for step, value in enumerate(trace)]
    return [step for step in spikes if step < steps], v


def neuron(parameters: dict[str, Any]) -> nest.NodeCollection:
    """Create the neuron at rest."""
    thresh, reset = distances(parameters)
    params = {
        "tau_m": parameters["tau_m"],
        "C_m": parameters["tau_m"],
        "E_L": 0.0,
        "V_m": 0.0,
        "V_th": thresh,
        "V_reset": reset,
        "t_ref": parameters["refractory_period"],
        "I_e": parameters["bias"],
    }
    if "tau_syn" not in parameters:
        return nest.Create("iaf_psc_delta", params=params)
    synapse = {"tau_syn_ex": parameters["tau_syn"], "tau_syn_in": parameters["tau_syn"]}
    return nest.Create("iaf_psc_exp", params=params | synapse)


if __name__ == "__main__":
    main()
