"""The Izhikevich neuron in NEST, in both of its schemes.

`consistent_integration: True`, dt 0.1, is the forward Euler step of both equations from the same
state; `False`, dt 1, is the code that Izhikevich published: v in two half steps, then u in one full
step from the new v. A spike where v >= 30 after the step, then v = c, u += d in the same step.

From its steps to ours: a spike stamped t belongs to step t/dt - 1, and V_m stamped t is recorded
after the reset, so that the golden file has null in steps with a spike. I_e acts from the first
step on; V_min is as low as a double goes.

The published code tests v >= 30 at the beginning of the next step instead. Its spikes are one step
later by that count, and one of the last step is not counted: IB with dt 1 has 28 here, 27 there.
"""

from __future__ import annotations

from typing import Any

import nest

from tests.oracles import golden_file
from tests.oracles.dop853_izhikevich import DRIVE, DURATION, PEAK, START, TYPES, parameters
from tests.oracles.lif_cases import Case
from tests.oracles.nest_lif import steps_and_trace

#: Steps whose potential is kept.
TRACE_STEPS = 100


def main() -> None:
    """Run all types in both schemes and write the golden file."""
    nest.verbosity = nest.VerbosityLevel.WARNING
    cases = {}
    for kind in TYPES:
        for consistent, dt in ((True, 0.1), (False, 1.0)):
            scheme = "consistent" if consistent else "published"
            cases[f"{kind}, {scheme}, dt {dt:g}"] = run(parameters(kind), consistent, dt)
    golden_file.write("nest_izhikevich", ["nest-simulator"], cases)


def run(neuron: dict[str, Any], consistent: bool, dt: float) -> Case:
    """Return one case with its spikes and the first steps of v."""
    nest.ResetKernel()
    nest.resolution = dt
    start = {"V_m": START, "U_m": neuron["b"] * START, "V_th": PEAK, "I_e": DRIVE}
    scheme = {"consistent_integration": consistent}
    cell = nest.Create("izhikevich", params=neuron | start | scheme)
    steps = round(DURATION / dt)
    spikes, v = steps_and_trace(cell, steps, dt, TRACE_STEPS)
    return {
        "neuron": neuron,
        "consistent": consistent,
        "drive": DRIVE,
        "dt": dt,
        "steps": steps,
        "spikes": spikes,
        "v": v,
    }


if __name__ == "__main__":
    main()
