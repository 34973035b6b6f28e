"""A recurrent network of LIF neurons with a delay for every connection, in NEST.

20 neurons (`iaf_psc_delta`; `iaf_psc_exp` in a second case), each with its own input train, each
pair connected with probability 0.2, also to itself. Weights are multiples of 1/4 mV, so that sums
do not depend on their order.

Steps map to ours as `nest_lif` says. A spike of our step k is stamped (k + 1) dt, and through a
connection with delay d·dt it arrives at (k + 1 + d) dt, the end of our step k + d. NEST knows no
delay below one step, so that d = 1 … 10: d = 1 is our recurrent connection without a delay of its
own, which arrives in step k + 1; d is 1 + the steps of a further delay.

Input steps are those in which the input arrives, as in the other golden files.
"""

from __future__ import annotations

from typing import Any

import nest
import numpy as np

from tests.oracles import golden_file
from tests.oracles.lif_cases import MEMBRANE, Case
from tests.oracles.nest_lif import neuron

SIZE, STEPS, DT, LONGEST = 20, 400, 1.0, 10


def main() -> None:
    """Run the cases and write the golden file."""
    nest.verbosity = nest.VerbosityLevel.WARNING
    driven = MEMBRANE | {"bias": 12.0}
    synapse = MEMBRANE | {"bias": 16.0, "tau_syn": 5.0}
    cases = {
        "delays 1 to 10": network(driven, LONGEST, seed=1),
        "delays of one step": network(driven, 1, seed=2),
        "delays 1 to 10, tau_syn 5": network(synapse, LONGEST, seed=3),
    }
    for case in cases.values():
        case["spikes"] = run(case)
    golden_file.write("nest_delays", ["nest-simulator", "numpy"], cases)


def network(parameters: dict[str, Any], longest: int, seed: int) -> Case:
    """Draw connections [pre, post, weight, delay in steps], input weights and input steps."""
    rng = np.random.default_rng(seed)
    pre, post = np.nonzero(rng.random((SIZE, SIZE)) < 0.2)
    weights = rng.integers(-12, 21, pre.size) / 4
    delays = rng.integers(1, longest + 1, pre.size)
    arrives = rng.random((SIZE, STEPS - 1)) < 0.15
    rows = zip(pre.tolist(), post.tolist(), weights.tolist(), delays.tolist(), strict=True)
    return {
        "neuron": parameters,
        "dt": DT,
        "steps": STEPS,
        "connections": [list(row) for row in rows],
        "input_weights": (rng.integers(8, 25, SIZE) / 4).tolist(),
        # NEST emits no spike at time 0, so that nothing can arrive in step 0.
        "input": [(1 + np.nonzero(row)[0]).tolist() for row in arrives],
    }


def run(case: Case) -> list[list[int]]:
    """Return the steps in which each neuron spikes."""
    nest.ResetKernel()
    nest.resolution = DT
    cells = [neuron(case["neuron"]) for _ in range(SIZE)]
    recorder = nest.Create("spike_recorder")
    for cell, weight, steps in zip(cells, case["input_weights"], case["input"], strict=True):
        times = [step * DT for step in steps]
        source = nest.Create("spike_generator", params={"spike_times": times})
        nest.Connect(source, cell, syn_spec={"weight": weight, "delay": DT})
        nest.Connect(cell, recorder, syn_spec={"delay": DT})
    for pre, post, weight, delay in case["connections"]:
        nest.Connect(cells[pre], cells[post], syn_spec={"weight": weight, "delay": delay * DT})
    # A recorder is told up to the shortest delay later, whatever the stamp.
    nest.Simulate((STEPS + LONGEST) * DT)
    spikes = np.round(recorder.events["times"] / DT).astype(int) - 1
    senders = recorder.events["senders"]
    trains = [np.sort(spikes[senders == cell.global_id]) for cell in cells]
    return [train[train < STEPS].tolist() for train in trains]


if __name__ == "__main__":
    main()
